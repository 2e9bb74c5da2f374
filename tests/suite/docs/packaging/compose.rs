//! `packaging/compose.yaml`.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::support::documents::root;
use crate::support::lab::{need, need_command};
use crate::tls_identity;

use super::{LEAVING, assert_is_probed, assert_no_secret, documents, list, load, port, text, write};

const FILE: &str = "packaging/compose.yaml";

fn variables(service: &Value) -> Vec<(String, String)> {
    let all = service["environment"].as_object().into_iter().flatten();
    all.map(|(name, value)| (name.clone(), text(value).to_owned())).collect()
}

#[test]
fn the_servers_get_settings_that_exist_and_can_drain() {
    let Some(all) = need(documents(FILE)) else { return };
    let (compose, services) = (&all[0], &all[0]["services"]);
    for name in ["a", "b"] {
        let service = &services[name];
        let settings = load(None, &variables(service), "/run/secrets/");
        let grace: u64 = text(&service["stop_grace_period"]).trim_end_matches('s').parse().expect("seconds");
        assert!(grace >= settings.server.shutdown_seconds + LEAVING, "{grace} s are too few");
        for host in ["primary", "standby", "valkey"] {
            let named = variables(service).into_iter().filter(|(name, _)| name.ends_with("__URL"));
            let named: String = named.map(|(_, url)| url).collect();
            assert!(named.contains(host) && services[host].is_object(), "{host} is not in {named}");
        }
        let network = text(&compose["networks"]["default"]["ipam"]["config"][0]["subnet"]);
        assert_eq!(
            settings.server.trusted_proxies.first().map(ToString::to_string).as_deref(),
            Some(network)
        );
        assert!(settings.data_dir.starts_with(text(&service["tmpfs"][0])), "nothing else can be written to");
        assert_eq!(
            (&service["read_only"], &service["cap_drop"][0]),
            (&Value::Bool(true), &Value::from("ALL"))
        );
        assert_eq!(service["security_opt"][0], "no-new-privileges:true");
        assert!(service["ports"].is_null() && service["privileged"].is_null());
    }
}

#[test]
fn secrets_are_files_and_each_service_has_those_that_it_names() {
    let Some(all) = need(documents(FILE)) else { return };
    let compose = &all[0];
    let known: BTreeSet<_> = compose["secrets"].as_object().expect("secrets").keys().cloned().collect();
    for (name, file) in compose["secrets"].as_object().expect("secrets") {
        assert_eq!(text(&file["file"]), format!("./secrets/{name}"));
    }
    for (name, service) in compose["services"].as_object().expect("services") {
        let variables = variables(service);
        assert_no_secret(variables.iter().map(|(variable, _)| variable.as_str()));
        let granted: BTreeSet<_> = service["secrets"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|secret| text(secret).to_owned())
            .collect();
        assert!(granted.is_subset(&known), "{name}: {granted:?}");
        let scripts = service["configs"].as_array().into_iter().flatten();
        let scripts =
            scripts.map(|script| text(&compose["configs"][text(&script["source"])]["content"]).to_owned());
        let said = scripts.chain([service.to_string()]).collect::<String>();
        let named = said.split("/run/secrets/").skip(1);
        let named: BTreeSet<_> = named
            .map(|rest| {
                rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.').next().unwrap_or("")
            })
            .map(str::to_owned)
            .collect();
        assert!(named.is_subset(&granted), "{name} reads {named:?} and has {granted:?}");
    }
}

#[test]
fn haproxy_takes_its_settings_and_asks_the_servers_where_they_listen() {
    let Some(all) = need(need_command("haproxy").and_then(|()| documents(FILE))) else { return };
    let (compose, folder) = (&all[0], tempfile::tempdir().unwrap());
    let content = text(&compose["configs"]["haproxy"]["content"]);
    let (certificate, key, _) = tls_identity::certificate();
    let pem = write(folder.path(), "certificate.pem", &format!("{certificate}{key}"));
    let here = content.replace("/run/secrets/certificate.pem", &pem.display().to_string());
    let file = write(folder.path(), "haproxy.cfg", &here);
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    let checked = Command::new("haproxy").env("PATH", path).arg("-c").arg("-f").arg(file).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    assert!(content.contains("retry-on conn-failure\n"), "what was sent is not sent again");
    let asked = content.lines().find_map(|line| line.trim().strip_prefix("option httpchk GET "));
    assert_is_probed(asked.expect("a health check"));
    let settings = load(None, &variables(&compose["services"]["a"]), "/run/secrets/");
    let servers: Vec<_> = content.lines().filter_map(|line| line.trim().strip_prefix("server ")).collect();
    assert_eq!(servers.len(), 2);
    for (name, address) in servers.iter().filter_map(|server| server.split_once(' ')) {
        assert_eq!(address.split_once(':').map(|(host, _)| host), Some(name));
        assert_eq!(port(address), port(&settings.server.listen));
    }
}

/// Where there is Docker: it needs no daemon for this.
#[test]
fn docker_takes_the_file() {
    let compose = |arguments: &[&str]| {
        Command::new("docker").arg("compose").args(arguments).current_dir(root()).output()
    };
    let Ok(true) = compose(&["version"]).map(|done| done.status.success()) else { return };
    let done = compose(&["--file", FILE, "config", "--quiet"]).unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn every_service_is_restarted_and_every_volume_is_named() {
    let Some(all) = need(documents(FILE)) else { return };
    let compose = &all[0];
    for (name, service) in compose["services"].as_object().expect("services") {
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let (volume, _) = text(volume).split_once(':').expect("a place");
            assert!(compose["volumes"].get(volume).is_some(), "{name}: {volume}");
        }
    }
    assert_eq!(list(&compose["services"]["haproxy"]["ports"]), ["443:8443"], "nothing else is open");
    assert!(text(&compose["configs"]["haproxy"]["content"]).contains("bind :8443 ssl"));
}
