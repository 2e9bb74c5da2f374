// SPDX-License-Identifier: MIT

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::types::Fields;

/// The hash of bound fields, as `bind` of a receipt has it: of their JSON, by name in the order of bytes.
#[must_use]
pub fn bind_hash(fields: &Fields) -> String {
    let text = serde_json::to_string(fields).expect("texts can be written as JSON");
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}
