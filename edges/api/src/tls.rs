//! The listener: TLS with a certificate on both sides.

use aws_lc_rs::digest::{SHA256, digest};
use axum::serve::Listener;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto};
use tokio_rustls::server::TlsStream;

/// Seconds a machine has to finish its handshake.
const HANDSHAKE_SECONDS_MAX: u64 = 10;
/// Handshakes that may be finished and wait to be answered.
const WAITING_MAX: usize = 64;

/// The files of the listener, PEM.
#[derive(Clone, Debug)]
pub struct MachineFiles {
    /// Our certificate with its chain.
    pub certificate: PathBuf,
    /// Our private key.
    pub key: PathBuf,
    /// The authorities whose machine certificates are believed.
    pub authorities: PathBuf,
    /// Their revocation lists, if any.
    pub revocations: Option<PathBuf>,
}

/// Why there is no listener.
#[derive(Debug, thiserror::Error)]
pub enum MachineFault {
    /// A file cannot be read as PEM, or is empty.
    #[error("`{0}` cannot be read as PEM: {1}")]
    File(PathBuf, String),
    /// Certificate, key and authorities do not make a TLS server.
    #[error("the certificates do not make a TLS server: {0}")]
    Tls(String),
    /// The address is taken.
    #[error("cannot listen for machines: {0}")]
    Listen(#[from] std::io::Error),
}

/// Whoever is at the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// SHA-256 of the machine's certificate.
    pub fingerprint: [u8; 32],
    /// From where.
    pub address: SocketAddr,
}

/// Accepts machines that prove a certificate. A slow or false handshake holds up nobody else.
pub struct MachineListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, Machine)>,
    address: SocketAddr,
}

impl MachineListener {
    /// Listens on an address with these files.
    ///
    /// # Errors
    /// What cannot be read, does not fit, or is taken.
    pub async fn bind(address: SocketAddr, files: &MachineFiles) -> Result<Self, MachineFault> {
        let acceptor = TlsAcceptor::from(Arc::new(config(files)?));
        let tcp = TcpListener::bind(address).await?;
        let address = tcp.local_addr()?;
        let (done, ready) = mpsc::channel(WAITING_MAX);
        tokio::spawn(accept_all(tcp, acceptor, done));
        Ok(Self { ready, address })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept_all(tcp: TcpListener, acceptor: TlsAcceptor, done: mpsc::Sender<(TlsStream<TcpStream>, Machine)>) {
    while !done.is_closed() {
        let (stream, address) = tokio::select! {
            accepted = tcp.accept() => match accepted {
                Ok(accepted) => accepted,
                // Out of descriptors, or the peer was faster than we: the next may succeed.
                Err(_) => { tokio::time::sleep(Duration::from_millis(100)).await; continue }
            },
            () = done.closed() => return,
        };
        let (acceptor, done) = (acceptor.clone(), done.clone());
        tokio::spawn(async move {
            let limit = Duration::from_secs(HANDSHAKE_SECONDS_MAX);
            let Ok(Ok(stream)) = tokio::time::timeout(limit, acceptor.accept(stream)).await else {
                tracing::info!(code = "machine/handshake", "a machine could not finish its handshake");
                return;
            };
            let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            let Some(certificate) = certificate else { return };
            let fingerprint = digest(&SHA256, certificate).as_ref().try_into().expect("SHA-256 has 32 bytes");
            // Nobody takes it any more: the server is stopping.
            let _ = done.send((stream, Machine { fingerprint, address })).await;
        });
    }
}

impl Listener for MachineListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Machine;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            // The accepting task is gone; nobody will come any more.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(Machine { fingerprint: [0; 32], address: self.address })
    }
}

fn config(files: &MachineFiles) -> Result<ServerConfig, MachineFault> {
    let tls = |error: &dyn std::fmt::Display| MachineFault::Tls(error.to_string());
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    for authority in certificates(&files.authorities)? {
        roots.add(authority).map_err(|error| tls(&error))?;
    }
    let mut verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    if let Some(path) = &files.revocations {
        let lists = CertificateRevocationListDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let lists = lists.map_err(|error| MachineFault::File(path.clone(), error.to_string()))?;
        verifier = verifier.with_crls(lists).only_check_end_entity_revocation();
    }
    let verifier = verifier.build().map_err(|error| tls(&error))?;
    let chain = certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| MachineFault::File(files.key.clone(), error.to_string()))?;
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls(&error))?;
    builder.with_client_cert_verifier(verifier).with_single_cert(chain, key).map_err(|error| tls(&error))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, MachineFault> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let read = read.map_err(|error| MachineFault::File(path.to_owned(), error.to_string()))?;
    if read.is_empty() {
        return Err(MachineFault::File(path.to_owned(), "no certificate in it".into()));
    }
    Ok(read)
}
