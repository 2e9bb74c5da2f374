//! The request shapes of the products.

mod authentik;
mod gateway;
mod kratos;
mod logto;
mod supabase_email;
mod supabase_sms;
mod zitadel;

use crate::domain::hook::Product;

use crate::http::shared::problems::rejection::Rejection;

use super::asked::{Asked, Body};

/// Returns the codes that a request asks for; none if it is about no code. Fields that are not known are ignored,
/// because products grow.
pub(super) fn asked_by(product: Product, body: &Body<'_>) -> Result<Vec<Asked>, Rejection> {
    match product {
        Product::SupabaseSms => supabase_sms::read(body.bytes),
        Product::SupabaseEmail => supabase_email::read(body.bytes),
        Product::Kratos => kratos::read(body.bytes),
        Product::Authentik => authentik::read(body.bytes),
        Product::Zitadel => zitadel::read(body.bytes),
        Product::Logto => logto::read(body.bytes),
        Product::Gateway => gateway::read(body),
    }
}
