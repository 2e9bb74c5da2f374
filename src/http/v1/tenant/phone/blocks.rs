//! `/v1/tenant/phone/blocks`: what the rules against toll fraud have refused.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::phone::fraud::block::Block;
use crate::domain::phone::fraud::rule::FraudRule;
use crate::domain::time::Timestamp;

use crate::http::shared::client::ClientIp;
use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::shared::problems::table::tenants::BLOCK_NOT_FOUND;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::error::V1Result;
use crate::http::v1::page;

/// The pattern of the id of a block.
pub(crate) const ID: &str = "^[a-z_]+-[0-9a-f]+$";

/// An example of an id.
pub(crate) const AN_ID: &str = "sends_per_prefix-01f4c2a97b3d5e8860a1c2d3e4f5a6b7";

/// What is blocked at present.
#[derive(Serialize, ToSchema)]
#[schema(as = PhoneBlocks)]
pub(crate) struct BlocksView {
    /// Latest first.
    #[schema(max_items = 200)]
    pub(crate) data: Vec<BlockView>,
    #[schema(required, schema_with = page::next)]
    next: Option<String>,
}

/// Something that a rule blocks.
#[derive(Serialize, ToSchema)]
#[schema(as = PhoneBlock)]
pub(crate) struct BlockView {
    /// The name by which it is cleared.
    #[schema(pattern = "^[a-z_]+-[0-9a-f]+$", max_length = 80)]
    id: String,
    /// The rule.
    #[schema(value_type = FraudRule)]
    rule: &'static str,
    /// A range of numbers without the last six digits, a country, or the network of an end user; empty if
    /// the network is not known any more.
    #[schema(max_length = 50)]
    subject: String,
    /// Whether messages are refused; false if the rule only records.
    refuses: bool,
    /// The first message that was refused.
    since: Timestamp,
    /// When a message could pass.
    until: Timestamp,
    /// Messages that were refused.
    #[schema(minimum = 0)]
    refused: u32,
    /// Messages that were sent within 24 hours, at most 50; null for a country.
    #[schema(required, minimum = 0, maximum = 50)]
    sent: Option<usize>,
    /// Those of them whose code was entered.
    #[schema(required, minimum = 0, maximum = 50)]
    verified: Option<usize>,
}

impl BlockView {
    pub(crate) fn of(block: &Block) -> Self {
        let (sent, verified) = block.messages.unzip();
        Self {
            id: block.id.to_string(),
            rule: block.id.rule.as_str(),
            subject: block.subject.clone(),
            refuses: block.refuses,
            since: block.since,
            until: block.until,
            refused: block.refused,
            sent,
            verified,
        }
    }
}

/// `GET /v1/tenant/phone/blocks`: what is blocked at present.
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let blocks = state.services.phone_blocks.list(&tenant).await?;
    Ok(HttpResponse::Ok()
        .json(BlocksView { data: blocks.iter().map(BlockView::of).collect(), next: page::NO_MORE }))
}

/// `DELETE /v1/tenant/phone/blocks/{id}`: clears a block.
pub(crate) async fn clear(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    id: Path<String>,
) -> V1Result {
    match state.services.phone_blocks.clear(&tenant, &id, ClientIp::of(&request)).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err((&BLOCK_NOT_FOUND).into()),
    }
}

impl Example for BlocksView {
    fn example() -> Self {
        let block = BlockView {
            id: AN_ID.to_owned(),
            rule: FraudRule::SendsPerPrefix.as_str(),
            subject: "+4915123…".to_owned(),
            refuses: true,
            since: examples::at("08:30:00"),
            until: examples::at("08:40:00"),
            refused: 12,
            sent: Some(5),
            verified: Some(0),
        };
        Self { data: vec![block], next: page::NO_MORE }
    }
}
