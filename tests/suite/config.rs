//! The settings: the defaults, what overrides what, and how errors are reported.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use otpmint::config::{self, AlphabetName, DEFAULT, LogFormat, Mode, Settings};
use otpmint::domain::network::PortRule;
use otpmint::domain::operator::Role;
use secrecy::ExposeSecret;
use tempfile::TempDir;

/// Loads `file` with these variables.
fn load(file: &str, variables: &[(&str, &str)]) -> Result<Settings, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("otpmint.toml");
    fs::write(&path, file).unwrap();
    let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    config::load(Some(&path), owned).map_err(|error| error.to_string())
}

#[track_caller]
fn refused(file: &str, variables: &[(&str, &str)]) -> String {
    load(file, variables).err().unwrap_or_else(|| panic!("{file:?} {variables:?} was taken"))
}

#[track_caller]
fn tells(file: &str, parts: &[&str]) {
    let told = refused(file, &[]);
    for part in parts {
        assert!(told.contains(part), "{part:?} is not in {told:?}, told of {file:?}");
    }
}

#[test]
fn the_defaults_are_those_of_the_design() {
    let settings = config::load(None, std::iter::empty()).unwrap();
    assert_eq!(settings.data_dir, PathBuf::from("data"));
    assert_eq!(settings.server.listen, "127.0.0.1:5000");
    assert_eq!(settings.server.public_url, "http://127.0.0.1:5000");
    assert_eq!(settings.server.metrics_listen, "127.0.0.1:9464");
    assert!(settings.server.trusted_proxies.is_empty());
    assert_eq!((settings.log.format, settings.log.level.as_str()), (LogFormat::Text, "info"));
    assert_eq!(settings.registration.mode, Mode::Operator);
    let codes = &settings.codes;
    assert_eq!(
        (codes.alphabet, codes.length, codes.ttl_seconds, codes.attempts),
        (AlphabetName::Digits, 6, 600, 5)
    );
    assert!(settings.outbound.allow_hosts.is_empty() && settings.outbound.plaintext_hosts.is_empty());
    assert_eq!(settings.outbound.allow_ports, PortRule::Only(vec![25, 465, 587, 2525]));
    let limits = &settings.limits;
    assert!(limits.enabled && limits.exempt_networks.is_empty());
    let rates = [limits.register_per_address, limits.mint_per_address, limits.verify_per_address];
    assert_eq!(rates.map(|rate| rate.to_string()), ["5/1h", "10/1m", "30/1m"]);
    let rates = [limits.mint_per_tenant, limits.verify_per_tenant, limits.manage_per_tenant];
    assert_eq!(rates.map(|rate| rate.to_string()), ["20/1s", "100/1s", "120/1m"]);
    assert_eq!(limits.failures_per_recipient.to_string(), "20/24h");
    let sends: Vec<_> = limits.sends_per_recipient.iter().map(ToString::to_string).collect();
    assert_eq!((sends.join(" "), limits.failures_in_a_row), ("3/10m 5/1h 10/24h".to_owned(), 100));
}

#[test]
fn the_console_of_a_listener_of_its_own_has_an_address_of_its_own() {
    let console = |rest: &str| {
        let settings = load(&format!("[operator]\nlisten = \"127.0.0.1:9443\"\n{rest}"), &[]).unwrap();
        settings.console_url().unwrap().map(String::from).unwrap_or_default()
    };
    let named = "[tls]\nacme_domains = [\"otp.example.com\"]\n";
    assert_eq!(console(""), "http://127.0.0.1:9443");
    assert_eq!(console(named), "https://otp.example.com:9443");
    assert_eq!(console(&format!("public_url = \"https://ops.example\"\n{named}")), "https://ops.example");
    assert_eq!(console("[console]\nenabled = false\n"), "");
    assert_eq!(console("[tls]\ncert_file = \"a\"\nkey_file = \"b\"\n"), "", "nobody knows its name");
}

