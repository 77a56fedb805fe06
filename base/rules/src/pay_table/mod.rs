//! 公務人員俸額表 and the teachers' table of the same amounts.

pub mod pay_point;
