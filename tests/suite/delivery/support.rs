//! Shared by the delivery tests: manual time, a ledger in memory, servers to send to.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use mail_catcher::{Credentials, MailCatcher, Options, ScriptedFault, TlsMode};
use otpmint::delivery::channels::smtp::check::Dns;
use otpmint::delivery::channels::smtp::{SmtpChannel, SmtpEnvironment, SmtpSettings};
use otpmint::delivery::net::Trust;
use otpmint::delivery::net::http::HttpClient;
use otpmint::delivery::oauth::{TokenClient, Tokens};
use otpmint::delivery::{Content, Job, Ledger, Look, Message, RouteToCheck, Routing, Sender, Standing};
use otpmint::domain::BoxFuture;
use otpmint::domain::address::Address;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::code::Code;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::challenges::vars::Vars;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, Room, TryOutcome};
use otpmint::domain::deliveries::report::DeliveryReport;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::mail_address::MailAddress;
use otpmint::domain::network::{OutboundRule, PortRule};
use otpmint::domain::phone::settings::Countries;
use otpmint::domain::random::Entropy;
use otpmint::domain::tenants::route::{Route, RouteHandle, Transport};
use otpmint::domain::tenants::smtp::{Security, SmtpLogin, SmtpProfile};
use otpmint::domain::time::{Clock, Timestamp};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::delivery::oauth::logins::MemoryLogins;

pub const JANE: &str = "jane@example.com";
pub const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub const PASSWORD: &str = "hunter22-hunter22";

/// A clock that a test sets.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at_noon() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(NOON.as_millis())))
    }

    pub fn pass(&self, span: Duration) {
        self.0.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Not random at all: pauses are as short as possible.
pub struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, out: &mut [u8]) {
        out.fill(0);
    }
}

/// A ledger in memory.
#[derive(Default)]
pub struct MemoryLedger {
    pub ends: Mutex<Vec<(ChallengeId, DeliveryEnd)>>,
    /// The same, with all that is told of them.
    pub reports: Mutex<Vec<DeliveryReport>>,
    /// Messages of sandboxes: whose, and their subject.
    pub kept: Mutex<Vec<(ChallengeId, String)>>,
    /// The tenants of claimed messages, in order, including repeated claims.
    pub claimed: Mutex<Vec<TenantId>>,
    due: Mutex<Vec<(Timestamp, Job)>>,
}

impl MemoryLedger {
    pub fn leave(&self, at: Timestamp, job: Job) {
        self.due.lock().unwrap().push((at, job));
    }

    pub fn ends(&self) -> Vec<DeliveryEnd> {
        self.ends.lock().unwrap().iter().map(|(_, end)| *end).collect()
    }
}

impl Ledger for MemoryLedger {
    fn claim(&self, now: Timestamp, room: Room) -> BoxFuture<'_, Vec<Job>> {
        let mut due = self.due.lock().unwrap();
        due.sort_by_key(|(_, job)| job.sender.tenant);
        let has_room = |job: &Job| job.sender.tenant > room.after && room.of(job.sender.tenant) > 0;
        let due = due.extract_if(.., |(at, job)| *at <= now && has_room(job));
        let claimed: Vec<Job> = due.map(|(_, job)| job).take(room.limit).collect();
        self.claimed.lock().unwrap().extend(claimed.iter().map(|job| job.sender.tenant));
        Box::pin(async move { claimed })
    }

    fn keep<'a>(&'a self, job: &'a Job, content: Content, _now: Timestamp) -> BoxFuture<'a, bool> {
        let Content::Mail(mail) = content else { panic!("not a mail") };
        self.kept.lock().unwrap().push((job.challenge, mail.subject));
        Box::pin(async { true })
    }

    fn settle<'a>(&'a self, job: &'a Job, _now: Timestamp, report: DeliveryReport) -> BoxFuture<'a, ()> {
        self.ends.lock().unwrap().push((job.challenge, report.end));
        self.reports.lock().unwrap().push(report.clone());
        match report.end {
            DeliveryEnd::RetryAt(at, _) => {
                let may_have_left = report.tried.is_some_and(|tried| tried.is_unconfirmed);
                let unconfirmed = job.unconfirmed + u32::from(may_have_left);
                self.leave(at, Job { tries: job.tries + 1, unconfirmed, ..job.clone() });
            }
            DeliveryEnd::Later(at) => self.leave(at, job.clone()),
            DeliveryEnd::Sent | DeliveryEnd::Failed(_) => {}
        }
        Box::pin(async {})
    }
}

