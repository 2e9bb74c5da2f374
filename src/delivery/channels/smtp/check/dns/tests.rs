//! Tests of the lookups, against name servers on this machine.

use std::net::SocketAddr;
use std::sync::Arc;

use simple_dns::rdata::{A, CNAME, MX, RData, TXT};
use simple_dns::{CLASS, Name, Packet, PacketFlag, RCODE, ResourceRecord, TYPE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use super::{Dns, SystemDns};
use crate::domain::random::Entropy;

/// The datagrams or messages that a server sends in response to a query: for a datagram, each item
/// in turn.
type Script = fn(&Packet<'_>, DnsTransport) -> Vec<Vec<u8>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum DnsTransport {
    Datagram,
    Stream,
}

/// Always draws the same number.
struct Constant;

impl Entropy for Constant {
    fn fill(&self, out: &mut [u8]) {
        out.fill(0x17);
    }
}

/// Starts a name server on one port, over UDP and TCP.
async fn server(script: Script) -> SocketAddr {
    let (datagrams, streams) = loop {
        let streams = TcpListener::bind("127.0.0.1:0").await.unwrap();
        if let Ok(datagrams) = UdpSocket::bind(streams.local_addr().unwrap()).await {
            break (datagrams, streams);
        }
    };
    let address = streams.local_addr().unwrap();
    tokio::spawn(async move {
        let mut message = [0; 512];
        while let Ok((length, from)) = datagrams.recv_from(&mut message).await {
            for answer in script(&Packet::parse(&message[..length]).unwrap(), DnsTransport::Datagram) {
                datagrams.send_to(&answer, from).await.unwrap();
            }
        }
    });
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = streams.accept().await {
            let mut message = vec![0; usize::from(stream.read_u16().await.unwrap())];
            stream.read_exact(&mut message).await.unwrap();
            for answer in script(&Packet::parse(&message).unwrap(), DnsTransport::Stream) {
                stream.write_u16(answer.len() as u16).await.unwrap();
                stream.write_all(&answer).await.unwrap();
            }
        }
    });
    address
}

/// Builds a response to `question` with this data, for the name in the query.
fn answer(question: &Packet<'_>, code: RCODE, data: Vec<RData<'static>>) -> Packet<'static> {
    let asked = question.questions[0].clone().into_owned();
    let mut packet = Packet::new_reply(question.id());
    *packet.rcode_mut() = code;
    packet.answers =
        data.into_iter().map(|data| ResourceRecord::new(asked.qname.clone(), CLASS::IN, 60, data)).collect();
    packet.questions.push(asked);
    packet
}

fn bytes(packet: &Packet<'_>) -> Vec<u8> {
    packet.build_bytes_vec_compressed().unwrap()
}

