//! kernel: the words every other crate speaks.
//!
//! Owns: the national id, the agency code, the ROC calendar, the document number, grades, names of persons, typed ids, the two
//! languages of a message, the refusal, and the clock and chance that are handed down from the edges.
//! Promises: pure functions; a value that exists has passed its check; personal data has no printable `Debug`.
//! Never: reads a file, a clock, a table of law or a random device.
//! Start at: [`NationalId`], [`roc`], [`calendar`], [`Refusal`].

mod agency;
pub mod calendar;
mod clock;
mod document_number;
mod grade;
mod ids;
mod name;
mod national_id;
mod redacted;
mod refusal;
pub mod roc;
mod source_status;
mod text;

pub use agency::{AgencyCode, AgencyCodeFault};
pub use calendar::{Deadline, OfficeCalendar};
pub use clock::{Clock, FixedClock, Random, SeededRandom, office_date};
pub use document_number::{DocumentNumber, DocumentNumberFault};
pub use grade::{Grade, GradeFault};
pub use ids::{BatchId, CaseId, IdFault, OrderId, PersonId, RowId};
pub use name::{NAME_CHARS_MAX, PersonName, PersonNameFault, same_name};
pub use national_id::{NationalId, NationalIdFault, NationalIdKind};
pub use redacted::Redacted;
pub use refusal::Refusal;
pub use source_status::SourceStatus;
pub use text::{Lang, Text};
