//! Facts and questions out of files: what cannot be read is refused with the field it stands in.

use kernel::Refusal;
use serde::de::DeserializeOwned;

use super::Facts;

/// Facts in JSON.
///
/// # Errors
/// Not JSON, a field that is not known, one that is missing, a value that fits no field; the refusal names the field.
pub fn json(text: &str) -> Result<Facts, Refusal> {
    from_json(text)
}

/// Facts in TOML.
///
/// # Errors
/// As [`json`].
pub fn toml(text: &str) -> Result<Facts, Refusal> {
    let parsed = toml::Deserializer::parse(text).map_err(|fault| refused("", fault.message()))?;
    serde_path_to_error::deserialize(parsed)
        .map_err(|fault| refused(&fault.path().to_string(), fault.inner().message()))
}

/// Facts as a TOML file that [`toml`] reads.
///
/// # Panics
/// Never: every field of facts has a form in TOML, which a test holds.
pub fn to_toml(facts: &Facts) -> String {
    toml::to_string(facts).expect("facts have a form in TOML")
}

/// Anything in JSON, refused with its field.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader)
        .map_err(|fault| refused(&fault.path().to_string(), &fault.inner().to_string()))?;
    reader.end().map_err(|fault| refused("", &fault.to_string()))?;
    Ok(read)
}

/// What the reader of files said, told of its field: `facts.pay.last`. The root, `.`, has no name, nor has `?`, a place that was not reached.
fn refused(path: &str, said: &str) -> Refusal {
    let root = path.trim_end_matches(['.', '?']);
    let named = |words: &str| said.strip_prefix(words).and_then(|rest| rest.split('`').next());
    let field = match named("missing field `") {
        Some(name) if root.is_empty() => name.to_owned(),
        Some(name) => format!("{root}.{name}"),
        None => root.to_owned(),
    };
    let zh = if named("missing field `").is_some() {
        format!("缺「{field}」")
    } else if let Some(name) = named("unknown field `") {
        format!("沒有「{name}」這個欄位")
    } else if let Some(name) = named("unknown variant `") {
        format!("「{name}」不是「{field}」可填的值")
    } else if field.is_empty() {
        "內容不是這種格式，無法讀取".to_owned()
    } else {
        format!("「{field}」的值看不懂")
    };
    let en = if field.is_empty() { said.to_owned() } else { format!("`{field}`: {said}") };
    let refusal = Refusal::new("pension/unreadable", zh, en);
    if field.is_empty() { refusal } else { refusal.field(field) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = r#"scheme = "civil"
born_on = 1964-05-20
effective_on = 2029-07-16
ground = "mandatory"
benefit = "monthly"
service = [{ from = 1992-09-01, until = 2029-07-16, kind = "civil" }]
earlier = [{ on = 1990-01-01, paid = { old = 12 }, old_bases = "209/6" }]
insurance = { months = 400, annuity = true }
pay = { last = { point = 590 }, history = [{ from = 1992-09-01, until = 2029-07-16, level = { amount = 44970 } }] }
"#;

    #[test]
    fn facts_come_back_from_toml_and_json_as_they_were() {
        let facts = toml(FACTS).unwrap();
        assert_eq!(toml(&to_toml(&facts)), Ok(facts.clone()));
        assert_eq!(json(&serde_json::to_string(&facts).unwrap()), Ok(facts));
    }

    #[test]
    fn what_cannot_be_read_names_its_field() {
        let said = |text: &str| {
            let refusal = toml(text).unwrap_err();
            (refusal.field.unwrap_or_default(), refusal.text.zh.into_owned())
        };
        let cases = [
            (FACTS.replace("born_on", "born"), "", "沒有「born」這個欄位"),
            (FACTS.replace("ground = \"mandatory\"\n", ""), "ground", "缺「ground」"),
            (FACTS.replace("\"mandatory\"", "\"tired\""), "ground", "「tired」不是「ground」可填的值"),
            (FACTS.replace("1964-05-20", "\"in May\""), "born_on", "「born_on」的值看不懂"),
            (FACTS.replace("point = 590", "point = \"x\""), "pay.last.point", "「pay.last.point」的值看不懂"),
            ("scheme = ".to_owned(), "", "內容不是這種格式，無法讀取"),
        ];
        for (text, field, zh) in cases {
            let (at, told) = said(&text);
            assert_eq!(told, zh, "{at}");
            assert!(at.ends_with(field), "{at}: {told}");
        }
        let trailing = format!("{} x", serde_json::to_string(&toml(FACTS).unwrap()).unwrap());
        assert!(json(&trailing).is_err());
    }
}
