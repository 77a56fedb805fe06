//! What the log says newly about an authority's keys and only the authority can confirm.

use register::audit::Audited;
use std::collections::BTreeMap;
use tlog::issuer::{End, Replaces};

/// A sentence for each key statement from leaf `from` on that nobody endorsed: an emergency, or a second first one.
pub(crate) fn findings(log: &Audited, from: u64) -> Vec<String> {
    let mut known: BTreeMap<&str, u16> = BTreeMap::new();
    let mut findings = Vec::new();
    for (entry, statement) in log.key_statements() {
        let before = known.insert(&statement.agency, statement.issuer);
        if entry.index < from {
            continue;
        }
        let (index, number, agency) = (entry.index, statement.issuer, &statement.agency);
        match (statement.replaces, before) {
            (Some(Replaces { issuer, end: End::RevokedFrom(time_ms) }), _) => findings.push(format!(
                "leaf {index}: key statement {number} says that the keys of {agency} under number {issuer} are revoked from {time_ms} ms since \
                 1970 UTC on; whether that is so is for the agency to say"
            )),
            (None, Some(before)) => findings.push(format!(
                "leaf {index}: key statement {number} of {agency} stands beside number {before} and does not replace it; whether both are the \
                 agency's is for it to say"
            )),
            _ => {}
        }
    }
    findings
}
