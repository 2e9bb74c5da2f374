// SPDX-License-Identifier: MIT

//! What an app relies on with authenticator apps, told to the real server and to the fake.

use jiff::SignedDuration;
use otpmint_client::receipts::Expected;
use otpmint_client::{Channel, CheckFactor, Error, Factor, FactorRequest, FactorStatus, Kind};
use serde_json::{Value, json};

use crate::worlds::{App, World, refused, someone};

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn somebody() -> FactorRequest {
    FactorRequest { identity: format!("user {}", someone()), ..FactorRequest::default() }
}

#[tokio::test]
async fn an_app_is_added_confirmed_and_checked() {
    for world in World::both().await {
        let client = world.client();
        let factors = client.factors();
        let request = FactorRequest { issuer: Some("Shop".to_owned()), ..somebody() };
        let added = factors.add(&request).await.unwrap();
        assert_eq!((added.status, &added.identity), (FactorStatus::Unconfirmed, &request.identity));
        assert_eq!((&*added.algorithm, added.digits, added.period), ("SHA1", 6, 30));
        let secret = added.secret.as_ref().unwrap();
        assert!(added.uri.as_ref().unwrap().starts_with("otpauth://totp/Shop:user%20"));
        assert!(added.uri.as_ref().unwrap().contains(secret.expose()));
        assert!(added.qr_svg.as_ref().unwrap().starts_with("<svg"));
        assert!(added.qr_png.as_ref().unwrap().starts_with("iVBORw0KGgo"));
        assert!(!format!("{added:?}").contains(secret.expose()));
        let unconfirmed = refused(factors.check(&added.factor, "123456").await, Kind::Other);
        assert_eq!((unconfirmed.code(), unconfirmed.status()), ("factor_unconfirmed", Some(409)));
        let unconfirmed = refused(factors.replace_recovery_codes(&added.factor).await, Kind::Other);
        assert_eq!(unconfirmed.code(), "factor_unconfirmed");

        let mut app = App::new(secret, &world);
        let confirmed = factors.confirm(&added.factor, &*app.code()).await.unwrap();
        let codes = &confirmed.recovery_codes;
        assert_eq!((confirmed.status, codes.len()), (FactorStatus::Active, 10));
        assert!(!format!("{confirmed:?}").contains(codes[0].expose()));
        let again = refused(factors.confirm(&added.factor, &*app.wrong()).await, Kind::Other);
        assert_eq!(again.code(), "factor_confirmed");

        let code = app.code();
        let typed = format!(" {}-{}", &code[..3], &code[3..]);
        let (purpose, nonce) = (Some("login".to_owned()), Some("n-1".to_owned()));
        let check = CheckFactor { purpose, nonce, ..CheckFactor::from(&*typed) };
        assert!(!format!("{check:?}").contains(&typed));
        let checked = factors.check(&added.factor, check).await.unwrap();
        assert_eq!((checked.verified, checked.channel), (true, Channel::Totp));
        assert!(checked.used_at.is_some());
        let receipt = checked.receipt.as_ref().unwrap();
        assert!(!format!("{checked:?}").contains(receipt.expose()));
        let claims = world.verifier().verify(receipt, &Expected::nonce("login", "n-1")).await.unwrap();
        assert_eq!((&claims.subject, claims.channel), (&request.identity, Channel::Totp));
        let used = refused(factors.check(&added.factor, &*code).await, Kind::CodeUsed);
        assert_eq!((used.code(), used.status()), ("code_used", Some(403)));
        let all = factors.list(&request.identity).await.unwrap();
        assert_eq!((all.len(), &all[0].factor), (1, &added.factor));
        assert_eq!(factors.list(&format!("{}?&=", request.identity)).await.unwrap().len(), 0);

        factors.delete(&added.factor).await.unwrap();
        assert_eq!(refused(factors.get(&added.factor).await, Kind::NotFound).code(), "factor_not_found");
        for odd in ["made-up", "", "..", "../tenant", "a b", "é"] {
            assert_eq!(refused(factors.get(odd).await, Kind::NotFound).code(), "factor_not_found");
        }
        let result = factors.fetch_result("otpr_made_up").await;
        assert_eq!(refused(result, Kind::NotFound).code(), "result_not_found");
    }
}

async fn enrolled(world: &World) -> (Factor, Vec<String>, App) {
    let client = world.client();
    let added = client.factors().add(&somebody()).await.unwrap();
    let mut app = App::new(added.secret.as_ref().unwrap(), world);
    let confirmed = client.factors().confirm(&added.factor, &*app.code()).await.unwrap();
    let codes = confirmed.recovery_codes.iter().map(|code| code.to_string()).collect();
    (confirmed.entry.clone(), codes, app)
}

