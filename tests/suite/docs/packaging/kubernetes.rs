//! `packaging/kubernetes`.

use otpmint::config::Settings;
use otpmint::domain::network::PortRule;
use serde_json::{Value, json};

use crate::support::lab::need;

use super::{LEAVING, assert_is_probed, assert_no_secret, documents, list, load, port, text};

const FILE: &str = "packaging/kubernetes/otpmint.yaml";
const SECRETS: &str = "/run/secrets/otpmint/";

/// The manifests, by kind.
struct Manifests(Vec<Value>);

impl Manifests {
    fn read() -> Option<Self> {
        need(documents(FILE)).map(Self)
    }

    #[track_caller]
    fn the(&self, kind: &str) -> &Value {
        self.0.iter().find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("there is no {kind}"))
    }

    fn pod(&self) -> &Value {
        &self.the("Deployment")["spec"]["template"]["spec"]
    }

    fn container(&self) -> &Value {
        &self.pod()["containers"][0]
    }

    fn settings(&self) -> Settings {
        let variables = list(&self.container()["env"]).iter();
        let variables: Vec<_> =
            variables.map(|one| (text(&one["name"]).to_owned(), text(&one["value"]).to_owned())).collect();
        assert_no_secret(variables.iter().map(|(name, _)| name.as_str()));
        load(Some(text(&self.the("ConfigMap")["data"]["otpmint.toml"])), &variables, SECRETS)
    }
}

#[test]
fn the_settings_exist_and_the_probes_ask_the_server_where_it_listens() {
    let Some(all) = Manifests::read() else { return };
    let (settings, container) = (all.settings(), all.container());
    assert!(settings.data_dir.starts_with("/run/otpmint/"), "nothing else can be written to");
    let port_of = |name: &str| {
        let found = list(&container["ports"]).iter().find(|port| port["name"] == name);
        found.and_then(|port| port["containerPort"].as_u64()).expect("a port")
    };
    assert_eq!(port_of("http"), port(&settings.server.listen));
    assert_eq!(port_of("metrics"), port(&settings.server.metrics_listen));
    for (probe, path) in [("livenessProbe", "/livez"), ("readinessProbe", "/readyz")] {
        assert_eq!(container[probe]["httpGet"], json!({"path": path, "port": "http"}));
        assert_is_probed(path);
    }
    assert_eq!(all.the("Service")["spec"]["ports"][0]["targetPort"], "http");
    let image = text(&container["image"]);
    assert!(image.ends_with(concat!(":", env!("CARGO_PKG_VERSION"))), "{image}");
}

#[test]
fn a_pod_has_the_time_to_drain_and_one_always_serves() {
    let Some(all) = Manifests::read() else { return };
    let waits = text(&all.container()["lifecycle"]["preStop"]["exec"]["command"][1]).parse::<u64>().unwrap();
    let grace = all.pod()["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(grace >= waits + all.settings().server.shutdown_seconds + LEAVING, "{grace} s are too few");
    let deployment = &all.the("Deployment")["spec"];
    assert_eq!(deployment["replicas"], 2);
    assert_eq!(deployment["strategy"]["rollingUpdate"], json!({"maxSurge": 1, "maxUnavailable": 0}));
    assert_eq!(all.the("PodDisruptionBudget")["spec"]["minAvailable"], 1);
    assert_eq!(all.pod()["topologySpreadConstraints"][0]["topologyKey"], "kubernetes.io/hostname");
}

#[test]
fn all_manifests_are_about_the_same_pods() {
    let Some(all) = Manifests::read() else { return };
    let labels = &all.the("Deployment")["spec"]["template"]["metadata"]["labels"];
    for (kind, place) in [
        ("Deployment", "/spec/selector/matchLabels"),
        ("Deployment", "/spec/template/spec/topologySpreadConstraints/0/labelSelector/matchLabels"),
        ("Service", "/spec/selector"),
        ("PodDisruptionBudget", "/spec/selector/matchLabels"),
        ("NetworkPolicy", "/spec/podSelector/matchLabels"),
    ] {
        assert_eq!(all.the(kind).pointer(place), Some(labels), "{kind} {place}");
    }
    for one in &all.0 {
        assert_eq!(one["metadata"]["namespace"], "otpmint", "{}", one["kind"]);
    }
}

#[test]
fn a_pod_may_do_nothing_that_it_does_not_need() {
    let Some(all) = Manifests::read() else { return };
    let (pod, container) = (all.pod(), all.container());
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(
        container["securityContext"],
        json!({"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}})
    );
    assert!(container["resources"]["limits"]["memory"].is_string());
    for mount in list(&container["volumeMounts"]) {
        let volume =
            list(&pod["volumes"]).iter().find(|volume| volume["name"] == mount["name"]).expect("a volume");
        assert!(mount["readOnly"] == true || volume["emptyDir"].is_object(), "{mount}");
    }
}

#[test]
fn secrets_are_named_and_not_there() {
    let Some(all) = Manifests::read() else { return };
    assert!(all.0.iter().all(|one| one["kind"] != "Secret"));
    let secret =
        list(&all.pod()["volumes"]).iter().find(|volume| volume["secret"].is_object()).expect("a secret");
    let mount = list(&all.container()["volumeMounts"]).iter().find(|mount| mount["name"] == secret["name"]);
    assert_eq!(format!("{}/", text(&mount.expect("it is mounted")["mountPath"])), SECRETS);
    assert_eq!(secret["secret"]["defaultMode"], 0o440);
    let settings = text(&all.the("ConfigMap")["data"]["otpmint.toml"]);
    for word in ["password", "token", "passphrase", "master_key"] {
        assert!(!settings.contains(word), "{word}");
    }
}

#[test]
fn the_network_lets_through_what_the_settings_need() {
    let Some(all) = Manifests::read() else { return };
    let (settings, policy) = (all.settings(), &all.the("NetworkPolicy")["spec"]);
    let open = |rules: &Value| -> Vec<Value> {
        let rules = list(rules).iter();
        rules.flat_map(|rule| list(&rule["ports"])).map(|port| port["port"].clone()).collect()
    };
    assert_eq!(policy["policyTypes"], json!(["Ingress", "Egress"]));
    assert_eq!(open(&policy["ingress"]), ["http", "metrics"]);
    let out = open(&policy["egress"]);
    let PortRule::Only(mail) = &settings.outbound.allow_ports else { panic!("any port") };
    for port in mail.iter().copied().chain([53, 443, 5_432, 6_379]) {
        assert!(out.contains(&Value::from(port)), "{port} is not in {out:?}");
    }
}
