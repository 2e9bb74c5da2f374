//! What the issuer refuses for good.

use std::time::Duration;

use otpmint::delivery::{RouteToCheck, Standing};
use otpmint::domain::deliveries::delivery::DeliveryError::AuthenticationFailed;
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Refused};
use otpmint::domain::id::TenantId;
use otpmint::domain::tenants::oauth::TokenRefusal;
use otpmint::domain::tenants::route_check::{CheckStep, CheckedStep};

use super::{BOTH, CLIENT_SECRET, Lab, REFRESH_TOKEN, app, consent};
use crate::delivery::log::Log;
use crate::issuer::Answer;

async fn check(lab: &Lab, standing: Standing) -> Vec<CheckedStep> {
    let transport = &lab.sender.routes[0].transport;
    let checked = RouteToCheck { tenant: TenantId(1), transport, standing };
    lab.routing.check(checked, None, Duration::from_secs(5)).await
}

#[tokio::test]
async fn a_refused_login_is_not_tried_again_until_a_test_of_it_succeeds() {
    for refusal in TokenRefusal::ALL {
        let mut lab = Lab::with(app(), BOTH).await;
        let refuse = || Answer::error(refusal.as_str());
        lab.issuer.answers([refuse(), refuse()]);
        let result = lab.try_send().await;
        assert_eq!(result.outcome, Refused(AuthenticationFailed));
        assert_eq!(result.tried.unwrap().word, Some(refusal.as_str()));
        assert_eq!(lab.logins.only().refused, Some(refusal));
        for _ in 0..3 {
            lab.restart();
            assert_eq!(lab.send().await, Refused(AuthenticationFailed));
        }
        assert_eq!((lab.asked(), lab.catcher.connections()), (1, 0));
        // Its owner asks, and hears why.
        let taken = check(&lab, Standing::Saved).await;
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].step, CheckStep::Token);
        assert_eq!(taken[0].result.as_ref().unwrap_err().advice, refusal.advice());
        assert_eq!((lab.send().await, lab.asked()), (Refused(AuthenticationFailed), 2));
        let taken = check(&lab, Standing::Saved).await;
        assert!(taken.iter().all(|taken| taken.result.is_ok()), "{taken:?}");
        assert_eq!((lab.logins.only().refused, lab.send().await), (None, Accepted));
    }
}

#[tokio::test]
async fn a_refresh_token_is_not_used_up_by_a_test_of_what_is_not_saved() {
    let lab = Lab::with(consent(), BOTH).await;
    let taken = check(&lab, Standing::Unsaved).await;
    assert!(taken[0].result.as_ref().unwrap_err().advice.contains("save the account first"));
    assert_eq!(lab.asked(), 0);
    let lab = Lab::with(app(), BOTH).await;
    let taken = check(&lab, Standing::Unsaved).await;
    let steps: Vec<_> = taken.iter().map(|taken| taken.step.as_str()).collect();
    assert_eq!(steps, ["token", "resolve", "connect", "greeting", "tls", "login"]);
    assert_eq!(lab.logins.only().revision, 0);
}

#[tokio::test]
async fn another_process_that_was_faster_is_no_reason_to_stop() {
    use otpmint::delivery::{LoginLedger as _, LoginOwner};
    use otpmint::domain::tenants::oauth::LoginId;
    let lab = Lab::with(consent(), BOTH).await;
    lab.issuer.close();
    lab.issuer.answers([Answer::error("invalid_grant")]);
    let sending = lab.send();
    let other = async {
        crate::delivery::support::until("it is asked", || lab.asked() == 1).await;
        let owner = LoginOwner { tenant: TenantId(1), login: LoginId(7) };
        lab.logins.keep_token(owner, 0, &"second".into()).await.unwrap();
        lab.issuer.open();
    };
    assert_eq!(tokio::join!(sending, other).0, Accepted);
    assert_eq!(lab.issuer.asked()[1]["refresh_token"], "second");
    assert_eq!(lab.logins.only().refused, None);
}

#[tokio::test]
async fn no_secret_reaches_the_log() {
    let log = Log::default();
    let guard = log.keep();
    let lab = Lab::with(consent(), BOTH).await;
    let rotated = Answer::Token { life: 1, refresh_token: Some("second-refresh-token") };
    let strange = r#"{"access_token":"strange-token","expires_in":3600}"#.to_owned();
    lab.issuer.answers([rotated, Answer::Json(200, strange), Answer::error("invalid_client")]);
    assert_eq!(lab.send().await, Accepted);
    for _ in 0..3 {
        lab.clock.pass(Duration::from_secs(5_000));
        lab.send().await;
    }
    drop(guard);
    let text = log.text();
    assert!(text.contains("invalid_client") && text.contains("answered with 535"), "{text}");
    for secret in
        [CLIENT_SECRET, REFRESH_TOKEN, "second-refresh-token", "access-1", "strange-token", "AADSTS"]
    {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
