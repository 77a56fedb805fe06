//! An S3 store of a test's own: moto's server, which `./dev test` installs beside the compiled dependencies.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running store with one empty bucket.
#[derive(Debug)]
pub struct S3 {
    /// `http://127.0.0.1:<port>`
    pub endpoint: String,
    /// Name of the bucket.
    pub bucket: String,
    server: Child,
}

impl S3 {
    /// Starts a store on a free port.
    ///
    /// # Panics
    /// When the server is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        drop(listener);
        let program = program();
        let server = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("`{}` does not start: {error}; `./dev tools` installs it", program.display())
            });
        let store = Self { endpoint: format!("http://{address}"), bucket: "log".to_owned(), server };
        let made = (0..600).find_map(|_| {
            std::thread::sleep(Duration::from_millis(50));
            let mut stream = TcpStream::connect(address).ok()?;
            let ask = format!("PUT /log HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(ask.as_bytes()).ok()?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).ok()?;
            Some(answer)
        });
        let made = made.expect("the S3 store answers within half a minute");
        assert!(made.starts_with("HTTP/1.1 200"), "{made}");
        store
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// `tools/moto/bin/moto_server` in the target directory this test was built into.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test is a program");
    let place = "tools/moto/bin/moto_server";
    test.ancestors().map(|folder| folder.join(place)).find(|path| path.exists()).unwrap_or_else(|| place.into())
}
