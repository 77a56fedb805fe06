//! A private PostgreSQL cluster in the data folder: made on first start, reached through a socket only, stopped with the program.
//!
//! PostgreSQL refuses to run as root; a program that is root runs it as the system's `postgres` (or `nobody`) user.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Commits survive a power cut. Always, outside tests.
    Full,
    /// Tests that throw the cluster away.
    Disposable,
}

/// Why the private cluster is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No PostgreSQL on this machine.
    #[error("PostgreSQL's programs were not found; install Debian's `postgresql` or name their folder in PG_BIN")]
    NoBinaries,
    /// Another program uses this data folder.
    #[error("the data folder `{0}` is in use by another program")]
    InUse(PathBuf),
    /// The user PostgreSQL must run as cannot reach the folder.
    #[error(
        "PostgreSQL runs as `{user}` and may not enter `{folder}`; choose another data folder or allow it (chmod o+x)"
    )]
    Unreachable {
        /// The system user.
        user: String,
        /// The folder in the way.
        folder: PathBuf,
    },
    /// A file or folder could not be made.
    #[error("`{path}` cannot be prepared")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// `initdb` or `pg_ctl` said no.
    #[error("{program} failed: {message}")]
    Program {
        /// Which.
        program: &'static str,
        /// Its own words.
        message: String,
    },
}

/// The system user PostgreSQL runs as when we are root.
#[derive(Clone, Debug)]
struct ServiceUser {
    name: String,
    uid: u32,
    gid: u32,
}

/// A running private cluster. Dropping it stops PostgreSQL.
#[derive(Debug)]
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    sockets: PathBuf,
    user: Option<ServiceUser>,
    /// Held as long as the program lives, so that two programs never share one private cluster.
    _lock: File,
}

impl Cluster {
    /// Starts (and on first use makes) the cluster in `data/pg`. A cluster left running by a killed program is taken over.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, the folder is in use or cannot be prepared, or PostgreSQL does not start.
    pub fn start(data: &Path, durability: Durability) -> Result<Self, ClusterError> {
        let bin = binaries().ok_or(ClusterError::NoBinaries)?;
        let data = prepare_data(data)?;
        let lock = lock(&data)?;
        let user = service_user(&data);
        if let Some(user) = &user {
            admit(user, &data)?;
        }
        let folder = data.join("pg");
        let sockets = socket_folder(&folder, user.as_ref())?;
        let cluster = Self { bin, folder, sockets, user, _lock: lock };
        cluster.initialise(durability)?;
        cluster.run(durability)?;
        Ok(cluster)
    }

    /// The address of the cluster in `data` while another program runs it; none if there is no running cluster.
    #[must_use]
    pub fn running_url(data: &Path) -> Option<String> {
        // PostgreSQL writes there what runs: the folder of its socket stands in the fifth line.
        let notes = fs::read_to_string(data.join("pg/postmaster.pid")).ok()?;
        let sockets = notes.lines().nth(4).filter(|folder| folder.starts_with('/'))?;
        Some(url_at(Path::new(sockets), "renshi"))
    }

    /// Whether there is a cluster in `data`, running or not.
    #[must_use]
    pub fn exists(data: &Path) -> bool {
        data.join("pg/PG_VERSION").exists()
    }

