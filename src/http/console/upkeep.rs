//! What the servers themselves need: a certificate, room on the disk, backups, and one another.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::certificate::{CertificateStanding, CertificateState};
use crate::domain::disk::{DiskStanding, FullDisk};
use crate::domain::node::NodeKind;
use crate::domain::time::Timestamp;
use crate::http::state::Upkeep;
use crate::service::{NodeRow, NodeStanding, NodesOverview};

/// How long before its end a certificate is worth a look. One that an authority issues is replaced earlier.
const ENDS_SOON: Duration = Duration::from_secs(14 * 86_400);

/// The page of the nodes.
const NODES: &str = "/console/nodes";

/// Something that a server needs.
#[derive(Debug)]
pub(super) struct Need {
    /// Whether it already harms.
    pub(super) is_urgent: bool,
    pub(super) what: String,
    /// What to do about it.
    pub(super) why: &'static str,
    /// Since when, or when it happens.
    pub(super) at: Timestamp,
    /// The page with more.
    pub(super) there: Option<&'static str>,
}

/// Returns what this server and the others need.
pub(super) fn needs(upkeep: &Upkeep, nodes: &NodesOverview) -> Vec<Need> {
    let now = nodes.now;
    let certificate = upkeep.certificate.as_ref().and_then(|standing| of_certificate(standing, now));
    let failing = upkeep.backups.as_ref().and_then(|standing| standing.failing_since());
    let backups = failing.map(|since| Need {
        is_urgent: true,
        what: "Backups fail.".to_owned(),
        why: "The server tries again every five minutes; its log says what went wrong.",
        at: since,
        there: None,
    });
    let single = [certificate, of_disk(&upkeep.disk, now), backups, of_versions(nodes)];
    let late = nodes.nodes.iter().filter_map(of_node);
    single.into_iter().flatten().chain(late).collect()
}

fn of_certificate(standing: &CertificateStanding, now: Timestamp) -> Option<Need> {
    let ends = standing.ends();
    let need = |is_urgent, what: &str, why| {
        Some(Need { is_urgent, what: what.to_owned(), why, at: ends.unwrap_or(now), there: None })
    };
    const RENEW: &str = "Put a new one into tls.cert_file, or see in the log why the authority issues none.";
    match standing.state(now) {
        CertificateState::Missing => need(true, "The server has no certificate yet.", RENEW),
        CertificateState::Expired => need(true, "The server's certificate has expired.", RENEW),
        CertificateState::NotReplaced => need(
            true,
            "The server could not take its next certificate.",
            "The present one is used until it ends; the log says what went wrong.",
        ),
        CertificateState::Valid if ends.is_some_and(|ends| now + ENDS_SOON >= ends) => {
            need(false, "The server's certificate ends.", RENEW)
        }
        CertificateState::Valid => None,
    }
}

fn of_disk(disk: &DiskStanding, now: Timestamp) -> Option<Need> {
    let FullDisk { free, is_urgent } = disk.little_room()?;
    let mib = free / (1 << 20);
    let left = if mib < 1024 { format!("{mib} MB") } else { format!("{:.1} GB", mib as f64 / 1024.0) };
    Some(Need {
        is_urgent,
        what: format!("The server's disk has only {left} left."),
        why: "Once it is full, no code can be created or checked. Make room, or keep less under [retention].",
        at: now,
        there: None,
    })
}

fn of_versions(nodes: &NodesOverview) -> Option<Need> {
    let current = nodes.nodes.iter().filter(|row| is_server(row) && row.standing == NodeStanding::Current);
    let versions: BTreeSet<&str> = current.map(|row| row.info.version.as_str()).collect();
    let listed: Vec<&str> = versions.into_iter().collect();
    (listed.len() > 1).then(|| Need {
        is_urgent: false,
        what: format!("The servers run different versions: {}.", listed.join(", ")),
        why: "Finish the update: older ones do not know what newer ones add to the database.",
        at: nodes.now,
        there: Some(NODES),
    })
}

