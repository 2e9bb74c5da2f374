//! The pages of templates for text messages and calls.

use super::pages::of;
use super::{Browser, filled_in, leads, shows, start};

#[tokio::test]
async fn a_text_is_written_measured_saved_and_deleted_beside_the_mail_of_its_purpose() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let templates = of(&tenant, "/templates");
    let (edit, preview) = (format!("{templates}/edit"), format!("{templates}/preview/text"));
    let mail = [("purpose", "login"), ("locale", "pl"), ("subject", "s"), ("text", "mail {{ code }}")];
    assert_eq!(leads(&browser.submit(&edit, &mail).await), format!("{templates}?done=template"));

    let name = [("purpose", "login"), ("locale", "pl"), ("medium", "text")];
    let asked = format!("{edit}?purpose=login&locale=pl&medium=text");
    let empty = browser.get(&asked).await;
    shows(&empty, 200, "Text message for login in Polish");
    // It starts from the built-in words.
    shows(&empty, 200, "aria-describedby=\"text-hint\">{{ code }} to ");
    let words = [name[0], name[1], name[2], ("text", "{{ code }} to kod do zmiany hasła")];
    let seen = browser.submit(&preview, &words).await;
    let cost = "— 29 of 70 characters, because “ł” is not in the GSM alphabet: one part";
    assert_eq!(seen.body, format!("123456 to kod do zmiany hasła\n\n{cost}"));
    let plain = [name[0], name[1], name[2], ("text", "{{ code }} to kod")];
    let seen = browser.submit(&preview, &plain).await;
    assert_eq!(seen.body, "123456 to kod\n\n— 13 of 160 characters: one part");
    assert_eq!(leads(&browser.submit(&edit, &words).await), format!("{templates}?done=template"));
    shows(&browser.get(&asked).await, 200, "{{ code }} to kod do zmiany hasła</textarea>");

    let long = "x".repeat(200);
    let broken = [name[0], name[1], name[2], ("text", &*format!("{{{{ code }}}} {long}"))];
    let refused = browser.submit(&edit, &broken).await;
    shows(&refused, 422, "fit into one part");
    shows(&refused, 422, &long);

    assert_eq!(
        leads(&browser.submit(&format!("{templates}/delete"), &name).await),
        format!("{templates}?done=template_deleted")
    );
    shows(&browser.get(&format!("{edit}?purpose=login&locale=pl")).await, 200, "mail {{ code }}</textarea>");
    shows(&browser.get(&asked).await, 200, "aria-describedby=\"text-hint\">{{ code }} to ");
    shows(&browser.get(&format!("{edit}?purpose=login&locale=pl&medium=sms")).await, 422, "medium: ");
}

#[tokio::test]
async fn a_call_is_heard_line_by_line() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let templates = of(&tenant, "/templates");
    let words =
        [("purpose", "login"), ("locale", "en"), ("medium", "voice"), ("text", "Hello.\r\nSay {{ code }}.")];
    let heard = browser.submit(&format!("{templates}/preview/text"), &words).await;
    let say = "Say 1, 2, 3, 4, 5, 6.";
    assert_eq!(heard.body, format!("Hello.\n{say}\n{say}"));
    assert_eq!(browser.submit(&format!("{templates}/edit"), &words).await.status, 303);
    shows(&browser.get(&templates).await, 200, "medium=voice");
}

#[tokio::test]
async fn a_template_starts_from_the_built_in_words_and_is_sent_as_a_test_before_it_is_saved() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    leads(&browser.submit(&of(&tenant, ""), &[("name", "Acme")]).await);
    let templates = of(&tenant, "/templates");
    let asked =
        format!("{templates}/edit?purpose=login&own_purpose=device_approval&locale=en&own_locale=de-AT");
    let page = browser.get(&asked).await;
    shows(&page, 200, "Template for device_approval in de-AT");
    shows(&page, 200, "value=\"Ihr Bestätigungscode für {{ app }}\"");
    shows(&page, 200, "{{ lifetime }}");
    let fields = filled_in(&page.body, &format!("{templates}/edit"));
    let words: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let wrong = browser.submit(&format!("{templates}/send"), &words).await;
    shows(&wrong, 422, "to: ");
    let to = "author@example.com";
    let addressed: Vec<_> =
        words.iter().copied().filter(|(name, _)| *name != "to").chain([("to", to)]).collect();
    let sent = browser.submit(&format!("{templates}/send"), &addressed).await;
    shows(&sent, 200, "The test is sent.");
    assert_eq!(app.mails_to(to), 1);
    let mail = app.mail.mails().into_iter().find(|mail| mail.is_to(to)).expect("a mail");
    assert_eq!(mail.code(), Some("123456"));
    assert!(mail.subject().contains("für Acme"), "{}", mail.subject());
    shows(&browser.get(&templates).await, 200, "No templates yet.");
    // It counts as every message to that recipient does.
    for _ in 0..2 {
        shows(&browser.submit(&format!("{templates}/send"), &addressed).await, 200, "The test is sent.");
    }
    shows(&browser.submit(&format!("{templates}/send"), &addressed).await, 429, "Too many");
    assert_eq!(app.mails_to(to), 3);
    let text = [("purpose", "login"), ("locale", "en"), ("medium", "text"), ("text", "{{ code }}")];
    let by_phone: Vec<_> = text.into_iter().chain([("to", "+4915123456789")]).collect();
    let refused = browser.submit(&format!("{templates}/send"), &by_phone).await;
    assert!((400..500).contains(&refused.status), "{}", refused.body);
}
