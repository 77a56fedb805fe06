//! The pages, asked in-process as a browser asks them: one binary, a module for each page.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod approval;
mod authority;
mod awards;
mod away;
mod cards;
mod committee;
mod deputies;
mod erasure;
mod logs;
mod mandates;
mod mydata;
mod orders;
mod pension;
mod portal;
mod public;
mod reach;
mod read_list;
mod reads;
mod records;
mod rosters;
mod routes;
mod sessions;
mod walk;
mod world;
