//! Refuses line ends of one byte in request heads.
//!
//! RFC 9112 §2.2 lets a recipient take a bare LF for the end of a line, and the HTTP library's parser does. A proxy in
//! front may not: what it forwards as one header with an LF in its value would be two headers here, and what it takes
//! for one request could be two. So the LF is made a NUL before the parser sees it, which is allowed nowhere in a head:
//! the parser answers 400, and the connection ends.
//!
//! To know heads from bodies, this reads as much of each head as says how long its body is. Heads whose length could be
//! read in two ways are refused by the parser.

use memchr::memchr;

/// Follows the requests of a connection, in whatever pieces they arrive.
#[derive(Default)]
pub(super) struct HeadLines {
    at: At,
    /// The last byte of the piece before.
    last: u8,
    /// What the pieces before had of the line that is being read: all of it if that matters, otherwise one byte.
    line: Vec<u8>,
    body: Length,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum At {
    /// A head, or the empty lines before one.
    #[default]
    Start,
    /// A head that has begun.
    Head,
    /// A body, or a chunk and its line end, of so many more bytes.
    Rest(u64),
    Chunk(u64),
    /// The line with the size of a chunk: the digits so far, and whether they have ended.
    Size(u64, bool),
    /// What follows the last chunk.
    Trailer,
    /// A request that is refused, and what follows it.
    Refused,
}

/// How long a body is, as its head says.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Length {
    #[default]
    None,
    Known(u64),
    Chunked,
}

impl HeadLines {
    /// Looks at the next bytes of the connection, and spoils them if a line of a head ends without CR.
    pub(super) fn watch(&mut self, bytes: &mut [u8]) {
        let mut from = 0;
        while from < bytes.len() {
            from = match self.at {
                At::Start | At::Head | At::Trailer => self.watch_line(bytes, from),
                At::Rest(left) => self.skip(left, bytes.len() - from, At::Rest, At::Start) + from,
                At::Chunk(left) => self.skip(left, bytes.len() - from, At::Chunk, At::Size(0, false)) + from,
                At::Size(size, has_ended) => {
                    self.at = next_of_size(size, has_ended, bytes[from]);
                    from + 1
                }
                At::Refused => return,
            };
        }
        self.last = bytes.last().copied().unwrap_or(self.last);
    }

    /// Reads to the end of a line, or of what there is. Returns where it ended.
    fn watch_line(&mut self, bytes: &mut [u8], from: usize) -> usize {
        let Some(length) = memchr(b'\n', &bytes[from..]) else {
            self.keep(&bytes[from..]);
            return bytes.len();
        };
        let end = from + length;
        let before = if end == 0 { self.last } else { bytes[end - 1] };
        if before != b'\r' {
            if self.at == At::Trailer {
                // Part of the line, to the parser as well.
                self.keep(&bytes[from..=end]);
            } else {
                bytes[end] = 0;
                self.at = At::Refused;
            }
            return end + 1;
        }
        if self.line.is_empty() {
            self.end_line(&bytes[from..end]);
        } else {
            self.keep(&bytes[from..end]);
            let mut line = std::mem::take(&mut self.line);
            self.end_line(&line);
            line.clear();
            self.line = line;
        }
        end + 1
    }

    /// A whole line, with its CR.
    fn end_line(&mut self, line: &[u8]) {
        let is_empty = line.len() <= 1;
        match self.at {
            At::Start if is_empty => {}
            At::Head if is_empty => {
                self.at = match std::mem::take(&mut self.body) {
                    Length::None | Length::Known(0) => At::Start,
                    Length::Known(length) => At::Rest(length),
                    Length::Chunked => At::Size(0, false),
                };
            }
            At::Trailer if is_empty => self.at = At::Start,
            At::Start => self.at = At::Head,
            At::Head => self.note(line),
            _ => {}
        }
    }

    /// Remembers how long the body is, if this header says it.
    fn note(&mut self, line: &[u8]) {
        if let Some(value) = value_of(line, b"content-length:") {
            let length = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            self.body = length.map_or(self.body, Length::Known);
        } else if let Some(value) = value_of(line, b"transfer-encoding:")
            && value.eq_ignore_ascii_case(b"chunked")
        {
            self.body = Length::Chunked;
        }
    }

