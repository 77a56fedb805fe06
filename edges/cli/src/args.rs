//! The command line.

mod register;

pub use register::{Monitor, Pack, PackAct, PackFetch, PublicPlace, Register, RegisterAct, Witness};

use clap::{Args, Parser, Subcommand};
use std::net::{IpAddr, SocketAddr};
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
    /// Let pages of named sites ask the card in the reader of this machine for a signature.
    Card(CardArgs),
    /// Be a witness of transparency logs: cosign their checkpoints as long as each extends the one before (C2SP tlog-witness).
    Witness(Witness),
    /// Verify an order (PDF, bundle, or the text of a code) offline: exit 0 valid, 1 not valid, 2 cannot decide, 3 superseded, revoked or repealed.
    Verify(Verify),
    /// Follow a register from outside, keep a copy of it, and keep evidence: exit 0 nothing wrong, 1 evidence or findings, 2 cannot read.
    Monitor(Monitor),
    /// Fetch the few files with which codes are verified without a network.
    Pack(Pack),
    /// Calculate pensions, each figure with its reasons, and check examples against the rules.
    Pension(Pension),
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
    /// A file (TOML) that says where checkpoints of the register are anchored; pages in the data folder if not given.
    #[arg(long, value_name = "FILE")]
    pub anchors: Option<PathBuf>,
    /// The development node `anvil`: the register is anchored on a local chain that it runs.
    #[arg(long, value_name = "PROGRAM", conflicts_with_all = ["anchors", "exit"])]
    pub local_chain: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8640")]
    pub listen: SocketAddr,
    /// Where the card component answers.
    #[command(flatten)]
    pub card_component: CardComponent,
}

/// Forms of one address in a minute: ten a second, for a whole office behind one address.
pub const POSTS_PER_MINUTE: u32 = 600;

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
    /// Address of a reverse proxy of ours, whose word on who is asking (X-Forwarded-For) is believed; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    pub trusted_proxy: Vec<IpAddr>,
    /// Most forms one address may send in a minute before it has to wait; counted by each instance by itself. 0 for no limit.
    #[arg(long, value_name = "NUMBER", default_value_t = POSTS_PER_MINUTE)]
    pub posts_per_minute: u32,
    /// The policy of the register (C2SP tlog-policy): its witnesses with their addresses, and how many of them must have cosigned before
    /// a receipt is made. Without it the register has no witnesses; see docs/operating/register.md.
    #[arg(long, env = "RENSHI_POLICY", value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A file (TOML) that describes an existing government portal which may vouch for people; see docs/operating.md.
    #[arg(long, value_name = "FILE")]
    pub portal: Option<PathBuf>,
    /// A file (TOML) that says where checkpoints of the register are anchored; pages in the data folder if not given. See
    /// docs/operating/register.md.
    #[arg(long, env = "RENSHI_ANCHORS", value_name = "FILE")]
    pub anchors: Option<PathBuf>,
    /// Whose cards sign in and approve: a certificate (PEM or DER) of a CA, or a TOML file of authorities with where they say which
    /// cards are revoked. May be repeated; the platform's own authority if not given.
    #[arg(long, env = "RENSHI_CARD_CA", value_delimiter = ',')]
    pub card_ca: Vec<PathBuf>,
    /// The listener for partner systems.
    #[command(flatten)]
    pub machines: Machines,
    /// Where the public files of the register are brought up to date, beside being served.
    #[command(flatten)]
    pub public_place: PublicPlace,
    /// Where the card component answers.
    #[command(flatten)]
    pub card_component: CardComponent,
}

/// Where pages find the card component.
#[derive(Args, Clone, Debug)]
pub struct CardComponent {
    /// Address at which the card component answers on people's own machines; `none` to offer no component.
    #[arg(long = "card-component", env = "RENSHI_CARD_COMPONENT", default_value = "http://127.0.0.1:61161", value_parser = component)]
    card_component: String,
}

