//! Tenants, managed at the shell.

use std::os::unix::fs::PermissionsExt as _;

use super::Home;

const ADD: [&str; 6] =
    ["tenant", "add", "--smtp-host", "smtp.example.com", "--smtp-mail", "app@sender.example"];

fn add<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ADD.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn a_tenant_is_added_with_a_password_from_a_file_or_from_standard_input() {
    let home = Home::new();
    let (handle, key) = home.add_tenant();
    assert!(handle.starts_with("tnt_") && key.starts_with("otpm_"), "{handle} {key}");
    let piped =
        home.run_with_input(&add(&["--smtp-password-file", "-", "--name", "Acme"]), "piped-pw\nrest\n");
    let piped = piped.is(0).value("tenant");
    let list = home.run(&["tenant", "list"]);
    assert_eq!(list.is(0).out.lines().count(), 3);
    assert!(list.out.starts_with("TENANT "), "{}", list.out);
    let json = home.run(&["tenant", "list", "--json"]).is(0).out.clone();
    let named: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(named.iter().any(|one| one["tenant"] == *piped && one["name"] == "Acme"), "{json}");
    // A name does where a handle is asked for, as long as it is the name of one.
    assert_eq!(home.run(&["tenant", "show", "Acme"]).is(0).value("tenant"), piped);
    home.run(&add(&["--smtp-password-file", "password", "--name", "Acme"])).is(0);
    home.run(&["tenant", "disable", "Acme"]).fails(2, &["several tenants", &piped]);
    assert!(
        list.out.contains(&handle) && list.out.contains(&piped) && list.out.contains("Acme"),
        "{}",
        list.out
    );
    let shown = home.run(&["tenant", "show", &piped]);
    assert_eq!(shown.is(0).value("smtp"), "smtp.example.com:587 as app@sender.example");
    assert!(shown.out.contains("\n         smtp_") && shown.out.contains("  starttls  "), "{shown:?}");
    assert_eq!((shown.value("name").as_str(), shown.value("status").as_str()), ("Acme", "active"));
    for secret in ["pw-7Fq2", "piped-pw", &key[..50]] {
        assert!(!list.out.contains(secret) && !shown.out.contains(secret), "{secret}");
    }
}

#[test]
fn test_keys_are_made_at_the_shell_and_sandboxes_are_told_from_live_tenants() {
    let home = Home::new();
    let added = home.run(&add(&["--smtp-password-file", "password", "--name", "Acme", "--sandbox"]));
    let (live, sandbox) = (added.is(0).value("tenant"), added.value("sandbox"));
    assert!(added.value("test key").starts_with("otpm_test_"), "{}", added.out);
    let again = home.run(&["tenant", "sandbox-key", &live]);
    assert_eq!(again.is(0).value("sandbox"), sandbox);
    assert_ne!(again.value("test key"), added.value("test key"));
    home.run(&["tenant", "sandbox-key", &sandbox]).fails(2, &["sandbox of its own"]);
    home.run(&["tenant", "sandbox-key", "tnt_nobody"]).fails(2, &["otpmint tenant list"]);
    let list = home.run(&["tenant", "list"]);
    let marked = list.is(0).out.lines().find(|line| line.starts_with(&sandbox)).unwrap().to_owned();
    assert!(marked.ends_with(&format!("Acme  {live}")), "{marked}");
    // The live tenant is meant by the name of both.
    assert_eq!(home.run(&["tenant", "show", "Acme"]).is(0).value("tenant"), live);
    let shown = home.run(&["tenant", "show", &sandbox]);
    assert!(!shown.is(0).out.contains("smtp"), "{}", shown.out);
    // Only the caller knows which of the two leaked.
    home.run(&["tenant", "rotate-key", &sandbox]).fails(2, &["2 keys", "--key"]);
    let key = shown.out.lines().find_map(|line| line.strip_prefix("key ")).unwrap();
    let key = key.split_whitespace().next().unwrap();
    let rotated = home.run(&["tenant", "rotate-key", &sandbox, "--key", key]);
    assert!(rotated.is(0).value("secret key").starts_with("otpm_test_"), "{}", rotated.out);
    home.write("key", &added.value("test key"));
    let chosen = home.run(&add(&["--smtp-password-file", "password", "--secret-key-file", "key"]));
    chosen.fails(2, &["16 characters"]);
}

#[test]
fn the_audit_trail_tells_what_was_done_to_each_tenant() {
    let home = Home::new();
    let (one, _) = home.add_tenant();
    let (other, _) = home.add_tenant();
    home.run(&["tenant", "disable", &one]).is(0);
    let all = home.run(&["audit"]);
    let events: Vec<_> = all
        .is(0)
        .out
        .lines()
        .map(|line| line.split_whitespace().skip(1).take(2).collect::<Vec<_>>())
        .collect();
    let expected = [["tenant_disabled", &one], ["tenant_registered", &other], ["tenant_registered", &one]];
    assert_eq!(events, expected);
    assert_eq!(home.run(&["audit", "--tenant", &other]).is(0).out.lines().count(), 1);
    assert_eq!(home.run(&["audit", "--limit", "2"]).is(0).out.lines().count(), 2);
    let lines =
        home.run(&["audit", "--event", "tenant_registered", "--json", "--limit", "1"]).is(0).out.clone();
    let row: serde_json::Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(row["event"], "tenant_registered");
    home.run(&["audit", "--event", "everything"]).fails(2, &["locked_out"]);
    home.run(&["audit", "--tenant", "tnt_nobody"]).fails(2, &["otpmint tenant list"]);
}

