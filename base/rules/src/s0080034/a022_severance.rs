//! # Severance (資遣)
//!
//! ## The law says
//! Article 22 (teachers 24): who is cut and may not retire, who is unfit for the work, or whom another act names.
//!
//! ## How we read it
//! The reason is a fact the agency decided (23). Who is cut and may retire is to retire. Teachers have no such condition in their text; the same
//! is read there, since severance is for those who have nothing else.
//!
//! ## Example
//! Cut with four years of service: severance.

use kernel::Refusal;

use super::{a017_voluntary, a018_downsizing};
use crate::applicant::Applicant;
use crate::facts::{Facts, SeveranceReason};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Silent, Stop, names};

/// Whether severance is the ground.
pub static SEVERANCE: Rule = Rule {
    id: "s0080034/a022_severance",
    title: ("資遣", "severance"),
    law: &["s0080034/22/1", "h0150049/24/1"],
    formula: (
        "具資遣事由而不符退休條件；任職 {service}、{applicant-age}",
        "a reason of severance, and no right to retire; served {service}, {applicant-age}",
    ),
};

/// Whether somebody is severed.
///
/// # Errors
/// Who is cut may retire; no value was in force that day.
pub fn severance(law: &SchemeLaw, facts: &Facts, applicant: Applicant, ledger: &mut impl Ledger) -> Result<(), Stop> {
    let cut = facts.severance == Some(SeveranceReason::Abolished);
    let may_retire = cut
        && (passes(a017_voluntary::voluntary(law, applicant, &mut Silent))?
            || passes(a018_downsizing::downsizing(law, applicant, facts.top_step_since, &mut Silent))?);
    ledger.write(|| {
        let step = SEVERANCE.gives(Quantity::Yes(!may_retire));
        let step = step.given(names::SERVICE, Quantity::Words(applicant.served.text()));
        step.given(names::APPLICANT_AGE, Quantity::Years(applicant.age()))
    });
    match may_retire {
        false => Ok(()),
        true => {
            let zh = "符合退休條件者，應辦理退休，不得資遣";
            let en = "Who may retire is retired and not severed";
            let place = law.cited("s0080034/22/1/1", "h0150049/24/1/1");
            Err(Refusal::new("pension/severance", zh, en).field("ground").cite(place).into())
        }
    }
}

/// Whether a ground is met, a missing value of law aside.
pub(crate) fn passes(answer: Result<(), Stop>) -> Result<bool, Stop> {
    match answer {
        Ok(()) => Ok(true),
        Err(Stop::Refused(_)) => Ok(false),
        Err(missing) => Err(missing),
    }
}
