//! Award cases against a real database: files, faults, the way to the head, changes, and two people at once.

mod changes;
mod files;
mod lifecycle;
mod world;
