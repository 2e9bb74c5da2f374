// SPDX-License-Identifier: MIT

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use otpmint_client::receipts::ReceiptVerifier;
use otpmint_client::testing::Fake;
use otpmint_client::{
    Builder, Client, Error, Holder, Kind, Lost, Mint, MintedChallenge, Request, Response, Transport,
};
use serde_json::Value;

/// What `otpmint dev` prints and always is.
pub const SECRET_KEY: &str = "dev-only-7Q2xWm9K-not-a-secret";

/// A server to tell the contract with: the real one, and the fake that has to behave like it.
pub enum World {
    Server(Dev),
    Fake(Fake),
}

/// A running `otpmint dev`, which ends with the test.
pub struct Dev {
    pub url: String,
    audience: String,
    child: Child,
}

impl Drop for Dev {
    fn drop(&mut self) {
        // Not killed at once: it removes its data.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Dev {
    pub async fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let binary =
            std::env::var_os("OTPMINT_BIN").map_or_else(|| root.join("target/debug/otpmint"), PathBuf::from);
        // Not port 0: the server would not know its own address, without which it has no hosted pages.
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut dev = Command::new(binary);
        dev.args(["dev", "--listen", &free.to_string()]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = dev.spawn().expect("build the server, or set OTPMINT_BIN");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let url = lines.by_ref().find_map(|line| Some(line.trim().strip_prefix("API")?.trim().to_owned()));
        let url = url.filter(|url| url.starts_with("http:")).expect("otpmint dev starts");
        // The rest is of no interest, but a full pipe would stop the server.
        std::thread::spawn(move || lines.for_each(drop));
        let mut dev = Self { url, audience: String::new(), child };
        let tenant: Value = dev.client().request("GET", "/v1/tenant", None).await.unwrap();
        dev.audience = tenant["tenant"].as_str().unwrap().to_owned();
        dev
    }

    pub fn client(&self) -> Client {
        Client::new(&self.url, SECRET_KEY).unwrap()
    }

    /// The codes of the messages to a recipient, the latest first. Patient, as the machine may be busy.
    pub async fn codes(&self, to: &str) -> Vec<String> {
        for _ in 0..6 {
            let url = format!("{}/dev/inbox.json?wait=10&to={}", self.url, to.replace('+', "%2B"));
            let inbox: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
            let all = ["mails", "messages"].iter().flat_map(|kind| inbox[kind].as_array().unwrap().clone());
            let codes: Vec<String> = all.map(|one| one["code"].as_str().unwrap().to_owned()).collect();
            if !codes.is_empty() {
                return codes;
            }
        }
        panic!("nothing was sent to {to}")
    }
}

impl World {
    pub async fn both() -> [Self; 2] {
        [Self::Server(Dev::start().await), Self::Fake(Fake::new())]
    }

    pub fn url(&self) -> String {
        match self {
            Self::Server(dev) => dev.url.clone(),
            Self::Fake(_) => "https://otpmint.test".to_owned(),
        }
    }

    pub fn builder(&self) -> Builder {
        match self {
            Self::Server(dev) => Builder::new(&dev.url),
            Self::Fake(fake) => fake.builder(),
        }
    }

    pub fn secret_key(&self) -> &'static str {
        match self {
            Self::Server(_) => SECRET_KEY,
            Self::Fake(fake) => fake.secret_key(),
        }
    }

    pub fn client(&self) -> Client {
        self.builder().client(self.secret_key()).unwrap()
    }

    pub fn holder(&self, key: &str) -> Holder {
        self.builder().holder(key).unwrap()
    }

    pub fn verifier(&self) -> ReceiptVerifier {
        match self {
            Self::Server(dev) => self.builder().receipt_verifier(&dev.audience).unwrap(),
            Self::Fake(fake) => fake.receipt_verifier(),
        }
    }

    /// A client that may relay messages, as a tenant's first key may not, and loses the first answers.
    pub async fn relaying(&self, losing: usize) -> Client {
        let key = match self {
            Self::Server(dev) => {
                let body = serde_json::json!({ "name": "relay", "scopes": ["relay"] });
                let added: Value =
                    dev.client().request("POST", "/v1/tenant/keys", Some(&body)).await.unwrap();
                added["secret"].as_str().unwrap().to_owned()
            }
            Self::Fake(fake) => fake.secret_key().to_owned(),
        };
        let recorder = Recorder { inner: self.transport(), losing, keys: Mutex::default() };
        Builder::new(self.url()).transport(Arc::new(recorder)).client(&key).unwrap()
    }

    /// Carries out each request, and loses the answers to the first ones.
    pub fn losing(&self, count: usize) -> (Client, Arc<Recorder>) {
        let recorder = Arc::new(Recorder { inner: self.transport(), losing: count, keys: Mutex::default() });
        let builder = Builder::new(self.url()).transport(Arc::clone(&recorder) as Arc<dyn Transport>);
        (builder.client(self.secret_key()).unwrap(), recorder)
    }

