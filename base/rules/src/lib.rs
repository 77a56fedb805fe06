//! rules: the pension acts as functions, with their reasons.
//!
//! Owns: one file for each legal rule of 公務人員退休資遣撫卹法 and 公立學校教職員退休資遣撫卹條例 (a teacher's rule that reads alike stands
//! in the civil servant's file and names both articles), and the steps that explain a figure.
//! Promises: exact arithmetic, a named rounding, an outcome and its steps from one run; the law of any day, two days side by side; what is
//! not confirmed is marked in every step that uses it, what is not known stops the calculation and is named.
//! Never: holds a number of law (they stand in `law/`), asks the clock, reads a file.
//! Start at: [`Law`], [`Steps`], then any rule, such as [`s0080034::a037_replacement_rate`].

mod applicant;
pub mod ask;
pub mod check;
pub mod entitlement;
pub mod estimate;
pub mod facts;
mod file;
pub mod h0150049;
pub mod income;
mod inputs;
mod law;
pub mod length;
pub mod months;
pub mod names;
pub mod pay_table;
pub mod plausibility;
pub mod police_act;
pub mod quantity;
pub mod reform;
pub mod render;
pub mod review;
pub mod s0070001;
pub mod s0080011;
pub mod s0080034;
pub mod s0080035;
pub mod s0080036;
pub mod s0080045;
mod step;

pub use applicant::Applicant;
pub use file::{FILES, RuleFile, all};
pub use law::{Law, Scheme, SchemeLaw};
pub use step::{Given, Ledger, Name, Quantity, Read, Rule, Shown, Silent, Step, Steps, Stop, Used};
