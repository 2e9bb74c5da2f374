//! The examples in the help are routes.

use std::collections::BTreeSet;

use crate::domain::tenants::route::TransportKind;
use crate::domain::tenants::transports::presets;

use super::*;
use crate::app::SystemEntropy;

#[test]
fn every_example_is_a_route_that_only_lacks_its_secret_and_every_transport_has_one() {
    let (mut transports, mut known) = (BTreeSet::new(), BTreeSet::new());
    for line in EXAMPLES.lines().map(str::trim).filter(|line| line.starts_with('{')) {
        let (mut draft, _) = read_route(line.as_bytes()).unwrap_or_else(|why| panic!("{line}: {why:?}"));
        let secret = draft.secret_mut().unwrap_or_else(|| panic!("{line}: no secret"));
        assert!(secret.replace(SecretString::from("a-secret")).is_none(), "{line}");
        let route = draft.complete(&[], &SystemEntropy).unwrap_or_else(|why| panic!("{line}: {why:?}"));
        transports.insert(route.transport.kind().as_str());
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        known.extend(json["settings"]["preset"].as_str().map(str::to_owned));
    }
    // The shell works beside servers, and the inbox that `log` needs is no part of one.
    let usual = TransportKind::ALL.into_iter().filter(|kind| *kind != TransportKind::Log);
    assert_eq!(transports, usual.map(TransportKind::as_str).collect());
    assert_eq!(known, presets::all().map(|(word, _)| word.to_owned()).collect());
}
