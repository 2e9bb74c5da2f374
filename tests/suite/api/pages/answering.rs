//! Typing a code on a page.

use mail_catcher::{Fault, Stage};
use reqwest::Method;
use serde_json::json;

use super::{
    Browser, Hosted, PUBLIC, RETURN, backend, hosting_tenant, leads, leaves, recorded, shows, start,
};
use crate::api::harness::{JANE, eventually, wrong};
use crate::api::v1::accounts::{self, account_at};

/// Where to look for the mail of a tenant whose routes have one address.
const LOOK: &str = "It comes from app@sender.example. If you do not find it, look in your spam folder.";

#[tokio::test]
async fn the_right_code_leads_back_to_the_app_with_a_result() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let shown = browser.get(&page.path).await;
    shows(&shown, 200, "Enter your code");
    for part in ["Acme", "We sent a code to j•••e@recipient.example.", "10:00", "0:30", LOOK] {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    assert!(!shown.body.contains("Attempts left"), "not before the first mistake: {}", shown.body);
    assert!(
        !shown.body.contains(JANE) && !shown.body.contains(&page.code) && !shown.body.contains(&page.key)
    );
    let spaced = format!("+{}+%20{}", &page.code[..3], &page.code[3..]);
    let there = leaves(&browser.answer(&page, &spaced).await);
    let result = there.strip_prefix(&format!("{RETURN}?otpmint_result=")).expect("back to the app");
    assert!(result.starts_with("otpr_") && result.len() == 48, "{result}");
    shows(&browser.get(&page.path).await, 200, "This code has already been used.");
}

#[tokio::test]
async fn a_page_names_no_sender_that_may_be_another_one() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let mut second = account_at(&app.mail);
    second["from"] = json!("codes@sender.example");
    let both = json!([account_at(&app.mail), second]);
    let kept = accounts::put(&backend(&app, &tenant), &both).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let shown = browser.get(&page.path).await.body;
    assert!(shown.contains("If you do not find it, look in your spam folder."), "{shown}");
    assert!(!shown.contains("It comes from"), "{shown}");
}

#[tokio::test]
async fn a_wrong_code_is_counted_and_leads_back_to_the_page() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    for left in (1..5).rev() {
        let back = leads(&browser.answer(&page, &wrong(&page.code)).await);
        assert_eq!(back, format!("{}?notice=wrong", page.path));
        let shown = browser.get(&back).await.body;
        assert!(shown.contains("This code is wrong."), "{shown}");
        assert!(shown.contains(&format!("Attempts left: {left}")), "{shown}");
    }
    let back = leads(&browser.answer(&page, &wrong(&page.code)).await);
    let ended = browser.get(&back).await;
    shows(&ended, 200, "There are no attempts left.");
    assert!(ended.body.contains(&format!("{RETURN}?otpmint_status=exhausted")), "{}", ended.body);
    assert_eq!(leads(&browser.answer(&page, &page.code).await), page.path);
}

#[tokio::test]
async fn what_is_no_code_costs_nothing() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    for body in ["", "code=", "code=12", "other=1", "code=%ff%fe", "code=<script>"] {
        let back = leads(&browser.post(&format!("{}/verify", page.path), body).await);
        assert_eq!(back, format!("{}?notice=not_a_code", page.path), "{body}");
    }
    assert!(!browser.get(&page.path).await.body.contains("Attempts left"));
    let back = leads(&browser.answer(&page, &wrong(&page.code)).await);
    assert!(browser.get(&back).await.body.contains("Attempts left: 4"));
}

#[tokio::test]
async fn a_page_says_that_its_code_has_expired() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    app.clock.pass_seconds(599);
    assert!(browser.get(&page.path).await.body.contains("0:01"));
    app.clock.pass_seconds(1);
    shows(&browser.get(&page.path).await, 200, "This code has expired.");
    assert_eq!(leads(&browser.answer(&page, &page.code).await), page.path);
}

