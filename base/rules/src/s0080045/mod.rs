//! 公務人員個人專戶制退休資遣撫卹法, and 公立學校教職員個人專戶制退休資遣撫卹條例 where it reads alike: who was first appointed since 2023-07-01.

pub mod a009_account_contribution;
pub mod a012_account_leaving;
pub mod a028_account_payout;
pub mod a030_account_injury;
pub mod a033_account_survivors;
pub mod a058_account_divorce;
