//! The agencies and what is above each, as the decisions need them: in memory, so that a decision reads nothing.

use kernel::AgencyCode;
use std::collections::{BTreeMap, BTreeSet};

/// Superior of each agency. A change of the agency list makes a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    superior: BTreeMap<AgencyCode, AgencyCode>,
    below: BTreeMap<AgencyCode, Vec<AgencyCode>>,
}

impl Tree {
    /// From every agency with its superior; one that is its own superior is at the top.
    #[must_use]
    pub fn new(superiors: impl IntoIterator<Item = (AgencyCode, AgencyCode)>) -> Self {
        let superior: BTreeMap<_, _> = superiors.into_iter().filter(|(agency, above)| agency != above).collect();
        let mut below: BTreeMap<AgencyCode, Vec<AgencyCode>> = BTreeMap::new();
        for (agency, above) in &superior {
            below.entry(*above).or_default().push(*agency);
        }
        Self { superior, below }
    }

    /// An agency and everything above it, nearest first.
    #[must_use]
    pub fn above(&self, agency: AgencyCode) -> Vec<AgencyCode> {
        let mut path = vec![agency];
        while let Some(next) = self.superior.get(path.last().expect("it begins with the agency")) {
            // A circle in the list ends where it closes.
            if path.contains(next) {
                break;
            }
            path.push(*next);
        }
        path
    }

    /// An agency and everything below it.
    #[must_use]
    pub fn below(&self, agency: AgencyCode) -> Vec<AgencyCode> {
        let mut found = vec![agency];
        let mut seen = BTreeSet::from([agency]);
        let mut at = 0;
        while let Some(next) = found.get(at) {
            let children = self.below.get(next).into_iter().flatten();
            found.extend(children.filter(|child| seen.insert(**child)).copied().collect::<Vec<_>>());
            at += 1;
        }
        found
    }
}
