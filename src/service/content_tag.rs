//! Names for contents.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::digest;

/// Bytes of a digest that are enough to tell contents apart.
const SIZE: usize = 12;

/// Returns a short name of `content`: other content has another one.
pub fn content_tag(content: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(content).get(..SIZE).unwrap_or_default())
}
