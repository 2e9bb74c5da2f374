//! The generic provider of the SMS stage of authentik.

use serde::Deserialize;

use crate::domain::challenges::purpose::Purpose;

use crate::http::hooks::asked::Asked;
use crate::http::shared::bodies::json;
use crate::http::shared::problems::rejection::Rejection;

#[derive(Deserialize)]
struct Request {
    #[serde(rename = "To")]
    to: String,
    /// The code alone; the text that goes with it is ours.
    #[serde(rename = "Body")]
    body: String,
}

pub(super) fn read(body: &[u8]) -> Result<Vec<Asked>, Rejection> {
    let Request { to, body } = json::parse(body)?;
    Ok(vec![Asked::of(to, body, Purpose::LOGIN)])
}
