//! Many answers at once: the count holds, and success happens once.

use crate::api::harness::{Answer, JANE, TestApp, wrong};

/// How many answers are sent at the same time.
const MANY: usize = 64;

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

async fn unlimited() -> TestApp {
    TestApp::with(|settings| {
        settings.limits.enabled = false;
        settings.server.workers = 4;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_right_answers_at_once_exactly_one_succeeds() {
    let app = unlimited().await;
    let tenant = app.tenant().await;
    for _ in 0..3 {
        let challenge = app.mint(&tenant, JANE).await;
        let answers = app.api.verify_at_once(&challenge.key, &vec![challenge.code.clone(); MANY]).await;
        assert_eq!((count(&answers, 201), count(&answers, 400)), (1, MANY - 1), "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_wrong_answers_at_once_exactly_as_many_as_allowed_are_evaluated() {
    let app = unlimited().await;
    let tenant = app.tenant().await;
    for _ in 0..3 {
        let challenge = app.mint(&tenant, JANE).await;
        let answers = app.api.verify_at_once(&challenge.key, &vec![wrong(&challenge.code); MANY]).await;
        assert_eq!((count(&answers, 403), count(&answers, 400)), (5, MANY - 5), "{answers:?}");
        app.api.verify(&challenge.key, &challenge.code).await.is(400, "Maximum Attempts Reached!");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn right_answers_among_wrong_ones_at_once_succeed_at_most_once_and_within_the_count() {
    let app = unlimited().await;
    let tenant = app.tenant().await;
    let mut won = 0;
    for round in 0..8 {
        let challenge = app.mint(&tenant, JANE).await;
        let pair = [wrong(&challenge.code), challenge.code.clone()];
        let otps: Vec<_> = (0..16).map(|at| pair[(at + round) % 2].clone()).collect();
        let answers = app.api.verify_at_once(&challenge.key, &otps).await;
        let (right, wrong) = (count(&answers, 201), count(&answers, 403));
        assert!(right <= 1 && right + wrong <= 5 && (right == 1 || wrong == 5), "{right} {wrong}");
        won += right;
    }
    assert!(won > 0, "eight right answers are not always behind five wrong ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_of_a_recipient_holds_when_its_mints_come_at_once() {
    let app = TestApp::with(|settings| settings.server.workers = 4).await;
    let tenant = app.tenant().await;
    let mint = |_| {
        let (api, key) = (app.api.clone(), tenant.key.clone());
        tokio::spawn(async move { api.mint(JANE, &key).await })
    };
    let tasks: Vec<_> = (0..20).map(mint).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert_eq!((count(&answers, 200), count(&answers, 429)), (3, 17), "{answers:?}");
    assert_eq!(app.mail.received(), 3);
}