#[test]
fn a_key_can_be_chosen_in_a_file_but_neither_a_weak_nor_a_taken_one() {
    let home = Home::new();
    home.write("key", "chosen-at-the-shell-8Wq2\n");
    home.write("weak", "aaaaaaaaaaaaaaaa\n");
    let with = |file| add(&["--smtp-password-file", "password", "--secret-key-file", file]);
    let added = home.run(&with("key"));
    assert!(!added.is(0).out.contains("chosen-at"), "a key that its owner knows is not printed");
    let taken = home.run(&with("key"));
    let weak = home.run(&with("weak"));
    assert_eq!(taken.fails(2, &["16 characters"]).err, weak.is(2).err, "told alike");
}

#[test]
fn what_cannot_be_an_account_is_a_usage_error_and_leaves_no_tenant() {
    let home = Home::new();
    home.write("empty", "\n");
    let password = ["--smtp-password-file", "password"];
    home.run(&ADD).fails(2, &["SMTP password", "--help"]);
    home.run(&add(&["--smtp-password-file", "nowhere"])).fails(2, &["nowhere"]);
    home.run(&add(&["--smtp-password-file", "empty"])).fails(2, &["smtp_password"]);
    home.run(&[&ADD[..4], &["--smtp-mail", "nobody"], &password].concat()).fails(2, &["smtp_mail"]);
    home.run(&[&["tenant", "add", "--smtp-host", "127.1"], &ADD[4..], &password].concat())
        .fails(2, &["smtp_host"]);
    let local = [&["tenant", "add", "--smtp-host", "127.0.0.1"], &ADD[4..], &password].concat();
    home.run(&local).fails(2, &["outbound.allow_hosts"]);
    home.run(&add(&["--smtp-port", "22", password[0], password[1]])).fails(2, &["outbound.allow_ports"]);
    home.run(&add(&["--name", "two\nlines", password[0], password[1]])).fails(2, &["--name"]);
    assert_eq!(home.run(&["tenant", "list"]).is(0).out, "");
}

#[test]
fn a_tenant_is_switched_off_and_on_again() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    home.run(&["tenant", "disable", &handle]).is(0);
    assert_eq!(home.run(&["tenant", "show", &handle]).value("status"), "disabled");
    home.run(&["tenant", "enable", &handle]).is(0);
    assert_eq!(home.run(&["tenant", "show", &handle]).value("status"), "active");
    for command in ["show", "disable", "enable", "rotate-key"] {
        home.run(&["tenant", command, "tnt_2222222222222222"]).fails(2, &["otpmint tenant list"]);
        home.run(&["tenant", command, "nonsense"]).fails(2, &["otpmint tenant list"]);
    }
}

#[test]
fn a_key_is_rotated_with_and_without_an_overlap() {
    let home = Home::new();
    let (handle, first) = home.add_tenant();
    let rotated = home.run(&["tenant", "rotate-key", &handle]);
    let second = rotated.is(0).value("secret key");
    assert!(
        second.starts_with("otpm_") && second != first && rotated.out.contains("24 hours"),
        "{}",
        rotated.out
    );
    let shown = home.run(&["tenant", "show", &handle]).out;
    assert!(
        shown.contains(&first[50..]) && shown.contains(&second[50..]) && shown.contains("until"),
        "{shown}"
    );
    home.run(&["tenant", "rotate-key", &handle, "--overlap-hours", "0"]).is(0);
    let shown = home.run(&["tenant", "show", &handle]).out;
    assert_eq!(shown.lines().filter(|line| line.starts_with("key ")).count(), 1, "{shown}");
    let current = shown.lines().find_map(|line| line.strip_prefix("key ")).unwrap();
    let current = current.split_whitespace().next().unwrap();
    home.run(&["tenant", "rotate-key", &handle, "--key", "nonsense"]).fails(2, &["--key"]);
    let named = home.run(&["tenant", "rotate-key", &handle, "--key", current]);
    assert!(named.is(0).value("key").starts_with("key_"), "{}", named.out);
    home.run(&["tenant", "rotate-key", &handle, "--key", current]).fails(2, &["no such key"]);
    home.write("key", "chosen-at-the-shell-8Wq2\n");
    let chosen = home.run(&["tenant", "rotate-key", &handle, "--secret-key-file", "key"]);
    assert!(!chosen.is(0).out.contains("chosen-at"), "{}", chosen.out);
    home.run(&["tenant", "rotate-key", &handle, "--secret-key-file", "key"]).fails(2, &["secret key"]);
}

