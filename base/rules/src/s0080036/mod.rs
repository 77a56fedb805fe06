//! 退休公務人員一次退休金與養老給付優惠存款辦法, and the teachers' regulation (H0150054) where it reads alike.

pub mod a004_deposit_months;
pub mod a008_deposit;
pub mod a019_minister_deposit;
