//! The resources of relayed messages.

use serde_json::json;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::hook::Product;
use crate::domain::limits::limit::Limit;
use crate::domain::phone::country::Country;
use crate::domain::phone::fraud::rule::FraudRule;
use crate::service::{Refusal, RelayRefusal, Unreachable};

use crate::http::shared::description::words;
use crate::http::v1::bearer::{MessageViewer, Relayer};
use crate::http::v1::resource::{ResourceGroup, resource};
use crate::http::v1::spec::{V1Spec, managing, with_key};
use crate::http::v1::{bearer, parameters};

use super::body::{RelayBody, WRONG_CHANNEL};
use super::handlers;
use super::hooks::{self, HookBody, HookSecretView, HookView};
use super::view::{FoundMessageView, ID, MessageView};

pub(crate) const GROUP: ResourceGroup = ResourceGroup {
    tag: "messages",
    about: "Deliver codes that your own system has made and checks.",
    resources: &[
        resource!("/v1/messages", bearer::identify, mint;
            POST handlers::relay: "relayMessage", "Deliver a code that you have made",
                "Limits, rules against toll fraud, templates, routes and fallback are those of a mint. Nothing can be \
                 verified: whoever has made the code checks it. Needs the scope `relay`.",
                with_key(Relayer::SCOPES, Limit::MintPerAddress)
                    .parameters([parameters::prefer()])
                    .takes::<RelayBody>(json!({ "to": "jane@example.com", "code": "314159" }), ("/channel", WRONG_CHANNEL))
                    .limited([Limit::MintPerTenant, Limit::MintCap, Limit::SendsPerRecipient, Limit::Named])
                    .limited([Limit::FailuresPerRecipient, Limit::RecipientLockout])
                    .limited(FraudRule::ALL.map(FraudRule::limit))
                    .refuses([Refusal::NoRoute(ChannelKind::Email), Refusal::QueueFull])
                    // The message of a repeated request was erased with its recipient.
                    .refuses([Refusal::UnknownChallenge])
                    .refuses([Refusal::Unreachable(Unreachable::Line(ChannelKind::Sms)), Refusal::Unreachable(Unreachable::Country(Country::WORLD))])
                    .refuses([Refusal::Unreachable(Unreachable::Nowhere)])
                    .created::<MessageView>("The message.")
                    .located("message", "^/v1/messages/[A-Za-z]{23}$")
                    .repeatable();
        ),
        resource!("/v1/messages/{id}", bearer::identify, verify;
            GET handlers::find: "getMessage", "Get a relayed message",
                "The message and its deliveries.",
                with_key(MessageViewer::SCOPES, Limit::VerifyPerAddress)
                    .parameters([parameters::in_path("id", "The id of the message.", words::shareable_key(), ID)])
                    .refuses([RelayRefusal::UnknownMessage.into()])
                    .ok::<FoundMessageView>("The message.");
        ),
        resource!("/v1/tenant/hooks/{product}", bearer::identify, verify;
            PUT hooks::set: "setHook", "Set the secret of a hook",
                "The secret with which Supabase or Zitadel signs its requests to `/hooks/{product}/{tenant}`. A former \
                 one no longer works.",
                of_product(managing())
                    .may_take::<HookBody>(json!({ "secret": "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }), ("/secret", "not a secret"))
                    .ok::<HookSecretView>("The hook.");
            GET hooks::get: "getHook", "Get a hook", "When the secret was set, and its last four characters.",
                of_product(managing()).ok::<HookView>("The hook.");
            DELETE hooks::delete: "deleteHook", "Delete the secret of a hook", "What it signs is refused from now on.",
                of_product(managing()).no_content("Deleted.");
        ),
    ],
};

fn of_product(spec: V1Spec) -> V1Spec {
    let products = Product::ALL.into_iter().filter(|product| product.signature().is_some());
    let words: Vec<_> = products.map(Product::as_str).collect();
    let schema = json!({ "type": "string", "enum": words });
    let product = parameters::in_path("product", "The product that signs.", schema, "supabase-sms");
    spec.parameters([product]).refuses([RelayRefusal::UnknownHook.into()])
}
