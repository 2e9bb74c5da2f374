//! What the fuzzer runs.

use super::extensions::Extensions;
use super::reply::ReplyParser;

/// Reads replies from bytes of a stranger, one after the other, line by line.
pub fn replies(bytes: &[u8]) {
    let mut parser = ReplyParser::default();
    for line in bytes.split(|byte| *byte == b'\n') {
        match parser.take(line) {
            Ok(Some(reply)) => {
                let _ = (reply.kept(), Extensions::read(&reply));
                parser = ReplyParser::default();
            }
            Ok(None) => {}
            Err(_) => return,
        }
    }
}