#[tokio::test]
async fn the_code_is_sent_again_after_its_pause_and_not_before() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    recorded(&app).await;
    let resend = format!("{}/resend", page.path);
    assert_eq!(leads(&browser.post(&resend, "").await), format!("{}?notice=later", page.path));
    assert_eq!(app.mails_to(JANE), 1);
    app.clock.pass_seconds(30);
    let back = leads(&browser.post(&resend, "").await);
    assert_eq!(back, format!("{}?notice=sent", page.path));
    assert!(browser.get(&back).await.body.contains("The code is on its way again."));
    assert_eq!(app.code_after(1, JANE).await, page.code);
    recorded(&app).await;
    app.clock.pass_seconds(60);
    leads(&browser.post(&resend, "").await);
    assert_eq!(app.code_after(2, JANE).await, page.code);
    let shown = browser.get(&page.path).await.body;
    assert!(!shown.contains(&resend), "three messages are all that there are: {shown}");
}

#[tokio::test]
async fn whoever_finds_the_address_wrong_goes_back_and_the_challenge_ends() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let there = leaves(&browser.post(&format!("{}/cancel", page.path), "").await);
    assert_eq!(there, format!("{RETURN}?otpmint_status=canceled"));
    shows(&browser.get(&page.path).await, 200, "This code was called off.");
    let status = backend(&app, &tenant).get(&format!("/v1/challenges/{}", page.key)).await.json();
    assert_eq!(status["status"], "canceled");
    assert_eq!(leads(&browser.answer(&page, &page.code).await), page.path);
}

#[tokio::test]
async fn looking_changes_nothing() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    recorded(&app).await;
    app.clock.pass_seconds(30);
    let before = app.database().everything();
    for method in [Method::GET, Method::HEAD] {
        for query in
            ["", "?lang=de", "?notice=wrong", "?code=", &format!("?code={}", page.code), "?utm_x=%00"]
        {
            let answer = browser.send(method.clone(), &format!("{}{query}", page.path), String::new()).await;
            assert_eq!(answer.status, 200, "{method} {query}");
        }
        for form in ["verify", "resend", "cancel"] {
            let path = format!("{}/{form}?code={}", page.path, page.code);
            let body = format!("code={}", page.code);
            let answer = browser.send(method.clone(), &path, body).await;
            assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method} {form}");
        }
    }
    assert!(app.database().everything() == before, "looking has changed something");
    assert_eq!(app.mails_to(JANE), 1);
    browser.result(&page).await;
    assert!(app.database().everything() != before, "this comparison sees what changes");
}

#[tokio::test]
async fn a_code_of_letters_gets_a_keyboard_with_letters() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let browser = Browser::at(&app);
    let digits = Hosted::by(&app, &tenant).await;
    assert!(browser.get(&digits.path).await.body.contains("inputmode=\"numeric\""));
    let shape = json!({ "alphabet": "unambiguous", "length": 8 });
    let body = json!({ "to": "letters@recipient.example", "return_url": RETURN, "code": shape });
    let letters = Hosted::minted(&app, &tenant, body).await;
    assert!(browser.get(&letters.path).await.body.contains("inputmode=\"text\""));
    leaves(&browser.answer(&letters, &letters.code.to_lowercase()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_failed_is_said_in_the_title_and_can_be_sent_again() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    app.mail.set_faults(vec![Fault::Reply(Stage::Rcpt, 550).always()]);
    let body = json!({ "to": JANE, "return_url": RETURN });
    let minted = backend(&app, &tenant).post("/v1/challenges", &body).await;
    let url = minted.json()["page_url"].as_str().expect("a page").to_owned();
    let path = url.strip_prefix(PUBLIC).expect("one of ours").to_owned();
    let browser = Browser::at(&app);
    let failed = || app.database().number("SELECT count(*) FROM deliveries WHERE status = 'failed'") > 0;
    eventually("the failure", || failed().then_some(())).await;
    let page = browser.get(&path).await.body;
    assert!(page.contains("<h1>The message could not be delivered.</h1>"), "{page}");
    assert!(page.contains("Send the code again") && page.contains("Use another address"), "{page}");
    assert!(!page.contains("We sent a code") && !page.contains("It comes from"), "{page}");
}
