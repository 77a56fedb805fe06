//! 公務人員退休資遣撫卹法施行細則, and the teachers' (H0150051) where it reads alike.

pub mod a005_insurance_annuity;
pub mod a010_day_count;
pub mod a036_two_retirements;
