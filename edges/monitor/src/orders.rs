//! An agency's own list of its orders, held against the log: what stands in the log under its keys and not in its list was issued by
//! somebody else, and what stands in its list and not in the log was never issued.

use crate::{
    MonitorError,
    evidence::{Evidence, Included},
    unreadable,
};
use register::audit::Audited;
use std::{collections::BTreeMap, io::Read};
use tlog::{
    leaf::{Entry, Id, Kind},
    state::State,
};

/// An agency's own list.
#[derive(Clone, Debug)]
pub struct Own {
    /// Agency code.
    pub agency: String,
    orders: BTreeMap<Id, State>,
}

/// What the comparison found.
#[derive(Debug, Default)]
pub struct Compared {
    /// Orders that the agency does not know.
    pub evidence: Vec<Evidence>,
    /// Orders that are not in the log, or stand otherwise there.
    pub findings: Vec<String>,
}

impl Own {
    /// Reads a list: CSV with the columns `id` (32 hexadecimal digits) and `state` (valid, superseded, revoked or repealed), as
    /// `renshi register orders` writes it.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn read(agency: &str, from: impl Read) -> Result<Self, MonitorError> {
        let mut orders = BTreeMap::new();
        let mut reader = csv::Reader::from_reader(from);
        let fault = |line: u64, reason: &str| MonitorError::List { line, reason: reason.to_owned() };
        let columns = reader.headers().map_err(|error| fault(1, &error.to_string()))?.clone();
        let place = |name: &str| columns.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
        let (Some(id_at), Some(state_at)) = (place("id"), place("state")) else {
            return Err(fault(1, "it needs the columns `id` and `state`"));
        };
        for (record, line) in reader.records().zip(2..) {
            let record = record.map_err(|error| fault(line, &error.to_string()))?;
            let id =
                record.get(id_at).and_then(id_of).ok_or_else(|| fault(line, "`id` is not 32 hexadecimal digits"))?;
            let state =
                record.get(state_at).and_then(State::of_word).ok_or_else(|| fault(line, "`state` is not known"))?;
            if orders.insert(id, state).is_some() {
                return Err(fault(line, "the order stands in the list twice"));
            }
        }
        Ok(Self { agency: agency.to_owned(), orders })
    }
}

fn id_of(text: &str) -> Option<Id> {
    let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32)?;
    Some(number.to_be_bytes())
}

/// Compares a list with the log.
///
/// # Errors
/// When the copy cannot be read.
pub fn compare(own: &Own, log: &Audited) -> Result<Compared, MonitorError> {
    let mut compared = Compared::default();
    let mut seen = BTreeMap::new();
    for shard in log.shards() {
        for n in 0..shard.checkpoint().size.div_ceil(256) {
            for (leaf, index) in shard.bundle(n).map_err(unreadable)?.into_iter().zip(n * 256..) {
                let theirs = shard.issuer(leaf.issuer).is_some_and(|(statement, _)| statement.agency == own.agency);
                if leaf.kind == Kind::Issue && theirs {
                    seen.insert(leaf.id, (shard, Entry { index, leaf }));
                }
            }
        }
    }
    for (shard, entry) in seen.values().filter(|(_, entry)| !own.orders.contains_key(&entry.leaf.id)) {
        compared.evidence.push(Evidence::UnknownOrder(Included::of(shard, *entry)?));
    }
    for (id, expected) in &own.orders {
        let order = hex(id);
        match log.state_of(id).map_err(unreadable)?.state {
            None => compared.findings.push(format!("order {order} is in the list and not in the log")),
            Some(state) if state != *expected => compared.findings.push(format!(
                "order {order} is {} in the list and {} in the log",
                expected.word(),
                state.word()
            )),
            Some(_) => {}
        }
    }
    Ok(compared)
}

fn hex(id: &Id) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