fn of_node(row: &NodeRow) -> Option<Need> {
    let number = row.info.lease.node.number();
    let (is_urgent, what, why) = match row.standing {
        NodeStanding::Late if is_server(row) => (
            true,
            format!("Node {number} cannot renew its lease, and does nothing until it can."),
            "Look at its log and at its way to the database.",
        ),
        NodeStanding::Dead if is_server(row) => (
            false,
            format!("Node {number} has vanished. The others go on with its work."),
            "Start it again, or leave it: its entry is removed in time.",
        ),
        NodeStanding::Current | NodeStanding::Late | NodeStanding::Dead => return None,
    };
    Some(Need { is_urgent, what, why, at: row.info.seen_at, there: Some(NODES) })
}

fn is_server(row: &NodeRow) -> bool {
    row.info.kind == NodeKind::Server
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::backup_standing::BackupStanding;
    use crate::domain::node::{Node, NodeInfo, NodeLease, NodeSession};

    fn upkeep() -> Upkeep {
        Upkeep { certificate: None, backups: None, disk: Arc::default() }
    }

    fn node(number: u16, version: &str, standing: NodeStanding) -> NodeRow {
        let lease = NodeLease { node: Node::numbered(number), session: NodeSession(1) };
        let at = day(1);
        NodeRow {
            info: NodeInfo {
                lease,
                kind: NodeKind::Server,
                address: "10.0.0.1".to_owned(),
                version: version.to_owned(),
                lanes: 1,
                joined_at: at,
                seen_at: at,
                skew: None,
                lag: Duration::ZERO,
            },
            standing,
            is_this: number == 1,
            duties: Vec::new(),
        }
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::from_millis(day * 86_400_000)
    }

    fn told(upkeep: &Upkeep, nodes: Vec<NodeRow>) -> Vec<(bool, String)> {
        let found = needs(upkeep, &NodesOverview { nodes, now: day(10) });
        found.into_iter().map(|need| (need.is_urgent, need.what)).collect()
    }

    #[test]
    fn a_server_that_has_what_it_needs_is_not_mentioned() {
        let certificate = Arc::new(CertificateStanding::default());
        certificate.serve_until(day(25));
        let whole = Upkeep { certificate: Some(certificate), backups: Some(Arc::default()), ..upkeep() };
        whole.disk.measured(50 << 30, 100 << 30);
        assert_eq!(told(&whole, vec![node(1, "1.0.0", NodeStanding::Current)]), []);
    }

    #[test]
    fn certificates_are_told_in_time() {
        let certificate = Arc::new(CertificateStanding::default());
        let upkeep = Upkeep { certificate: Some(Arc::clone(&certificate)), ..upkeep() };
        let one = |upkeep| told(upkeep, Vec::new()).remove(0);
        assert_eq!(one(&upkeep), (true, "The server has no certificate yet.".to_owned()));
        certificate.serve_until(day(24));
        assert_eq!(one(&upkeep), (false, "The server's certificate ends.".to_owned()));
        certificate.fail();
        assert_eq!(one(&upkeep), (true, "The server could not take its next certificate.".to_owned()));
        certificate.serve_until(day(10));
        assert_eq!(one(&upkeep), (true, "The server's certificate has expired.".to_owned()));
    }

    #[test]
    fn backups_that_fail_and_a_disk_that_fills_are_told() {
        let backups = Arc::new(BackupStanding::default());
        backups.failed(day(9));
        let upkeep = Upkeep { backups: Some(backups), ..upkeep() };
        upkeep.disk.measured(300 << 20, 20 << 30);
        let disk = "The server's disk has only 300 MB left.".to_owned();
        assert_eq!(told(&upkeep, Vec::new()), [(true, disk), (true, "Backups fail.".to_owned())]);
        upkeep.disk.measured(3 << 29, 20 << 30);
        assert_eq!(
            told(&upkeep, Vec::new())[0],
            (false, "The server's disk has only 1.5 GB left.".to_owned())
        );
    }

    #[test]
    fn nodes_that_stop_and_versions_that_differ_are_told() {
        let nodes = vec![
            node(1, "1.0.0", NodeStanding::Current),
            node(2, "1.1.0", NodeStanding::Current),
            node(3, "0.9.0", NodeStanding::Late),
            node(4, "0.9.0", NodeStanding::Dead),
        ];
        let expected = [
            (false, "The servers run different versions: 1.0.0, 1.1.0."),
            (true, "Node 3 cannot renew its lease, and does nothing until it can."),
            (false, "Node 4 has vanished. The others go on with its work."),
        ];
        assert_eq!(told(&upkeep(), nodes), expected.map(|(is_urgent, what)| (is_urgent, what.to_owned())));
    }
}
