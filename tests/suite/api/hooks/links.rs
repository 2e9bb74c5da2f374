//! Links in the mails of Supabase.

use reqwest::Method;
use serde_json::{Value, json};

use super::Desk;
use crate::api::harness::JANE;
use crate::api::v1::sandbox::mails;

const SECRET: &str = "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SITE: &str = "https://ref.supabase.example/auth/v1";
const NEW: &str = "new@one.example";

async fn desk() -> Desk {
    let desk = Desk::open().await;
    assert_eq!(desk.secret("supabase-email", &json!({ "secret": SECRET })).await.status, 200);
    desk
}

/// A request as Supabase writes it, with these fields changed.
fn request(action: &str, changed: &Value) -> Value {
    let mut data = json!({ "token": "111111", "token_hash": "pkce_aa11", "redirect_to": "https://app.example/in?a=1&b=2",
        "email_action_type": action, "site_url": SITE, "token_new": "", "token_hash_new": "", "old_email": "",
        "old_phone": "", "provider": "", "factor_type": "" });
    data.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
    json!({ "user": { "id": "x", "email": JANE, "new_email": NEW, "user_metadata": {} }, "email_data": data })
}

/// Has this request delivered, and returns the mails, by recipient.
async fn delivered(desk: &Desk, request: &Value) -> Vec<Value> {
    let before = mails(&desk.app, &desk.sandbox, "").await.len();
    let id = format!("msg_{before}_{}", desk.challenges());
    let answer = desk.signed("supabase-email", (&id, SECRET), request).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
    let expected = usize::try_from(desk.challenges()).unwrap();
    desk.sent_all(expected).await;
    let mut new = mails(&desk.app, &desk.sandbox, "").await;
    new.truncate(expected - before);
    new.sort_by_key(|mail| mail["to"].to_string());
    new
}

fn text<'a>(mail: &'a Value, part: &str) -> &'a str {
    mail[part].as_str().expect("a text")
}

fn link(hash: &str, kind: &str) -> String {
    let to = "https%3A%2F%2Fapp.example%2Fin%3Fa%3D1%26b%3D2";
    format!("{SITE}/verify?token={hash}&type={kind}&redirect_to={to}")
}

#[tokio::test]
async fn every_action_has_its_code_and_its_link() {
    let desk = desk().await;
    for (number, action, purpose) in [
        (0, "signup", "verification"),
        (1, "invite", "verification"),
        (2, "magiclink", "login"),
        (3, "recovery", "password_reset"),
        (4, "email", "verification"),
    ] {
        let code = format!("10000{number}");
        let mut request = request(action, &json!({ "token": code }));
        request["user"]["email"] = json!(format!("user{number}@one.example"));
        let sent = delivered(&desk, &request).await;
        assert_eq!(
            (sent.len(), text(&sent[0], "code"), text(&sent[0], "purpose")),
            (1, code.as_str(), purpose)
        );
        let link = link("pkce_aa11", action);
        assert!(
            text(&sent[0], "text").contains(&format!("\n\nOr open this link:\n\n{link}\n")),
            "{}",
            sent[0]
        );
        let html = link.replace('&', "&#38;");
        assert!(text(&sent[0], "html").contains(&format!("href=\"{html}\"")), "{}", sent[0]);
        assert!(!text(&sent[0], "subject").contains("pkce"), "{}", sent[0]);
    }
    let asked = request("reauthentication", &json!({ "token": "200000" }));
    let sent = delivered(&desk, &asked).await;
    assert!(
        !text(&sent[0], "text").contains("://") && !text(&sent[0], "html").contains("href"),
        "{}",
        sent[0]
    );
    for notice in
        ["password_changed_notification", "email_changed_notification", "mfa_factor_enrolled_notification"]
    {
        let told = delivered(&desk, &request(notice, &json!({ "token": "", "token_hash": "" }))).await;
        assert_eq!(told.len(), 0, "{notice}");
    }
}

