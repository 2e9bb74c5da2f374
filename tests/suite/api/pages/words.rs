//! The language of a page.

use reqwest::Method;
use serde_json::json;

use super::{Browser, Hosted, RETURN, backend, hosting_tenant, leads, start};
use crate::api::harness::JANE;

#[tokio::test]
async fn the_address_decides_then_the_challenge_then_the_browser() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let french = json!({ "to": JANE, "return_url": RETURN, "locale": "fr" });
    let (any, french) = (Hosted::by(&app, &tenant).await, Hosted::minted(&app, &tenant, french).await);
    let browser = Browser::at(&app);
    for (page, query, accepted, lang, dir) in [
        (&any, "", "", "en", "ltr"),
        (&any, "", "de-AT,de;q=0.9,en;q=0.5", "de", "ltr"),
        (&any, "", "en;q=0.1, ar-EG;q=0.8", "ar", "rtl"),
        (&any, "", "tlh, he;q=0.5", "he", "rtl"),
        (&any, "", "*", "en", "ltr"),
        (&any, "", ";;=q,\"", "en", "ltr"),
        (&any, "?lang=ja", "de", "ja", "ltr"),
        (&any, "?lang=nothing-at-all", "de", "de", "ltr"),
        (&french, "", "de", "fr", "ltr"),
        (&french, "?lang=fa", "de", "fa", "rtl"),
    ] {
        let browser = browser.with("accept-language", accepted);
        let shown = browser.get(&format!("{}{query}", page.path)).await.body;
        let html = format!("<html lang=\"{lang}\" dir=\"{dir}\">");
        assert!(shown.contains(&html), "{query} {accepted}: {shown}");
    }
}

#[tokio::test]
async fn a_language_that_was_chosen_stays_chosen() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let shown = browser.get(&format!("{}?lang=de&notice=wrong", page.path)).await.body;
    let form = format!("{}/verify?lang=de", page.path);
    assert!(
        shown.contains(&format!("action=\"{form}\"")) && shown.contains("Dieser Code ist falsch."),
        "{shown}"
    );
    let back = leads(&browser.post(&form, "code=1").await);
    assert_eq!(back, format!("{}?lang=de&notice=not_a_code", page.path));
    assert!(browser.get(&back).await.body.contains("Das ist kein Code."));
}

#[tokio::test]
async fn the_language_of_the_tenant_is_for_visitors_whose_browsers_say_nothing() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let own = json!({ "locale": "de" }).to_string().into_bytes();
    let changed = backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", own).await;
    assert_eq!(changed.json()["locale"], "de", "{}", changed.body);
    let french = json!({ "to": JANE, "return_url": RETURN, "locale": "fr" });
    let (any, french) = (Hosted::by(&app, &tenant).await, Hosted::minted(&app, &tenant, french).await);
    for (page, query, accepted, lang) in [
        (&any, "", "", "de"),
        (&any, "", "*", "de"),
        (&any, "", "tlh", "de"),
        (&any, "", "ja, de;q=0.5", "ja"),
        (&any, "?lang=ja", "", "ja"),
        (&french, "", "ja", "fr"),
    ] {
        let browser = Browser::at(&app).with("accept-language", accepted);
        let shown = browser.get(&format!("{}{query}", page.path)).await.body;
        assert!(shown.contains(&format!("<html lang=\"{lang}\"")), "{query} {accepted}: {shown}");
    }
}
