//! `/console/tenants/{tenant}/policy`: a tenant's settings for its codes, for all purposes or one.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::policy::{Policy, PolicySettings};
use crate::service::TenantProfile;

use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::Seat;
use super::values::{number, numbers, word, words};
use super::{page, tenant};

/// A policy in force, as a row of the table.
struct InForce {
    purpose: String,
    code: String,
    ttl: u64,
    attempts: u8,
    sends: u8,
    /// The order of channels to phones, if one is set.
    channels: String,
    odds: u64,
    has_own: bool,
}

/// The settings as the form shows them: an empty field falls back to the next more general settings.
#[derive(Default)]
struct Set {
    length: String,
    alphabet: &'static str,
    ttl: String,
    attempts: String,
    sends: String,
    resend_after: String,
    sends_per_recipient: String,
    failures_per_recipient: String,
    channels: String,
    fallback_after: String,
    template: String,
}

#[derive(Template)]
#[template(path = "console/policy.html")]
struct PolicyPage {
    layout: Layout,
    path: String,
    in_force: Vec<InForce>,
    /// The purpose of the settings; empty for all purposes.
    purpose: String,
    set: Set,
}

/// `GET`: the policies in force, and the settings of `purpose`.
pub(crate) async fn show(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    let query = form_urlencoded::parse(request.query_string().as_bytes());
    let purpose = query.filter(|(name, _)| name == "purpose").map(|(_, word)| word.trim().to_owned()).next();
    let profile = state.services.tenants.profile(&seat.tenant);
    let layout = layout(&seat).flashing(&request);
    page::page(StatusCode::OK, &PolicyPage::of(layout, &seat, &profile, purpose.unwrap_or_default()))
}

/// `POST`: saves the settings of `purpose`, or of all purposes.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let purpose = form.text("purpose").trim();
    let fields = match purpose {
        "" => json!({ "policy": settings(&form) }),
        purpose => json!({ "purposes": { purpose: settings(&form) } }),
    };
    match tenant::patch(&state, &request, &seat, fields).await {
        Ok(()) => done(&seat.path("/policy"), Flash::Changed),
        Err(wrong) => {
            let why = Refused::from(wrong);
            let profile = state.services.tenants.profile(&seat.tenant);
            let page =
                PolicyPage::of(layout(&seat).failed(why.text.clone()), &seat, &profile, purpose.to_owned());
            why.page(&PolicyPage { set: Set::typed(&form), ..page })
        }
    }
}

fn settings(form: &Form) -> Value {
    json!({
        "code": { "length": number(form.text("length")), "alphabet": word(form.text("alphabet")) },
        "ttl": number(form.text("ttl")),
        "attempts": number(form.text("attempts")),
        "sends": number(form.text("sends")),
        "resend_after": numbers(form.text("resend_after")),
        "limits": {
            "sends_per_recipient": words(form.text("sends_per_recipient")),
            "failures_per_recipient": word(form.text("failures_per_recipient")),
        },
        "channels": words(form.text("channels")),
        "fallback_after": number(form.text("fallback_after")),
        "template": word(form.text("template")),
    })
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Policy", "/policy")
}

impl PolicyPage {
    fn of(layout: Layout, seat: &Seat, profile: &TenantProfile, purpose: String) -> Self {
        let settings = &profile.settings;
        let own = match Purpose::parse(&purpose) {
            Some(purpose) => settings.purposes.get(&purpose),
            None => Some(&settings.policy),
        };
        let in_force = profile
            .effective
            .iter()
            .map(|(purpose, policy)| InForce::of(purpose, policy, settings.purposes.contains_key(purpose)));
        let set = own.map(Set::of).unwrap_or_default();
        Self { layout, path: seat.path("/policy"), in_force: in_force.collect(), purpose, set }
    }
}

impl InForce {
    fn of(purpose: &Purpose, policy: &Policy, has_own: bool) -> Self {
        let code = &policy.code;
        let kind = match code.alphabet() {
            Alphabet::Digits => "digits",
            Alphabet::Unambiguous => "letters and digits",
        };
        Self {
            purpose: purpose.as_str().to_owned(),
            code: format!("{} {kind}", code.length()),
            ttl: code.ttl().as_secs(),
            attempts: code.max_attempts(),
            sends: policy.sends.max_sends,
            channels: joined(policy.channels.order.as_ref().map(|all| channel_words(all)).as_ref()),
            odds: code.odds(),
            has_own,
        }
    }
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn joined<T: ToString>(values: Option<&Vec<T>>) -> String {
    let texts: Vec<_> = values.into_iter().flatten().map(ToString::to_string).collect();
    texts.join(", ")
}

fn channel_words(channels: &[ChannelKind]) -> Vec<&'static str> {
    channels.iter().map(|channel| channel.as_str()).collect()
}

impl Set {
    fn of(settings: &PolicySettings) -> Self {
        Self {
            length: text(settings.code.length),
            alphabet: match settings.code.alphabet {
                Some(Alphabet::Digits) => "digits",
                Some(Alphabet::Unambiguous) => "unambiguous",
                None => "",
            },
            ttl: text(settings.ttl),
            attempts: text(settings.attempts),
            sends: text(settings.sends),
            resend_after: joined(settings.resend_after.as_ref()),
            sends_per_recipient: joined(settings.limits.sends_per_recipient.as_ref()),
            failures_per_recipient: text(settings.limits.failures_per_recipient),
            channels: joined(settings.channels.as_ref().map(|all| channel_words(all)).as_ref()),
            fallback_after: text(settings.fallback_after),
            template: text(settings.template.as_ref().map(Purpose::as_str)),
        }
    }

    /// The text that was typed, to be corrected.
    fn typed(form: &Form) -> Self {
        let typed = |name: &str| form.text(name).to_owned();
        Self {
            length: typed("length"),
            alphabet: match form.text("alphabet") {
                "digits" => "digits",
                "unambiguous" => "unambiguous",
                _ => "",
            },
            ttl: typed("ttl"),
            attempts: typed("attempts"),
            sends: typed("sends"),
            resend_after: typed("resend_after"),
            sends_per_recipient: typed("sends_per_recipient"),
            failures_per_recipient: typed("failures_per_recipient"),
            channels: typed("channels"),
            fallback_after: typed("fallback_after"),
            template: typed("template"),
        }
    }
}
