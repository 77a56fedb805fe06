//! One file per operation.

mod bundle;
mod check;
mod issue;
mod letterhead;
mod numbers;
mod paper;
mod prepare;
mod read;

pub use bundle::{address, bundle, proof};
pub use check::check;
pub(crate) use issue::no_keys;
pub use issue::{Batch, issue};
pub use letterhead::{keep_letterhead, letterhead, letterhead_in};
pub use numbers::{NumberLine, number_gaps, numbers, void_number};
pub use paper::{PaperSetting, paper_pdf, receipt_list_pdf};
pub use prepare::{Prepared, prepare};
pub use read::{
    amendments, count_of_agencies, inbox, order, order_ids, order_in, orders_of_agencies, orders_of_approval,
    orders_of_person, own_list, remedy, standing, standing_in,
};
