//! Which process listens on a port, according to `/proc` (proc(5)).

use std::fs;

/// The state of a listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// Returns what to tell about a port that is taken: the process, where this user may see it.
pub(super) fn taken(address: &str) -> String {
    let port = address.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
    let process = port.and_then(|port| {
        let sockets: Vec<_> = listening_on(port).collect();
        process_with(&sockets)
    });
    match process {
        Some((id, name)) => format!("{address} is taken by process {id} ({name})"),
        None => format!("{address} is taken by another process"),
    }
}

/// The links by which processes hold the sockets that listen on a port.
fn listening_on(port: u16) -> impl Iterator<Item = String> {
    let tables =
        ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| fs::read_to_string(table).unwrap_or_default());
    let lines: Vec<String> =
        tables.iter().flat_map(|table| table.lines().skip(1)).map(str::to_owned).collect();
    lines.into_iter().filter_map(move |line| {
        let mut words = line.split_whitespace();
        let (local, state, inode) = (words.nth(1)?, words.nth(1)?, words.nth(5)?);
        let is_port = local.ends_with(&format!(":{port:04X}"));
        (is_port && state == LISTENING).then(|| format!("socket:[{inode}]"))
    })
}

/// The id and the name of a process that holds one of these.
fn process_with(sockets: &[String]) -> Option<(u32, String)> {
    let holds = |id: u32| {
        let files = fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten().flatten();
        files.filter_map(|file| fs::read_link(file.path()).ok()).any(|link| {
            let link = link.to_string_lossy();
            sockets.iter().any(|socket| *socket == link)
        })
    };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut ids = processes.filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok());
    let id = ids.find(|id| holds(*id))?;
    let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    Some((id, name.trim_end().to_owned()))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn the_process_that_listens_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let told = taken(&address);
        assert!(
            told.starts_with(&format!("{address} is taken by process {} (", std::process::id())),
            "{told}"
        );
        drop(listener);
        assert_eq!(taken(&address), format!("{address} is taken by another process"));
    }
}
