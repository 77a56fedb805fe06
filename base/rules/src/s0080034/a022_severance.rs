//! # Severance (資遣)
//!
//! ## The law says
//! Article 22 (teachers 24): who is cut and may not retire, who is unfit for the work, or whom another act names.
//!
//! ## How we read it
//! The reason is a fact the agency decided (23). Civil servants who are cut and may retire, on whatever ground of Articles 17 and 18, are to
//! retire; so are school staff, for whom the civil servants' grounds hold (條例 24 III). Whether teachers are is an open point
//! (`severance-or-retirement`): their text has no such condition.
//!
//! ## Left out
//! Confidential secretaries (22 II), whom unfitness does not sever, are not told apart.
//!
//! ## Example
//! Cut with four years of service: severance.

use kernel::Refusal;

use super::{a017_voluntary, a018_downsizing};
use crate::applicant::Applicant;
use crate::facts::{Facts, SeveranceReason};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Silent, Stop, names};

/// Whether teachers who may retire can be severed.
pub const SEVERANCE_OR_RETIREMENT: &str = "severance-or-retirement";

/// Whether severance is the ground.
pub static SEVERANCE: Rule = Rule {
    id: "s0080034/a022_severance",
    title: ("資遣", "severance"),
    law: &["s0080034/22/1", "h0150049/24/1", "h0150049/24/3"],
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
    let retires_first = !facts.post.teaches() || law.readings.answer(SEVERANCE_OR_RETIREMENT) == "retired";
    let may_retire = cut && retires_first && may_retire(law, facts, applicant)?;
    ledger.write(|| {
        let step = SEVERANCE.gives(Quantity::Yes(!may_retire));
        let step = step.given(names::SERVICE, Quantity::Words(applicant.served.text()));
        step.given(names::APPLICANT_AGE, Quantity::Age(applicant.age()))
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

/// Whether any ground of voluntary retirement is met.
fn may_retire(law: &SchemeLaw, facts: &Facts, applicant: Applicant) -> Result<bool, Stop> {
    let silent = &mut Silent;
    if passes(a017_voluntary::voluntary(law, applicant, silent))?
        || passes(a018_downsizing::downsizing(law, applicant, facts.top_step_since, silent))?
    {
        return Ok(true);
    }
    let ill = facts.condition.is_some() && passes(a017_voluntary::ill(law, applicant, silent))?;
    let indigenous = facts.indigenous && passes(a017_voluntary::indigenous(law, applicant, silent))?;
    let hazardous = match facts.hazardous {
        Some(listed) => passes(a017_voluntary::hazardous(law, applicant, listed, silent))?,
        None => false,
    };
    Ok(ill || indigenous || hazardous)
}

/// Whether a ground is met, a missing value of law aside.
pub(crate) fn passes(answer: Result<(), Stop>) -> Result<bool, Stop> {
    match answer {
        Ok(()) => Ok(true),
        Err(Stop::Refused(_)) => Ok(false),
        Err(missing) => Err(missing),
    }
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::{Date, macros::date};

    use super::*;
    use crate::{Law, Steps, length::Length};

    const ON: Date = date!(2026 - 01 - 16);

    /// Whether somebody cut at 56 with so much service is severed.
    fn severed(reading: Option<&str>, months: u32, lines: &str) -> bool {
        let facts: Facts = toml::from_str(&format!(
            "born_on = 1970-01-16\neffective_on = 2026-01-16\nground = \"severance\"\nseverance = \"abolished\"\nbenefit = \"lump\"\n\
             pay = {{ last = {{ amount = 50000 }} }}\n{lines}"
        ))
        .unwrap();
        let mut edition = Edition::of(ON);
        if let Some(reading) = reading {
            edition.readings = Readings::default().choose(reading).unwrap();
        }
        let law = Law::of_edition(edition).unwrap();
        let applicant = Applicant { born_on: facts.born_on, on: ON, served: Length { months, days: 0 } };
        match severance(law.of(facts.scheme), &facts, applicant, &mut Steps::default()) {
            Ok(()) => true,
            Err(Stop::Refused(why)) if why.code == "pension/severance" => false,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn whatever_lets_a_civil_servant_retire_comes_first() {
        let civil = |months, line: &str| severed(None, months, &format!("scheme = \"civil\"\n{line}"));
        assert!(civil(119, "") && !civil(120, ""), "downsizing");
        assert!(civil(60, "") && !civil(60, "indigenous = true") && civil(59, "indigenous = true"));
        assert!(!civil(60, "hazardous = { voluntary_age = 56 }") && civil(60, "hazardous = { voluntary_age = 57 }"));
        assert!(civil(60, "condition = \"disabled\""), "five years are not fifteen");
    }

    #[test]
    fn teachers_by_either_reading_and_staff_as_civil_servants() {
        let of = |reading, post: &str| severed(reading, 120, &format!("scheme = \"teacher\"\npost = \"{post}\""));
        assert!(of(None, "teacher") && of(None, "college") && !of(None, "staff"));
        assert!(!of(Some("severance-or-retirement/retired"), "teacher"));
    }
}
