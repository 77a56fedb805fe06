//! 公務人員退休資遣撫卹法, and 公立學校教職員退休資遣撫卹條例 where it reads alike: one file for each rule, named by the civil servants' article.

pub mod a028_old_scheme;
pub mod a029_new_scheme;
pub mod a031_early_reduction;
pub mod a037_replacement_rate;
pub mod a041_downsizing_bonus;
pub mod a042_severance;
pub mod a043_survivor_order;
pub mod a044_survivor_lump;
pub mod a045_survivor_annuity;
pub mod a046_deaths_before;
pub mod a047_funeral_bases;
pub mod a048_will;
pub mod a049_deferred;
pub mod a051_death_in_service;
pub mod a053_cause;
pub mod a054_death_benefit;
pub mod a055_death_service;
pub mod a056_months;
pub mod a057_extra_lump;
pub mod a058_minor_children;
pub mod a060_lump_instead;
pub mod a061_funeral_allowance;
pub mod a062_death_order;
pub mod rounding;
