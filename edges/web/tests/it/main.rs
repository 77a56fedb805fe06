//! The pages, asked in-process as a browser asks them: one binary, a module for each page.

mod approval;
mod committee;
mod mydata;
mod public;
mod routes;
mod world;
