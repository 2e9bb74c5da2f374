//! The page about phone numbers: what is refused is shown and cleared, and countries are counted.

use super::tenant::{own, signed_in};
use super::{leads, start};

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
