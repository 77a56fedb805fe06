//! statute
