//! `otpmint audit verify` and `otpmint audit checkpoint`.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Done, Home};
use crate::api::harness::{JANE, TestApp, engine};

const VERIFY: [&str; 2] = ["audit", "verify"];

fn verify(home: &Home, more: &[&str]) -> Done {
    home.run(&[&VERIFY, more].concat())
}

fn told(done: &Done) -> Value {
    serde_json::from_str(&done.out).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_printed_kept_and_compared_also_after_a_new_master_key_and_a_restore() {
    if engine::on_postgres() {
        return;
    }
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let data = app.settings.data_dir.clone();
    let home = Home::new().with("OTPMINT_DATA_DIR", &data.display().to_string());
    home.run(&["audit", "checkpoint"]).fails(1, &["nothing is sealed yet"]);
    verify(&home, &[]).is(0);
    let mut lines = String::new();
    for _ in 0..2 {
        app.mint(&tenant, JANE).await;
        app.seal_audit().await;
        lines += &home.run(&["audit", "checkpoint"]).is(0).out;
    }
    assert_eq!(lines.lines().count(), 2, "{lines}");
    let (first, last) = lines.trim_end().split_once('\n').expect("two lines");
    assert!(last.starts_with("otpmint-audit 2 ") && last.len() < 110, "{last}");
    home.write("checkpoints", &format!("{lines}\n"));

    let holds = verify(&home, &["--from", "checkpoints"]);
    assert_eq!(holds.is(0).out.lines().last(), Some(last), "{}", holds.out);
    let holds = told(verify(&home, &["--json", "--checkpoint", first, "--checkpoint", last]).is(0));
    assert_eq!(
        (&holds["holds"], &holds["segments"], &holds["checkpoint"]),
        (&json!(true), &json!(2), &json!(last))
    );

    // What is no checkpoint is never taken for one that holds.
    verify(&home, &["--checkpoint", &last[1..]]).fails(2, &["not a line of"]);
    verify(&home, &["--from", "nowhere"]).fails(2, &["nowhere"]);
    home.write("empty", "\n");
    verify(&home, &["--from", "empty"]).fails(2, &["no checkpoint"]);
    home.write("other", &format!("{first}\notpmint 3\n"));
    verify(&home, &["--from", "other"]).fails(2, &["otpmint 3", "not a line of"]);
    let other = format!("{}{}", &last[..last.len() - 1], if last.ends_with('0') { '1' } else { '0' });
    verify(&home, &["--checkpoint", &other]).fails(1, &["segment 2: its seal is not the one"]);
    let later = last.replacen(" 2 ", " 3 ", 1);
    home.write("later", &format!("{lines}{later}\n"));
    verify(&home, &["--from", "later"]).fails(1, &["ends with segment 2, before segment 3"]);

    let _left = app.stop().await;
    home.run(&["keys", "rotate-master"]).is(0);
    verify(&home, &["--from", "checkpoints"]).is(0);

    home.write("phrase", "seven words of a long passphrase here\n");
    let phrase = ["--passphrase-file", "phrase"];
    home.run(&[&["backup", "--to", "all.age"], &phrase[..]].concat()).is(0);
    let there = Home::new();
    for name in ["all.age", "phrase", "checkpoints"] {
        fs::copy(home.path(name), there.path(name)).unwrap();
    }
    there.run(&[&["restore", "all.age"], &phrase[..]].concat()).is(0);
    fs::copy(data.join("master.key"), there.path("data/master.key")).unwrap();
    verify(&there, &["--from", "checkpoints"]).is(0);

    let database = Connection::open(there.path("data/otpmint.db")).unwrap();
    let changed = "UPDATE audit SET event = 'verified' WHERE id = (SELECT min(id) FROM audit)";
    database.execute_batch(changed).unwrap();
    let broken = verify(&there, &["--json"]);
    broken.fails(1, &["the audit trail does not hold: segment 1", "was changed"]);
    let broken = told(&broken);
    assert_eq!((&broken["holds"], &broken["broken"]), (&json!(false), &json!("rows_changed")), "{broken}");
}
