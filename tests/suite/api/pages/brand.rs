//! A tenant's colours and logo on its pages.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Browser, Hosted, PUBLIC, backend, hosting_tenant, leaves, shows, start};
use crate::api::harness::{Answer, JANE, Tenant, TestApp};
use crate::api::v1::assert_problem;
use crate::support::mail::Mail;

/// A PNG of one pixel, followed by this many bytes.
pub fn png(more: usize) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";
    [head.as_slice(), &vec![b'.'; more]].concat()
}

async fn patch(app: &TestApp, tenant: &Tenant, brand: Value) -> Answer {
    let body = json!({ "brand": brand }).to_string().into_bytes();
    backend(app, tenant).send(Method::PATCH, "/v1/tenant", body).await
}

async fn upload(app: &TestApp, tenant: &Tenant, bytes: Vec<u8>) -> Answer {
    let kind = reqwest::header::CONTENT_TYPE;
    backend(app, tenant).with(kind, "image/png").send(Method::PUT, "/v1/tenant/logo", bytes).await
}

/// The answer to a browser that loads a picture.
async fn load(browser: &Browser, path: &str) -> reqwest::Response {
    browser.http.get(format!("{}{path}", browser.url)).send().await.expect("an answer")
}

/// The path of the logo in an answer.
fn logo(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["logo"].as_str().expect("a logo").to_owned()
}

#[tokio::test]
async fn a_page_has_the_colours_of_its_tenant_and_no_inline_style() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let changed = patch(&app, &tenant, json!({ "accent": "#1A4FA3", "accent_dark": "#8fb8ff" })).await;
    assert_eq!(changed.json()["brand"], json!({ "accent": "#1a4fa3", "accent_dark": "#8fb8ff" }));
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let shown = browser.get(&page.path).await;
    let path = "/assets/brand-1a4fa3-8fb8ff.css";
    assert!(shown.body.contains(&format!("href=\"{path}\"")), "{}", shown.body);
    let policy = shown.header("content-security-policy").expect("a policy");
    assert!(policy.contains("style-src 'self';") && !shown.body.contains(" style="), "{policy}");
    let style = browser.get(path).await;
    assert_eq!((style.status, style.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert_eq!(style.header("cache-control"), Some("public, max-age=31536000, immutable"));
    for rule in
        ["(prefers-color-scheme: light) { :root { --mint: #1a4fa3;", "dark) { :root { --mint: #8fb8ff;"]
    {
        assert!(style.body.contains(rule), "{}", style.body);
    }
    // An ended page looks the same.
    browser.result(&page).await;
    assert!(browser.get(&page.path).await.body.contains(path));
    assert_eq!(patch(&app, &tenant, json!({ "accent_dark": null })).await.status, 200);
    assert!(browser.get(&page.path).await.body.contains("/assets/brand-1a4fa3-usual.css"));
    assert_eq!(browser.get("/assets/brand-1a4fa3-usual.css").await.body.matches("--mint:").count(), 1);
    assert_eq!(patch(&app, &tenant, Value::Null).await.status, 200);
    assert!(!browser.get(&page.path).await.body.contains("/assets/brand-"));
}

/// The text and the HTML of a mail to Jane with this context, and its code.
async fn mailed(app: &TestApp, tenant: &Tenant, context: Option<&str>) -> (String, String, String) {
    let vars = context.map_or_else(|| json!({}), |context| json!({ "context": context }));
    let body = json!({ "to": JANE, "vars": vars }).to_string().into_bytes();
    let before = app.mail.mails().len();
    let answer = backend(app, tenant).send(Method::POST, "/v1/challenges", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let caught = app.mail.mails()[before].clone();
    let mail = Mail::parse(&caught.source());
    (mail.text().to_owned(), mail.html().to_owned(), caught.code().expect("a code").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_has_the_look_of_its_tenant_and_says_what_the_code_is_for() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (_, usual, _) = mailed(&app, &tenant, None).await;
    assert!(usual.contains("solid #0f7a5f") && !usual.contains("<img"), "{usual}");
    assert_eq!(
        patch(&app, &tenant, json!({ "accent": "#1A4FA3", "accent_dark": "#8fb8ff" })).await.status,
        200
    );
    let path = logo(&upload(&app, &tenant, png(0)).await);
    let (text, html, code) = mailed(&app, &tenant, Some("Sign-in from <b>Graz</b>\u{202e}")).await;
    assert!(html.contains("solid #1a4fa3") && html.contains("border-top-color: #8fb8ff"), "{html}");
    assert!(html.contains(&format!("src=\"{PUBLIC}{path}\"")), "{html}");
    assert!(html.contains("<bdi>Sign-in from &#60;b&#62;Graz&#60;/b&#62;</bdi>"), "{html}");
    assert!(text.contains("\n\nSign-in from <b>Graz</b>\n\n"), "{text}");
    // A list of mails shows the lifetime beside the subject, and not the code.
    let preview =
        html.split_once("display:none").expect("a preview").1.split_once("</div>").expect("its end").0;
    assert!(preview.contains("10 minutes") && !preview.contains(&code), "{preview}");
    assert_eq!(html.matches(&code).count(), 1, "{html}");
}

#[tokio::test]
async fn a_colour_that_cannot_be_read_is_refused_with_what_it_reaches() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    for (name, colour, said) in [
        ("accent", "#ffd400", "its contrast with #f5f7f6 is 1.33:1, and text needs 4.5:1"),
        ("accent", "#5fd3b0", "its contrast with #f5f7f6 is 1.70:1, and text needs 4.5:1"),
        ("accent_dark", "#0f7a5f", "its contrast with #181f1d is 3.16:1, and text needs 4.5:1"),
        ("accent", "red", "a colour has six hexadecimal digits, such as #0f7a5f"),
        ("accent", "#000;}*{x:", "a colour has six hexadecimal digits, such as #0f7a5f"),
        ("accent_dark", "url(https://evil.example)", "a colour has six hexadecimal digits, such as #0f7a5f"),
    ] {
        let problem =
            assert_problem(&patch(&app, &tenant, json!({ name: colour })).await, 422, "invalid_field");
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["detail"]), (&json!(format!("/brand/{name}")), &json!(said)));
    }
    let told = backend(&app, &tenant).get("/v1/tenant").await.json();
    assert_eq!(told["brand"], json!({ "accent": null, "accent_dark": null }));
}

