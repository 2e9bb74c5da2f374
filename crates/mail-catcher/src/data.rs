//! The content of a mail as it arrives: where it ends, and which dots are stuffing (RFC 5321 §4.5.2).

/// A longer line is processed in pieces, so that the buffer stays bounded.
const MAX_PENDING: usize = 4096;

/// Receives the content of one mail, in whatever pieces it arrives.
///
/// Only CRLF ends a line here: a server that accepted a bare LF would let a sender hide a second mail in the
/// first.
pub(crate) struct Content {
    kept: Option<Vec<u8>>,
    limit: usize,
    bytes: usize,
    at_line_start: bool,
}

/// Whether the content is complete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Progress {
    More,
    Complete,
}

impl Content {
    /// Content of at most `limit` bytes, which is stored.
    pub(crate) fn kept(limit: usize) -> Self {
        Self { kept: Some(Vec::with_capacity(2048)), limit, bytes: 0, at_line_start: true }
    }

    /// Content that is only measured.
    pub(crate) const fn measured(limit: usize) -> Self {
        Self { kept: None, limit, bytes: 0, at_line_start: true }
    }

    /// Consumes as much of `input` as it can; returns the number of bytes.
    pub(crate) fn feed(&mut self, input: &[u8]) -> (usize, Progress) {
        let mut taken = 0;
        while let Some(end) = input[taken..].iter().position(|b| *b == b'\n') {
            let line = &input[taken..=taken + end];
            taken += line.len();
            if self.at_line_start && line == b".\r\n" {
                return (taken, Progress::Complete);
            }
            self.push(line);
            self.at_line_start = line.ends_with(b"\r\n");
        }
        let rest = &input[taken..];
        if rest.len() > MAX_PENDING {
            // The last byte waits: it may be the CR of a CRLF.
            let piece = &rest[..rest.len() - 1];
            self.push(piece);
            self.at_line_start = false;
            taken += piece.len();
        }
        (taken, Progress::More)
    }

    fn push(&mut self, line: &[u8]) {
        let line = match line {
            [b'.', rest @ ..] if self.at_line_start => rest,
            whole => whole,
        };
        self.bytes = self.bytes.saturating_add(line.len());
        let fits = self.bytes <= self.limit;
        if let Some(kept) = &mut self.kept
            && fits
        {
            kept.extend_from_slice(line);
        }
    }

    /// Whether it is longer than allowed.
    pub(crate) const fn is_too_long(&self) -> bool {
        self.bytes > self.limit
    }

    /// The content, empty when it was only measured.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.kept.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Feeds `wire` in pieces of `step` bytes, as a connection would, and returns the content and the rest.
    fn received(wire: &[u8], step: usize) -> (Vec<u8>, Vec<u8>) {
        let mut content = Content::kept(1 << 20);
        let mut pending = Vec::new();
        let mut pieces = wire.chunks(step);
        while let Some(piece) = pieces.next() {
            pending.extend_from_slice(piece);
            let (taken, progress) = content.feed(&pending);
            pending.drain(..taken);
            if progress == Progress::Complete {
                pending.extend(pieces.flatten());
                return (content.into_bytes(), pending);
            }
        }
        panic!("no end in {wire:?}");
    }

    #[test]
    fn dots_are_unstuffed_and_the_end_is_found() {
        let wire = b"a\r\n..b\r\n.\r\nQUIT\r\n";
        for step in 1..wire.len() {
            assert_eq!(received(wire, step), (b"a\r\n.b\r\n".to_vec(), b"QUIT\r\n".to_vec()), "{step}");
        }
        assert_eq!(received(b".\r\n", 1), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_bare_line_feed_ends_nothing() {
        let wire = b"a\n.\r\nMAIL FROM:<x@example.com>\r\nb\r\n.\n.\r\n\r\n.\r\n";
        let (content, rest) = received(wire, 3);
        assert!(content.ends_with(b"b\r\n\n.\r\n\r\n"), "{content:?}");
        assert!(rest.is_empty());
    }

    #[test]
    fn a_line_without_end_does_not_pile_up() {
        let mut content = Content::measured(100);
        let (taken, progress) = content.feed(&[b'x'; 10_000]);
        assert_eq!((taken, progress), (9_999, Progress::More));
        assert!(content.is_too_long());
    }

    proptest! {
        #[test]
        fn what_is_stuffed_arrives_as_it_was(
            lines in proptest::collection::vec("[.a\n\r]{0,6}", 0..20), step in 1_usize..40,
        ) {
            let mut body = Vec::new();
            for line in &lines {
                body.extend_from_slice(line.as_bytes());
                body.extend_from_slice(b"\r\n");
            }
            let mut wire = Vec::new();
            let mut at_line_start = true;
            for (place, byte) in body.iter().enumerate() {
                if at_line_start && *byte == b'.' {
                    wire.push(b'.');
                }
                wire.push(*byte);
                at_line_start = *byte == b'\n' && place > 0 && body[place - 1] == b'\r';
            }
            wire.extend_from_slice(b".\r\n");
            prop_assert_eq!(received(&wire, step), (body, Vec::new()));
        }
    }
}
