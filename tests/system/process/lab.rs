//! The tests' own foundation: the mail server, the small disk and the child process work as the other tests
//! assume.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use crate::support::lab::{Missing, need};
use crate::support::mail::Mail;
use crate::support::ports::Port;
use crate::support::postfix::Postfix;
use crate::support::server::Server;
use crate::support::smtp::Session;
use crate::support::tmpfs::Tmpfs;

const MAIL: &str = "From: sender@example.test\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\n =?utf-8?q?_=3D?=\n\
    Content-Type: multipart/alternative;\n boundary=\"b-1\"\n\npreamble\n\
    --b-1\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
    Gr=C3=BC=C3=9Fe, your code is=\n 012345\n\
    --b-1\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPGI+MDEyMzQ1PC9iPg==\n\n--b-1--\n";

fn signed_in(postfix: &Postfix) -> Session {
    let mut session = Session::starttls(postfix.submission_port(), &postfix.ca_file(), Postfix::HOST);
    assert_eq!(session.auth(Postfix::USER, Postfix::PASSWORD).0, 235);
    session
}

#[test]
fn a_mail_goes_through_starttls_and_auth_to_its_recipient() {
    let Some(postfix) = need(Postfix::shared()) else { return };
    assert_eq!(signed_in(postfix).send("starttls@example.test", MAIL).0, 250);
    let mail = postfix.wait_for_mail("starttls@example.test");
    assert!(mail.raw.contains("ESMTPSA"), "{}", mail.raw);
    assert_eq!(mail.header("Subject"), Some("Grüße ="));
    assert_eq!(mail.digits(6), Some("012345"));
    assert!(postfix.mails_to("somebody.else@example.test").is_empty());
}

#[test]
fn a_mail_goes_through_implicit_tls() {
    let Some(postfix) = need(Postfix::shared()) else { return };
    let mut session = Session::implicit(postfix.smtps_port(), &postfix.ca_file(), "localhost");
    assert_eq!(session.auth(Postfix::USER, Postfix::PASSWORD).0, 235);
    assert_eq!(session.send("implicit+tag@elsewhere.example", MAIL).0, 250);
    postfix.wait_for_mail("implicit+tag@elsewhere.example");
}

#[test]
fn postfix_refuses_what_it_has_to() {
    let Some(postfix) = need(Postfix::shared()) else { return };
    let mut clear = Session::plain(postfix.submission_port());
    let offer = clear.say("EHLO client.test").1;
    assert!(offer.contains("STARTTLS") && !offer.contains("AUTH"), "{offer}");
    assert_eq!(clear.say("MAIL FROM:<sender@example.test>").0, 530);
    let mut session = Session::starttls(postfix.submission_port(), &postfix.ca_file(), "127.0.0.1");
    assert_eq!(session.auth(Postfix::USER, "wrong").0, 535);
    assert_eq!(session.send("anyone@example.test", MAIL).0, 554);
    for (recipient, code) in [("greylist", 450), ("nouser", 550), ("full", 452)] {
        assert_eq!(signed_in(postfix).send(&format!("{recipient}@example.test"), MAIL).0, code);
    }
}

#[test]
fn postfix_can_go_away_and_come_back_and_leaves_nothing() {
    let Some(postfix) = need(Postfix::start()) else { return };
    let reachable = |port| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    let port = postfix.submission_port();
    postfix.stop();
    assert!(!reachable(port));
    postfix.start_again();
    assert_eq!(signed_in(&postfix).send("again@example.test", MAIL).0, 250);
    postfix.wait_for_mail("again@example.test");
    let folder = postfix.ca_file().parent().unwrap().parent().unwrap().to_owned();
    let panicked = panic::catch_unwind(AssertUnwindSafe(move || {
        let _owned = postfix;
        panic::resume_unwind(Box::new("as a failing test would"));
    }));
    assert!(panicked.is_err() && !folder.exists() && !reachable(port));
}

#[test]
fn a_mail_is_taken_apart() {
    let mail = Mail::parse(&MAIL.replace('\n', "\r\n"));
    assert_eq!(mail.header("subject"), Some("Grüße ="));
    assert_eq!(mail.text(), "Grüße, your code is 012345");
    assert_eq!(mail.html(), "<b>012345</b>");
    assert_eq!((mail.digits(6), mail.digits(5)), (Some("012345"), None));
    assert_eq!(Mail::parse("To: a@b\n\nYour code: 987654\n").digits(6), Some("987654"));
}

#[test]
fn the_small_disk_fills_up_and_empties() {
    let Some(mut disk) = need(Tmpfs::mount(1 << 20)) else { return };
    let path = disk.path().to_owned();
    let ballast = disk.fill();
    assert!(fs::write(path.join("more"), [0; 8192]).is_err());
    fs::remove_file(ballast).unwrap();
    fs::write(path.join("more"), [0; 8192]).unwrap();
    disk.make_read_only();
    assert!(fs::write(path.join("another"), "").is_err());
    disk.make_writable();
    fs::write(path.join("another"), "").unwrap();
    drop(disk);
    assert!(!path.exists());
}

#[test]
fn a_port_is_leased_once() {
    let ports: Vec<Port> = (0..50).map(|_| Port::lease()).collect();
    let mut numbers: Vec<u16> = ports.iter().map(Port::number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 50);
    assert!(numbers.iter().all(|n| *n < 32_768));
}

#[test]
fn what_is_missing_is_skipped_or_fails() {
    let missing = || Err::<(), _>(Missing("on purpose, to see what happens".to_owned()));
    let skipped = panic::catch_unwind(|| need(missing()).is_none());
    let demanded = env::var("OTPMINT_REQUIRE_LAB").is_ok_and(|v| v == "1");
    assert_eq!(skipped.is_err(), demanded);
    assert_eq!(need(Ok(7)), Some(7));
}

/// Answers 200 to everything: the next test starts it instead of the real server.
fn stub_server() {
    let _ = writeln!(std::io::stderr(), "stub in {}", env::var("OTPMINT_DATA_DIR").unwrap());
    for stream in TcpListener::bind(env::var("OTPMINT_SERVER__LISTEN").unwrap()).unwrap().incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
}

#[test]
fn a_child_is_started_killed_and_started_again() {
    // The child is this very test, started again.
    const STUB: &str = "OTPMINT_LAB_STUB";
    if env::var_os(STUB).is_some() {
        return stub_server();
    }
    let stub = |_| {
        let this = env::current_exe().unwrap().display().to_string();
        [this.as_str(), "--exact", "process::lab::a_child_is_started_killed_and_started_again"]
            .map(str::to_owned)
            .to_vec()
    };
    let mut server = Server::new("").command(stub).env(STUB, "1").start();
    assert_eq!(server.get("/readyz").unwrap().0, 200);
    server.kill();
    assert!(server.get("/readyz").is_none());
    server.start_again();
    assert!(server.terminate(Duration::from_secs(5)).is_some_and(|status| !status.success()));
    let starts = server.output().matches(&format!("stub in {}", server.data().display())).count();
    assert_eq!(starts, 2, "{}", server.output());
}