#[test]
fn a_listener_for_operators_is_not_reached_without_tls_from_elsewhere() {
    tells("[operator]\nlisten = \"0.0.0.0:9443\"\n", &["operator.listen", "without TLS"]);
    tells("[operator]\nlisten = \"ops\"\n", &["operator.listen", "is not an address"]);
    tells("[operator]\nclient_ca_file = \"ca.pem\"\n", &["operator.client_ca_file", "operator.listen"]);
    tells("[operator]\npublic_url = \"https://ops.example\"\n", &["operator.public_url", "operator.listen"]);
    let plain = "[operator]\nlisten = \"127.0.0.1:9443\"\nclient_ca_file = \"ca.pem\"\n";
    tells(plain, &["operator.client_ca_file", "needs TLS"]);
    for fine in [
        "[operator]\nlisten = \"0.0.0.0:9443\"\npublic_url = \"https://ops.example\"\n",
        "[operator]\nlisten = \"0.0.0.0:9443\"\n[tls]\nacme_domains = [\"otp.example.com\"]\n",
    ] {
        load(fine, &[]).unwrap();
    }
}

/// Where a server listens, with TLS or without it and only without it, and where browsers reach it.
#[track_caller]
fn addresses(file: &str) -> [String; 3] {
    let settings = load(file, &[]).unwrap();
    [settings.server.listen, settings.tls.http_listen, settings.server.public_url]
}

#[test]
fn the_names_of_a_certificate_say_where_the_server_listens_and_is_reached() {
    let domains = "[tls]\nacme_domains = [\"otp.example.com\", \"www.example.com\"]\n";
    assert_eq!(addresses(domains), ["0.0.0.0:443", "0.0.0.0:80", "https://otp.example.com"]);
    let elsewhere = format!("{domains}[server]\npublic_url = \"https://www.example.com\"\n");
    assert_eq!(addresses(&elsewhere), ["0.0.0.0:443", "0.0.0.0:80", "https://www.example.com"]);
    // Whoever names an address gets what is named, and no more.
    let named = format!("{domains}[server]\nlisten = \"192.0.2.1:8443\"\n");
    assert_eq!(addresses(&named), ["192.0.2.1:8443", "", "https://otp.example.com:8443"]);
    let other = format!("{domains}http_listen = \"192.0.2.1:80\"\n");
    assert_eq!(addresses(&other), ["0.0.0.0:443", "192.0.2.1:80", "https://otp.example.com"]);
    let files = "[tls]\ncert_file = \"a.pem\"\nkey_file = \"b.pem\"\n";
    assert_eq!(addresses(files), ["0.0.0.0:443", "", ""]);
}

#[test]
fn a_server_that_only_this_machine_reaches_is_reached_where_it_listens() {
    for (settings, url) in [
        ("listen = \"127.0.0.1:5001\"", "http://127.0.0.1:5001"),
        ("listen = \"[::1]:80\"", "http://[::1]"),
        ("public_url = \"http://localhost:5000\"", "http://localhost:5000"),
        ("listen = \"127.0.0.1:0\"", ""),
        ("listen = \"127.0.0.2:5000\"", ""),
        ("listen = \"0.0.0.0:5000\"", ""),
        // Browsers reach the proxy.
        ("trusted_proxies = [\"127.0.0.1\"]", ""),
    ] {
        let [_, plain, public] = addresses(&format!("[server]\n{settings}\n"));
        assert_eq!((plain.as_str(), public.as_str()), ("", url), "{settings}");
    }
}

/// The keys of a TOML text by section, whether commented or not.
fn keys(text: &str) -> BTreeMap<String, String> {
    let mut section = String::new();
    let mut keys = BTreeMap::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            keys.insert(format!("{section}{key}"), value.to_owned());
        }
    }
    keys
}

