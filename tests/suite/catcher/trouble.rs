//! What happens to mails when trouble is on, over connections that are kept as real clients keep them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mail_catcher::{Fate, Lasts, MailCatcher, Options, TlsMode, Trouble, Witness};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::catcher::client::{Client, MAIL, plain, start};

const JANE: &str = "jane@example.com";

fn trouble(fate: Fate, lasts: Lasts) -> Option<Trouble> {
    Some(Trouble { fate, lasts })
}

/// The reply code for a mail on a connection that continues.
async fn send(client: &mut Client) -> String {
    let reply = client.mail(JANE, MAIL).await.unwrap();
    client.say("RSET").await;
    reply.code().to_owned()
}

#[tokio::test]
async fn the_next_mail_fails_and_the_one_behind_it_does_not() {
    let catcher = plain(Vec::new()).await;
    let mut client = Client::greeted(&catcher).await;
    for (fate, code) in [(Fate::FailForNow, "451"), (Fate::FailForGood, "550")] {
        catcher.set_trouble(trouble(fate, Lasts::OneMail));
        assert_eq!(send(&mut client).await, code);
        assert_eq!(catcher.trouble(), None);
        assert_eq!(send(&mut client).await, "250");
    }
    assert_eq!(catcher.received(), 2);
}

#[tokio::test]
async fn every_mail_fails_until_that_is_switched_off() {
    let catcher = plain(Vec::new()).await;
    let mut client = Client::greeted(&catcher).await;
    catcher.set_trouble(trouble(Fate::FailForNow, Lasts::UntilOff));
    for _ in 0..3 {
        assert_eq!(send(&mut client).await, "451");
    }
    catcher.set_trouble(None);
    assert_eq!(send(&mut client).await, "250");
}

#[tokio::test]
async fn of_many_at_once_the_next_one_is_one() {
    let catcher = plain(Vec::new()).await;
    catcher.set_trouble(trouble(Fate::FailForGood, Lasts::OneMail));
    let mut mails = JoinSet::new();
    for _ in 0..10 {
        let catcher: MailCatcher = catcher.clone();
        mails.spawn(async move { send(&mut Client::greeted(&catcher).await).await });
    }
    let answers = mails.join_all().await;
    assert_eq!(answers.iter().filter(|code| *code == "550").count(), 1, "{answers:?}");
    assert_eq!(catcher.received(), 9);
}

#[tokio::test]
async fn a_mail_that_has_to_wait_is_taken_after_that() {
    let catcher = plain(Vec::new()).await;
    let mut client = Client::greeted(&catcher).await;
    catcher.set_trouble(trouble(Fate::Wait(Duration::from_secs(3600)), Lasts::OneMail));
    assert!(timeout(Duration::from_millis(200), client.mail(JANE, MAIL)).await.is_err(), "it did not wait");
    catcher.set_trouble(trouble(Fate::Wait(Duration::from_millis(1)), Lasts::OneMail));
    assert_eq!(send(&mut Client::greeted(&catcher).await).await, "250");
    assert_eq!(catcher.received(), 1);
}

/// Records what it is notified of.
#[derive(Debug, Default)]
struct Memory(Mutex<Vec<String>>);

impl Witness for Memory {
    fn answered(&self, to: &str, reply: &str) {
        self.0.lock().unwrap().push(format!("{to} {reply}"));
    }
}

#[tokio::test]
async fn a_witness_is_told_each_answer() {
    let memory = Arc::new(Memory::default());
    let options = Options { tls: TlsMode::Plain, witness: Some(memory.clone()), ..Options::default() };
    let catcher = start(options).await;
    let mut client = Client::greeted(&catcher).await;
    for fate in [Fate::FailForNow, Fate::FailForGood, Fate::Wait(Duration::from_millis(1))] {
        catcher.set_trouble(trouble(fate, Lasts::OneMail));
        send(&mut client).await;
    }
    let told = memory.0.lock().unwrap().clone();
    let begins =
        ["451 4.3.0", "550 5.7.1", "nothing yet", "250 2.0.0"].map(|reply| format!("{JANE} {reply}"));
    assert_eq!(told.len(), begins.len(), "{told:?}");
    for (told, begin) in told.iter().zip(&begins) {
        assert!(told.starts_with(begin), "{told}");
    }
}
