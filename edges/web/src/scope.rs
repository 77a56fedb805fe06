//! Which agencies a request is about: every list is filtered by them, every single thing is checked against them.

use crate::App;
use crate::session::Me;
use access::{Action, Decision, Hat, Scope, decide};
use kernel::AgencyCode;
use std::collections::BTreeMap;
use webkit::WebError;

/// The agencies for which the person may do something.
pub fn agencies(me: &Me, action: Action) -> Vec<AgencyCode> {
    access::agencies_of(me, action)
}

/// Nothing, if the person may do something for an agency.
///
/// # Errors
/// [`WebError::NotAllowed`], which looks like a thing that does not exist.
pub fn check(me: &Me, action: Action, agency: &AgencyCode) -> Result<(), WebError> {
    capacity(me, action, agency).map(drop)
}

/// As what the person may do something for an agency: who is head of one and deputy in another acts differently for each.
///
/// # Errors
/// [`WebError::NotAllowed`], which looks like a thing that does not exist.
pub fn capacity(me: &Me, action: Action, agency: &AgencyCode) -> Result<Hat, WebError> {
    match decide(Some(me), action, Scope::Agency(agency)) {
        Decision::Permit(hat) => {
            me.acts_as([hat.clone()]);
            Ok(hat)
        }
        _ => Err(WebError::NotAllowed),
    }
}

/// Notes for which agencies something is done, where the agencies come out of what was sent and were checked with it: what is done as a deputy
/// is handed back to the principal of each.
pub fn done_for(me: &Me, action: Action, agencies: impl IntoIterator<Item = AgencyCode>) {
    let hat = |agency: AgencyCode| match decide(Some(me), action, Scope::Agency(&agency)) {
        Decision::Permit(hat) => Some(hat),
        _ => None,
    };
    me.acts_as(agencies.into_iter().filter_map(hat));
}

/// The names of agencies as the list has them, by code.
///
/// # Errors
/// When the list cannot be read.
pub async fn names(app: &App, codes: &[AgencyCode]) -> Result<BTreeMap<AgencyCode, String>, WebError> {
    let found = org::agencies(&app.db, codes).await.map_err(WebError::fault("name agencies"))?;
    Ok(found.into_iter().map(|agency| (agency.code, agency.name)).collect())
}
