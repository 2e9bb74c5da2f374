//! `otpmint operator`.

use super::Home;
use crate::api::harness::Database;

#[test]
fn a_setup_link_leads_to_the_public_address() {
    let home = Home::new().with("OTPMINT_SERVER__PUBLIC_URL", "https://otp.example");
    let links: Vec<_> = (0..2)
        .map(|_| {
            let said = home.run(&["operator", "setup-link"]);
            said.is(0);
            let link = said
                .out
                .lines()
                .map(str::trim)
                .find(|line| line.starts_with("https://otp.example/console/setup/"));
            link.unwrap_or_else(|| panic!("no link in {}", said.out)).to_owned()
        })
        .collect();
    assert_ne!(links[0], links[1]);
    assert_eq!(links[0].rsplit('/').next().unwrap().len(), 43);
    let trail = home.run(&["audit"]).out;
    assert_eq!(trail.matches("setup_link_made").count(), 2);
    assert!(!trail.contains(links[0].rsplit('/').next().unwrap()));
}

fn database(home: &Home) -> Database {
    Database::Sqlite(home.path("data/otpmint.db"))
}

/// The roles of the links that there are.
fn roles_of_links(home: &Home) -> String {
    database(home).text("SELECT group_concat(role || ' ' || ifnull(name, '-')) FROM setup_links")
}

#[test]
fn a_link_is_for_an_owner_unless_another_role_is_named() {
    let home = Home::new().with("OTPMINT_SERVER__PUBLIC_URL", "https://otp.example");
    home.run(&["operator", "setup-link"]).is(0);
    assert_eq!(roles_of_links(&home), "owner -");
    home.run(&["operator", "setup-link", "--role", "read_only", "--name", "Sue"]).is(0);
    assert_eq!(roles_of_links(&home), "read_only sue");
    home.run(&["operator", "setup-link", "--role", "admin"]).fails(2, &["owner, support, read_only"]);
    home.run(&["operator", "setup-link", "--name", "a b"]).fails(2, &["1 to 64 letters"]);
}

#[test]
fn an_account_is_unlocked_at_the_shell() {
    let home = Home::new().with("OTPMINT_SERVER__PUBLIC_URL", "https://otp.example");
    home.run(&["operator", "setup-link"]).is(0);
    home.run(&["operator", "unlock", "jane"]).fails(2, &["there is no operator of this name"]);
    database(&home).change(
        "INSERT INTO operators (id, name, role, password, totp_step, in_a_row, generation, created_at) \
         VALUES (7, 'jane', 'owner', x'00', 0, 10, 0, 0)",
    );
    home.run(&["operator", "unlock", "Jane"]).is(0);
    assert_eq!(database(&home).number("SELECT in_a_row FROM operators"), 0);
    assert!(home.run(&["audit"]).out.contains("operator_unlocked"));
}

#[test]
fn without_an_address_for_browsers_there_is_no_link() {
    Home::new().run(&["operator", "setup-link"]).fails(2, &["server.public_url"]);
}

#[test]
fn a_token_is_made_listed_and_revoked_by_whoever_is_at_the_shell() {
    let home = Home::new().with("SUDO_USER", "jane");
    home.add_tenant();
    let made = home.run(&["operator", "token", "add", "Desk", "--role", "support", "--expires-in-days", "2"]);
    let token = made.is(0).value("token ");
    assert_eq!((made.value("name ").as_str(), made.value("role ").as_str()), ("desk", "support"));
    assert!(token.starts_with("otpo_"), "{}", made.out);
    home.run(&["operator", "token", "add", "desk", "--role", "owner"]).fails(1, &["of this name"]);
    home.run(&["operator", "token", "add", "default", "--role", "owner"]).fails(1, &["of this name"]);
    home.run(&["operator", "token", "add", "a b", "--role", "owner"]).fails(2, &["lower-case letters"]);
    let listed = home.run(&["operator", "token", "list"]).is(0).out.clone();
    assert!(listed.starts_with("NAME ") && listed.contains("\ndesk  support  "), "{listed}");
    assert!(
        !listed.contains(&token) && listed.contains(&format!("…{}", &token[token.len() - 4..])),
        "{listed}"
    );
    home.run(&["operator", "token", "revoke", "desk"]).is(0);
    home.run(&["operator", "token", "revoke", "desk"]).fails(1, &["no such operator token"]);
    home.run(&["operator", "token", "revoke", "default"]).fails(1, &["replaced there"]);
    let trail = home.run(&["audit"]).is(0).out.clone();
    // The user who runs the command, by the real user id; what sudo says is marked as such.
    let user = std::process::Command::new("id").args(["-un"]).output().expect("id").stdout;
    let user = format!("shell:{} (SUDO_USER=jane)", String::from_utf8(user).expect("a name").trim());
    for event in ["tenant_registered", "token_added", "token_revoked"] {
        let line =
            trail.lines().find(|line| line.contains(event)).unwrap_or_else(|| panic!("{event} in {trail}"));
        assert!(line.contains(&user), "{line}");
    }
    assert!(trail.lines().filter(|line| line.ends_with("  token:desk")).count() == 2, "{trail}");
    let json = home.run(&["audit", "--json", "--event", "token_added"]).is(0).out.clone();
    let row: serde_json::Value = serde_json::from_str(&json).expect("one row");
    assert_eq!((&row["actor"], &row["object"]), (&user.into(), &"token:desk".into()));
}
