//! The first steps with the product: printed at the start, and shown on the landing page.

use std::net::SocketAddr;

use super::known::{OPERATOR, OPERATOR_TOKEN, SECRET_KEY, SMTP_MAIL, SMTP_PASSWORD, TEST_KEY};

/// The addresses of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    /// The API and the pages.
    pub(super) api: SocketAddr,
    /// The mail catcher.
    pub(super) smtp: SocketAddr,
}

/// A step, with a command that works unchanged.
pub(super) struct TourStep {
    /// What to do.
    pub(super) what: &'static str,
    /// A command for a shell.
    pub(super) command: String,
}

/// The steps of a run at these addresses. Later ones build on earlier ones.
pub(super) fn steps(at: Addresses) -> [TourStep; 6] {
    let (api, smtp_port) = (at.api, at.smtp.port());
    [
        TourStep {
            what: "Optional: register a tenant of your own. Its mails are caught too, and its secretKey works in the \
                steps below:",
            command: format!(
                r#"curl -s http://{api}/reg_secretkey -d '{{"smtp_host":"localhost","smtp_port":{smtp_port},
  "smtp_mail":"{SMTP_MAIL}","smtp_password":"{SMTP_PASSWORD}"}}'; echo"#
            ),
        },
        TourStep {
            what: "Mint a code. The answer is the shareable key:",
            command: format!(
                r#"KEY=$(curl -s http://{api}/otp -H 'Content-Type: application/json' \
  -d '{{"mail":"jane@example.com","secretKey":"{SECRET_KEY}"}}'); echo "$KEY""#
            ),
        },
        TourStep {
            what: "Open the inbox, or read the code from it:",
            command: format!(
                r#"CODE=$(curl -s http://{api}/dev/inbox.json | grep -o '"code":"[0-9]*"' | head -1 | tr -dc 0-9); echo "$CODE""#
            ),
        },
        TourStep {
            what: "A wrong code (403), the right one (201), and the same again (400):",
            command: format!(
                r#"for otp in 000000 "$CODE" "$CODE"; do
  curl -s -w ' %{{http_code}}\n' http://{api}/verify-otp -H 'Content-Type: application/json' \
    -d "{{\"shareableKey\":\"$KEY\",\"otp\":\"$otp\"}}"
done"#
            ),
        },
        TourStep {
            what: "The v1 API, with the secretKey as the bearer token and JSON for everything:",
            command: format!(
                r#"curl -s http://{api}/v1/challenges -H 'Authorization: Bearer {SECRET_KEY}' \
  -d '{{"to":"jane@example.com"}}'; echo"#
            ),
        },
        TourStep {
            what: "A text message, and what its recipient reads. With \"channel\":\"voice\", \"whatsapp\" or \
                \"telegram\" it is a call or a chat:",
            command: format!(
                r#"curl -s -o /dev/null http://{api}/v1/challenges -H 'Authorization: Bearer {SECRET_KEY}' \
  -d '{{"to":"+4915112345678"}}'
curl -s 'http://{api}/dev/inbox.json?to=+4915112345678&wait=5' | grep -o '"text":"[^"]*"'"#
            ),
        },
    ]
}

/// The text that is printed at the start.
pub(super) fn welcome(at: Addresses) -> String {
    let api = at.api;
    let (name, password) = OPERATOR;
    let numbered = |(index, step): (usize, TourStep)| {
        let command = step.command.replace('\n', "\n  ");
        format!("{}. {}\n\n  {command}\n\n", index + 1, step.what)
    };
    let steps: String = steps(at).into_iter().enumerate().map(numbered).collect();
    format!(
        "OtpMint is running with temporary data. Nothing leaves this machine.

  Start      http://{api}/
  API        http://{api}
  Inbox      http://{api}/dev/inbox
  Console    http://{api}/console (name {name}, password {password})
  secretKey  {SECRET_KEY}
  test key   {TEST_KEY} (its sandbox sends nothing)
  operator   {OPERATOR_TOKEN} (for /v1/admin)

{steps}Ctrl-C ends it and deletes the data."
    )
}