    fn transport(&self) -> Arc<dyn Transport> {
        match self {
            Self::Server(_) => Arc::new(Http(reqwest::Client::new())),
            Self::Fake(fake) => Arc::new(fake.clone()),
        }
    }

    pub async fn send(&self, request: Request) -> Response {
        self.transport().send(request).await.unwrap()
    }

    /// The codes that were sent to a recipient, the latest first.
    pub async fn codes(&self, to: &str) -> Vec<String> {
        match self {
            Self::Server(dev) => dev.codes(to).await,
            Self::Fake(fake) => {
                let all = fake.messages().into_iter().rev().filter(|message| message.to == to);
                all.map(|message| message.code).collect()
            }
        }
    }

    pub async fn code(&self, to: &str) -> String {
        self.codes(to).await[0].clone()
    }

    /// A challenge with its code.
    pub async fn mint(&self, to: &str, mint: Mint) -> (MintedChallenge, String) {
        let minted = self.client().challenges().mint(mint).await.unwrap();
        (minted, self.code(to).await)
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response, Lost>> + Send + 'a>>;

struct Http(reqwest::Client);

impl Transport for Http {
    fn send(&self, request: Request) -> Answer<'_> {
        Box::pin(async move {
            let mut sent = self.0.request(request.method.parse().unwrap(), &request.url);
            for (name, value) in &request.headers {
                sent = sent.header(name, value);
            }
            let answer = sent.body(request.body.unwrap_or_default()).send().await.unwrap();
            let status = answer.status().as_u16();
            let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
                (name.to_string(), value.to_str().unwrap().to_owned())
            };
            let headers = answer.headers().iter().map(header).collect();
            Ok(Response { status, headers, body: answer.bytes().await.unwrap().to_vec() })
        })
    }
}

/// Carries out each request, loses the answers to the first ones, and notes their keys.
pub struct Recorder {
    pub inner: Arc<dyn Transport>,
    pub losing: usize,
    pub keys: Mutex<Vec<Option<String>>>,
}

impl Recorder {
    pub fn keys(&self) -> Vec<Option<String>> {
        self.keys.lock().unwrap().clone()
    }
}

impl Transport for Recorder {
    fn send(&self, request: Request) -> Answer<'_> {
        let count = {
            let mut keys = self.keys.lock().unwrap();
            keys.push(request.header("idempotency-key").map(str::to_owned));
            keys.len()
        };
        Box::pin(async move {
            let answer = self.inner.send(request).await;
            if count <= self.losing { Err(Lost("lost by the test".to_owned())) } else { answer }
        })
    }
}

/// A recipient of one test alone: the limits count each.
pub fn someone() -> String {
    let mut random = [0_u8; 8];
    aws_lc_rs::rand::fill(&mut random).unwrap();
    let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{name}@example.com")
}

/// A code that is wrong, and one that could be right.
pub fn other_than(code: &str) -> String {
    let (rest, last) = code.split_at(code.len() - 1);
    format!("{rest}{}", (last.parse::<u8>().unwrap() + 1) % 10)
}

/// The error of a call, which must be of this kind.
#[track_caller]
pub fn refused<T>(result: Result<T, Error>, kind: Kind) -> Error {
    let Err(error) = result else { panic!("it was not refused") };
    assert_eq!(error.kind(), kind, "{error}");
    error
}

/// An authenticator app (RFC 6238), whose time is the present.
pub struct App {
    key: aws_lc_rs::hmac::Key,
    last: i64,
    /// The fake whose time counts, which stands still.
    fake: Option<Fake>,
}

impl App {
    pub fn new(secret: &str, world: &World) -> Self {
        let mut key = Vec::new();
        let (mut bits, mut count) = (0_u32, 0);
        for letter in secret.bytes() {
            let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
            bits = bits << 5 | u32::from(value);
            count += 5;
            if count >= 8 {
                count -= 8;
                key.push(u8::try_from(bits >> count & 0xff).unwrap());
            }
        }
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
        let fake = if let World::Fake(fake) = world { Some(fake.clone()) } else { None };
        Self { key, last: 0, fake }
    }

    /// One that was not used before: that of now, or of the next step, which is accepted too.
    pub fn code(&mut self) -> String {
        self.last = self.step().max(self.last + 1);
        self.at(self.last)
    }

    /// One that is wrong now and for some time.
    pub fn wrong(&self) -> String {
        let now = self.step();
        let right: Vec<String> = (now - 3..now + 9).map(|step| self.at(step)).collect();
        (111_111..).map(|code: u32| code.to_string()).find(|code| !right.contains(code)).unwrap()
    }

    fn step(&self) -> i64 {
        self.fake.clone().unwrap_or_default().now().as_second() / 30
    }

    fn at(&self, step: i64) -> String {
        let tag = aws_lc_rs::hmac::sign(&self.key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[19] & 15);
        let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}