impl CardComponent {
    /// The address, if a component is offered.
    #[must_use]
    pub fn address(self) -> Option<String> {
        (self.card_component != NO_COMPONENT).then_some(self.card_component)
    }
}

const NO_COMPONENT: &str = "none";

fn component(text: &str) -> Result<String, card::SiteFault> {
    if text == NO_COMPONENT { Ok(text.to_owned()) } else { text.parse::<card::Site>().map(|_| text.to_owned()) }
}

/// Options of `renshi card`.
#[derive(Args, Clone, Debug)]
pub struct CardArgs {
    /// PKCS #11 module of the card's maker.
    #[arg(long, requires = "token")]
    pub module: Option<PathBuf>,
    /// Label of the token.
    #[arg(long, requires = "module")]
    pub token: Option<String>,
    /// A software card (PEM) instead of one in a reader, for trials.
    #[arg(long, conflicts_with = "module", required_unless_present = "module")]
    pub soft: Option<PathBuf>,
    /// File with the PIN: used when a page sends none; the PIN of a software card.
    #[arg(long)]
    pub pin_file: Option<PathBuf>,
    /// Certificate (PEM or DER) of the CA that issued the card, for cards that do not carry it.
    #[arg(long)]
    pub ca: Option<PathBuf>,
    /// A site whose pages may ask, as the browser shows it; may be given several times.
    #[arg(long = "site", required = true)]
    pub sites: Vec<card::Site>,
    /// Port on this machine; 0 takes a free one.
    #[arg(long, default_value_t = 61161)]
    pub port: u16,
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

/// The listener for partner systems: mutual TLS, the addresses under /api/v1 only.
#[derive(Args, Clone, Debug)]
pub struct Machines {
    /// Address to listen on for partner systems; they are not answered if not given.
    #[arg(long, value_name = "ADDRESS", requires_all = ["machine_cert", "machine_key", "machine_ca"])]
    pub machines: Option<SocketAddr>,
    /// Certificate of that listener with its chain, PEM.
    #[arg(long, value_name = "FILE")]
    pub machine_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, value_name = "FILE")]
    pub machine_key: Option<PathBuf>,
    /// The authorities whose machine certificates are believed, PEM.
    #[arg(long, value_name = "FILE")]
    pub machine_ca: Option<PathBuf>,
    /// Their revocation lists, PEM.
    #[arg(long, value_name = "FILE")]
    pub machine_crl: Option<PathBuf>,
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

/// Options of `renshi keep`.
#[derive(Args, Clone, Debug)]
pub struct Keep {
    /// What to keep.
    #[command(subcommand)]
    pub act: KeepAct,
}

/// Addresses of an authority's new keys in a token (RFC 7512).
#[derive(Clone, Debug, clap::Args)]
pub struct KeyPlaces {
    /// Address of the key that seals orders (Ed25519) in a token: pkcs11:token=LABEL;id=%01?module-path=FILE&pin-source=file:FILE. The
    /// key is made there if it is not there, and never leaves it.
    #[arg(long, value_name = "ADDRESS", requires = "document_key")]
    seal_key: Option<String>,
    /// Address of the key that signs papers (P-256) in a token.
    #[arg(long, value_name = "ADDRESS", requires = "seal_key")]
    document_key: Option<String>,
}