#[tokio::test]
async fn a_secure_change_of_address_asks_both_with_the_code_and_the_link_of_each() {
    let desk = desk().await;
    // `token_hash` is that of `token_new`: it opens for the new address.
    let both = json!({ "token": "333333", "token_hash": "hash_of_new", "token_new": "444444",
        "token_hash_new": "hash_of_present" });
    let sent = delivered(&desk, &request("email_change", &both)).await;
    let told: Vec<_> = sent.iter().map(|mail| (text(mail, "to"), text(mail, "code"))).collect();
    assert_eq!(told, [(JANE, "333333"), (NEW, "444444")]);
    for (mail, own, other) in
        [(&sent[0], "hash_of_present", "hash_of_new"), (&sent[1], "hash_of_new", "hash_of_present")]
    {
        for part in ["text", "html"] {
            assert!(text(mail, part).contains(&format!("token={own}")), "{mail}");
            assert!(!text(mail, part).contains(other), "{mail}");
        }
    }
    let one = json!({ "token": "555555", "token_hash": "hash_of_new" });
    let sent = delivered(&desk, &request("email_change", &one)).await;
    assert_eq!((sent.len(), text(&sent[0], "to"), text(&sent[0], "code")), (1, NEW, "555555"));
    assert!(text(&sent[0], "text").contains(&link("hash_of_new", "email_change")), "{}", sent[0]);
}

#[tokio::test]
async fn what_is_no_address_of_the_web_is_no_link_and_nothing_breaks_out_of_a_parameter() {
    let desk = desk().await;
    for (number, site) in
        ["", "javascript:alert(1)//", "data:text/html,x", "ref.supabase.example", "https://a@evil.example"]
            .iter()
            .enumerate()
    {
        let code = format!("60000{number}");
        let mut asked = request("signup", &json!({ "token": code, "site_url": site }));
        asked["user"]["email"] = json!(format!("site{number}@one.example"));
        let sent = delivered(&desk, &asked).await;
        assert!(text(&sent[0], "text").contains(&code), "the code is sent all the same");
        assert!(
            !text(&sent[0], "text").contains("open this link") && !text(&sent[0], "html").contains("href"),
            "{site}"
        );
    }
    let hostile = json!({ "token": "700000", "token_hash": "x&type=recovery#\r\nBcc: joe@evil.example",
        "redirect_to": "\"><script>alert(1)</script>\u{202e} javascript:x" });
    let sent = delivered(&desk, &request("signup", &hostile)).await;
    let whole = format!("{}{}", text(&sent[0], "text"), text(&sent[0], "html"));
    for bad in ["<script", "&type=recovery", "Bcc: joe", "\u{202e}", "#\r"] {
        assert!(!whole.contains(bad), "{bad}: {whole}");
    }
    assert!(whole.contains("token=x%26type%3Drecovery%23%0D%0ABcc"), "{whole}");
    assert!(whole.contains("&type=signup&redirect_to=%22%3E%3Cscript%3E"), "{whole}");
}

#[tokio::test]
async fn a_template_of_ones_own_has_the_link_or_builds_one_to_the_app() {
    let desk = desk().await;
    let own = json!({ "subject": "Hello", "text": "{{ code }} {{ lifetime }} {% if link %}[{{ link }}]{% endif %}",
        "html": "<p>{{ code }} <a href=\"{{ link }}\">open</a> <a href=\"https://app.example/confirm?token_hash={{ \
                 vars.token_hash }}&amp;type={{ vars.email_action_type }}\">app</a></p>" });
    let set = desk.owner();
    let set =
        set.send(Method::PUT, "/v1/tenant/templates/verification/en", own.to_string().into_bytes()).await;
    assert!([200, 201].contains(&set.status), "{}", set.body);
    let sent = delivered(&desk, &request("signup", &json!({}))).await;
    let link = link("pkce_aa11", "signup");
    assert!(text(&sent[0], "text").contains(&format!("[{link}]")), "{}", sent[0]);
    let html = text(&sent[0], "html");
    assert!(html.contains(&format!("href=\"{}\">open", link.replace('&', "&amp;"))), "{html}");
    assert!(
        html.contains("https://app.example/confirm?token_hash=pkce_aa11&amp;type=signup\">app"),
        "{html}"
    );
}
