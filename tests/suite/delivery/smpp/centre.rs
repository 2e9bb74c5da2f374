//! A message centre of our own, written from the standard and without the code that it tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, WriteHalf};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_rustls::TlsAcceptor;

pub const BIND_RECEIVER: u32 = 1;
pub const BIND_TRANSMITTER: u32 = 2;
const SUBMIT_SM: u32 = 4;
const DELIVER_SM: u32 = 5;
const UNBIND: u32 = 6;
pub const BIND_TRANSCEIVER: u32 = 9;
const ENQUIRE_LINK: u32 = 0x15;
const ANSWER: u32 = 0x8000_0000;

/// What a login is answered with.
#[derive(Clone, Copy)]
pub enum Login {
    Status(u32),
    Silence,
}

/// A login.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bind {
    pub command: u32,
    pub system_id: String,
    pub password: String,
    pub system_type: String,
    pub version: u8,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Submit {
    pub sequence: u32,
    pub source: (u8, u8, String),
    pub destination: (u8, u8, String),
    pub class: u8,
    pub validity: String,
    pub registered: u8,
    pub coding: u8,
    pub text: Vec<u8>,
}

/// What the centre does next.
pub enum Do {
    /// Accepts the message of this sequence under an id.
    Accept(u32, String),
    /// Answers with a status.
    Refuse(u32, u32),
    /// Delivers a receipt in a text.
    Text { id: String, stat: &'static str, number: String },
    /// Delivers a receipt in optional parameters.
    Parameters { id: String, state: u8, number: String },
    /// Delivers what somebody has sent.
    Person(&'static str),
    /// Asks whether the other side is there.
    Enquire,
    /// Says this.
    Say(Vec<u8>),
    /// Closes the connection.
    Hangup,
    /// Does the same after a while.
    Later(Duration, Box<Do>),
}

/// What the centre has heard.
#[derive(Default)]
pub struct Heard {
    pub connections: usize,
    pub binds: Vec<Bind>,
    pub submits: Vec<Submit>,
    /// How many messages wait for their answers, and how many did at most.
    pub waiting: (usize, usize),
    /// The status of each answer to what was delivered.
    pub delivered: Vec<u32>,
    pub enquiries: usize,
    pub enquiry_answers: usize,
    pub unbinds: usize,
}

type Script = Box<dyn FnMut(&Submit) -> Vec<Do> + Send>;

/// The centre.
pub struct Centre {
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
}

/// How a centre behaves.
pub struct Behaviour {
    /// The answers to logins, in turn; the last one for ever.
    pub logins: Vec<Login>,
    /// Whether enquiries are answered.
    pub answers_enquiries: bool,
    pub tls: Option<TlsAcceptor>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self { logins: vec![Login::Status(0)], answers_enquiries: true, tls: None }
    }
}

/// Accepts each message, under its number.
pub fn accepting() -> impl FnMut(&Submit) -> Vec<Do> + Send + 'static {
    let mut number = 0;
    move |submit| {
        number += 1;
        vec![Do::Accept(submit.sequence, format!("{number}"))]
    }
}

struct Shared {
    script: Mutex<Script>,
    logins: Mutex<VecDeque<Login>>,
    answers_enquiries: bool,
    heard: Arc<Mutex<Heard>>,
}

impl Centre {
    pub async fn start(script: impl FnMut(&Submit) -> Vec<Do> + Send + 'static) -> Self {
        Self::with(Behaviour::default(), script).await
    }

    pub async fn with(behaviour: Behaviour, script: impl FnMut(&Submit) -> Vec<Do> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::<Mutex<Heard>>::default();
        let shared = Arc::new(Shared {
            script: Mutex::new(Box::new(script)),
            logins: Mutex::new(behaviour.logins.into()),
            answers_enquiries: behaviour.answers_enquiries,
            heard: Arc::clone(&heard),
        });
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                tcp.set_nodelay(true).unwrap();
                shared.heard.lock().unwrap().connections += 1;
                let (shared, tls) = (Arc::clone(&shared), behaviour.tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => shared.serve(tcp).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(tcp).await {
                                shared.serve(stream).await;
                            }
                        }
                    }
                });
            }
        });
        Self { port, heard }
    }

    pub fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap()
    }

    pub fn submits(&self) -> usize {
        self.heard().submits.len()
    }
}

impl Shared {
    async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(&self, stream: S) {
        let (mut input, output) = tokio::io::split(stream);
        let (says, said) = unbounded_channel();
        tokio::spawn(write(output, said, Arc::clone(&self.heard)));
        while let Some((command, status, sequence, body)) = read(&mut input).await {
            for what in self.answers((command, status, sequence), &body) {
                say(&says, what);
            }
        }
    }

