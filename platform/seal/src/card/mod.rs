//! Cards of the outside world: what a card component answers, whether the card behind it is good, and who holds it.
//!
//! Approvals are judged by [`crate::cms`], whose strict profile is part of the contract with strangers. Signing in is
//! judged here: a card component writes a CMS of its own making, and its certificate hangs below intermediates of a
//! government CA. So the answer may carry further certificates, revocation lists or unsigned attributes (none of which
//! is believed), and the path is built from configured certificates only. What is refused has a fault of its own name.

mod answer;
pub(crate) mod certificate;
mod fault;
mod path;

pub use answer::{CardSigned, verify_card};
pub use fault::CardFault;
pub use path::{CardAuthority, CardRules, CardTrust};
