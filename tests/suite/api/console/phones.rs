//! The page about phone numbers: what is refused is shown and cleared, and countries are counted.

use serde_json::json;

use super::tenant::{own, signed_in};
use super::{filled_in, leads, pairs, shows, start};

#[tokio::test]
async fn what_the_rules_refuse_is_shown_and_cleared() {
    let app = start().await;
    let tenant = app.tenant().await;
    app.database().change(
        "INSERT INTO phone_blocks (tenant, rule, key, subject, refuses, since, until, refused) \
         SELECT min(id), 'sends_per_prefix', x'00112233445566778899aabbccddeeff', '+4915123…', 1, 1, \
         9000000000000, 17 FROM tenants",
    );
    app.database().change(
        "INSERT INTO cells (id, tenant, day, purpose, channel, locale, domain) \
         SELECT 1, min(id), 20468, 'login', 'sms', 'en', 'KZ' FROM tenants",
    );
    app.database()
        .change("INSERT INTO counts (cell, counter, lane, n) VALUES (1, 112, 0, 40), (1, 212, 0, 10)");
    let mut browser = signed_in(&app, &tenant).await;
    let page = browser.get(&own(&tenant, "/phone")).await;
    for shown in ["+4915123…", "sends per prefix", "KZ", "25 %", ">17<"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let clear = own(&tenant, "/phone/sends_per_prefix-00112233445566778899aabbccddeeff/clear");
    assert_eq!(leads(&browser.submit(&clear, &[]).await), own(&tenant, "/phone?done=block_cleared"));
    assert_eq!(app.database().number("SELECT count(*) FROM phone_blocks"), 0);
    let again = browser.submit(&clear, &[]).await;
    assert!(again.status == 404 && again.body.contains("There is no such block."), "{}", again.body);
}

#[tokio::test]
async fn countries_budgets_and_rules_are_set_and_taken_back() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = signed_in(&app, &tenant).await;
    let (path, api) = (own(&tenant, "/phone"), app.api.bearing(&tenant.key));
    let before = api.get("/v1/tenant").await.json()["phone"].clone();
    shows(&browser.get(&path).await, 200, "In force: 3 · server default");
    for (name, wrong, said) in [
        ("/phone/countries", "DE, Austria", "Countries: "),
        ("/phone/countries", "*, DE", "stands for all"),
        ("/phone/region", "Germany", "Region: "),
        ("/phone/rules/messages_per_hour", "0", "a number from 1 to"),
        ("/phone/rules/messages_per_day", "many", "must be a whole number from 0 to 4294967295"),
        ("/phone/rules/sends_per_prefix", "5/10m, often", "Messages to a range of numbers: "),
    ] {
        let refused = browser.submit(&path, &[("/phone/rules/calls_per_day", "7"), (name, wrong)]).await;
        shows(&refused, 422, said);
        let beside = format!("id=\"{}-error\"", name[1..].replace(['/', '_'], "-"));
        assert!(
            refused.body.contains(&beside) && refused.body.contains("value=\"7\""),
            "{name}: {}",
            refused.body
        );
    }
    assert_eq!(api.get("/v1/tenant").await.json()["phone"], before);
    let typed = [
        ("/phone/countries", "DE, at".to_uppercase()),
        ("/phone/region", "DE".to_owned()),
        ("/phone/rules/messages_per_hour", "100".to_owned()),
        ("/phone/rules/sends_per_prefix", "5/10m, 20/24h".to_owned()),
        ("recording", "own".to_owned()),
        ("record_only", "sends_per_prefix".to_owned()),
        ("record_only", "neighbouring_numbers".to_owned()),
    ];
    let typed = typed.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(leads(&browser.submit(&path, &pairs(&typed)).await), format!("{path}?done=changed"));
    let rules = json!({
        "messages_per_hour": 100, "sends_per_prefix": ["5/10m", "20/24h"],
        "record_only": ["sends_per_prefix", "neighbouring_numbers"],
    });
    let expected = json!({ "region": "DE", "countries": ["AT", "DE"], "rules": rules });
    assert_eq!(api.get("/v1/tenant").await.json()["phone"], expected);
    // As it is shown it is sent again.
    let shown = filled_in(&browser.get(&path).await.body, &path);
    leads(&browser.submit(&path, &pairs(&shown)).await);
    assert_eq!(api.get("/v1/tenant").await.json()["phone"], expected);
    leads(&browser.submit(&path, &[("recording", "own")]).await);
    let none = json!({ "region": null, "countries": [], "rules": { "record_only": [] } });
    assert_eq!(api.get("/v1/tenant").await.json()["phone"], none);
    leads(&browser.submit(&path, &[]).await);
    assert_eq!(api.get("/v1/tenant").await.json()["phone"], before);
}

#[tokio::test]
async fn an_order_of_channels_is_set_for_one_purpose() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = signed_in(&app, &tenant).await;
    let path = own(&tenant, "/policy");
    let order = [("purpose", "login"), ("/channels", "whatsapp, sms"), ("/fallback_after", "20")];
    for (wrong, said) in
        [("whatsapp, pigeon", "Order of channels"), ("sms, sms", "each once"), ("email", "each once")]
    {
        let refused = browser.submit(&path, &[order[0], ("/channels", wrong)]).await;
        shows(&refused, 422, said);
        assert!(refused.body.contains(&format!("value=\"{wrong}\"")), "{}", refused.body);
    }
    shows(&browser.submit(&path, &[order[0], ("/fallback_after", "5")]).await, 422, "10 to 600 seconds");
    leads(&browser.submit(&path, &order).await);
    let set = app.api.bearing(&tenant.key).get("/v1/tenant").await.json();
    let login = &set["purposes"]["login"];
    assert_eq!((&login["channels"], &login["fallback_after"]), (&json!(["whatsapp", "sms"]), &json!(20)));
    let page = browser.get(&format!("{path}?purpose=login")).await;
    shows(&page, 200, "<td>whatsapp, sms</td>");
    let shown = filled_in(&page.body, &path);
    assert!(shown.contains(&("/channels".to_owned(), "whatsapp, sms".to_owned())), "{shown:?}");
    leads(&browser.submit(&path, &order[..1]).await);
    assert!(app.api.bearing(&tenant.key).get("/v1/tenant").await.json()["purposes"].get("login").is_none());
}
