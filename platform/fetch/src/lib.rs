//! Fetch: outgoing requests over HTTP and HTTPS, to named hosts only.
//!
//! Owns: the one HTTP client of the program: [`Client`], its limits, and why a request failed.
//! Promises: no host is asked that the operator did not name; no redirect is followed and no proxy of the environment
//! used; an answer larger than the limit is not read to its end; every request ends by its deadline; HTTPS is checked
//! against the public roots and those the operator adds.
//! Never: caching, retries, parsing of what came; nothing that a reader of a page sends chooses a host.
//! Start at: [`Client::new`].

mod client;
mod error;

pub use client::{Client, Reply, Setting, host_of};
pub use error::FetchError;
