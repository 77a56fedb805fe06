//! 公教人員保險法, as far as retirement goes.

pub mod a016_lump_months;
