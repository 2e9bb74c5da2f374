//! The memory and the open files of a process.

use std::fs;

/// Bytes of memory that the process has.
#[track_caller]
pub fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process with memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("proc(5)") * 1024
}

/// How many files and connections the process has open; none if it has ended. Those of a server can be counted by root
/// only, since its memory is nobody else's business.
pub fn open_files(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}
