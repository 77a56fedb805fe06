//! Seal: the canonical bytes of an order, the keys and signatures on them, and what proves them to a stranger.
//!
//! Owns: docs/verification.md sections 1, 3, 4, 6, 7, 8, 9 and 11 as code: record, approval, key statement, bundle, signed
//! PDF, QR codes, verdict; beyond it, whether a card of a government CA is good ([`card`]) and not revoked
//! ([`revocation`]).
//! Promises: pure functions from bytes to bytes; every parser takes strangers' files, never panics, and accepts one
//! encoding only. Time and chance are parameters.
//! Never: files, SQL, network, and nothing of what an order is about beyond the names of fields in the contract.
//! Serves: `orders` (sealing), `pdf` (signing), the verification command and page.
//! Start at: [`record`], then [`bundle`], then [`verdict`].

pub mod approval;
mod asn1;
pub mod authority;
pub mod bundle;
pub mod card;
pub mod certificate;
pub mod check;
pub mod cms;
pub mod code;
pub mod code_verdict;
pub mod erased;
pub mod keys;
pub mod pades;
mod pdf_file;
mod pem;
pub mod qr;
mod reader;
pub mod record;
pub mod revocation;
mod signer;
pub mod summary;
pub mod verdict;

pub use authority::{Authority, CardSubject, CertificateRequest, SoftCard};
pub use card::{CardAuthority, CardFault, CardRules, CardSigned, CardTrust, verify_card};
pub use certificate::{Subject, subject_of};
pub use cms::{CmsFault, Signed, Trust, verify_attached, verify_detached, verify_unchangeable};
pub use keys::{
    Addressed, AgencyKeys, DocumentKey, Event, EventSignature, KeyElsewhere, KeyFault, Signature, Unsigned,
    leaf_is_signed,
};
pub use reader::CardCertificates;
pub use record::{Field, Hash, Salts, Scribe, Sealed};
pub use summary::Summary;
