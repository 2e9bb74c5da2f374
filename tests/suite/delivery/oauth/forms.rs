//! Logging in: both mechanisms, and what a token is asked for with.

use otpmint::domain::deliveries::delivery::DeliveryError::AuthenticationFailed;
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Refused};

use super::{BOTH, CLIENT_SECRET, Lab, REFRESH_TOKEN, app, consent};

#[tokio::test]
async fn a_mail_is_sent_with_either_mechanism_and_with_xoauth2_where_both_are_offered() {
    for (offered, used) in
        [(BOTH, "XOAUTH2"), ("LOGIN XOAUTH2", "XOAUTH2"), ("PLAIN OAUTHBEARER", "OAUTHBEARER")]
    {
        let lab = Lab::with(app(), offered).await;
        assert_eq!(lab.send().await, Accepted, "{offered}");
        assert_eq!(lab.catcher.received(), 1);
        let said = lab.catcher.transcripts().concat().concat();
        assert!(said.contains(&format!("AUTH {used}")), "{said}");
    }
}

#[tokio::test]
async fn a_server_without_a_mechanism_for_tokens_gets_none() {
    let lab = Lab::with(app(), "PLAIN LOGIN").await;
    assert_eq!(lab.send().await, Refused(AuthenticationFailed));
    let said = lab.catcher.transcripts().concat().concat();
    assert!(!said.contains("C: AUTH"), "{said}");
}

#[tokio::test]
async fn a_token_is_asked_for_as_the_grants_demand() {
    let lab = Lab::with(app(), BOTH).await;
    assert_eq!(lab.send().await, Accepted);
    let asked = lab.issuer.asked()[0].clone();
    let expected = [
        ("client_id", "app-id"),
        ("client_secret", CLIENT_SECRET),
        ("grant_type", "client_credentials"),
        ("scope", "mail"),
    ];
    assert!(asked.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected), "{asked:?}");

    let lab = Lab::with(consent(), BOTH).await;
    assert_eq!(lab.send().await, Accepted);
    let asked = lab.issuer.asked()[0].clone();
    assert_eq!(asked["grant_type"], "refresh_token");
    assert_eq!((&*asked["refresh_token"], &*asked["client_secret"]), (REFRESH_TOKEN, CLIENT_SECRET));
}