pub async fn catcher(faults: Vec<ScriptedFault>) -> MailCatcher {
    catcher_with(Options { faults, ..Options::default() }).await
}

/// A catcher that requires the login of [`sender`].
pub async fn catcher_with(options: Options) -> MailCatcher {
    let credentials = Some(Credentials::new("app", PASSWORD));
    MailCatcher::start(Options { credentials, ..options }, || SystemTime::UNIX_EPOCH).await.unwrap()
}

pub async fn plain_catcher(faults: Vec<ScriptedFault>) -> MailCatcher {
    let options = Options { tls: TlsMode::Plain, faults, ..Options::default() };
    MailCatcher::start(options, || SystemTime::UNIX_EPOCH).await.unwrap()
}

/// The route number `number` to `port`, with the login that catchers require.
pub fn route(number: u8, port: u16, security: Security) -> Route {
    let handle = RouteHandle::parse(&format!("smtp_222222222222222{number}")).unwrap();
    let smtp = SmtpProfile {
        host: "localhost".to_owned(),
        port,
        security,
        username: "app".to_owned(),
        login: SmtpLogin::Password(SecretString::from(PASSWORD)),
        from: MailAddress::parse("app@sender.example").unwrap(),
    };
    Route {
        handle,
        name: String::new(),
        channels: vec![ChannelKind::Email],
        transport: Transport::Smtp(smtp),
    }
}

/// The same route, to another host.
pub fn to_host(mut route: Route, host: &str) -> Route {
    let Transport::Smtp(smtp) = &mut route.transport else { unreachable!("a mail server") };
    smtp.host = host.to_owned();
    route
}

pub fn sender_to(tenant: i64, port: u16, security: Security) -> Arc<Sender> {
    sender_with(tenant, vec![route(2, port, security)])
}

pub fn sender_with(tenant: i64, routes: Vec<Route>) -> Arc<Sender> {
    let name = "Acme".to_owned();
    Arc::new(Sender {
        tenant: TenantId(tenant),
        revision: 1,
        name,
        routes,
        look: Look::default(),
        countries: Countries::default(),
        is_sandbox: false,
    })
}

pub fn sender(catcher: &MailCatcher) -> Arc<Sender> {
    sender_to(1, catcher.address().port(), Security::StartTls)
}

pub fn message(to: &str) -> Message {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Message {
        id: format!("m{}", NEXT.fetch_add(1, Ordering::Relaxed)),
        recipient: Address::parse(to).unwrap(),
        channel: ChannelKind::Email,
        code: Code::from_sealed("012345".to_owned()),
        purpose: Purpose::VERIFICATION,
        locale: None,
        vars: Vars::default(),
        template: None,
        link: None,
        autofill: None,
        created_at: NOON,
        expires_at: NOON + Duration::from_secs(600),
        callback: None,
        trace_context: None,
    }
}

pub fn job(sender: &Arc<Sender>, challenge: i64) -> Job {
    Job {
        challenge: ChallengeId(challenge),
        sender: Arc::clone(sender),
        message: message(JANE),
        tries: 0,
        unconfirmed: 0,
    }
}

/// How long servers may take.
pub struct Patience {
    pub smtp: SmtpSettings,
    /// For one send, everything included.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { smtp: SmtpSettings::default(), total: Duration::from_secs(30) }
    }
}

/// Time limits short enough that a test can wait for them.
pub fn short() -> Patience {
    let step = Duration::from_millis(1_000);
    let smtp = SmtpSettings { connect: step, step, content: step, ..SmtpSettings::default() };
    Patience { smtp, total: Duration::from_millis(3_000) }
}

/// Which servers may be used without TLS.
pub enum Clear {
    Nobody,
    Localhost,
}