#[test]
fn the_default_file_has_every_key_and_a_comment_before_it() {
    let keys = keys(DEFAULT);
    // No setting has a default outside this file: if one were missing here, nothing would load.
    assert!(keys.len() >= 35, "{keys:?}");
    assert!(load("", &[]).is_ok());
    let mut documented = false;
    for line in DEFAULT.lines() {
        match line {
            _ if line.starts_with('#') => documented = true,
            "" => documented = false,
            _ if line.starts_with('[') => {}
            _ => assert!(documented, "{line} has no comment"),
        }
    }
}

#[test]
fn the_default_file_is_taken_as_a_file_of_ones_own() {
    assert!(load(DEFAULT, &[]).is_ok());
    assert!(load("", &[]).is_ok());
}

#[test]
fn every_key_can_be_set_by_its_variable() {
    for (path, value) in keys(DEFAULT) {
        let name = format!("OTPMINT_{}", path.to_uppercase().replace('.', "__"));
        let value = value.split(" #").next().unwrap().trim();
        let plain = value.trim_matches(['[', ']']).replace(['"', ' '], "");
        let set = load("", &[(&name, &plain)]);
        assert!(set.is_ok(), "{name}={plain}: {set:?}");
        if path != "data_dir" && !plain.is_empty() && path != "log.level" {
            let nonsense = load("", &[(&name, "\u{1}?nonsense")]);
            let text = ["keys.master_key_file", "outbound.ca_file"].contains(&path.as_str());
            assert!(nonsense.is_err() || text, "{name} is not read at all");
        }
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file = "[server]\nlisten = \"127.0.0.1:1\"\n[codes]\nlength = 8\n";
    let settings = load(file, &[("OTPMINT_SERVER__LISTEN", "127.0.0.1:2"), ("HOME", "/nowhere")]).unwrap();
    assert_eq!((settings.server.listen.as_str(), settings.codes.length), ("127.0.0.1:2", 8));
    assert_eq!(settings.codes.attempts, 5);
}

#[test]
fn lists_and_numbers_and_switches_are_read_from_variables() {
    let settings = load(
        "",
        &[
            ("OTPMINT_DATA_DIR", "/srv/otpmint"),
            ("OTPMINT_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1,2001:db8::/32"),
            ("OTPMINT_SERVER__WORKERS", "3"),
            ("OTPMINT_OUTBOUND__ALLOW_HOSTS", "relay.internal,127.0.0.1"),
            ("OTPMINT_OUTBOUND__ALLOW_PORTS", "25,1025"),
            ("OTPMINT_LIMITS__ENABLED", "false"),
            ("OTPMINT_LIMITS__SENDS_PER_RECIPIENT", "1/1m,9/1h"),
            ("OTPMINT_REGISTRATION__MODE", "closed"),
            ("OTPMINT_CONSOLE__REQUIRE_TOTP", "owner, support"),
        ],
    )
    .unwrap();
    assert_eq!(settings.data_dir, PathBuf::from("/srv/otpmint"));
    let proxies: Vec<_> = settings.server.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]);
    assert_eq!(settings.server.workers, 3);
    assert_eq!(settings.outbound.allow_hosts, ["relay.internal", "127.0.0.1"]);
    assert_eq!(settings.outbound.allow_ports, PortRule::Only(vec![25, 1025]));
    assert!(!settings.limits.enabled && settings.registration.mode == Mode::Closed);
    assert_eq!(settings.limits.sends_per_recipient.len(), 2);
    let required = settings.require_totp().unwrap();
    assert_eq!(Role::ALL.map(|role| required.has(role)), [true, true, false]);
    let one = load("", &[("OTPMINT_OUTBOUND__ALLOW_PORTS", "2525")]).unwrap();
    assert_eq!(one.outbound.allow_ports, PortRule::Only(vec![2525]));
    let any = load("", &[("OTPMINT_OUTBOUND__ALLOW_PORTS", "any")]).unwrap();
    assert_eq!(any.outbound.allow_ports, PortRule::Any);
}

