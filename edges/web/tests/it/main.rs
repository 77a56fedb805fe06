//! The pages, asked in-process as a browser asks them: one binary, a module for each page.

mod routes;
mod world;