impl KeyPlaces {
    /// Both addresses, if they were given.
    pub fn named(self) -> Option<crate::in_token::Places> {
        Some(crate::in_token::Places { seal: self.seal_key?, document: self.document_key? })
    }
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
        /// Replace the keys as planned: the old ones endorse the new ones.
        #[arg(long, conflicts_with = "revoke_from")]
        rotate: bool,
        /// Replace the keys in an emergency: what entered the register under the old ones at this moment (RFC 3339) or later is revoked.
        #[arg(long, value_name = "MOMENT", requires = "reason")]
        revoke_from: Option<String>,
        /// Why; kept, and shown to the agency.
        #[arg(long, requires = "revoke_from")]
        reason: Option<String>,
        /// Where the new keys are to be, if not in files.
        #[command(flatten)]
        places: KeyPlaces,
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
    /// Make a key in an empty token and let the platform's own authority certify it: a card for trials.
    TrialCard {
        /// Data folder with the authority's key.
        #[arg(long, env = "RENSHI_DATA")]
        data: Option<PathBuf>,
        /// PKCS #11 module of the token's maker.
        #[arg(long)]
        module: PathBuf,
        /// Label of the token.
        #[arg(long)]
        token: String,
        /// File with the PIN of the token.
        #[arg(long)]
        pin_file: PathBuf,
        /// Name of the holder.
        #[arg(long)]
        name: String,
        /// Serial number in the certificate's subject, such as TP00000001.
        #[arg(long)]
        number: String,
        /// An RSA-2048 key, as citizen certificates have, instead of P-256. It signs in but does not approve.
        #[arg(long)]
        rsa: bool,
        /// Where to write the certificate (DER), to register it with `renshi keep card`.
        certificate: PathBuf,
    },
    /// Turn erasure of orders on or off, and say for how many days backups are kept. Off unless turned on: the archives law comes first.
    Erasure(crate::erasing::KeepErasure),
    /// Set how many working days the platform promises for the answer to a person who asks why somebody looked.
    AnswerDays {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// Working days, 1 to 60; counts for questions asked from now on.
        days: u32,
    },
    /// Set for how many people a service agent may act at most.
    AgentPrincipals {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// People, 1 to 1000; an agent who acts for more already goes on.
        number: i64,
    },
    /// Register the machine of a partner system, or end it.
    Machine {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// Certificate of the machine, PEM or DER.
        certificate: PathBuf,
        /// Name of the system, as people read it in their read log.
        #[arg(long, required_unless_present = "end")]
        name: Option<String>,
        /// Code of the agency it may ask about.
        #[arg(long, required_unless_present = "end")]
        agency: Option<String>,
        /// It may ask about all agencies below too.
        #[arg(long)]
        with_subordinates: bool,
        /// Days for which it counts.
        #[arg(long, default_value_t = 365)]
        days: u16,
        /// End the machine instead.
        #[arg(long)]
        end: bool,
    },
    /// The key ring that wraps people's keys: brings every key under the newest key of the ring.
    Ring {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// Add a new key to the ring first.
        #[arg(long)]
        rotate: bool,
    },
    /// Give a person an office from today on, or end it today. Where two people of the agency can give it, only in an emergency.
    Office {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// National id of the person.
        national_id: String,
        /// officer, secretary, head, security, analyst, auditor or operator.
        role: String,
        /// Agency code.
        agency: String,
        /// End the office instead.
        #[arg(long)]
        end: bool,
        /// Give it alone although two people of the agency could, for this reason: it stays on record, and agency and person see it.
        #[arg(long, value_name = "REASON", conflicts_with = "end")]
        emergency: Option<String>,
    },
}

/// Options of `renshi pension`.
#[derive(Args, Clone, Debug)]
pub struct Pension {
    /// What to do.
    #[command(subcommand)]
    pub what: PensionWhat,
}

/// What can be done with the pension acts.
#[derive(Subcommand, Clone, Debug)]
pub enum PensionWhat {
    /// Check worked examples (CSV): exit 0 all as marked, 1 some are not, 2 the file cannot be read.
    Check(PensionCheck),
    /// Calculate one person's pension with every step: exit 0 calculated, 1 refused, 2 the facts cannot be read.
    Estimate(PensionEstimate),
    /// Calculate a whole population under a law and under the same law with changes.
    Reform(PensionReform),
}