#[test]
fn unknown_keys_and_sections_are_named_with_the_way_to_the_right_ones() {
    tells("[server]\nlisten_on = \"127.0.0.1:1\"\n", &["server.listen_on", "did you mean server.listen?"]);
    tells("[servers]\nlisten = \"127.0.0.1:1\"\n", &["servers.listen", "did you mean server.listen?"]);
    tells("listen = \"127.0.0.1:1\"\n", &["listen", "otpmint config default"]);
    tells("[server]\ncolour = \"red\"\n", &["server.colour", "otpmint config default"]);
    tells("[colours]\n", &["colours", "otpmint config default"]);
    for variable in ["OTPMINT_SERVER__LISTN", "OTPMINT_SERVR__LISTEN"] {
        let told = refused("", &[(variable, "127.0.0.1:1")]);
        assert!(told.starts_with(variable) && told.ends_with("did you mean server.listen?"), "{told}");
    }
    // A variable without a section is not ours: tools have variables such as OTPMINT_REQUIRE_LAB.
    assert!(load("", &[("OTPMINT_REQUIRE_LAB", "1")]).is_ok());
}

#[test]
fn all_mistakes_are_told_at_once_each_with_its_line_or_its_variable() {
    let file = "[server]\nlisen = \"127.0.0.1:1\"\n\n[codes]\nlength = 3\nttl_seconds = 5\n[limits]\n\
                mint_per_tenant = \"lots\"\n[codecs]\nlength = 6\n";
    let variables =
        [("OTPMINT_AUDIT__KEEP_DAYS", "0"), ("OTPMINT_SERVER_LISTEN", "x"), ("OTPMINT_LOG__FORMAT", "xml")];
    let told = refused(file, &variables);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "8 mistakes in the settings:");
    for (place, part) in [
        (", line 2: ", "server.lisen is not a setting; did you mean server.listen?"),
        (", line 5: ", "codes.length: length must be from 4 to 10"),
        (", line 6: ", "codes.ttl_seconds: "),
        (", line 8: ", "limits.mint_per_tenant: "),
        (", line 10: ", "codecs.length is not a setting; did you mean codes.length?"),
        ("OTPMINT_AUDIT__KEEP_DAYS: ", "audit.keep_days: "),
        ("OTPMINT_SERVER_LISTEN: ", "OTPMINT_SERVER__LISTEN"),
        ("OTPMINT_LOG__FORMAT: ", "log.format: "),
    ] {
        assert!(
            lines.iter().any(|line| line.contains(place) && line.contains(part)),
            "{place}{part}: {told}"
        );
    }
    // What follows from two settings has no line of its own, and ends the search.
    let told = refused("[codes]\nlength = 4\nattempts = 10\n[audit]\nkeep_days = 0\n", &[]);
    assert!(told.contains("codes.length") && told.contains("once in 1000"), "{told}");
}

