//! Refresh tokens that the issuer replaces at each use.

use std::sync::atomic::Ordering;
use std::time::Duration;

use otpmint::domain::deliveries::delivery::DeliveryError::AuthenticationFailed;
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Retry};

use super::{BOTH, Lab, REFRESH_TOKEN, consent};
use crate::issuer::Answer;

const HOUR: Duration = Duration::from_secs(3_600);

fn rotating(to: &'static str) -> Answer {
    Answer::Token { life: 3_600, refresh_token: Some(to) }
}

/// The refresh tokens that were used so far.
fn used(lab: &Lab) -> Vec<String> {
    lab.issuer.asked().iter().map(|asked| asked["refresh_token"].clone()).collect()
}

#[tokio::test]
async fn a_new_refresh_token_is_kept_and_used_next_even_after_a_restart() {
    let mut lab = Lab::with(consent(), BOTH).await;
    lab.issuer.answers([rotating("second"), rotating("third"), rotating("third")]);
    assert_eq!(lab.send().await, Accepted);
    assert_eq!(lab.logins.refresh_token().as_deref(), Some("second"));
    lab.clock.pass(HOUR);
    assert_eq!(lab.send().await, Accepted);
    lab.restart();
    assert_eq!(lab.send().await, Accepted);
    assert_eq!(used(&lab), [REFRESH_TOKEN, "second", "third"]);
    assert_eq!(lab.logins.only().revision, 2, "the same token again is not written again");
}

#[tokio::test]
async fn nothing_is_used_before_the_new_refresh_token_is_stored_and_nothing_is_lost() {
    let lab = Lab::with(consent(), BOTH).await;
    lab.issuer.answers([rotating("second")]);
    lab.logins.is_full.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(lab.send().await, Retry(AuthenticationFailed));
    }
    assert_eq!((lab.catcher.connections(), lab.logins.refresh_token()), (0, None));
    assert_eq!(used(&lab), [REFRESH_TOKEN], "a used-up token is not used again");
    lab.logins.is_full.store(false, Ordering::SeqCst);
    assert_eq!(lab.send().await, Accepted);
    assert_eq!((lab.asked(), lab.logins.refresh_token().as_deref()), (1, Some("second")));
}

#[tokio::test]
async fn a_refresh_token_outlives_the_access_token_that_came_with_it() {
    let lab = Lab::with(consent(), BOTH).await;
    lab.issuer.answers([rotating("second"), rotating("third")]);
    lab.logins.is_full.store(true, Ordering::SeqCst);
    assert_eq!(lab.send().await, Retry(AuthenticationFailed));
    lab.clock.pass(HOUR * 2);
    lab.logins.is_full.store(false, Ordering::SeqCst);
    assert_eq!(lab.send().await, Accepted);
    assert_eq!(used(&lab), [REFRESH_TOKEN, "second"]);
    assert_eq!(lab.logins.refresh_token().as_deref(), Some("third"));
}

#[tokio::test]
async fn a_caller_who_gives_up_loses_no_refresh_token() {
    let lab = Lab::with(consent(), BOTH).await;
    lab.issuer.answers([rotating("second")]);
    lab.issuer.close();
    let given_up = tokio::time::timeout(Duration::from_millis(100), lab.send()).await;
    assert!(given_up.is_err());
    lab.issuer.open();
    crate::delivery::support::until("it is stored", || lab.logins.refresh_token().is_some()).await;
    assert_eq!((lab.send().await, lab.asked()), (Accepted, 1));
}
