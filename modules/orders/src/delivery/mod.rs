//! How an order reaches its person: consent, the inbox, the paper queue, notice mail. One file per operation.

mod consent;
mod deliver;
mod mail;
pub(crate) mod store;

pub(crate) use consent::electronic_persons;
pub use consent::{Said, consent_history, consent_now, give_consent, notify, unnotified};
pub use deliver::{deliver, mark_printed, note_opened, paper_queue, paper_waiting, record_service, service};
pub(crate) use mail::forget;
pub use mail::{Genuine, check_code, queue_mail, spool};