#[test]
fn a_value_that_cannot_be_is_told_with_its_path_and_what_to_change() {
    for (file, parts) in [
        ("[server]\nlisten = \"localhost\"\n", &["server.listen", "127.0.0.1:5000"][..]),
        ("[server]\nlisten = 5000\n", &["server.listen"]),
        ("[server]\nmetrics_listen = \"x\"\n", &["server.metrics_listen"]),
        ("[server]\ntrusted_proxies = [\"proxy\"]\n", &["server.trusted_proxies", "proxy", "10.0.0.0/8"]),
        ("[server]\nworkers = -1\n", &["server.workers"]),
        ("[server]\nmax_connections = 1\n", &["server.max_connections", "16"]),
        ("[server]\nshutdown_seconds = 10\n", &["server.shutdown_seconds", "9"]),
        ("[server]\nbody_timeout_seconds = 0\n", &["server.body_timeout_seconds", "1"]),
        ("[log]\nformat = \"xml\"\n", &["log.format", "xml", "json"]),
        ("[store]\nurl = \"mysql://x\"\n", &["store.url", "postgres://", "SQLite"]),
        ("[store]\nurl = \"postgres://x\"\n", &["store.url", "such as postgres://", "store.password"]),
        ("[store]\nurl = \"postgres://a@b/c?sslmode=prefer\"\n", &["store.url", "verify-full", "disable"]),
        ("[store]\npassword = \"x\"\n", &["store.password", "store.url"]),
        ("[store]\nurl = \"postgres://a:b@c/d\"\npassword = \"x\"\n", &["store.password", "not both"]),
        ("[store]\nca_file = \"/ca.pem\"\n", &["store.ca_file", "store.url"]),
        (
            "[store]\nurl = \"postgres://a@localhost/d\"\nca_file = \"/ca.pem\"\n",
            &["store.ca_file", "sslmode=verify-full"],
        ),
        ("[store]\nlanes = 0\n", &["store.lanes", "1", "15"]),
        ("[store]\npatience_ms = 99\n", &["store.patience_ms", "100"]),
        ("[store]\ncommit = \"each\"\n", &["store.commit is not a setting", "otpmint config default"]),
        ("[registration]\nmode = \"anyone\"\n", &["registration.mode", "anyone", "operator"]),
        ("[codes]\nalphabet = \"hex\"\n", &["codes.alphabet", "hex", "digits"]),
        ("[codes]\nlength = 3\n", &["codes.length", "4", "10"]),
        ("[codes]\nlength = \"six\"\n", &["codes.length"]),
        ("[codes]\nttl_seconds = 59\n", &["codes.ttl_seconds", "60", "900"]),
        ("[codes]\nattempts = 11\n", &["codes.attempts", "10"]),
        ("[codes]\nattempts = 0\n", &["codes.attempts", "1"]),
        ("[codes]\nattempts = 300\n", &["codes.attempts"]),
        ("[codes]\nlength = 4\nattempts = 10\n", &["codes.length", "once in 1000", "2000", "fewer attempts"]),
        ("[delivery]\nqueue = 0\n", &["delivery.queue"]),
        ("[delivery]\nwait_seconds = 11\n", &["delivery.wait_seconds", "10"]),
        ("[outbound]\nallow_ports = [0]\n", &["outbound.allow_ports", "any"]),
        ("[outbound]\nallow_ports = [70000]\n", &["outbound.allow_ports", "70000"]),
        ("[outbound]\nallow_hosts = [\"not a host\"]\n", &["outbound.allow_hosts", "not a host"]),
        ("[outbound]\nplaintext_hosts = [\"not a host\"]\n", &["outbound.plaintext_hosts", "not a host"]),
        ("[limits]\nenabled = \"perhaps\"\n", &["limits.enabled"]),
        ("[limits]\nexempt_networks = [\"10.0.0.0/33\"]\n", &["limits.exempt_networks", "10.0.0.0/33"]),
        ("[limits]\nsends_per_recipient = []\n", &["limits.sends_per_recipient", "enabled = false"]),
        ("[limits]\nsends_per_recipient = [\"51/1h\"]\n", &["limits.sends_per_recipient", "50"]),
        ("[limits]\nfailures_per_recipient = \"99/1h\"\n", &["limits.failures_per_recipient", "50"]),
        ("[limits]\nfailures_in_a_row = 0\n", &["limits.failures_in_a_row"]),
        ("[audit]\nkeep_days = 0\n", &["audit.keep_days"]),
        (
            "[console]\nrequire_totp = [\"admin\"]\n",
            &["console.require_totp", "admin", "owner, support, read_only"],
        ),
    ] {
        tells(file, parts);
    }
}