/// Options of `renshi pension estimate`.
#[derive(Args, Clone, Debug)]
pub struct PensionEstimate {
    /// The facts of one person (TOML, or JSON if the name ends so); see docs/pension-facts.md.
    #[arg(long)]
    pub facts: PathBuf,
    /// Which law.
    #[command(flatten)]
    pub law: LawArgs,
    /// A second day: the payment of `--day` under the law of both days side by side, and why they differ.
    #[arg(long, value_parser = civil_date)]
    pub compare: Option<time::Date>,
    /// The payment to compare and explain, `YYYY-MM-DD`; today's, or the first, if not given.
    #[arg(long, value_parser = civil_date)]
    pub day: Option<time::Date>,
    /// Last year of the income over the years.
    #[arg(long, default_value_t = 2030)]
    pub until: i32,
    /// Every kind that may be chosen, side by side, instead of the one chosen.
    #[arg(long)]
    pub options: bool,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `renshi pension reform`; the files are told in docs/pension-population.md.
#[derive(Args, Clone, Debug)]
pub struct PensionReform {
    /// The people (CSV).
    #[arg(long)]
    pub population: PathBuf,
    /// The changes (TOML).
    #[arg(long)]
    pub change: PathBuf,
    /// The day whose law is changed, `YYYY-MM-DD`; the file's or today's if not given.
    #[arg(long, value_parser = civil_date)]
    pub law: Option<time::Date>,
    /// First year; this year if not given.
    #[arg(long)]
    pub first: Option<i32>,
    /// How many years.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u8).range(1..=60))]
    pub years: u8,
    /// Write what the change brings each person into this file (CSV). A run that was stopped goes on where it was.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Which law to calculate by.
#[derive(Args, Clone, Debug)]
pub struct LawArgs {
    /// The day whose law is taken, `YYYY-MM-DD`; today's if not given.
    #[arg(long, value_parser = civil_date)]
    pub law: Option<time::Date>,
    /// Another answer to an open point of law, `name/answer` (law/readings); may be given several times.
    #[arg(long, value_name = "NAME/ANSWER")]
    pub reading: Vec<String>,
}

/// Options of `renshi pension check`.
#[derive(Args, Clone, Debug)]
pub struct PensionCheck {
    /// The examples, in the columns of cases/pension/vectors.csv.
    pub file: PathBuf,
    /// Which law.
    #[command(flatten)]
    pub law: LawArgs,
    /// Print how the figures of these rows come about, by `id`; several with commas.
    #[arg(long, value_delimiter = ',')]
    pub explain: Vec<String>,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Reads `YYYY-MM-DD`.
fn civil_date(text: &str) -> Result<time::Date, String> {
    time::Date::parse(text, &time::format_description::well_known::Iso8601::DATE)
        .map_err(|_| "write a date as YYYY-MM-DD".to_owned())
}

/// Options of `renshi verify`.
#[derive(Args, Clone, Debug)]
pub struct Verify {
    /// The PDF, the bundle, or a text file with what a QR code of mode J or M says.
    pub file: PathBuf,
    /// A folder that `renshi pack fetch` made, for codes; no network is used.
    #[arg(long, conflicts_with = "log")]
    pub pack: Option<PathBuf>,
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
    /// Leaves into the log, proofs, a stranger's audit, and how long a leaf waits, beside a chain of hashes.
    Register {
        /// How many leaves.
        #[arg(long, default_value_t = 1_000_000)]
        leaves: usize,
    },
    /// PDF pages on one core.
    Render {
        /// How many pages.
        #[arg(long, default_value_t = 300)]
        pages: usize,
    },
    /// What writing down who looked adds to a page of 50 people.
    Readlog {
        /// How many pages.
        #[arg(long, default_value_t = 500)]
        pages: usize,
    },
    /// A permission decision, and a list of 10,000 people of a superior with all agencies below.
    Authority {
        /// How many lists; a thousand decisions for each.
        #[arg(long, default_value_t = 50)]
        rounds: usize,
    },
    /// Whole pension assessments of one person on one core, with and without their reasons.
    Pension {
        /// How many of each.
        #[arg(long, default_value_t = 20_000)]
        rounds: usize,
    },
    /// From start to the first answered request, with the demonstration data in place.
    Start,
}
