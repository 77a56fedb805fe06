//! # How figures are rounded
//!
//! ## The law says
//! Nothing for pensions: only insurance premiums, price growth and deposits have a written rule.
//!
//! ## How we read it
//! As the figures of known decisions are reproduced (`law/s0080034/rounding`); each is marked as fitted.

use statute::Rounding;

crate::law::values! {
    /// 月退休金, 一次退休金 and the ceiling: whole dollars.
    amount: Rounding = "s0080034/rounding/amount";
    /// 基數 and percentages as decisions print them.
    rate: Rounding = "s0080034/rounding/rate";
}