#[test]
fn a_line_that_is_not_toml_is_named_and_never_shown() {
    for file in [
        "[keys]\npassphrase = \"geheim\"x\n",
        "[server]\noperator_token = \"\"\"geheim\n  geheim\n",
        "[keys]\npassphrase = \"geheim\"\npassphrase = \"geheim\"\n",
        "[store]\npassword = geheim\n",
        "[store]\n\turl = \"postgres://a:geheim@b/c\" | geheim\n",
    ] {
        let told = refused(file, &[]);
        assert!(told.contains(" line ") && !told.contains('\n'), "{told}");
        assert!(!told.contains("geheim"), "{told}");
    }
}

#[test]
fn a_secret_of_the_wrong_kind_is_not_shown() {
    for (file, path) in [
        ("keys = \"geheim\"\n", "keys"),
        ("[keys]\npassphrase = [\"geheim\"]\n", "keys.passphrase"),
        ("[keys]\npassphrase = { geheim = 1 }\n", "keys.passphrase"),
        ("[store.password]\ngeheim = \"geheim\"\n", "store.password"),
        ("[limits]\nurl = [\"redis://:geheim@a\"]\n", "limits.url"),
    ] {
        let told = refused(file, &[]);
        assert!(told.contains(path) && !told.contains("geheim"), "{told}");
    }
}

#[test]
fn a_bad_rate_is_told_with_its_path_and_good_ones() {
    for bad in
        ["", "5", "5/", "/1m", "0/1m", "5/0s", "5/1d", "5/25h", "-5/1m", "5 per minute", "5/1m/1m", "ä/1m"]
    {
        for key in ["register_per_address", "mint_per_tenant", "failures_per_recipient"] {
            tells(&format!("[limits]\n{key} = \"{bad}\"\n"), &[&format!("limits.{key}"), "30/1m"]);
        }
        tells(
            &format!("[limits]\nsends_per_recipient = [\"3/10m\", \"x{bad}\"]\n"),
            &["limits.sends_per_recipient"],
        );
    }
}

#[test]
fn a_passphrase_comes_from_the_environment_a_file_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("passphrase");
    fs::write(&path, "a good long passphrase\n").unwrap();
    let path = path.to_str().unwrap().to_owned();
    let settings = load("", &[("OTPMINT_KEYS__PASSPHRASE_FILE", &path)]).unwrap();
    assert_eq!(settings.keys.passphrase.expose_secret(), "a good long passphrase");
    let settings = load("", &[("OTPMINT_KEYS__PASSPHRASE", "another long passphrase")]).unwrap();
    assert_eq!(settings.keys.passphrase.expose_secret(), "another long passphrase");
    assert!(!format!("{settings:?}").contains("another long passphrase"));
    let told = refused("", &[("OTPMINT_KEYS__PASSPHRASE_FILE", "/no/such/file")]);
    assert!(told.contains("/no/such/file") && told.contains("cannot be read"), "{told}");
    let told = refused("", &[("OTPMINT_SERVER__LISTEN_FILE", &path)]);
    assert!(
        told.contains("OTPMINT_SERVER__LISTEN_FILE") && told.contains("otpmint config default"),
        "{told}"
    );
    let told = refused("", &[("OTPMINT_KEYS__PASSPHRASE", "short")]);
    assert!(told.contains("keys.passphrase") && told.contains("12"), "{told}");
    assert!(!told.contains("short"), "{told}");
}

#[test]
fn an_operator_token_comes_from_the_environment_a_file_or_not_at_all() {
    let token = "a-token-of-thirty-two-characters";
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, format!("{token}\n")).unwrap();
    let path = path.to_str().unwrap().to_owned();
    for variable in
        [("OTPMINT_SERVER__OPERATOR_TOKEN_FILE", path.as_str()), ("OTPMINT_SERVER__OPERATOR_TOKEN", token)]
    {
        let settings = load("", &[variable]).unwrap();
        assert_eq!(settings.server.operator_token.expose_secret(), token);
        assert!(!format!("{settings:?}").contains(token));
    }
    for unusable in [&token[1..], "thirty-two characters with spaces", "a-token-of-thirty-two-characterß"] {
        let told = refused("", &[("OTPMINT_SERVER__OPERATOR_TOKEN", unusable)]);
        assert!(told.contains("server.operator_token") && !told.contains(unusable), "{told}");
    }
}

