//! What a connection may do.

use std::time::Duration;

use h2::server::Builder;

/// Requests that one connection may have at the same time.
pub(super) const MAX_STREAMS: u32 = 100;

/// Bytes of a request head, after decompression and with 32 for each line (RFC 9113 §6.5.2). It also bounds a block
/// that goes on and on in CONTINUATION frames.
const MAX_HEAD: u32 = 32 * 1024;

/// Bytes of a body that may arrive before somebody reads them, for a request and for a connection.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// Requests that a client may reset before they have begun. Beyond that it is cut off.
const MAX_RESETS: usize = 20;

/// The protocol within these bounds.
pub(super) fn bounded() -> Builder {
    let mut builder = Builder::new();
    builder
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_pending_accept_reset_streams(MAX_RESETS)
        .max_concurrent_reset_streams(MAX_RESETS)
        .reset_stream_duration(Duration::from_secs(1));
    builder
}
