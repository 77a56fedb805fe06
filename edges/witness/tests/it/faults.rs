//! What disks and machines do: every call that writes the state fails once, or is the last thing the process does. After a restart the
//! witness still cosigns no older and no other view than one whose cosignature left.

use crate::world::{Folder, Log, NOW, open, origin_hash};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use witness::{Limits, Logs, Witness};

const FOLDER: &str = "RENSHI_TEST_WITNESS_FOLDER";
const STRACE: &str = "`strace` is installed (Debian's package of that name)";
/// Everything that touches the files of the state.
const CALLS: [&str; 6] = ["openat", "write", "fsync", "rename", "read", "close"];

/// The witness as a process of its own: this very test program, told to be one.
#[test]
#[ignore = "not a test: the process that the tests below start"]
fn be_a_witness() {
    let folder = std::env::var_os(FOLDER).unwrap();
    let clock = kernel::FixedClock(OffsetDateTime::from_unix_timestamp(NOW).unwrap());
    let logs = Logs::new([Log::new().vkey()]).unwrap();
    // It ends at once, as if it had crashed, when whoever started it lets go of its input.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::abort();
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let witness = Witness::open(Path::new(&folder), logs, Arc::new(clock)).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("\nADDRESS {}", listener.local_addr().unwrap());
        witness::serve(Arc::new(witness), Limits::default(), listener, std::future::pending()).await.unwrap();
    });
}

/// When `strace` takes hold: `when` counts the calls of each thread by itself, and the thread that reads the state at the start is
/// another one than the thread that writes it.
#[derive(Clone, Copy, Debug)]
enum Armed {
    FromStart,
    WhileRunning,
}

/// A running witness under `strace` with one fault to come; it ends when this goes.
struct Process {
    child: Child,
    tracer: Option<Child>,
    address: Option<String>,
}

impl Process {
    fn start(folder: &Folder, fault: &str, armed: Armed, trace: &Path) -> Self {
        let mut tracer = Command::new("strace");
        tracer.arg("-fo").arg(trace).args(["-e", fault]);
        for path in [folder.0.clone(), folder.0.join("state.json"), folder.0.join("state.json.new")] {
            tracer.arg("-P").arg(path);
        }
        let program = std::env::current_exe().unwrap();
        let mut command = match armed {
            Armed::FromStart => {
                tracer.arg(program);
                std::mem::replace(&mut tracer, Command::new("strace"))
            }
            Armed::WhileRunning => Command::new(program),
        };
        command.args(["--exact", "faults::be_a_witness", "--ignored", "--nocapture"]).env(FOLDER, &folder.0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect(STRACE);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // A witness that does not start ends, and its output with it.
        let address = lines.find_map(|line| line.strip_prefix("ADDRESS ").map(str::to_owned));
        let tracer = matches!(armed, Armed::WhileRunning).then(|| {
            tracer.args(["-p", &child.id().to_string()]).stderr(Stdio::piped());
            let mut tracer = tracer.spawn().expect(STRACE);
            let mut said = BufReader::new(tracer.stderr.take().unwrap()).lines().map_while(Result::ok);
            assert!(said.any(|line| line.contains("attached")), "`strace` may not trace here");
            // It goes on saying which threads come and go, and must not be left without a reader.
            std::thread::spawn(move || said.count());
            tracer
        });
        Self { child, tracer, address }
    }

    /// Asks over HTTP; no answer is no status.
    async fn ask(&self, body: Vec<u8>) -> Option<u16> {
        let host = self.address.clone()?;
        let timeout = Duration::from_secs(20);
        let setting = fetch::Setting { hosts: vec![host.clone()], plain: true, timeout, ..fetch::Setting::default() };
        let client = fetch::Client::new(setting).unwrap();
        let url = format!("http://{host}/add-checkpoint");
        Some(client.post_any(&url, "text/plain", body).await.ok()?.status)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The witness ends when its input does, and the tracer with it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        if let Some(tracer) = &mut self.tracer {
            let _ = tracer.wait();
        }
    }
}

/// One run with one fault. False once the fault no longer happens: then every call had its turn.
async fn run(call: &str, what: &str, when: u32, armed: Armed) -> bool {
    let (folder, log, fork) = (Folder::begun(), Log::new(), Log::fork(5));
    assert_eq!(open(&folder).add(&log.body(0, 5)).status, 200);
    let trace = folder.0.with_extension("strace");
    let fault = format!("inject={call}:{what}:when={when}");
    let first = {
        let process = Process::start(&folder, &fault, armed, &trace);
        let first = process.ask(log.body(5, 9)).await;
        // Whatever became of it, the same process must not contradict itself.
        let other = process.ask(fork.body(5, 9)).await;
        assert!(first != Some(200) || other != Some(200), "{fault}: two faces cosigned");
        let left = if first == Some(200) {
            Some(&log)
        } else if other == Some(200) {
            Some(&fork)
        } else {
            None
        };
        drop(process);
        left
    };
    let text = std::fs::read_to_string(&trace).unwrap_or_default();
    let _ = std::fs::remove_file(&trace);
    let witness = open(&folder);
    let shown = witness.newest(&origin_hash()).unwrap();
    if let Some(left) = first {
        assert!(
            shown.starts_with(left.note(9).split_once("\n\n").unwrap().0),
            "{fault}: what was cosigned was forgotten"
        );
        let other = if std::ptr::eq(left, &log) { &fork } else { &log };
        assert_eq!(witness.add(&other.body(5, 9)).status, 409, "{fault}");
        assert_eq!(witness.add(&left.body(9, 12)).status, 200, "{fault}: and it goes on");
    } else {
        let kept = if shown.starts_with(log.note(5).split_once("\n\n").unwrap().0) { 5 } else { 9 };
        let face =
            if kept == 9 && shown.starts_with(fork.note(9).split_once("\n\n").unwrap().0) { &fork } else { &log };
        assert_eq!(witness.add(&face.body(kept, 12)).status, 200, "{fault}: and it goes on");
    }
    text.contains("(INJECTED)") || text.contains("killed by SIGKILL")
}

async fn every_call(what: &str) {
    let mut faults = 0;
    for (call, armed) in CALLS.into_iter().flat_map(|call| [(call, Armed::FromStart), (call, Armed::WhileRunning)]) {
        let mut when = 1;
        while run(call, what, when, armed).await {
            (when, faults) = (when + 1, faults + 1);
            assert!(when < 40, "the fault never ends");
        }
    }
    // Starting opens, syncs, reads and closes file and folder; writing opens, writes, syncs, renames, and opens, syncs and closes the folder.
    assert!(faults >= 16, "only {faults} faults happened: not everything was tried");
}

#[tokio::test]
async fn each_call_fails_once_with_eio() {
    every_call("error=EIO").await;
}

#[tokio::test]
async fn each_call_fails_once_with_enospc() {
    every_call("error=ENOSPC").await;
}

#[tokio::test]
async fn each_call_is_the_last_before_sigkill() {
    every_call("signal=SIGKILL").await;
}
