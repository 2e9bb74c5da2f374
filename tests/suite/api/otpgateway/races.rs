//! Many requests at once.

use tokio::task::JoinSet;

use super::{Gateway, ID};
use crate::api::harness::{Answer, JANE, TestApp, eventually};

const MANY: usize = 16;

async fn unlimited() -> (TestApp, Gateway) {
    let app = TestApp::with(|settings| {
        settings.limits.enabled = false;
        settings.server.workers = 4;
    })
    .await;
    let tenant = app.tenant().await;
    let gateway = Gateway::of(&app, &tenant);
    (app, gateway)
}

async fn at_once(calls: Vec<impl Future<Output = Answer> + Send + 'static>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for call in calls {
        tasks.spawn(call);
    }
    tasks.join_all().await
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_right_answers_at_once_exactly_one_is_accepted() {
    let (app, gateway) = unlimited().await;
    for keeps in [false, true] {
        let code = gateway.issued(&app, ID, JANE).await;
        let calls = (0..MANY).map(|_| {
            let (gateway, code) = (gateway.clone(), code.clone());
            async move {
                match keeps {
                    true => gateway.check_and_keep(ID, &code).await,
                    false => gateway.check(ID, &code).await,
                }
            }
        });
        let answers = at_once(calls.collect()).await;
        assert_eq!(count(&answers, 200), 1, "{answers:?}");
        gateway.take_status(ID).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_puts_at_once_one_code_is_left() {
    let (app, gateway) = unlimited().await;
    let people: Vec<_> = (0..MANY).map(|number| format!("person{number}@recipient.example")).collect();
    let calls = people.iter().cloned().map(|to| {
        let gateway = gateway.clone();
        async move { gateway.mail(ID, &to).await }
    });
    let answers = at_once(calls.collect()).await;
    assert!(count(&answers, 200) >= 1, "{answers:?}");
    let pending = "SELECT count(*) FROM challenges WHERE status = 'pending'";
    assert_eq!(app.database().number(pending), 1);
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), MANY as i64);
    // Whoever has the code that is left is accepted, and nobody else. A code may be that of another by chance.
    let mailed = || {
        let mails = app.mail.mails();
        let codes: Vec<_> = mails.iter().filter_map(|mail| mail.code().map(str::to_owned)).collect();
        (!codes.is_empty() && app.database().number("SELECT count(*) FROM outbox") == 0).then_some(codes)
    };
    let codes = eventually("the mails", mailed).await;
    let mut accepted = 0;
    for code in codes {
        // Wrong codes of the others must not use up the attempts.
        app.database().change("UPDATE challenges SET attempts = 0 WHERE status = 'pending'");
        accepted += usize::from(gateway.check(ID, &code).await.status == 200);
    }
    assert_eq!((accepted, app.database().number(pending)), (1, 0));
}
