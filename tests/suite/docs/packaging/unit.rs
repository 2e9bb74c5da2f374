//! The unit of systemd.

use std::collections::BTreeMap;

use crate::support::documents::read;

#[test]
fn the_unit_may_have_the_ports_of_tls_and_nothing_else() {
    let unit = read("packaging/otpmint.service");
    let set: BTreeMap<_, _> = unit.lines().filter_map(|line| line.split_once('=')).collect();
    for setting in ["CapabilityBoundingSet", "AmbientCapabilities"] {
        assert_eq!(set[setting], "CAP_NET_BIND_SERVICE", "{setting}");
    }
    // A capability in a namespace of users is none for the machine's ports (user_namespaces(7)).
    assert_eq!(set["PrivateUsers"], "no");
    assert_eq!((set["NoNewPrivileges"], set["DynamicUser"]), ("yes", "yes"));
}