#[test]
fn the_password_of_the_database_comes_from_its_address_the_environment_or_a_file_and_is_never_shown() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("password");
    fs::write(&path, "s3cret-of-the-database\n").unwrap();
    let (url, path) = (("OTPMINT_STORE__URL", "postgres://otpmint@db/otpmint"), path.to_str().unwrap());
    for variables in [
        [url, ("OTPMINT_STORE__PASSWORD_FILE", path)],
        [url, ("OTPMINT_STORE__PASSWORD", "s3cret-of-the-database")],
        [("OTPMINT_STORE__URL", "postgres://otpmint:s3cret-of-the-database@db/otpmint"), ("HOME", "/")],
    ] {
        let settings = load("", &variables).unwrap();
        let database = settings.postgres().unwrap().expect("a database");
        assert_eq!(database.address.config.get_password(), Some(&b"s3cret-of-the-database"[..]));
        assert!(!format!("{settings:?} {database:?}").contains("s3cret"));
    }
}

#[test]
fn a_digits_only_passphrase_stays_a_text() {
    let settings = load("", &[("OTPMINT_KEYS__PASSPHRASE", "000123456789012")]).unwrap();
    assert_eq!(settings.keys.passphrase.expose_secret(), "000123456789012");
}

#[test]
fn a_passphrase_and_a_key_file_together_are_one_too_many() {
    let both =
        "[keys]\npassphrase = \"a good long passphrase\"\nmaster_key_file = \"/etc/otpmint/master.key\"\n";
    tells(both, &["keys.passphrase", "keys.master_key_file", "not both"]);
    assert!(load("", &[("OTPMINT_KEYS__MASTER_KEY_FILE", "/etc/otpmint/master.key")]).is_ok());
}

#[test]
fn a_file_that_is_not_there_or_no_toml_is_told() {
    let missing = config::load(Some("/no/such/otpmint.toml".as_ref()), std::iter::empty());
    assert!(missing.unwrap_err().to_string().contains("/no/such/otpmint.toml"));
    tells("[server\n", &["line 1"]);
}

#[test]
fn the_address_of_a_redis_is_checked_and_its_password_stays_out_of_it() {
    let settings =
        load("[limits]\nurl = \"rediss-sentinel://a,b/otp\"\npassword = \"hunter2\"\n", &[]).unwrap();
    let url = settings.limits.url.clone().unwrap();
    assert!(url.is_encrypted && url.hosts().len() == 2);
    assert_eq!(settings.limits.password.expose_secret(), "hunter2");
    assert!(!format!("{settings:?}").contains("hunter2"));
    for (url, part) in [
        ("memcached://a", "redis-sentinel://"),
        ("redis://a,b", "redis-cluster://"),
        ("redis-sentinel://a", "master"),
        ("redis://:hunter2@a", "limits.password"),
    ] {
        let file = format!("[limits]\nurl = \"{url}\"\n");
        tells(&file, &["limits.url", part]);
        let in_variable = refused("", &[("OTPMINT_LIMITS__URL", url)]);
        for told in [refused(&file, &[]), in_variable] {
            assert!(told.contains(part) && !told.contains("hunter2"), "{told}");
        }
    }
    tells("[limits]\npassword = \"hunter2\"\n", &["limits.password", "limits.url"]);
    let file = TempDir::new().unwrap();
    let path = file.path().join("password");
    fs::write(&path, "from a file\n").unwrap();
    let variables =
        [("OTPMINT_LIMITS__URL", "redis://a"), ("OTPMINT_LIMITS__PASSWORD_FILE", path.to_str().unwrap())];
    assert_eq!(load("", &variables).unwrap().limits.password.expose_secret(), "from a file");
}
