//! statute: law as data with a citation.
//!
//! Owns: the acts kept in `law/`, citations of their articles, and every number, date and sentence of law that a decision uses.
//! Promises: a value carries the article it stands in, the day it is in force from, and whether its source is confirmed.
//! Never: decides a case; that is for the modules and for `rules`.
//! Start at: [`series`] and [`Series::on`] for rules; [`days`], [`months`], [`date`], [`text`] for single values; [`Act::article`].
//!
//! ```
//! use {statute::Act, time::macros::date};
//! let remedy = statute::days(statute::REMEDY_DAYS, date!(2026-11-23)).unwrap();
//! assert_eq!((remedy.value, remedy.citation.to_string().as_str()), (30, "公務人員保障法第30條第1項"));
//! let basis = Act::A0030055.article(96).paragraph(1).subparagraph(2);
//! assert_eq!(basis.to_string(), "行政程序法第96條第1項第2款");
//! ```

mod act;
mod amendment;
mod citation;
mod coverage;
mod embedded;
mod kept;
pub mod print;
mod rational;
mod reading;
mod scale;
mod series;
mod table;
mod value;
mod year_day;

pub use act::{Act, ArticleInForce, Version};
pub use amendment::{AmendmentFault, Amendments, Edition};
pub use citation::Citation;
pub use coverage::{Coverage, Modelled, coverage, coverage_checked_on};
pub use kept::{Content, Kept, KeptEntry, kept, kept_of, place};
pub use kernel::SourceStatus as Status;
pub use rational::{PERCENT, Rational, Rounding, Way, decimal, fact, rational};
pub use reading::{Answer, Reading, Readings, readings};
pub use scale::Scale;
pub use series::Series;
pub use table::Table;
pub use value::{LawValue, StatuteFault, Unit, Valued, date, days, description, keys, months, note, series, text};
pub use year_day::YearDay;

/// 復審 of a civil servant: days from the day after service (保障法 §30 I).
pub const REMEDY_DAYS: &str = "s0120001/a030/remedy-days";
/// 復審 after a missing or wrong notice: months from the day after service (保障法 §27 II).
pub const MISSING_NOTICE_MONTHS: &str = "s0120001/a027/missing-notice-months";
/// 教示 on an order to a civil servant, with `{days}` and `{agency}` to fill in.
pub const REMEDY_NOTICE: &str = "s0120001/a044/remedy-notice";
/// 申訴 of a teacher: days from the day after receiving or learning of the measure (教師法 §42 III).
pub const TEACHER_REMEDY_DAYS: &str = "h0020040/a042/remedy-days";
/// 教示 on an order to a teacher, with `{days}` to fill in.
pub const TEACHER_REMEDY_NOTICE: &str = "h0020040/a042/remedy-notice";
/// Order issued first: months until it must be before the evaluation committee (考績法施行細則 §13 VI).
pub const CONFIRMATION_MONTHS: &str = "s0040002/a013/confirmation-months";
/// Revocation of an unlawful decision: months from learning of the ground (行政程序法 §121 I).
pub const REVOCATION_MONTHS: &str = "a0030055/a121/revocation-months";
/// Repeal of a lawful favourable decision: months from the day the ground arose (行政程序法 §124).
pub const REPEAL_MONTHS: &str = "a0030055/a124/repeal-months";
/// The day from which a residence number with two letters is no longer valid (unconfirmed).
pub const OLD_RESIDENCE_NUMBER_UNTIL: &str = "residence-number/old-form-until";