fn text(parts: &[&'static str]) -> RData<'static> {
    RData::TXT(parts.iter().fold(TXT::new(), |text, part| text.with_string(part).unwrap()))
}

fn alias() -> RData<'static> {
    RData::CNAME(CNAME(Name::new_unchecked("elsewhere.example")))
}

fn asks_for(question: &Packet<'_>, kind: TYPE) -> bool {
    question.questions[0].qtype == kind.into()
}

async fn asking(scripts: &[Script]) -> SystemDns {
    let mut servers = Vec::new();
    for script in scripts {
        servers.push(server(*script).await);
    }
    SystemDns::asking(servers, Arc::new(Constant))
}

fn says_nothing_is_there(question: &Packet<'_>, _: DnsTransport) -> Vec<Vec<u8>> {
    vec![bytes(&answer(question, RCODE::NameError, Vec::new()))]
}

fn fails(question: &Packet<'_>, _: DnsTransport) -> Vec<Vec<u8>> {
    vec![bytes(&answer(question, RCODE::ServerFailure, Vec::new()))]
}

fn has_texts(question: &Packet<'_>, _: DnsTransport) -> Vec<Vec<u8>> {
    assert!(question.has_flags(PacketFlag::RECURSION_DESIRED) && asks_for(question, TYPE::TXT));
    let data = vec![alias(), text(&["v=spf1 ", "-all"]), text(&["other"])];
    vec![bytes(&answer(question, RCODE::NoError, data))]
}

#[tokio::test]
async fn the_texts_of_a_name_are_put_together_and_found_behind_an_alias() {
    let texts = asking(&[has_texts]).await.texts("example.com").await;
    assert_eq!(texts.unwrap(), ["v=spf1 -all", "other"]);
}

#[tokio::test]
async fn that_there_is_nothing_is_an_answer_and_a_failure_is_none() {
    assert_eq!(asking(&[says_nothing_is_there]).await.texts("example.com").await, Some(Vec::new()));
    assert_eq!(asking(&[says_nothing_is_there]).await.takes_mail("example.com").await, Some(false));
    assert_eq!(asking(&[fails]).await.texts("example.com").await, None);
    assert_eq!(asking(&[fails]).await.takes_mail("example.com").await, None);
    assert_eq!(asking(&[]).await.texts("example.com").await, None);
    assert_eq!(asking(&[has_texts]).await.texts(&"x".repeat(64)).await, None);
}

#[tokio::test]
async fn the_next_server_is_asked_where_one_fails() {
    let texts = asking(&[fails, has_texts, says_nothing_is_there]).await.texts("example.com").await;
    assert_eq!(texts.unwrap().len(), 2);
}

#[tokio::test]
async fn an_address_takes_mail_where_there_is_no_exchanger() {
    let only_an_address: Script = |question, _| {
        let data =
            if asks_for(question, TYPE::A) { vec![RData::A(A { address: 0x7f00_0001 })] } else { vec![] };
        vec![bytes(&answer(question, RCODE::NoError, data))]
    };
    assert_eq!(asking(&[only_an_address]).await.takes_mail("example.com").await, Some(true));
    let only_an_exchanger: Script = |question, _| {
        assert!(asks_for(question, TYPE::MX), "nothing else has to be asked");
        let exchanger = MX { preference: 10, exchange: Name::new_unchecked("mx.example.com") };
        vec![bytes(&answer(question, RCODE::NoError, vec![RData::MX(exchanger)]))]
    };
    assert_eq!(asking(&[only_an_exchanger]).await.takes_mail("example.com").await, Some(true));
}

#[tokio::test]
async fn what_is_too_long_for_a_datagram_is_asked_over_tcp() {
    let long: Script = |question, transport| {
        let mut packet = answer(question, RCODE::NoError, Vec::new());
        match transport {
            DnsTransport::Datagram => packet.set_flags(PacketFlag::TRUNCATION),
            DnsTransport::Stream => {
                let name = packet.questions[0].qname.clone();
                let record = ResourceRecord::new(name, CLASS::IN, 60, text(&[LONG]));
                packet.answers = vec![record; 40];
            }
        }
        vec![bytes(&packet)]
    };
    const LONG: &str = "a text that is repeated until no datagram of the old kind can hold all of them";
    assert_eq!(asking(&[long]).await.texts("example.com").await.unwrap(), [LONG; 40]);
}

#[tokio::test]
async fn what_answers_another_question_is_passed_over() {
    let noisy: Script = |question, _| {
        let right = answer(question, RCODE::NoError, vec![text(&["right"])]);
        let wrong = || answer(question, RCODE::NoError, vec![text(&["wrong"])]);
        let (mut id, mut name, mut kind, mut echo) = (wrong(), wrong(), wrong(), wrong());
        id.set_id(question.id() ^ 1);
        name.questions[0].qname = Name::new_unchecked("example.org");
        kind.questions[0].qtype = TYPE::MX.into();
        echo.remove_flags(PacketFlag::RESPONSE);
        let noise = [id, name, kind, echo].map(|packet| bytes(&packet));
        noise.into_iter().chain([b"\x17\x17".to_vec(), bytes(&right)]).collect()
    };
    assert_eq!(asking(&[noisy]).await.texts("Example.com").await.unwrap(), ["right"]);
}
