//! Erasure (內容銷毀): two people destroy what an order says; that it was issued stays provable.

pub(crate) mod decide;
mod ops;
mod store;

pub use decide::intact;
pub use ops::{
    Destroyed, Erased, Erasure, ErasureRule, NewErasure, Person, confirm_erasure, erase_again, erased, erasure,
    erasure_of, erasure_rule, erasures, erasures_of_agencies, forget_mail, here_again, keep_erasure_rule,
    propose_erasure, refuse_erasure,
};
