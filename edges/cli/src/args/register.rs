//! What is said about the register at the command line.

use super::Storage;
use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

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
    /// Make the newest checkpoint due to be anchored; the running program (`renshi serve` or `renshi demo`) anchors it.
    Anchor {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// The shard is frozen and this is its last checkpoint.
        #[arg(long)]
        frozen: bool,
    },
    /// List the anchors with their state, the newest first; exit 1 if one failed.
    Anchors {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// Most anchors listed.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Check the published evidence of an anchor, without any database: exit 0 it holds, 1 it does not, 2 it cannot be read.
    AnchorCheck {
        /// The file, as served under /log/anchors/.
        file: PathBuf,
        /// Certificate (PEM or DER) of an authority above time-stamping authorities that is trusted; may be given several times.
        #[arg(long, value_name = "FILE")]
        ca: Vec<PathBuf>,
        /// A folder with the log: the anchored tree must be one of its beginnings.
        #[arg(long, value_name = "FOLDER")]
        log: Option<PathBuf>,
        /// A node of the chain (JSON-RPC address) to ask whether the block is one of the chain.
        #[arg(long, value_name = "ADDRESS")]
        node: Option<String>,
    },
    /// Write the public files of the register into a folder.
    Export {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// The folder.
        folder: PathBuf,
    },
    /// Bring the public files of the register up to date in a folder or an S3 store.
    Publish {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// Where to.
        #[command(flatten)]
        place: PublicPlace,
    },
    /// Take over what a whole copy of the register has and a restored database has not. Nothing else may be running on the database.
    Rebuild {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// The copy: a folder, as published, exported or kept by `renshi monitor`.
        #[arg(long, value_name = "FOLDER")]
        from: PathBuf,
    },
    /// Fill the last 256 places of the register with padding, so that every order in it has a code that is checked without a network.
    Pad {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
    },
    /// Say whether signing is refused because somebody outside knows more of the register, and which refusals were lifted by hand: exit 1
    /// if it is.
    Refusal {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// Lift it, for this reason, which stays on record. Only where no witness is left in the policy that could be asked.
        #[arg(long, value_name = "REASON")]
        lift: Option<String>,
    },
    /// List the erasures: what waits for a second person, what was destroyed, and until when backups may still hold it.
    Erasures {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
    },
    /// Destroy again what a restored backup brought back: each order of which the register says that it was erased. Run it after
    /// `rebuild` and before `serve`.
    EraseAgain {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
    },
    /// Close the running shard of the register and open the next one, under a key of its own: each year, in the first days after New Year.
    /// The server may run meanwhile.
    CloseShard {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
    },
    /// Write the orders of an agency and their states (CSV), as they are on file and not as the register says, for `renshi monitor`.
    Orders {
        /// Where things are kept.
        #[command(flatten)]
        storage: Storage,
        /// Agency code.
        agency: String,
    },
}

/// Where public files go.
#[derive(Args, Clone, Debug)]
pub struct PublicPlace {
    /// A folder, or `s3://bucket/prefix`.
    #[arg(long, env = "RENSHI_PUBLISH", value_name = "PLACE")]
    pub publish: Option<String>,
    /// Address of the S3 store.
    #[arg(long, env = "AWS_ENDPOINT_URL", value_name = "ADDRESS")]
    pub s3_endpoint: Option<String>,
    /// Region of the S3 store.
    #[arg(long, env = "AWS_REGION", value_name = "REGION")]
    pub s3_region: Option<String>,
    /// Access key of the S3 store.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", value_name = "KEY")]
    pub s3_access_key: Option<String>,
    /// Its secret; only from the environment, because arguments are seen by everybody on the machine.
    #[arg(skip = std::env::var("AWS_SECRET_ACCESS_KEY").ok())]
    pub s3_secret: Option<String>,
}

