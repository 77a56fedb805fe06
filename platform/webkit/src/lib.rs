//! webkit