pub fn rule(clear: Clear) -> OutboundRule {
    let local = ["localhost".to_owned()];
    let clear = match clear {
        Clear::Nobody => &[][..],
        Clear::Localhost => &local[..],
    };
    OutboundRule::new(&local, clear, PortRule::Any).unwrap()
}

/// Answers nothing.
pub struct NoDns;

impl Dns for NoDns {
    fn takes_mail<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<bool>> {
        Box::pin(async { None })
    }

    fn texts<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<Vec<String>>> {
        Box::pin(async { None })
    }
}

/// Routing over mail alone, with servers that this rule allows and this trust believes.
pub fn routing_by(patience: Patience, rule: OutboundRule, trust: Trust, clock: Arc<ManualClock>) -> Routing {
    let http = HttpClient::new(rule.clone(), Trust::system());
    let tokens = Tokens::new(TokenClient::new(http), Arc::new(MemoryLogins::default()), clock.clone());
    routing_over(patience, (rule, trust), tokens, clock)
}

/// The same, with access tokens.
pub fn routing_over(
    patience: Patience,
    (rule, trust): (OutboundRule, Trust),
    tokens: Tokens,
    clock: Arc<ManualClock>,
) -> Routing {
    let environment = SmtpEnvironment { rule, trust, tokens, dns: Box::new(NoDns) };
    let smtp = SmtpChannel::new(patience.smtp, environment, clock.clone());
    Routing::new(vec![Arc::new(smtp)], patience.total, Countries::All, clock)
}

/// Routing that trusts the catcher's CA.
pub fn routing(catcher: &MailCatcher) -> Routing {
    routing_with(catcher, Patience::default())
}

pub fn routing_with(catcher: &MailCatcher, patience: Patience) -> Routing {
    let trust = Trust::with_authorities(catcher.ca_pem().as_bytes()).unwrap();
    routing_by(patience, rule(Clear::Nobody), trust, ManualClock::at_noon())
}

/// Routing that speaks to localhost in clear.
pub fn clear_routing(patience: Patience) -> Routing {
    routing_by(patience, rule(Clear::Localhost), Trust::system(), ManualClock::at_noon())
}

pub async fn send(routing: &Routing, sender: &Sender) -> TryOutcome {
    routing.send(sender, &message(JANE)).await.outcome
}

/// Waits until a condition holds, and fails if it does not in time.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), wait).await.is_ok(), "never: {what}");
}

/// A server with arbitrary behaviour: each connection plays the next scene, the last one repeatedly. It
/// records what the clients said.
pub struct Scripted {
    pub port: u16,
    said: Arc<Mutex<Vec<String>>>,
}

/// A step of a scripted server: waits for the client to send something with this ending, then answers.
pub type Scene = &'static [(&'static str, &'static str)];

impl Scripted {
    pub async fn start(scenes: &'static [Scene]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&said);
        tokio::spawn(async move {
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                record.lock().unwrap().push(String::new());
                let scene = scenes[number.min(scenes.len() - 1)];
                tokio::spawn(play(stream, scene, Arc::clone(&record), number));
            }
        });
        Self { port, said }
    }

    /// All that the client of each connection said.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

/// An answer that closes the connection.
pub const CLOSE: &str = "\0close";

async fn play(mut stream: TcpStream, scene: Scene, record: Arc<Mutex<Vec<String>>>, number: usize) {
    let mut heard = String::new();
    for (end, answer) in scene {
        while !heard.ends_with(end) {
            let mut bytes = [0; 4096];
            match stream.read(&mut bytes).await {
                Ok(count) if count > 0 => {
                    let text = String::from_utf8_lossy(&bytes[..count]);
                    heard.push_str(&text);
                    record.lock().unwrap()[number].push_str(&text);
                }
                _ => return,
            }
        }
        heard.clear();
        if *answer == CLOSE || stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
    // Everything else that the client says is recorded, and never answered.
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut bytes).await {
        record.lock().unwrap()[number].push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
}

/// A route that is in use.
pub fn saved(transport: &Transport) -> RouteToCheck<'_> {
    RouteToCheck { tenant: TenantId(1), transport, standing: Standing::Saved }
}
