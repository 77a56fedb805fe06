//! The parts of an Office Open XML workbook (ECMA-376) that say what the cells of a sheet mean: relationships, the list of sheets,
//! shared strings and number formats. Element names are compared without their prefix, which is the writer's choice.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use crate::{SheetFault, number, package::Package, xml::Xml};

/// What reading the cells of a sheet needs.
pub(crate) struct Workbook {
    pub(crate) sheet_name: String,
    pub(crate) sheet_part: String,
    pub(crate) strings: Vec<String>,
    /// For each cell style whether it shows a date.
    pub(crate) date_styles: Vec<bool>,
    pub(crate) from_1904: bool,
}

impl Workbook {
    pub(crate) fn read(package: &mut Package) -> Result<Self, SheetFault> {
        let root = relationships(package, "")?;
        let workbook_part = by_kind(&root, "/officeDocument").unwrap_or("xl/workbook.xml").to_owned();
        let related = relationships(package, &workbook_part)?;
        let (sheet_name, sheet_id, from_1904) = first_sheet(&workbook_part, &package.needed(&workbook_part)?)?;
        let damaged = || SheetFault::Damaged { part: workbook_part.clone() };
        let sheet_part = related.iter().find(|related| related.id == sheet_id).ok_or_else(damaged)?.part.clone();
        let strings = match by_kind(&related, "/sharedStrings") {
            Some(part) => shared_strings(part, &package.needed(part)?)?,
            None => Vec::new(),
        };
        let date_styles = match by_kind(&related, "/styles") {
            Some(part) => date_styles(part, &package.needed(part)?)?,
            None => Vec::new(),
        };
        Ok(Self { sheet_name, sheet_part, strings, date_styles, from_1904 })
    }
}

struct Related {
    id: String,
    kind: String,
    part: String,
}

fn by_kind<'r>(related: &'r [Related], kind: &str) -> Option<&'r str> {
    related.iter().find(|related| related.kind.ends_with(kind)).map(|related| related.part.as_str())
}

/// The parts that `part` refers to; `""` is the package itself.
fn relationships(package: &mut Package, part: &str) -> Result<Vec<Related>, SheetFault> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let separator = if folder.is_empty() { "" } else { "/" };
    let name = format!("{folder}{separator}_rels/{file}.rels");
    let text = package.needed(&name)?;
    let mut xml = Xml::new(&name, &text);
    let mut related = Vec::new();
    while let Some(event) = xml.next()? {
        let (Event::Start(element) | Event::Empty(element)) = event else { continue };
        if element.local_name().as_ref() == "Relationship" {
            let attribute = |name| xml.attribute(&element, name).map(Option::unwrap_or_default);
            let target = attribute("Target")?;
            let part = target.strip_prefix('/').map_or(format!("{folder}{separator}{target}"), str::to_owned);
            related.push(Related { id: attribute("Id")?, kind: attribute("Type")?, part });
        }
    }
    Ok(related)
}

/// Name and relationship of the first sheet that is not hidden, and whether days count from 1904.
fn first_sheet(part: &str, text: &str) -> Result<(String, String, bool), SheetFault> {
    let mut xml = Xml::new(part, text);
    let mut from_1904 = false;
    while let Some(event) = xml.next()? {
        let (Event::Start(element) | Event::Empty(element)) = event else { continue };
        match element.local_name().as_ref() {
            "workbookPr" => from_1904 = matches!(xml.attribute(&element, "date1904")?.as_deref(), Some("1" | "true")),
            "sheet" if !matches!(xml.attribute(&element, "state")?.as_deref(), Some("hidden" | "veryHidden")) => {
                let name = xml.attribute(&element, "name")?.unwrap_or_default();
                return Ok((name, relation_id(&xml, &element)?, from_1904));
            }
            _ => {}
        }
    }
    Err(xml.damaged())
}

fn relation_id(xml: &Xml, sheet: &BytesStart) -> Result<String, SheetFault> {
    for attribute in sheet.attributes() {
        let attribute = attribute.map_err(|_| xml.damaged())?;
        if attribute.key.as_ref().ends_with(":id") {
            return Ok(attribute.value.into_owned());
        }
    }
    Err(xml.damaged())
}

fn shared_strings(part: &str, text: &str) -> Result<Vec<String>, SheetFault> {
    let mut xml = Xml::new(part, text);
    let mut strings = Vec::new();
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(element) if element.local_name().as_ref() == "si" => strings.push(rich_text(&mut xml, "si")?),
            Event::Empty(element) if element.local_name().as_ref() == "si" => strings.push(String::new()),
            _ => {}
        }
    }
    Ok(strings)
}

/// Text of all `t` up to the end of `element`; readings (`rPh`) are not part of it.
pub(crate) fn rich_text(xml: &mut Xml, element: &str) -> Result<String, SheetFault> {
    let mut text = String::new();
    let mut in_text = false;
    loop {
        match xml.inside()? {
            Event::Start(inner) if inner.local_name().as_ref() == "rPh" => xml.skip(&inner)?,
            Event::Start(inner) => in_text = inner.local_name().as_ref() == "t",
            Event::End(inner) if inner.local_name().as_ref() == element => return Ok(unescaped(&text)),
            Event::End(_) => in_text = false,
            Event::Text(run) if in_text => text.push_str(&run.xml10_content()),
            Event::CData(run) if in_text => text.push_str(&run),
            Event::GeneralRef(reference) if in_text => text.push(xml.reference(&reference)?),
            _ => {}
        }
    }
}

/// `_x000D_` is how a control character is written in a string (ECMA-376, ST_Xstring).
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let hex = code.filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        match hex.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                plain.push_str(&rest[..at]);
                plain.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    plain + rest
}

/// Which cell styles (`cellXfs`) show dates.
fn date_styles(part: &str, text: &str) -> Result<Vec<bool>, SheetFault> {
    let mut xml = Xml::new(part, text);
    let mut codes: BTreeMap<u32, String> = BTreeMap::new();
    let mut styles = Vec::new();
    let mut in_cell_styles = false;
    while let Some(event) = xml.next()? {
        let element = match event {
            Event::Start(element) | Event::Empty(element) => element,
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => {
                in_cell_styles = false;
                continue;
            }
            _ => continue,
        };
        let format_id = || xml.count(&element, "numFmtId", 0).map(|id| u32::try_from(id).unwrap_or(u32::MAX));
        match element.local_name().as_ref() {
            "numFmt" => drop(codes.insert(format_id()?, xml.attribute(&element, "formatCode")?.unwrap_or_default())),
            "cellXfs" => in_cell_styles = true,
            "xf" if in_cell_styles => {
                let id = format_id()?;
                styles.push(number::is_date_format(id, codes.get(&id).map(String::as_str)));
            }
            _ => {}
        }
    }
    Ok(styles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_strings() {
        assert_eq!(unescaped("第一行_x000D_\n第二行"), "第一行\r\n第二行");
        assert_eq!(unescaped("a_x005F_x000D_b"), "a_x000D_b");
        for same in ["_x", "_x00", "_x000G_", "_x000D", "a_xyz_b", "_x中文字中_", "_xD800_"] {
            assert_eq!(unescaped(same), same);
        }
    }
}
