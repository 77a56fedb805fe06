//! 公教人員退休金其他現金給與補償金發給辦法.

pub mod a004_cash_compensation;
