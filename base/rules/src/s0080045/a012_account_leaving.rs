//! # The account of who leaves (離職領回退撫儲金)
//!
//! ## The law says
//! Article 12: who leaves without a pension may have the account paid out at once; with less than five years of service it may stay
//! unclaimed until the age of sixty, when it is paid out.
//!
//! ## How we read it
//! Service of five years or more may be kept for a pension at sixty-five (61), which is another claim. What the account holds is stated
//! by the fund. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Born on 1998-04-05, four years of service: unclaimed until 2058-04-05 at the latest.

use kernel::Refusal;
use time::Date;

use crate::months::birthday;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months of service below which the account may stay unclaimed.
    below: u32 = "s0080045/a012/unclaimed-below", "h0150056/a012/unclaimed-below";
    /// Age at which it is paid out.
    until: u32 = "s0080045/a012/unclaimed-until", "h0150056/a012/unclaimed-until";
}

/// The last day.
pub static RULE: Rule = Rule {
    id: "s0080045/a012_account_leaving",
    title: ("暫不領取退撫儲金之發還日", "day an unclaimed account is paid out"),
    law: &["s0080045/12/2", "h0150056/12/2"],
    formula: (
        "{total-months} 未滿 {unclaimed-below}，至 {unclaimed-until} 為止",
        "{total-months} below {unclaimed-below}: at the age of {unclaimed-until:plain}",
    ),
};

/// The day an unclaimed account is paid out at the latest.
///
/// # Errors
/// Too many months of service; no value in force that day.
pub fn unclaimed_until(
    law: &SchemeLaw,
    (born, months): (Date, u32),
    left_on: Date,
    ledger: &mut impl Ledger,
) -> Result<Date, Stop> {
    let (below, age) = (law.a012_account_leaving.below.on(left_on)?, law.a012_account_leaving.until.on(left_on)?);
    if months >= below.value {
        let zh = format!("任職{months}個月，已滿{}個月，不得申請暫不領取退撫儲金", below.value);
        let en =
            format!("{months} months of service are not below {}: the account may not stay unclaimed", below.value);
        return Err(Refusal::new("pension/service-too-long", zh, en).cite(below.citation).into());
    }
    let last = birthday(born, age.value).max(left_on);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Day(last)).given(names::TOTAL_MONTHS, Quantity::Months(months));
        step.uses(below).uses(age)
    });
    Ok(last)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn below_five_years_until_sixty() {
        let left = date!(2026 - 03 - 01);
        let law = Law::on(left).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let of = |born, months| unclaimed_until(law.of(scheme), (born, months), left, &mut Steps::default());
            assert_eq!(of(date!(1998 - 04 - 05), 59), Ok(date!(2058 - 04 - 05)));
            assert!(matches!(of(date!(1998 - 04 - 05), 60), Err(Stop::Refused(_))));
            assert_eq!(of(date!(1960 - 04 - 05), 12), Ok(left), "already past the age");
        }
    }
}