#[tokio::test]
async fn a_style_has_readable_colours_and_nothing_else() {
    let app = start().await;
    let browser = Browser::at(&app);
    for name in [
        "brand-ffd400-usual.css",
        "brand-usual-0f7a5f.css",
        "brand-0f7a5-usual.css",
        "brand-usual.css",
        "brand-%23000000-usual.css",
        "brand-000000%3b%7d-usual.css",
        "brand-000000-usual.js",
    ] {
        assert_eq!(browser.get(&format!("/assets/{name}")).await.status, 404, "{name}");
    }
    assert_eq!(browser.post("/assets/brand-000000-usual.css", "").await.status, 405);
}

#[tokio::test]
async fn a_logo_is_served_from_here_under_a_name_of_its_own() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let first = logo(&upload(&app, &tenant, png(100)).await);
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let shown = browser.get(&page.path).await.body;
    assert!(shown.contains(&format!("<img class=\"logo\" src=\"{first}\" alt=\"\"")), "{shown}");
    let got = load(&browser, &first).await;
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(got.headers()[name], value);
    }
    assert_eq!((got.status(), got.bytes().await.unwrap().to_vec()), (StatusCode::OK, png(100)));
    let second = logo(&upload(&app, &tenant, png(101)).await);
    assert_ne!(first, second);
    assert_eq!([load(&browser, &first).await.status(), load(&browser, &second).await.status()], [404, 200]);
    // Other changes of the tenant leave it alone.
    assert_eq!(logo(&patch(&app, &tenant, json!({ "accent": "#000000" })).await), second);
    let app = app.restart(|_| {}).await;
    assert_eq!(load(&Browser::at(&app), &second).await.status(), 200);
    let removed = backend(&app, &tenant).send(Method::DELETE, "/v1/tenant/logo", Vec::new()).await;
    assert_eq!((removed.status, removed.body.as_str()), (204, ""));
    assert_eq!(load(&Browser::at(&app), &second).await.status(), 404);
    let again = backend(&app, &tenant).send(Method::DELETE, "/v1/tenant/logo", Vec::new()).await;
    assert_problem(&again, 404, "logo_not_found");
}

