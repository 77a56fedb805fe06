//! 警察人員人事條例, as far as pensions go.

pub mod a035_ceiling;
