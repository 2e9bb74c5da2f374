//! The real binary as a child process: started, killed, started again on the same data.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::eventually;
use super::ports::Port;

/// How long a start may take, on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(30);

/// `otpmint serve` with its own data folder and configuration. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    program: Vec<String>,
    environment: Vec<(String, String)>,
    home: TempDir,
    data: PathBuf,
    listen: Port,
    metrics: Port,
    child: Option<Child>,
}

impl Server {
    /// A server with this configuration file, in a temporary data folder. Not yet started.
    pub fn new(config: &str) -> Server {
        let home = tempfile::tempdir().expect("a temporary folder");
        let file = home.path().join("otpmint.toml");
        fs::write(&file, config).expect("the folder is ours");
        let file = file.display().to_string();
        let program = [env!("CARGO_BIN_EXE_otpmint"), "serve", "--config", &file].map(str::to_owned).to_vec();
        let data = home.path().join("data");
        let (listen, metrics) = (Port::lease(), Port::lease());
        Server { program, environment: Vec::new(), home, data, listen, metrics, child: None }
    }

    /// Sets an environment variable for the next start.
    pub fn env(mut self, name: &str, value: &str) -> Server {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Keeps its data elsewhere, such as on a small disk.
    pub fn data_in(mut self, folder: &Path) -> Server {
        self.data = folder.to_owned();
        self
    }

    /// Puts words before the command line, such as `strace` and its options, or replaces it with another.
    pub fn command(mut self, rewrite: impl FnOnce(Vec<String>) -> Vec<String>) -> Server {
        self.program = rewrite(std::mem::take(&mut self.program));
        self
    }

    /// Starts it and waits until it is ready; otherwise panics with what it printed.
    #[track_caller]
    pub fn start(mut self) -> Server {
        self.start_again();
        self
    }

    /// Starts it (again) on the same data and ports, and waits until it is ready.
    #[track_caller]
    pub fn start_again(&mut self) {
        self.spawn();
        let ready = eventually(START, || {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok()).flatten();
            (ended.is_some() || self.get("/readyz").is_some_and(|(status, _)| status == 200)).then_some(ended)
        });
        if !matches!(ready, Some(None)) {
            panic!("the server did not become ready ({ready:?}); it said:\n{}", self.output());
        }
    }

    /// Starts it without waiting: for starts that should fail.
    pub fn spawn(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = |name: &str| File::options().create(true).append(true).open(self.home.path().join(name));
        let child = Command::new(&self.program[0])
            .args(&self.program[1..])
            .env("OTPMINT_DATA_DIR", &self.data)
            .env("OTPMINT_SERVER__LISTEN", self.address())
            .env("OTPMINT_SERVER__METRICS_LISTEN", format!("127.0.0.1:{}", self.metrics.number()))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .stdout(log("stdout").expect("the folder is ours"))
            .stderr(log("stderr").expect("the folder is ours"))
            .spawn();
        self.child = Some(child.expect("the program exists"));
    }

    /// `host:port` of its API.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.listen.number())
    }

    /// The URL of its API, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The URL of its metrics.
    pub fn metrics_url(&self) -> String {
        format!("http://127.0.0.1:{}/metrics", self.metrics.number())
    }

    /// Where its database and its keys live.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Everything that it has written to stdout and stderr since the first start.
    pub fn output(&self) -> String {
        let read = |name| fs::read(self.home.path().join(name)).unwrap_or_default();
        [read("stdout"), read("stderr")].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
    }

    /// What it has written to stderr, which is the log, since the first start.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.home.path().join("stderr")).unwrap_or_default()).into_owned()
    }

    /// Another command of the program, with the server's configuration and data.
    pub fn beside(&self, command: &[&str]) -> Command {
        let mut other = Command::new(env!("CARGO_BIN_EXE_otpmint"));
        other
            .args(command)
            .arg("--config")
            .arg(self.home.path().join("otpmint.toml"))
            .env("OTPMINT_DATA_DIR", &self.data)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        other
    }

    /// The started process; under `strace` that is strace.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends the signal of that name (`TERM`, `HUP`, `STOP`, …).
    pub fn signal(&self, name: &str) {
        // The shell's own `kill`: not every machine has the program of that name.
        let script = format!("kill -{name} {}", self.pid());
        let sent = Command::new("sh").args(["-c", &script]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{script}");
    }

    /// SIGTERM, and how it ended; `None` if it has not within `limit`.
    pub fn terminate(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.signal("TERM");
        self.wait(limit)
    }

    /// How it ended; `None` if it has not within `limit`.
    pub fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let child = self.child.as_mut().expect("it runs");
        let status = eventually(limit, || child.try_wait().ok().flatten());
        if status.is_some() {
            self.child = None;
        }
        status
    }

    /// A bare GET: status and the whole response. `None` while nothing answers.
    pub fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(self.address()).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address());
        stream.write_all(request.as_bytes()).ok()?;
        let mut response = String::new();
        stream.read_to_string(&mut response).ok()?;
        let status = response.split(' ').nth(1)?.parse().ok()?;
        Some((status, response))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
