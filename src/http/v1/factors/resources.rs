//! The resources of factors.

use std::time::Duration;

use serde_json::{Value, json};

use crate::domain::limits::limit::{Limit, LimitHit};
use crate::service::{FactorRefusal, Refusal};

use crate::http::shared::description::{examples, words};
use crate::http::v1::bearer;
use crate::http::v1::bearer::{FactorViewer, Minter, Verifier};
use crate::http::v1::parameters::{in_path, in_query_like};
use crate::http::v1::resource::{ResourceGroup, resource};
use crate::http::v1::spec::{V1Spec, with_key};

use super::body::{CheckBody, ConfirmBody, FactorBody, ResultBody, WRONG_IDENTITY};
use super::handlers;
use super::view::{CheckedView, FactorView, FactorsView, NewFactorView, RecoveryView};

pub(crate) const GROUP: ResourceGroup = ResourceGroup {
    tag: "factors",
    about: "Authenticator apps (TOTP) of the tenant's users, and their recovery codes.",
    resources: &[
        resource!("/v1/factors", bearer::identify, verify;
            POST handlers::create: "addFactor", "Add a factor",
                "The secret, its URI and its QR code are only in this answer. Show them to the user, and confirm the \
                 factor with the first code of the app: until then it cannot be checked, and after a day it is deleted. With `return_url` a hosted page does all of \
                 that, and the answer has its URL instead.",
                minting()
                    .takes::<FactorBody>(json!({ "identity": "user-4711", "issuer": "Shop" }), ("/identity", WRONG_IDENTITY))
                    .refuses([Refusal::Factor(FactorRefusal::TooMany), Refusal::NoPages])
                    // The factor of a repeated request was erased with its user.
                    .refuses([Refusal::Factor(FactorRefusal::Unknown)])
                    .created::<NewFactorView>("The factor, with its secret.")
                    .located("factor", "^/v1/factors/fct_[2-9a-z]{16}$")
                    .repeatable_with_secret();
            GET handlers::list: "listFactors", "List the factors of a user",
                "In order of creation; an identity has at most five.",
                viewing()
                    .parameters([identity()])
                    .wrong_parameter(("identity", WRONG_IDENTITY))
                    .ok::<FactorsView>("The factors.");
        ),
        resource!("/v1/factors/results", bearer::identify, verify;
            POST handlers::fetch: "fetchFactorResult", "Fetch the result of a factor's page",
                "Exchanges the `otpmint_result` of the visitor for the factor and a receipt, once and within 15 minutes.",
                with_key(Verifier::SCOPES, Limit::VerifyPerAddress)
                    .takes::<ResultBody>(json!({ "result": RESULT }), ("/result", "is missing"))
                    .refuses([Refusal::UnknownResult])
                    .limited([Limit::VerifyPerTenant])
                    .ok::<CheckedView>("The factor, with the proof.");
        ),
        resource!("/v1/factors/{id}", bearer::identify, verify;
            GET handlers::get: "getFactor", "Get a factor", "The factor without its secret.",
                of_one(viewing()).ok::<FactorView>("The factor.");
            DELETE handlers::delete: "deleteFactor", "Delete a factor",
                "Its codes and recovery codes are no longer accepted.",
                of_one(with_key(Minter::SCOPES, Limit::VerifyPerAddress)).no_content("The factor is deleted.");
        ),
        resource!("/v1/factors/{id}/confirm", bearer::identify, verify;
            POST handlers::confirm: "confirmFactor", "Confirm a factor",
                "The first right code activates the factor. The answer has ten recovery codes, only this once.",
                answering()
                    .takes::<ConfirmBody>(json!({ "code": "123456" }), WRONG_CODE)
                    .refuses([Refusal::Factor(FactorRefusal::AlreadyConfirmed)])
                    .ok::<RecoveryView>("The active factor, with its recovery codes.")
                    .repeatable_with_secret();
        ),
        resource!("/v1/factors/{id}/check", bearer::identify, verify;
            POST handlers::check: "checkFactor", "Check a code",
                "Counts the attempt and compares the code with those of this period and its neighbours, or with the \
                 recovery codes. A right code is spent, and the answer has a receipt.",
                answering()
                    .takes::<CheckBody>(json!({ "code": "123456", "purpose": "login" }), WRONG_CODE)
                    .refuses([Refusal::Factor(FactorRefusal::Unconfirmed)])
                    .ok::<CheckedView>("The factor, with the proof.")
                    .repeatable();
        ),
        resource!("/v1/factors/{id}/recovery-codes", bearer::identify, verify;
            POST handlers::recovery_codes: "replaceRecoveryCodes", "Replace the recovery codes",
                "The former ones are no longer accepted. The new ones are only in this answer.",
                of_one(minting())
                    .refuses([Refusal::Factor(FactorRefusal::Unconfirmed)])
                    .ok::<RecoveryView>("The factor, with its recovery codes.")
                    .conditional()
                    .repeatable_with_secret();
        ),
    ],
};

const RESULT: &str = "otpr_4hq7k2m9x3c8v5bnQeRtYuIoPaSdFgHjKlZxCvBnM12";
const WRONG_CODE: (&str, &str) = ("/code", "is missing");

/// An operation that hands out something secret.
fn minting() -> V1Spec {
    with_key(Minter::SCOPES, Limit::VerifyPerAddress).limited([Limit::MintPerTenant])
}

fn viewing() -> V1Spec {
    with_key(FactorViewer::SCOPES, Limit::VerifyPerAddress)
}

fn of_one(spec: V1Spec) -> V1Spec {
    let id = in_path("id", "The factor's handle.", words::handle("fct"), examples::FACTOR);
    spec.parameters([id]).refuses([Refusal::Factor(FactorRefusal::Unknown)])
}

/// An operation that checks a code.
fn answering() -> V1Spec {
    let until = examples::at("08:31:00");
    let hit = LimitHit { limit: Limit::FactorPaused, retry_after: Duration::from_secs(60) };
    of_one(with_key(Verifier::SCOPES, Limit::VerifyPerAddress))
        .limited([Limit::VerifyPerTenant])
        .refuses([Refusal::Mismatched { attempts_remaining: 4 }, FactorRefusal::CodeUsed.into()])
        .refuses([FactorRefusal::Paused { until, hit }.into()])
}

fn identity() -> Value {
    let schema = json!({ "type": "string", "minLength": 1, "maxLength": 128, "pattern": "\\S" });
    let mut identity = in_query_like("identity", "Your name for the user.", schema, "user-4711");
    identity["required"] = json!(true);
    identity
}
