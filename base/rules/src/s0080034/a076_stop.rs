//! # Stopped while a cause lasts (停止領受月退休金)
//!
//! ## The law says
//! Article 76: no monthly pension, death benefit or annuity while a former president draws an allowance, during prison for corruption or
//! offences of office, without civil rights, or while wanted; it comes back when the cause is over.
//!
//! ## How we read it
//! What falls into the time of the cause is not paid afterwards. Prison does not include parole and medical release (細則 108). It rests on
//! the text alone: no worked example was found.
//!
//! ## Example
//! Wanted from 2026-03-10 to 2026-05-20: nothing for April and May.

use time::Date;

use crate::months::Lasting;
use crate::{Ledger, Quantity, Rule, names};

/// Whether it is stopped.
pub static RULE: Rule = Rule {
    id: "s0080034/a076_stop",
    title: ("停止領受權利", "whether the right is stopped"),
    law: &["s0080034/76", "s0080035/108", "h0150049/76", "h0150051/108"],
    formula: ("{paid-for} 在 {since} 以後且原因未消滅", "{paid-for} falls within the cause that began on {since}"),
};

/// Why it is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// 卸任總統、副總統領有禮遇金.
    FormerPresident,
    /// 犯貪污治罪條例或刑法瀆職罪章之罪入監服刑.
    Prison,
    /// 褫奪公權，尚未復權.
    CivilRights,
    /// 因案被通緝.
    Wanted,
    /// 其他法律有特別規定.
    OtherAct,
}

/// Whether the payment for a day falls away for a cause that lasts.
pub fn is_stopped((_, lasting): (Cause, Lasting), paid_for: Date, ledger: &mut impl Ledger) -> bool {
    let stopped = lasting.holds(paid_for);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Yes(stopped)).given(names::PAID_FOR, Quantity::Day(paid_for));
        step.given(names::SINCE, Quantity::Day(lasting.from))
    });
    stopped
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::Steps;

    #[test]
    fn from_its_first_day_to_its_last() {
        let lasting = Lasting { from: date!(2026 - 03 - 10), until: Some(date!(2026 - 05 - 20)) };
        let stopped = |day| is_stopped((Cause::Wanted, lasting), day, &mut Steps::default());
        assert_eq!((stopped(date!(2026 - 03 - 09)), stopped(date!(2026 - 03 - 10))), (false, true));
        assert_eq!((stopped(date!(2026 - 05 - 19)), stopped(date!(2026 - 05 - 20))), (true, false));
    }
}