#[tokio::test]
async fn a_recovery_code_works_once_and_five_wrong_codes_pause() {
    for world in World::both().await {
        let client = world.client();
        let factors = client.factors();
        let (Factor { factor, .. }, codes, mut app) = enrolled(&world).await;
        let typed = codes[0].to_lowercase().replace('-', " ");
        let checked = factors.check(&factor, &*typed).await.unwrap();
        assert_eq!((checked.channel, checked.recovery_codes_remaining), (Channel::Recovery, 9));
        let wrong = refused(factors.check(&factor, &*codes[0]).await, Kind::CodeMismatch);
        assert_eq!(wrong.attempts_remaining(), Some(4));
        let replaced = factors.replace_recovery_codes(&factor).await.unwrap();
        assert_eq!(replaced.recovery_codes_remaining, 10);
        refused(factors.check(&factor, &*codes[1]).await, Kind::CodeMismatch);
        factors.check(&factor, replaced.recovery_codes[9].expose()).await.unwrap();

        for typed in ["", "12", "1234", "12345678", "12345O", "ABCD-EFGH-2345-678"] {
            let none = refused(factors.check(&factor, typed).await, Kind::InvalidField);
            assert_eq!(none.errors()[0].pointer.as_deref(), Some("/code"), "{typed}");
        }
        for left in [4, 3, 2, 1, 0] {
            let wrong = refused(factors.check(&factor, &*app.wrong()).await, Kind::CodeMismatch);
            assert_eq!(wrong.attempts_remaining(), Some(left));
        }
        let paused = refused(factors.check(&factor, &*app.code()).await, Kind::RateLimited);
        assert_eq!((paused.code(), paused.status()), ("factor_paused", Some(429)));
        let until = factors.get(&factor).await.unwrap().paused_until.unwrap();
        let differs = paused.retry_at().unwrap().duration_since(until).abs();
        assert!(differs <= SignedDuration::from_secs(5), "{differs} from the end of the pause");
    }
}

#[tokio::test]
async fn what_an_app_holds_already_is_imported() {
    for world in World::both().await {
        let client = world.client();
        let factors = client.factors();
        let somebody = somebody();
        let secret = Some(SECRET.to_lowercase().into());
        let request = FactorRequest { secret, confirmed: Some(true), ..somebody.clone() };
        let imported = factors.add(&request).await.unwrap();
        assert_eq!((imported.status, imported.secret.as_deref()), (FactorStatus::Active, Some(SECRET)));
        factors.check(&imported.factor, &*App::new(SECRET, &world).code()).await.unwrap();
        let uri =
            format!("otpauth://totp/Old%20Shop:jane?secret={SECRET}&digits=8&period=60&algorithm=SHA256");
        let request = FactorRequest { uri: Some(uri.clone().into()), ..somebody.clone() };
        assert!(!format!("{request:?}").contains(SECRET));
        let other = factors.add(&request).await.unwrap();
        assert_eq!((&*other.algorithm, other.digits, other.period), ("SHA256", 8, 60));
        assert!(other.uri.as_ref().unwrap().contains("Old%20Shop:jane"));
        for (pointer, mut body) in [
            ("/secret", json!({ "secret": "too short" })),
            ("/uri", json!({ "uri": "https://example.com" })),
            ("/digits", json!({ "digits": 6, "uri": uri })),
            ("/confirmed", json!({ "confirmed": true })),
            ("/period", json!({ "period": 5 })),
            ("/algorithm", json!({ "algorithm": "MD5" })),
            ("/issuer", json!({ "issuer": "\n" })),
            ("/colour", json!({ "colour": "red" })),
        ] {
            body["identity"] = somebody.identity.clone().into();
            let wrong: Result<Value, Error> = client.request("POST", "/v1/factors", Some(&body)).await;
            assert_eq!(refused(wrong, Kind::InvalidField).errors()[0].pointer.as_deref(), Some(pointer));
        }
        for _ in 0..3 {
            factors.add(&somebody).await.unwrap();
        }
        assert_eq!(refused(factors.add(&somebody).await, Kind::Other).code(), "too_many_factors");
    }
}

#[tokio::test]
async fn a_call_whose_answer_is_lost_is_carried_out_once() {
    for world in World::both().await {
        let client = world.client();
        let factors = client.factors();
        let lossy = |count| world.losing(count).0;
        let somebody = somebody();
        let lost = lossy(1).factors().add(&somebody).await.unwrap();
        assert!(lost.uri.is_some() && lost.qr_svg.is_some() && lost.qr_png.is_some());
        assert_eq!(factors.list(&somebody.identity).await.unwrap().len(), 1);

        let (added, mut app) = (&lost, App::new(lost.secret.as_ref().unwrap(), &world));
        let confirmed = lossy(1).factors().confirm(&added.factor, &*app.code()).await.unwrap();
        assert_eq!((confirmed.status, confirmed.recovery_codes.len()), (FactorStatus::Active, 10));
        let wrong = lossy(2).factors().check(&added.factor, &*app.wrong()).await;
        assert_eq!(refused(wrong, Kind::CodeMismatch).attempts_remaining(), Some(4));
        let checked = lossy(2).factors().check(&added.factor, &*app.code()).await.unwrap();
        assert_eq!(checked.receipt.as_ref().unwrap().split('.').count(), 3);

        let replaced = lossy(1).factors().replace_recovery_codes(&added.factor).await.unwrap();
        assert_eq!(replaced.recovery_codes.len(), 10);
        // What takes no key is sent once.
        refused(lossy(1).factors().delete(&added.factor).await, Kind::ConnectionLost);
        refused(factors.get(&added.factor).await, Kind::NotFound);
    }
}