#[test]
fn a_recipient_that_was_not_locked_out_is_said_so_without_its_address() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    let told = home.run(&["tenant", "unlock", &handle, "jane.roe@recipient.example"]);
    assert_eq!(told.is(0).out, "j***@r***.example was not locked out.\n");
    home.run(&["tenant", "unlock", &handle, "nobody"]).fails(2, &["nobody"]);
}

#[test]
fn what_is_made_is_for_its_owner_alone() {
    let home = Home::new();
    home.add_tenant();
    let mode = std::fs::metadata(home.path("data")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let data = home.data();
    assert!(data.len() >= 2, "{:?}", data.keys());
    for (path, (_, mode)) in data {
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn one_key_is_revoked_and_the_others_go_on() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    let (other, _) = home.add_tenant();
    let key = |tenant: &str| {
        home.run(&["tenant", "show", tenant]).is(0).value("key").split(' ').next().unwrap().to_owned()
    };
    let (mine, theirs) = (key(&handle), key(&other));
    for unknown in [theirs.as_str(), "key_2222222222222222", "nonsense"] {
        home.run(&["tenant", "revoke-key", &handle, unknown]).fails(2, &["no such key"]);
    }
    assert_eq!(
        home.run(&["tenant", "revoke-key", &handle, &mine]).is(0).value(&mine).split(' ').next_back(),
        Some("ended.")
    );
    assert!(!home.run(&["tenant", "show", &handle]).is(0).out.contains(&mine));
    assert!(home.run(&["tenant", "show", &other]).is(0).out.contains(&theirs));
    assert!(home.run(&["audit", "--tenant", &handle]).is(0).out.contains("key_revoked"));
}

#[test]
fn a_disabled_tenant_is_deleted_after_a_while_and_restored_before() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    home.run(&["tenant", "delete", &handle]).fails(1, &["active", "Disable it first"]);
    home.run(&["tenant", "restore", &handle]).fails(1, &["Nobody has decided"]);
    home.run(&["tenant", "disable", &handle]).is(0);
    home.run(&["tenant", "delete", &handle, "--grace-days", "366"]).fails(2, &["0..=365"]);
    home.run(&["tenant", "delete", &handle, "--grace-days", "3", "--now"]).fails(2, &["--now"]);
    home.run(&["tenant", "delete", "tnt_nobody"]).fails(2, &["otpmint tenant list"]);
    let decided = home.run(&["tenant", "delete", &handle, "--grace-days", "3"]);
    assert!(decided.is(0).out.contains(&format!("otpmint tenant restore {handle}")), "{}", decided.out);
    let due = home.run(&["tenant", "show", &handle]).is(0).value("deletion");
    assert!(home.run(&["tenant", "list"]).is(0).out.contains(&due));
    home.run(&["tenant", "enable", &handle]).fails(1, &["Restore it first"]);
    let restored = home.run(&["tenant", "restore", &handle]);
    assert!(restored.is(0).out.contains("It is disabled"), "{}", restored.out);
    home.run(&["tenant", "delete", &handle, "--now"]).is(0).value(&handle);
    let events = home.run(&["audit", "--event", "tenant_deletion_scheduled"]);
    assert_eq!(events.is(0).out.lines().filter(|line| line.contains(&handle)).count(), 2);
}

#[test]
fn a_person_is_erased_by_the_address() {
    let home = Home::new();
    let (handle, _) = home.add_tenant();
    home.run(&["tenant", "erase", &handle, "jane"]).fails(2, &["jane: "]);
    home.run(&["tenant", "erase", &handle, "a@b.example", "--identity", ""]).fails(2, &["--identity"]);
    home.run(&["tenant", "erase", "tnt_nobody", "a@b.example"]).fails(2, &["otpmint tenant list"]);
    let erased = home.run(&["tenant", "erase", &handle, "jane@b.example", "--identity", "user-17"]);
    assert_eq!(erased.is(0).value("erased of"), "j***@b***.example");
    assert!(erased.out.contains("0  challenges"), "{}", erased.out);
    let recorded = home.run(&["audit", "--event", "recipient_erased"]);
    assert!(recorded.is(0).out.contains("j***@b***.example"), "{}", recorded.out);
}

#[test]
fn an_export_is_printed_and_has_no_key() {
    let home = Home::new();
    let (handle, key) = home.add_tenant();
    home.run(&["tenant", "export", "tnt_nobody"]).fails(2, &["otpmint tenant list"]);
    let printed = home.run(&["tenant", "export", &handle]);
    let lines: Vec<_> = printed.is(0).out.lines().collect();
    assert!(lines[0].starts_with("{\"type\":\"export\"") && lines[0].contains(&handle), "{}", lines[0]);
    assert_eq!(
        lines[lines.len() - 1],
        format!("{{\"type\":\"end\",\"data\":{{\"lines\":{}}}}}", lines.len() - 1)
    );
    assert!(lines.iter().any(|line| line.starts_with("{\"type\":\"key\"")) && !printed.out.contains(&key));
    assert!(home.run(&["audit", "--event", "tenant_exported"]).is(0).out.contains(&handle));
}
