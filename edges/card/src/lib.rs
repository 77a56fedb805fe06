//! The local card component: a small program on a person's own machine that lets pages of named sites ask the card in the
//! reader for a signature. It speaks as Taiwan's card software does (docs/card-component.md).
//!
//! Owns: the HTTP on 127.0.0.1, who may ask, what may be signed, and the words with the reader.
//! Promises: answers named sites only, whatever the page, its host name or its origin claim to be; signs a sign-in challenge or an
//! approval statement and nothing else; shows what it signs where it was started; tries a PIN once.
//! Never: leaves this machine, keeps a PIN that a page sent, takes part in deciding who may sign in.
//! Start at: [`Component`], then `server.rs`.

mod asked;
mod caller;
mod card;
mod purpose;
mod refused;
mod server;

pub use caller::{Site, SiteFault};
pub use card::{Card, SOFT_PIN};
pub use purpose::Purpose;
pub use refused::Refused;
pub use server::{Component, router, serve};
