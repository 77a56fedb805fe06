//! What the rows of a list say about each other: repeated codes, superiors, successors. Pure.

use crate::model::{Agency, Field, Finding};
use kernel::{AgencyCode, Refusal};
use std::collections::{HashMap, HashSet};

/// At most one row in this many may name a superior that is not in the list; a list with more is cut off.
const ORPHAN_SHARE_MAX: usize = 50;

/// A row that was read.
#[derive(Debug)]
pub(crate) struct Listed {
    pub row: u32,
    pub agency: Agency,
    /// 主管機關名稱, only compared: the superior's own row is the source of its name.
    pub parent_name: String,
}

impl Listed {
    fn finding(&self, field: Field, value: &str, reason: Refusal) -> Finding {
        let column = field.column();
        Finding { row: self.row, column: Some(column), value: value.to_owned(), reason: reason.field(column) }
    }
}

/// Checks the rows against each other. Faults stop the import, remarks do not.
pub(crate) fn relations(list: &[Listed], faults: &mut Vec<Finding>, remarks: &mut Vec<Finding>) {
    let mut by_code = HashMap::new();
    for listed in list {
        if let Some(first) = by_code.insert(listed.agency.code, listed) {
            faults.push(repeated(listed, first));
        }
    }
    superiors(list, &by_code, faults, remarks);
    for listed in list {
        links(listed, &by_code, remarks);
    }
    cycles(list, &by_code, faults);
}

fn repeated(listed: &Listed, first: &Listed) -> Finding {
    let code = listed.agency.code.to_string();
    let reason = Refusal::new(
        "org.code_repeated",
        format!("機關代碼「{code}」與第 {} 列重複。", first.row),
        format!("The code “{code}” is already in row {}.", first.row),
    );
    Finding { row: listed.row, column: Some("機關代碼"), value: code, reason: reason.field("機關代碼") }
}

type ByCode<'a> = HashMap<AgencyCode, &'a Listed>;

fn superiors(list: &[Listed], by_code: &ByCode<'_>, faults: &mut Vec<Finding>, remarks: &mut Vec<Finding>) {
    let mut orphans = 0;
    for listed in list {
        let parent = listed.agency.parent.unwrap_or(listed.agency.code);
        match by_code.get(&parent) {
            None => {
                orphans += 1;
                remarks.push(listed.finding(
                    Field::Parent,
                    parent.as_str(),
                    not_listed(parent, "主管機關", "superior"),
                ));
            }
            Some(superior) if !listed.parent_name.is_empty() && superior.agency.name != listed.parent_name => {
                remarks.push(listed.finding(Field::Parent, &listed.parent_name, other_name(&superior.agency.name)));
            }
            Some(_) => {}
        }
    }
    if orphans * ORPHAN_SHARE_MAX > list.len() {
        let reason = Refusal::new(
            "org.list_incomplete",
            format!("{orphans} 個機關的主管機關不在清單內，檔案可能不完整。"),
            format!("The superiors of {orphans} agencies are not in the list; the file may be cut off."),
        );
        faults.push(Finding { row: 1, column: None, value: String::new(), reason });
    }
}

fn not_listed(code: AgencyCode, zh: &str, en: &str) -> Refusal {
    Refusal::new(
        "org.agency_not_listed",
        format!("{zh}「{code}」不在清單內。"),
        format!("The {en} “{code}” is not in the list."),
    )
}

fn other_name(name: &str) -> Refusal {
    Refusal::new(
        "org.superior_name",
        format!("主管機關名稱與其本身列所載「{name}」不同；以其本身列為準。"),
        format!("The superior's own row calls it “{name}”; that row counts."),
    )
}

fn links(listed: &Listed, by_code: &ByCode<'_>, remarks: &mut Vec<Finding>) {
    let agency = &listed.agency;
    for (link, field, zh, en) in [
        (&agency.successor, Field::SuccessorCode, "新機關", "successor"),
        (&agency.predecessor, Field::PredecessorCode, "舊機關", "predecessor"),
    ] {
        if let Some(link) = link
            && !by_code.contains_key(&link.code)
        {
            remarks.push(listed.finding(field, link.code.as_str(), not_listed(link.code, zh, en)));
        }
    }
}

/// A superior may not be its own subordinate over any number of steps: the tree would have no top.
fn cycles(list: &[Listed], by_code: &ByCode<'_>, faults: &mut Vec<Finding>) {
    let mut sound: HashSet<AgencyCode> = HashSet::new();
    for listed in list {
        let mut path: Vec<AgencyCode> = Vec::new();
        let mut at = Some(listed.agency.code);
        while let Some(code) = at.filter(|code| !sound.contains(code)) {
            if path.contains(&code) {
                let reason = Refusal::new(
                    "org.superior_cycle",
                    format!("「{}」經由主管機關又回到自己。", listed.agency.name),
                    format!("“{}” is its own superior over several steps.", listed.agency.name),
                );
                faults.push(listed.finding(Field::Parent, listed.agency.code.as_str(), reason));
                break;
            }
            path.push(code);
            at = by_code.get(&code).and_then(|superior| superior.agency.parent);
        }
        sound.extend(path);
    }
}
