//! Programs beside the demonstration: each a process of its own, so that it can be stopped and started by itself.

use crate::Failure;
use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

/// How often it is looked whether one answers, and how long in between.
const TRIES: (u32, Duration) = (100, Duration::from_millis(100));

/// An address of this machine that nobody listens at.
///
/// # Errors
/// When there is none.
pub async fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()
}

/// Starts a program and waits until it answers at its address. It ends with this program. Returns its process number.
///
/// # Errors
/// When it does not start or does not answer.
pub async fn start(program: &Path, arguments: &[impl AsRef<OsStr>], address: SocketAddr) -> Result<u32, Failure> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("`{}` cannot be started: {error}", program.display()))?;
    let process = child.id().unwrap_or_default();
    for _ in 0..TRIES.0 {
        if TcpStream::connect(address).await.is_ok() {
            // Whoever stops it by hand leaves nothing behind; and when the program ends, the task does, and the child with it.
            tokio::spawn(async move { child.wait().await });
            return Ok(process);
        }
        tokio::time::sleep(TRIES.1).await;
    }
    Err(format!("`{}` does not answer at {address}", program.display()).into())
}
