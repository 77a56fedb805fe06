//! Who applies: what the grounds of retirement ask of a person, and how an answer is written down.

use kernel::{Refusal, calendar::MONTHS_A_YEAR};
use time::Date;

use crate::length::{Length, age};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Step, Stop, names};

/// Age and service on the effective day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applicant {
    /// Day of birth.
    pub born_on: Date,
    /// Effective day.
    pub on: Date,
    /// Actual service, odd days made into months.
    pub served: Length,
}

impl Applicant {
    /// Age in whole years.
    pub fn age(self) -> u32 {
        age(self.born_on, self.on)
    }
}

/// What a ground asks for, in words, and where.
pub(crate) struct Asked {
    pub code: &'static str,
    pub zh: String,
    pub en: String,
    /// Civil servants, teachers.
    pub places: (&'static str, &'static str),
}

/// Writes the step of a ground and refuses if it is not met; the words are only made then.
pub(crate) fn decide(
    (law, rule, applicant): (&SchemeLaw, &'static Rule, Applicant),
    met: bool,
    ledger: &mut impl Ledger,
    uses: impl FnOnce(Step) -> Step,
    asked: impl FnOnce() -> Asked,
) -> Result<(), Stop> {
    ledger.write(|| {
        let step = rule.gives(Quantity::Yes(met)).given(names::SERVICE, Quantity::Words(applicant.served.text()));
        uses(step.given(names::APPLICANT_AGE, Quantity::Age(applicant.age())))
    });
    if met {
        return Ok(());
    }
    let Asked { code, zh, en, places: (civil, teacher) } = asked();
    let (served, age) = (applicant.served.text(), applicant.age());
    let zh = format!("任職{}、年滿{age}歲，不符{}條件：{zh}", served.zh, rule.title.0);
    let en = format!("Service of {}, age {age}: not enough for {}, which asks for {en}", served.en, rule.title.1);
    Err(Refusal::new(code, zh, en).cite(law.cited(civil, teacher)).into())
}

/// Months as the acts write years of service.
pub(crate) fn in_years(months: u32) -> u32 {
    months / MONTHS_A_YEAR
}
