//! The system's counters for a process.

use std::fs;
use std::ops::{AddAssign, Sub};

use anyhow::{Context as _, Result};

use super::metrics::field;

/// Clock ticks per second in `/proc`: the same for programs whatever the kernel's own rate is.
const TICKS: f64 = 100.0;

/// The system's counters for the server and for this process.
#[derive(Clone, Copy, Default)]
pub(crate) struct Processes {
    /// Seconds of processor time of the server, user and system.
    pub(crate) server_cpu: f64,
    /// The same of this process: the load and the mail server.
    pub(crate) client_cpu: f64,
    /// Bytes that the server had the system write to a disk, in whole pages; none for a disk in memory.
    pub(crate) disk_bytes: f64,
    /// Bytes that the server passed to `write` and similar calls: to its files, and to sockets if it does not
    /// use `send` for them.
    pub(crate) written_bytes: f64,
}

impl Processes {
    /// The current counts.
    pub(crate) fn now(server: u32) -> Result<Self> {
        let io = read(server, "io")?;
        let count = |name| field(&io, name).context("/proc: what a process writes cannot be read");
        Ok(Self {
            server_cpu: cpu_seconds(server)?,
            client_cpu: cpu_seconds(std::process::id())?,
            disk_bytes: count("write_bytes:")?,
            written_bytes: count("wchar:")?,
        })
    }
}

impl Sub for Processes {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            server_cpu: self.server_cpu - earlier.server_cpu,
            client_cpu: self.client_cpu - earlier.client_cpu,
            disk_bytes: self.disk_bytes - earlier.disk_bytes,
            written_bytes: self.written_bytes - earlier.written_bytes,
        }
    }
}

impl AddAssign for Processes {
    fn add_assign(&mut self, other: Self) {
        self.server_cpu += other.server_cpu;
        self.client_cpu += other.client_cpu;
        self.disk_bytes += other.disk_bytes;
        self.written_bytes += other.written_bytes;
    }
}

/// Seconds of processor time that a process has used so far.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = read(pid, "stat")?;
    parse_cpu(&stat).context("/proc: what a process has used cannot be read")
}

/// Bytes of memory that a process occupies.
pub(crate) fn resident_bytes(pid: u32) -> Result<u64> {
    let status = read(pid, "status")?;
    parse_resident(&status).context("/proc: what a process occupies cannot be read")
}

fn read(pid: u32, file: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).context(path)
}

fn parse_cpu(stat: &str) -> Option<f64> {
    // The name of the program, in parentheses, may contain anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11).map(|field| field.parse::<f64>().ok());
    Some((fields.next()?? + fields.next()??) / TICKS)
}

fn parse_resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_process_has_used() {
        let stat = "42 (odd) name) S 1 1 1 0 -1 4194304 900 0 0 0 150 50 7 7 20 0 9 0 100 1000 200";
        assert_eq!(parse_cpu(stat), Some(2.0));
        assert_eq!(parse_cpu("42 (name) S 1"), None);
        assert_eq!(parse_resident("VmPeak:\t 9 kB\nVmRSS:\t  2048 kB\n"), Some(2_097_152));
        assert_eq!(parse_resident("VmPeak:\t 9 kB\n"), None);
    }

    #[test]
    fn reads_what_a_process_writes() {
        let io = "rchar: 1\nwchar: 22\nsyscw: 3\nwrite_bytes: 4096\ncancelled_write_bytes: 0\n";
        assert_eq!((field(io, "wchar:"), field(io, "write_bytes:")), (Some(22.0), Some(4096.0)));
        assert_eq!(field(io, "bytes:"), None);
    }
}