#[tokio::test]
async fn what_is_no_small_picture_is_no_logo() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let mut wide = png(100);
    wide[16..20].copy_from_slice(&1025_u32.to_be_bytes());
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    for (bytes, said) in [
        (svg, "a logo is a PNG or WebP picture"),
        (html, "a logo is a PNG or WebP picture"),
        (b"GIF89a\x01\0\x01\0".to_vec(), "a logo is a PNG or WebP picture"),
        (Vec::new(), "a logo is a PNG or WebP picture"),
        (wide, "a logo has sides of 1 to 1024 pixels"),
    ] {
        let problem = assert_problem(&upload(&app, &tenant, bytes).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0], json!({ "pointer": "", "detail": said }));
    }
    assert_problem(&upload(&app, &tenant, png(16 * 1024)).await, 413, "body_too_large");
    assert_eq!(app.database().number("SELECT count(*) FROM logos"), 0);
    for name in
        ["logo-x.png", "logo-..%2f..%2fetc%2fpasswd", "logo-", &format!("logo-{}.svg", "a".repeat(32))]
    {
        assert_eq!(Browser::at(&app).get(&format!("/assets/{name}")).await.status, 404, "{name}");
    }
}

#[tokio::test]
async fn a_tenant_has_its_own_logo_and_changes_no_other() {
    let app = start().await;
    let (tenant, other) = (hosting_tenant(&app).await, hosting_tenant(&app).await);
    let same = logo(&upload(&app, &tenant, png(100)).await);
    assert_eq!(logo(&upload(&app, &other, png(100)).await), same, "one content has one name");
    let removed = backend(&app, &other).send(Method::DELETE, "/v1/tenant/logo", Vec::new()).await;
    assert_eq!(removed.status, 204);
    let browser = Browser::at(&app);
    assert_eq!(load(&browser, &same).await.status(), 200, "the first tenant still has it");
    assert!(!browser.get(&Hosted::by(&app, &other).await.path).await.body.contains("<img"));
    for who in [&app.api, &app.api.bearing("no-such-key-at-all-1")] {
        assert_problem(&who.send(Method::PUT, "/v1/tenant/logo", png(1)).await, 401, "invalid_secret_key");
    }
    app.database().change("UPDATE tenants SET status = 'disabled'");
    assert_eq!(load(&browser, &same).await.status(), 404);
}

#[tokio::test]
async fn a_page_without_a_brand_looks_as_usual() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let shown = browser.get(&page.path).await;
    shows(&shown, 200, "Enter your code");
    assert!(!shown.body.contains("<img") && !shown.body.contains("/assets/brand-"), "{}", shown.body);
    leaves(&browser.answer(&page, &page.code).await);
}

#[tokio::test]
async fn a_page_shows_as_much_of_the_address_as_its_tenant_wants() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let told = backend(&app, &tenant).get("/v1/tenant").await.json();
    assert_eq!(told["page_mask"], "light");
    for (mask, shown) in [
        (json!("strong"), "j***@r***.example"),
        (json!("none"), "jane.roe@recipient.example"),
        (json!(null), "j•••e@recipient.example"),
    ] {
        let body = json!({ "page_mask": mask }).to_string().into_bytes();
        let changed = backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", body).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        // A page is asked for anew: the tenant is read with it.
        let body = browser.get(&page.path).await.body;
        assert!(body.contains(&format!("We sent a code to {shown}.")), "{mask}: {body}");
    }
    // The API, the trail and the logs go on to show hints only.
    let told = backend(&app, &tenant).get(&format!("/v1/challenges/{}", page.key)).await.json();
    assert_eq!(told["to"], "j***@r***.example");
    let body = json!({ "page_mask": "some" }).to_string().into_bytes();
    let wrong = backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", body).await;
    assert_problem(&wrong, 422, "invalid_field");
    assert!(wrong.body.contains("/page_mask"), "{}", wrong.body);
}