    /// Keeps a part of a line for later.
    fn keep(&mut self, part: &[u8]) {
        let Some(first) = self.line.first().or(part.first()) else { return };
        // The parser bounds a head, and not what follows the last chunk.
        match self.at == At::Head && matches!(first, b'c' | b'C' | b't' | b'T') {
            true => self.line.extend_from_slice(part),
            // An empty line is its CR alone.
            false if self.line.len() < 2 => self.line.extend_from_slice(&part[..part.len().min(2)]),
            false => {}
        }
    }

    /// Skips up to `left` of so many bytes, and returns how many.
    fn skip(&mut self, left: u64, there: usize, more: fn(u64) -> At, then: At) -> usize {
        match usize::try_from(left) {
            Ok(left) if left <= there => {
                self.at = then;
                left
            }
            _ => {
                self.at = more(left - there as u64);
                there
            }
        }
    }
}

/// What follows a byte of the line with the size of a chunk.
fn next_of_size(size: u64, has_ended: bool, byte: u8) -> At {
    match (byte, char::from(byte).to_digit(16)) {
        (b'\n', _) if size == 0 => At::Trailer,
        // With the line end after the chunk.
        (b'\n', _) => size.checked_add(2).map_or(At::Refused, At::Chunk),
        (_, Some(digit)) if !has_ended => {
            let size = size.checked_mul(16).and_then(|size| size.checked_add(digit.into()));
            size.map_or(At::Refused, |size| At::Size(size, false))
        }
        _ => At::Size(size, true),
    }
}

/// The value of a header, if this line is one of that name.
fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let start = line.get(..name.len())?;
    start.eq_ignore_ascii_case(name).then(|| line[name.len()..].trim_ascii())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the parser sees of this, in pieces of that size.
    fn seen(text: &str, size: usize) -> String {
        let mut lines = HeadLines::default();
        let mut bytes = text.as_bytes().to_vec();
        bytes.chunks_mut(size).for_each(|piece| lines.watch(piece));
        String::from_utf8(bytes).unwrap()
    }

    const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\nTe: a\r\n\r\n";
    const POST: &str = "POST / HTTP/1.1\r\nHost: x\r\nCONTENT-length:   5 \r\n\r\na\nb\n\n";
    const CHUNKS: &str = "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=1\r\na\n\n\r\n1A\r\n\
                          0123456789\n123456789\r\n01234\r\n0\r\nTrailer: a\nb\r\n\n\r\n\r\n";

    #[test]
    fn whole_requests_are_left_alone_however_they_arrive() {
        let all = ["\r\n", GET, POST, GET, CHUNKS, GET, "\r\n\r\n", CHUNKS, POST, GET].concat();
        for size in 1..all.len() {
            assert_eq!(seen(&all, size), all, "{size}");
        }
    }

    #[test]
    fn a_bare_line_feed_in_a_head_is_spoilt_wherever_it_is() {
        let heads = [
            "GET / HTTP/1.1\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\nY: z\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n\n",
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\nY: z\r\n\r\n",
            "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        ];
        for (before, head) in ["", GET, POST, CHUNKS].iter().flat_map(|b| heads.map(|head| (b, head))) {
            let text = [before, head].concat();
            let bare = before.len() + (0..head.len()).find(|at| is_bare(head, *at)).unwrap();
            let mut spoilt = text.clone().into_bytes();
            spoilt[bare] = 0;
            for size in 1..text.len() {
                assert_eq!(seen(&text, size).as_bytes(), spoilt, "{text:?} in pieces of {size}");
            }
        }
    }

    fn is_bare(text: &str, at: usize) -> bool {
        text.as_bytes()[at] == b'\n' && (at == 0 || text.as_bytes()[at - 1] != b'\r')
    }

    #[test]
    fn nothing_grows_with_what_is_sent() {
        let mut lines = HeadLines::default();
        lines.watch(&mut CHUNKS.as_bytes()[..CHUNKS.find("Trailer").unwrap()].to_vec());
        for _ in 0..1_000 {
            lines.watch(&mut b"transfer-encoding: ".to_vec());
        }
        assert!(lines.line.capacity() < 100);
    }

    proptest! {
        #[test]
        fn the_pieces_make_no_difference(text in "[\r\n:CcTt0a ]{0,80}", head in 0..4usize, size in 1..9usize) {
            let text = [["", "GET / HTTP/1.1\r\n", POST, CHUNKS][head], &text].concat();
            prop_assert_eq!(seen(&text, size), seen(&text, usize::MAX >> 1));
        }
    }
}