    /// The address for [`crate::Db::connect`].
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("renshi")
    }

    /// The address of another database in this cluster.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        url_at(&self.sockets, database)
    }

    fn initialise(&self, durability: Durability) -> Result<(), ClusterError> {
        if self.folder.join("PG_VERSION").exists() {
            return Ok(());
        }
        own(&self.folder, self.user.as_ref())?;
        let mut initdb = self.command("initdb");
        initdb.args(["-U", "renshi", "--auth=trust", "-E", "UTF8", "--locale=C", "-D"]).arg(&self.folder);
        if durability == Durability::Disposable {
            initdb.arg("--no-sync");
        }
        finish("initdb", initdb.output(), &self.folder)
    }

    fn run(&self, durability: Durability) -> Result<(), ClusterError> {
        let running = self.command("pg_ctl").arg("-D").arg(&self.folder).arg("status").output();
        if running.is_ok_and(|o| o.status.success()) {
            return Ok(());
        }
        let mut options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c shared_buffers=128MB -c max_wal_size=1GB \
             -c max_connections=200 -c wal_compression=on -c timezone=UTC",
            self.sockets.display()
        );
        if durability == Durability::Disposable {
            options.push_str(" -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        }
        let mut start = self.command("pg_ctl");
        start.arg("-D").arg(&self.folder).args(["-w", "-s", "-l"]).arg(self.folder.join("log"));
        start.arg("-o").arg(options).arg("start");
        // The server must not inherit our pipes, or reading them to their end would wait for the server.
        start
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        let status = start.status().map_err(|source| ClusterError::Io { path: self.folder.clone(), source })?;
        if !status.success() {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(5).collect();
            let message = tail.into_iter().rev().collect::<Vec<_>>().join(" / ");
            return Err(ClusterError::Program { program: "pg_ctl start", message });
        }
        self.create_database()
    }

    fn create_database(&self) -> Result<(), ClusterError> {
        let mut psql = self.command("psql");
        psql.arg("-h").arg(&self.sockets).args(["-U", "renshi", "-d", "postgres", "-tAqc"]);
        psql.arg("SELECT 'CREATE DATABASE renshi' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'renshi')");
        let answer = psql.output().map_err(|source| ClusterError::Io { path: self.folder.clone(), source })?;
        let statement = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        if statement.is_empty() {
            return finish("psql", Ok(answer), &self.folder);
        }
        let mut create = self.command("psql");
        create.arg("-h").arg(&self.sockets).args(["-U", "renshi", "-d", "postgres", "-qc", &statement]);
        finish("psql", create.output(), &self.folder)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.env("LC_ALL", "C").current_dir("/");
        if let Some(user) = &self.user {
            command.gid(user.gid).uid(user.uid);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.arg("-D").arg(&self.folder).args(["-m", "fast", "-w", "-s", "stop"]);
        // A server that is already gone is what we want; there is nobody left to tell otherwise.
        let _ = stop.output();
    }
}

fn url_at(sockets: &Path, database: &str) -> String {
    let host: String = sockets.display().to_string().bytes().map(escape).collect();
    format!("postgres:///{database}?host={host}&user=renshi")
}

fn escape(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn binaries() -> Option<PathBuf> {
    let named = std::env::var_os("PG_BIN").map(PathBuf::from).into_iter();
    let debian = (13..=20).rev().map(|v| PathBuf::from(format!("/usr/lib/postgresql/{v}/bin")));
    named.chain(debian).find(|folder| folder.join("initdb").exists())
}

fn prepare_data(data: &Path) -> Result<PathBuf, ClusterError> {
    let wrap = |source| ClusterError::Io { path: data.to_owned(), source };
    if !data.exists() {
        fs::DirBuilder::new().recursive(true).create(data).map_err(wrap)?;
        fs::set_permissions(data, fs::Permissions::from_mode(0o750)).map_err(wrap)?;
    }
    data.canonicalize().map_err(wrap)
}

fn lock(data: &Path) -> Result<File, ClusterError> {
    let path = data.join("lock");
    let file = File::create(&path).map_err(|source| ClusterError::Io { path, source })?;
    file.try_lock().map_err(|_| ClusterError::InUse(data.to_owned()))?;
    Ok(file)
}

fn service_user(data: &Path) -> Option<ServiceUser> {
    // The lock file was just made by us, so its owner is the user we run as.
    let we_are_root = fs::metadata(data.join("lock")).is_ok_and(|m| m.uid() == 0);
    if !we_are_root {
        return None;
    }
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"].into_iter().find_map(|wanted| {
        passwd.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|f| f[0] == wanted).and_then(|fields| {
            let number = |i: usize| fields.get(i).and_then(|f| f.parse().ok());
            Some(ServiceUser { name: wanted.to_owned(), uid: number(2)?, gid: number(3)? })
        })
    })
}

/// Lets the service user pass through the data folder (group, execute only) and checks the folders above it.
fn admit(user: &ServiceUser, data: &Path) -> Result<(), ClusterError> {
    let wrap = |source| ClusterError::Io { path: data.to_owned(), source };
    let metadata = fs::metadata(data).map_err(wrap)?;
    if metadata.mode() & 0o001 == 0 {
        chown(data, None, Some(user.gid)).map_err(wrap)?;
        fs::set_permissions(data, fs::Permissions::from_mode(metadata.mode() & 0o7777 | 0o010)).map_err(wrap)?;
    }
    let blocked = data.ancestors().skip(1).find(|folder| {
        fs::metadata(folder).is_ok_and(|m| {
            let group = m.gid() == user.gid && m.mode() & 0o010 != 0;
            let owner = m.uid() == user.uid && m.mode() & 0o100 != 0;
            m.mode() & 0o001 == 0 && !group && !owner
        })
    });
    match blocked {
        Some(folder) => Err(ClusterError::Unreachable { user: user.name.clone(), folder: folder.to_owned() }),
        None => Ok(()),
    }
}

fn own(folder: &Path, user: Option<&ServiceUser>) -> Result<(), ClusterError> {
    let wrap = |source| ClusterError::Io { path: folder.to_owned(), source };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(wrap)?;
    if let Some(user) = user {
        chown(folder, Some(user.uid), Some(user.gid)).map_err(wrap)?;
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(wrap)
}

/// The folder of the socket: the cluster's own, or a short one when a socket's path (107 bytes at most) would not fit.
fn socket_folder(folder: &Path, user: Option<&ServiceUser>) -> Result<PathBuf, ClusterError> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    if folder.as_os_str().len() <= 80 {
        return Ok(folder.to_owned());
    }
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    let short = std::env::temp_dir().join(format!("renshi-{:016x}", hasher.finish()));
    own(&short, user)?;
    Ok(short)
}

fn finish(program: &'static str, result: io::Result<Output>, folder: &Path) -> Result<(), ClusterError> {
    let output = result.map_err(|source| ClusterError::Io { path: folder.to_owned(), source })?;
    if output.status.success() {
        return Ok(());
    }
    Err(ClusterError::Program { program, message: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}