    fn answers(&self, (command, status, sequence): (u32, u32, u32), body: &[u8]) -> Vec<Do> {
        let mut heard = self.heard.lock().unwrap();
        let answer = |status, body: &[u8]| vec![Do::Say(pdu(command | ANSWER, status, sequence, body))];
        match command {
            BIND_RECEIVER | BIND_TRANSMITTER | BIND_TRANSCEIVER => {
                heard.binds.push(bind(command, body));
                let mut logins = self.logins.lock().unwrap();
                let login = if logins.len() > 1 { logins.pop_front().unwrap() } else { logins[0] };
                match login {
                    Login::Status(status) => answer(status, b"centre\0"),
                    Login::Silence => Vec::new(),
                }
            }
            SUBMIT_SM => {
                let submit = submit(sequence, body);
                heard.submits.push(submit.clone());
                heard.waiting.0 += 1;
                heard.waiting.1 = heard.waiting.1.max(heard.waiting.0);
                drop(heard);
                (self.script.lock().unwrap())(&submit)
            }
            ENQUIRE_LINK => {
                heard.enquiries += 1;
                if self.answers_enquiries { answer(0, b"") } else { Vec::new() }
            }
            UNBIND => {
                heard.unbinds += 1;
                answer(0, b"").into_iter().chain([Do::Hangup]).collect()
            }
            _ if command == DELIVER_SM | ANSWER => {
                heard.delivered.push(status);
                Vec::new()
            }
            _ if command == ENQUIRE_LINK | ANSWER => {
                heard.enquiry_answers += 1;
                Vec::new()
            }
            _ => panic!("the centre does not know {command:#x}"),
        }
    }
}

fn say(says: &UnboundedSender<Do>, what: Do) {
    match what {
        Do::Later(pause, what) => {
            let says = says.clone();
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                let _ = says.send(*what);
            });
        }
        what => drop(says.send(what)),
    }
}

async fn write<S: AsyncWrite>(
    mut output: WriteHalf<S>,
    mut said: UnboundedReceiver<Do>,
    heard: Arc<Mutex<Heard>>,
) {
    while let Some(what) = said.recv().await {
        if matches!(what, Do::Accept(..) | Do::Refuse(..)) {
            heard.lock().unwrap().waiting.0 -= 1;
        }
        let Some(octets) = octets(what) else { break };
        if output.write_all(&octets).await.is_err() {
            break;
        }
    }
    let _ = output.shutdown().await;
}

/// What is written; nothing where the connection is closed.
fn octets(what: Do) -> Option<Vec<u8>> {
    Some(match what {
        Do::Say(octets) => octets,
        Do::Accept(sequence, id) => pdu(SUBMIT_SM | ANSWER, 0, sequence, format!("{id}\0").as_bytes()),
        Do::Refuse(sequence, status) => pdu(SUBMIT_SM | ANSWER, status, sequence, b""),
        Do::Text { id, stat, number } => {
            let text = format!(
                "id:{id} sub:001 dlvrd:001 submit date:2611222030 done date:2611222031 stat:{stat} err:000 text:Your"
            );
            pdu(DELIVER_SM, 0, 7, &delivery(4, &number, &text, &[]))
        }
        Do::Parameters { id, state, number } => {
            let id = format!("{id}\0");
            let parameters: &[(u16, &[u8])] = &[(0x001e, id.as_bytes()), (0x0427, &[state])];
            pdu(DELIVER_SM, 0, 8, &delivery(4, &number, "", parameters))
        }
        Do::Person(text) => pdu(DELIVER_SM, 0, 9, &delivery(0, "4915123456789", text, &[])),
        Do::Enquire => pdu(ENQUIRE_LINK, 0, 10, b""),
        Do::Hangup | Do::Later(..) => return None,
    })
}

fn pdu(command: u32, status: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap();
    let header = [length, command, status, sequence].map(u32::to_be_bytes).concat();
    [&header, body].concat()
}

fn delivery(class: u8, number: &str, text: &str, parameters: &[(u16, &[u8])]) -> Vec<u8> {
    let mut body = [b"\0\x01\x01", number.as_bytes(), b"\0\x05\0Acme\0"].concat();
    body.extend([class, 0, 0, 0, 0, 0, 0, 0, 0, u8::try_from(text.len()).unwrap()]);
    body.extend(text.bytes());
    for (tag, value) in parameters {
        body.extend(tag.to_be_bytes());
        body.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        body.extend(*value);
    }
    body
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<(u32, u32, u32, Vec<u8>)> {
    let mut header = [0; 16];
    stream.read_exact(&mut header).await.ok()?;
    let field = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
    let mut body = vec![0; usize::try_from(field(0)).unwrap() - 16];
    stream.read_exact(&mut body).await.ok()?;
    Some((field(4), field(8), field(12), body))
}

/// Takes a text and its end off the front.
fn text(body: &mut &[u8]) -> String {
    let end = body.iter().position(|octet| *octet == 0).unwrap();
    let text = String::from_utf8(body[..end].to_vec()).unwrap();
    *body = &body[end + 1..];
    text
}

fn octet(body: &mut &[u8]) -> u8 {
    let first = body[0];
    *body = &body[1..];
    first
}

fn bind(command: u32, mut body: &[u8]) -> Bind {
    let (system_id, password, system_type) = (text(&mut body), text(&mut body), text(&mut body));
    let version = octet(&mut body);
    assert_eq!(body, [0, 0, 0], "no range of numbers");
    Bind { command, system_id, password, system_type, version }
}

fn submit(sequence: u32, mut body: &[u8]) -> Submit {
    let body = &mut body;
    assert_eq!(text(body), "", "service_type");
    let source = (octet(body), octet(body), text(body));
    let destination = (octet(body), octet(body), text(body));
    let class = octet(body);
    assert_eq!((octet(body), octet(body)), (0, 0), "protocol and priority");
    assert_eq!(text(body), "", "at once");
    let validity = text(body);
    let (registered, replace, coding, default) = (octet(body), octet(body), octet(body), octet(body));
    assert_eq!((replace, default), (0, 0));
    let length = usize::from(octet(body));
    assert_eq!(body.len(), length, "no parameters behind");
    Submit { sequence, source, destination, class, validity, registered, coding, text: body.to_vec() }
}
