//! 公立學校教職員退休資遣撫卹條例: what only teachers have.

pub mod a021_term_days;
pub mod a080_campus_assault;
