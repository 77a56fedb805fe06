//! The command line.

use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Renshi 人事: government personnel work without paper.
#[derive(Debug, Parser)]
#[command(name = "renshi", version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show the whole journey with invented people on embedded storage.
    Demo(Demo),
    /// Serve the platform.
    Serve(Serve),
    /// Take in a list of agencies or people.
    Import(Import),
    /// Check or export the register.
    Register(Register),
    /// Keep cards, offices and authorities' keys.
    Keep(Keep),
    /// Name settings that are weaker than they should be: exit 0 none, 1 some, 2 cannot look.
    Doctor(Doctor),
    /// Verify an order (PDF or bundle) offline: exit 0 valid, 1 not valid, 2 cannot decide, 3 superseded, revoked or repealed.
    Verify(Verify),
    /// Measure.
    Bench(Bench),
}

/// Where the platform keeps what it has.
#[derive(Args, Clone, Debug)]
pub struct Storage {
    /// Folder for keys, mail and the private database.
    #[arg(long, env = "RENSHI_DATA")]
    pub data: Option<PathBuf>,
    /// Address of a PostgreSQL database, instead of the private one in the data folder.
    #[arg(long, env = "RENSHI_DATABASE")]
    pub database: Option<String>,
}

/// Options of `renshi demo`.
#[derive(Args, Clone, Debug)]
pub struct Demo {
    /// The published list of agencies; the built-in one if not given.
    #[arg(long)]
    pub agencies: Option<PathBuf>,
    /// A list of people; the built-in one if not given.
    #[arg(long)]
    pub people: Option<PathBuf>,
    /// An award file; the built-in one if not given.
    #[arg(long)]
    pub awards: Option<PathBuf>,
    /// Data folder.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Write what each party would hold into this folder (with --exit).
    #[arg(long, requires = "exit")]
    pub out: Option<PathBuf>,
    /// Run the journey without a browser and leave.
    #[arg(long)]
    pub exit: bool,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8640")]
    pub listen: SocketAddr,
}

/// Options of `renshi serve`.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// Where things are kept.
    #[command(flatten)]
    pub storage: Storage,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8640")]
    pub listen: SocketAddr,
    /// Address of the platform as people know it; it is printed in QR codes.
    #[arg(long, env = "RENSHI_PUBLIC", default_value = "http://127.0.0.1:8640")]
    pub public: String,
    /// Certificate (PEM or DER) of the CA whose cards sign in and approve; the platform's own authority if not given.
    #[arg(long)]
    pub card_ca: Option<PathBuf>,
}

/// Options of `renshi doctor`.
#[derive(Args, Clone, Debug)]
pub struct Doctor {
    /// As given to `renshi serve`.
    #[command(flatten)]
    pub serve: Serve,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `renshi import`.
#[derive(Args, Clone, Debug)]
pub struct Import {
    /// Where things are kept.
    #[command(flatten)]
    pub storage: Storage,
    /// What the file holds.
    pub what: Imported,
    /// The file.
    pub file: PathBuf,
    /// Day the list stands for (agencies only; ROC or AD); today if not given.
    #[arg(long)]
    pub published: Option<String>,
    /// Show what would change and change nothing (agencies only).
    #[arg(long)]
    pub dry_run: bool,
    /// Take a list that leaves out unusually many agencies.
    #[arg(long)]
    pub accept_missing: bool,
}

/// What a file to import holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Imported {
    /// The published list of agencies.
    Agencies,
    /// A list of people.
    People,
}

/// Options of `renshi register`.
#[derive(Args, Clone, Debug)]
pub struct Register {
    /// What to do with the register.
    #[command(subcommand)]
    pub act: RegisterAct,
}

/// What can be done with the register.
#[derive(Clone, Debug, Subcommand)]
pub enum RegisterAct {
    /// Check every leaf, tile, proof, number, order and closed day of the read log; exit 1 if anything does not fit.
    Fsck {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
    },
    /// Check that the read log of every closed day is what its digest in the register says; exit 1 and the first entry that differs
    /// if it is not.
    Readlog {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
    },
    /// Write the public files of the register into a folder.
    Export {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// The folder.
        folder: PathBuf,
    },
}

/// Options of `renshi keep`.
#[derive(Args, Clone, Debug)]
pub struct Keep {
    /// What to keep.
    #[command(subcommand)]
    pub act: KeepAct,
}

/// What the operator keeps.
#[derive(Clone, Debug, Subcommand)]
pub enum KeepAct {
    /// Make an authority's keys and enter them in the register.
    Keys {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// Agency code.
        agency: String,
        /// Address of the platform as people know it; asked for when the register has not begun yet.
        #[arg(long, env = "RENSHI_PUBLIC")]
        public: Option<String>,
        /// Certificate (PEM or DER) of the CA whose cards may approve for this agency; the platform's own authority if not given.
        #[arg(long)]
        card_ca: Option<PathBuf>,
    },
    /// Register a person's card, or end it.
    Card {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// National id of the person.
        national_id: String,
        /// Certificate of the card, PEM or DER.
        certificate: PathBuf,
        /// End the card instead: it signs nobody in any more.
        #[arg(long)]
        end: bool,
    },
    /// Give a person an office from today on, or end it today.
    Office {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// National id of the person.
        national_id: String,
        /// officer, secretary, head or operator.
        role: String,
        /// Agency code.
        agency: String,
        /// End the office instead.
        #[arg(long)]
        end: bool,
    },
}

/// Options of `renshi verify`.
#[derive(Args, Clone, Debug)]
pub struct Verify {
    /// The PDF or the bundle.
    pub file: PathBuf,
    /// A folder with the log, as served or exported.
    #[arg(long)]
    pub log: Option<PathBuf>,
    /// A policy file with the log's key; the log folder's own if not given.
    #[arg(long)]
    pub policy: Option<PathBuf>,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `renshi bench`.
#[derive(Args, Clone, Debug)]
pub struct Bench {
    /// What to measure.
    #[command(subcommand)]
    pub what: BenchWhat,
}

/// What can be measured.
#[derive(Clone, Debug, Subcommand)]
pub enum BenchWhat {
    /// Record, signature and leaf in memory on one core, beside the raw Ed25519 rate.
    Seal {
        /// How many orders.
        #[arg(long, default_value_t = 100_000)]
        orders: usize,
    },
    /// Orders through the program, durable: file, case, approval, seal, register.
    Journey {
        /// How many orders.
        #[arg(long, default_value_t = 200_000)]
        orders: usize,
    },
    /// PDF pages on one core.
    Render {
        /// How many pages.
        #[arg(long, default_value_t = 300)]
        pages: usize,
    },
    /// From start to the first answered request, with the demonstration data in place.
    Start,
}
