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
pub(super) fn steps(at: Addresses) -> [TourStep; 5] {
    let (api, smtp_port) = (at.api, at.smtp.port());
    [
        TourStep {
            what: "Mint a code. The answer is a challenge, and its key is what you verify with:",
            command: format!(
                r#"V1=http://{api}/v1; AUTH='Authorization: Bearer {SECRET_KEY}'
KEY=$(curl -s $V1/challenges -H "$AUTH" -d '{{"to":"jane@example.com","purpose":"login"}}' |
  grep -o '"key":"[^"]*"' | cut -d '"' -f 4); echo "$KEY""#
            ),
        },
        TourStep {
            what: "Open the inbox, or read the code from it:",
            command: format!(
                r#"CODE=$(curl -s 'http://{api}/dev/inbox.json?to=jane@example.com&wait=10' |
  grep -o '"code":"[0-9]*"' | head -1 | tr -dc 0-9); echo "$CODE""#
            ),
        },
        TourStep {
            what: "Verify a wrong code (403), then the right one (200). Its receipt is a signed proof for your app:",
            command: r#"for code in 000000 "$CODE"; do
  curl -s -w ' %{http_code}\n' $V1/challenges/$KEY/verify -H "$AUTH" -d "{\"code\":\"$code\"}"
done"#
                .to_owned(),
        },
        TourStep {
            what: "Send a text message, and read it. \"channel\":\"voice\", \"whatsapp\" or \"telegram\" makes it a \
                call or a chat:",
            command: format!(
                r#"curl -s -o /dev/null $V1/challenges -H "$AUTH" -d '{{"to":"+4915112345678"}}'
curl -s 'http://{api}/dev/inbox.json?to=+4915112345678&wait=10' | grep -o '"text":"[^"]*"'"#
            ),
        },
        TourStep {
            what: "Register a tenant of your own, if you like. Its mails are caught too:",
            command: format!(
                r#"curl -s http://{api}/reg_secretkey -d '{{"smtp_host":"localhost","smtp_port":{smtp_port},
  "smtp_mail":"{SMTP_MAIL}","smtp_password":"{SMTP_PASSWORD}"}}'; echo"#
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
  secret key {SECRET_KEY}
  test key   {TEST_KEY} (its sandbox sends nothing)
  operator   {OPERATOR_TOKEN} (for /v1/admin)

{steps}Ctrl-C ends it and deletes the data."
    )
}
