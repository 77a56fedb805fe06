//! The program from outside: its verbs, its exit codes, and what it survives.

mod faults;
mod instances;
mod program;
mod verdicts;
