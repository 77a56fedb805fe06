//! One file per operation.

mod bundle;
mod check;
mod consent;
mod deliver;
mod issue;
mod letterhead;
mod mail;
mod numbers;
mod paper;
mod prepare;
mod read;

pub use bundle::{address, bundle, proof};
pub use check::check;
pub use consent::{Said, consent_history, consent_now, give_consent, notify};
pub use deliver::{deliver, enter_opened, mark_printed, paper_queue, record_service, service};
pub use issue::{Batch, issue};
pub use letterhead::{keep_letterhead, letterhead};
pub use mail::{Genuine, check_code, queue_mail, spool};
pub use numbers::{NumberLine, number_gaps, numbers, void_number};
pub use paper::{PaperSetting, paper_pdf, receipt_list_pdf};
pub use prepare::{Prepared, prepare};
pub use read::{
    amendments, count_of_agencies, inbox, order, order_ids, orders_of_agencies, orders_of_approval, orders_of_person,
    remedy, standing,
};