impl PublicPlace {
    /// The place, if one is named.
    ///
    /// # Errors
    /// When the address cannot be understood or the place not opened.
    pub fn open(self) -> Result<Option<objects::Objects>, objects::ObjectsError> {
        let Some(text) = self.publish else { return Ok(None) };
        let keys = objects::Keys {
            endpoint: self.s3_endpoint,
            region: self.s3_region,
            access_key: self.s3_access_key,
            secret: self.s3_secret,
        };
        Ok(Some(objects::Objects::open(&objects::Place::parse(&text, keys)?)?))
    }
}

/// Options of `renshi monitor`.
#[derive(Args, Clone, Debug)]
pub struct Monitor {
    /// The log: its address (`https://…/log`), or a folder with its public files.
    #[arg(long, value_name = "ADDRESS")]
    pub log: String,
    /// The policy: which keys to believe. Get it from somewhere else than the log.
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// Folder for the copy; evidence goes into `evidence` in it.
    #[arg(long, value_name = "FOLDER")]
    pub copy: PathBuf,
    /// An agency's own list of its orders (CSV with `id` and `state`, as `renshi register orders` writes it).
    #[arg(long, value_name = "FILE", requires = "agency")]
    pub orders: Option<PathBuf>,
    /// Code of that agency.
    #[arg(long, value_name = "CODE")]
    pub agency: Option<String>,
    /// Look again every so many seconds instead of once.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub every: Option<u64>,
    /// Tell it when the newest entry of the log is older than this; 0 never does. What is usual without it is longer than any run of days off.
    #[arg(long, value_name = "HOURS", default_value_t = 240)]
    pub silent_after: u32,
    /// Answer as JSON, a line for each round.
    #[arg(long)]
    pub json: bool,
}

/// Options of `renshi pack`.
#[derive(Args, Clone, Debug)]
pub struct Pack {
    /// What to do.
    #[command(subcommand)]
    pub act: PackAct,
}

/// What can be done with a pack.
#[derive(Clone, Debug, Subcommand)]
pub enum PackAct {
    /// Bring the pack in a folder up to the newest checkpoint: exit 0 done, 1 what is served is false, 2 not possible now.
    Fetch(PackFetch),
}

/// Options of `renshi pack fetch`.
#[derive(Args, Clone, Debug)]
pub struct PackFetch {
    /// The log: its address (`https://…/log`), or a folder with its public files.
    #[arg(long, value_name = "ADDRESS")]
    pub log: String,
    /// The policy: which keys to believe. Get it from somewhere else than the log.
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// Folder of the pack.
    #[arg(long, value_name = "FOLDER")]
    pub into: PathBuf,
}

/// Options of `renshi witness`.
#[derive(Args, Clone, Debug)]
pub struct Witness {
    /// Folder for the key and for what was cosigned last. Never bring it back from a backup: make a new key instead.
    #[arg(long, env = "RENSHI_WITNESS_DATA")]
    pub data: PathBuf,
    /// Make a key under this name (like an address without `https://`), print what others need to check it, and leave.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["logs", "policy"])]
    pub new_key: Option<String>,
    /// With --new-key: a second key beside Ed25519, by ML-DSA-44 (FIPS 204), which holds against quantum computers too.
    #[arg(long, requires = "new_key")]
    pub ml_dsa: bool,
    /// With --new-key: make it in a token, at this address (RFC 7512): pkcs11:token=LABEL;id=%01?module-path=FILE&pin-source=file:FILE.
    #[arg(long, value_name = "ADDRESS", requires = "new_key", conflicts_with = "ml_dsa")]
    pub token: Option<token::KeyAddress>,
    /// The verifier key of a log to cosign; may be given several times.
    #[arg(long = "log", value_name = "VKEY")]
    pub logs: Vec<String>,
    /// A policy file (C2SP tlog-policy) whose logs are to be cosigned.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8650")]
    pub listen: SocketAddr,
    /// Most requests one address may make in a minute; 0 for no limit.
    #[arg(long, value_name = "NUMBER", default_value_t = 600)]
    pub per_minute: u32,
}
