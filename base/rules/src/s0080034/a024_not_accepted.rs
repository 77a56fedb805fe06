//! # Applications that are not accepted (不予受理)
//!
//! ## The law says
//! Article 24 (teachers 25): nobody retires or is severed while on unpaid leave, suspended, or under the proceedings listed; when the
//! cause has ended after the latest day, the application follows within six months (25).
//!
//! ## How we read it
//! The cause is a fact; once it has ended it is no longer given.
//!
//! ## Left out
//! The half pay drawn meanwhile and its set-off (24 III, 25 IV), and the six months: the day the cause ended is on file elsewhere.
//!
//! ## Example
//! Suspended on the effective day: not accepted, Article 24 I (2).

use kernel::Refusal;

use crate::facts::Bar;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop};

/// Whether an application is accepted.
pub static ACCEPTED: Rule = Rule {
    id: "s0080034/a024_not_accepted",
    title: ("無不予受理之情形", "nothing keeps the application from being accepted"),
    law: &["s0080034/24/1", "h0150049/25/1"],
    formula: ("留職停薪、停職、休職及各款案件均無", "no leave, suspension or case as listed"),
};

/// Refuses while a cause lasts.
///
/// # Errors
/// A cause lasts.
pub fn accepted(law: &SchemeLaw, bar: Option<Bar>, ledger: &mut impl Ledger) -> Result<(), Stop> {
    ledger.write(|| ACCEPTED.gives(Quantity::Yes(bar.is_none())));
    let Some(bar) = bar else { return Ok(()) };
    let (civil, teacher, zh, en) = words(bar);
    let refusal =
        Refusal::new("pension/not-accepted", format!("{zh}申請退休或資遣，應不予受理"), format!("Not accepted: {en}"));
    Err(refusal.field("barred").cite(law.cited(civil, teacher)).into())
}

fn words(bar: Bar) -> (&'static str, &'static str, &'static str, &'static str) {
    match bar {
        Bar::UnpaidLeave => ("s0080034/24/1/1", "h0150049/25/1/1", "留職停薪期間", "on unpaid leave"),
        Bar::Suspended => ("s0080034/24/1/2", "h0150049/25/1/2", "停職期間", "suspended"),
        Bar::DisciplinarySuspension => ("s0080034/24/1/3", "h0150049/25/1/3", "休職期間", "suspended as a discipline"),
        Bar::Dismissal => {
            ("s0080034/24/1", "h0150049/25/1/4", "停聘、解聘或不續聘辦理期間", "dismissal is being decided")
        }
        Bar::Treason => {
            ("s0080034/24/1/4", "h0150049/25/1/5", "涉嫌內亂罪或外患罪尚未確定", "a case of treason is not closed")
        }
        Bar::Corruption => (
            "s0080034/24/1/5",
            "h0150049/25/1/6",
            "涉嫌貪污或瀆職罪經判刑尚未確定",
            "a sentence for corruption is not final",
        ),
        Bar::Discipline => {
            ("s0080034/24/1/6", "h0150049/25/1/7", "移送懲戒或送請監察院審查中", "a disciplinary case is open")
        }
        Bar::OtherLaw => ("s0080034/24/1/7", "h0150049/25/1/8", "其他法律有特別規定", "another act says so"),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn each_cause_has_its_place() {
        let law = Law::on(date!(2026 - 01 - 16)).unwrap();
        let place = |scheme, bar| match accepted(law.of(scheme), Some(bar), &mut Steps::default()) {
            Err(Stop::Refused(why)) => why.citation.unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(place(Scheme::Civil, Bar::Corruption), "公務人員退休資遣撫卹法第24條第1項第5款");
        assert_eq!(place(Scheme::Teacher, Bar::Corruption), "公立學校教職員退休資遣撫卹條例第25條第1項第6款");
        for bar in [
            Bar::UnpaidLeave,
            Bar::Suspended,
            Bar::DisciplinarySuspension,
            Bar::Treason,
            Bar::Discipline,
            Bar::Dismissal,
        ] {
            assert!(place(Scheme::Teacher, bar).contains("第25條第1項第"));
        }
        assert_eq!(accepted(law.of(Scheme::Civil), None, &mut Steps::default()), Ok(()));
    }
}
