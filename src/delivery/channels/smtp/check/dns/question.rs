//! DNS queries and their responses.

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, RCODE, TYPE};

/// A query that is ready to be sent.
pub(super) struct Question {
    id: u16,
    name: String,
    kind: TYPE,
    bytes: Vec<u8>,
}

/// The response to a query.
#[derive(Debug)]
pub(super) enum DnsResponse {
    /// The records of the requested type; empty if the name has none or does not exist.
    Records(Vec<RData<'static>>),
    /// The response does not fit into a datagram: repeat the query over TCP.
    Truncated,
    /// The server cannot or will not answer.
    Failed(RCODE),
}

impl Question {
    /// Creates a query for the records of `kind` that `name` has; `None` if `name` is not a valid
    /// DNS name.
    pub(super) fn new(id: u16, name: &str, kind: TYPE) -> Option<Self> {
        let mut packet = Packet::new_query(id);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        packet.questions.push(simple_dns::Question::new(
            Name::new(name).ok()?,
            QTYPE::TYPE(kind),
            QCLASS::CLASS(CLASS::IN),
            false,
        ));
        let bytes = packet.build_bytes_vec().ok()?;
        Some(Self { id, name: name.to_owned(), kind, bytes })
    }

    /// Returns the query as it is sent in a datagram.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Parses `message`; returns `None` if it is not a response to this query.
    pub(super) fn read(&self, message: &[u8]) -> Option<DnsResponse> {
        let packet = Packet::parse(message).ok()?;
        let is_ours = packet.id() == self.id && packet.has_flags(PacketFlag::RESPONSE) && self.asks(&packet);
        if !is_ours {
            return None;
        }
        if packet.has_flags(PacketFlag::TRUNCATION) {
            return Some(DnsResponse::Truncated);
        }
        match packet.rcode() {
            RCODE::NoError | RCODE::NameError => {
                let records = packet.answers.into_iter().map(|record| record.rdata.into_owned());
                Some(DnsResponse::Records(records.filter(|data| data.type_code() == self.kind).collect()))
            }
            other => Some(DnsResponse::Failed(other)),
        }
    }

    /// Returns whether a message repeats this query. A failure may leave the query out.
    fn asks(&self, packet: &Packet<'_>) -> bool {
        match packet.questions.as_slice() {
            [] => !matches!(packet.rcode(), RCODE::NoError | RCODE::NameError),
            [one] => {
                one.qtype == QTYPE::TYPE(self.kind) && one.qname.to_string().eq_ignore_ascii_case(&self.name)
            }
            _ => false,
        }
    }
}

/// Reads bytes of a stranger as the response to a query.
#[cfg(fuzzing)]
pub fn fuzz(bytes: &[u8]) {
    let asked = Question::new(0, "example.com", TYPE::MX);
    let _ = asked.and_then(|question| question.read(bytes));
}
