//! Tests of routes sealed by this version and by others.

use crate::crypto::keyring::tests::keyring;
use crate::domain::policy::GrantedLimits;
use crate::domain::tenants::tenant::{TenantHandle, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;

use super::*;

struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, out: &mut [u8]) {
        out.fill(0);
    }
}

/// A route as sealed by a version without other transports.
const UNTAGGED: &str = r#"{"id":"smtp_2222222222222222","name":"old","host":"smtp.example.com","port":587,
    "tls":"starttls","username":"app","password":"hunt\"er22","from":"app@example.com"}"#;

/// A route as sealed by a later version.
const LATER: &str = r#"{"id":"pigeon_2222222222222222","transport":"pigeon","name":"","wings":2}"#;

fn holding(keyring: &Keyring, json: &str) -> Tenant {
    Tenant {
        id: TenantId(7),
        handle: TenantHandle::parse("tnt_2222222222222222").unwrap(),
        name: String::new(),
        status: TenantStatus::Active,
        created_at: Timestamp::default(),
        sandbox_of: None,
        settings: TenantSettings::default(),
        limits: GrantedLimits::default(),
        suspicion: None,
        revision: 0,
        routes: Some(keyring.seal(&place(TenantId(7)), json.as_bytes(), &Zeros)),
    }
}

fn text_of(keyring: &Keyring, tenant: &Tenant) -> String {
    let opened = keyring.open_sealed(&place(tenant.id), tenant.routes.as_ref().unwrap()).unwrap();
    String::from_utf8(opened.to_vec()).unwrap()
}

#[test]
fn an_entry_without_a_tag_is_an_smtp_account_and_is_written_as_it_was() {
    let keyring = keyring();
    let tenant = holding(&keyring, &format!("[{UNTAGGED}]"));
    let sender = sender(&keyring, &tenant, None).unwrap();
    let smtp = sender.routes[0].smtp().unwrap();
    assert_eq!((sender.routes.len(), smtp.password().unwrap().expose_secret()), (1, "hunt\"er22"));
    let again = Tenant { routes: Some(seal(&keyring, &Zeros, tenant.id, &sender.routes)), ..tenant };
    let (before, after): (serde_json::Value, serde_json::Value) = (
        serde_json::from_str(&format!("[{UNTAGGED}]")).unwrap(),
        serde_json::from_str(&text_of(&keyring, &again)).unwrap(),
    );
    assert_eq!(before, after);
}

#[test]
fn a_route_with_an_unknown_transport_is_skipped_and_survives_a_change_of_the_others() {
    let keyring = keyring();
    let tenant = holding(&keyring, &format!("[{LATER},{UNTAGGED}]"));
    assert_eq!(sender(&keyring, &tenant, None).unwrap().routes.len(), 1);
    let OpenedRoutes { routes, unknown } = open(&keyring, &tenant).unwrap();
    let sealed = seal_with(&keyring, &Zeros, tenant.id, &routes, &unknown);
    let again = text_of(&keyring, &Tenant { routes: Some(sealed), ..tenant });
    assert!(again.contains(LATER) && again.contains("smtp.example.com"), "{again}");
}

#[test]
fn what_is_not_a_list_of_routes_is_refused_as_a_whole() {
    let keyring = keyring();
    for json in ["", "{}", "[1]", "[{\"transport\":7}]", "[{\"transport\":\"smtp\"}]", "[{}]"] {
        let opened = sender(&keyring, &holding(&keyring, json), None);
        assert_eq!(opened.map(|sender| sender.routes.len()), Err(StoreError::Unavailable), "{json}");
    }
    assert!(sender(&keyring, &holding(&keyring, "[]"), None).unwrap().routes.is_empty());
}
