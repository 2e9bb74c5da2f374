//! `otpmint operator`.

use super::Home;

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

#[test]
fn without_an_address_for_browsers_there_is_no_link() {
    Home::new().run(&["operator", "setup-link"]).fails(2, &["server.public_url"]);
}
