//! `/console/tenants/{tenant}/policy`: a tenant's settings for its codes, for all purposes or one.

mod groups;
mod in_force;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::policy::Policy;
use crate::service::PolicyLayers;

use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::fields::{self, Empty, FieldRow};
use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::Seat;
use super::{page, tenant, words};

use groups::GROUPS;
use in_force::Odds;

/// A policy in force, as a row of the table.
struct InForce {
    purpose: String,
    code: String,
    /// How long a code by mail lives.
    ttl: String,
    attempts: u8,
    sends: u8,
    /// The order of channels to phones, if one is set.
    channels: String,
    /// A guesser is right once in this many challenges.
    odds: String,
    has_own: bool,
}

/// Fields of the form under one heading.
struct Group {
    legend: &'static str,
    rows: Vec<FieldRow>,
}

#[derive(Template)]
#[template(path = "console/policy.html")]
struct PolicyPage {
    layout: Layout,
    path: String,
    in_force: Vec<InForce>,
    /// The purpose of the settings; empty for all purposes.
    purpose: String,
    groups: Vec<Group>,
    odds: Odds,
}

/// `GET`: the policies in force, and the settings of `purpose`.
pub(crate) async fn show(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    let query = form_urlencoded::parse(request.query_string().as_bytes());
    let purpose = query.filter(|(name, _)| name == "purpose").map(|(_, word)| word.trim().to_owned()).next();
    let page = PolicyPage::of(&state, &seat, purpose.unwrap_or_default()).flashing(&request);
    page::page(StatusCode::OK, &page)
}

/// `POST`: saves the settings of `purpose`, or of all purposes.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let purpose = form.text("purpose").trim();
    match save(&state, &request, &seat, (purpose, &form)).await {
        Ok(()) => done(&seat.path("/policy"), Flash::Changed),
        Err(wrong) => PolicyPage::of(&state, &seat, purpose.to_owned()).again(&form, wrong),
    }
}

async fn save(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    (purpose, form): (&str, &Form),
) -> Result<(), Rejection> {
    let mut settings = json!({});
    for (_, group) in &GROUPS {
        fields::read(group, form, &mut settings, Empty::Null)?;
    }
    let patch = match purpose {
        "" => json!({ "policy": settings }),
        purpose => json!({ "purposes": { purpose: settings } }),
    };
    tenant::patch(state, request, seat, patch).await
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Policy", "/policy")
}

impl PolicyPage {
    fn of(state: &AppState, seat: &Seat, purpose: String) -> Self {
        let profile = state.services.tenants.profile(&seat.tenant);
        let settings = &profile.settings;
        let named = Purpose::parse(&purpose);
        let own = match &named {
            Some(purpose) => settings.purposes.get(purpose),
            None => Some(&settings.policy),
        };
        let PolicyLayers { inherited, in_force } =
            state.services.tenants.policy_layers(&seat.tenant, named.as_ref());
        let general = named.is_some().then_some(&settings.policy);
        let group = |(legend, group): &groups::FieldGroup| {
            let mut rows = fields::rows(group, Some(&json!(own)));
            in_force::tell(&mut rows, &inherited, general);
            Group { legend, rows }
        };
        let groups = GROUPS.iter().map(group).collect();
        let odds = Odds::of(&inherited, &in_force);
        let row = |(purpose, policy)| InForce::of(purpose, policy, settings.purposes.contains_key(purpose));
        let in_force = profile.effective.iter().map(row).collect();
        Self { layout: layout(seat), path: seat.path("/policy"), in_force, purpose, groups, odds }
    }

    fn flashing(self, request: &HttpRequest) -> Self {
        Self { layout: self.layout.flashing(request), ..self }
    }

    /// The page with what was typed, and with each error beside its field.
    fn again(mut self, typed: &Form, wrong: Rejection) -> HttpResponse {
        let place = match &*self.purpose {
            "" => "/policy".to_owned(),
            purpose => format!("/purposes/{purpose}"),
        };
        let wrong = wrong.within(&place);
        for (group, (_, fields)) in self.groups.iter_mut().zip(&GROUPS) {
            let rows = fields::typed_rows(fields, typed, &wrong).into_iter().zip(group.rows.drain(..));
            group.rows = rows.map(|(row, stored)| FieldRow { inherited: stored.inherited, ..row }).collect();
        }
        fields::focus_first(self.groups.iter_mut().flat_map(|group| &mut group.rows));
        let first = fields::first_error(self.groups.iter().flat_map(|group| &group.rows));
        let why = Refused::from(wrong);
        let layout = self.layout.failed(first.unwrap_or_else(|| why.text.clone()));
        why.page(&Self { layout, ..self })
    }
}

impl InForce {
    fn of(purpose: &Purpose, policy: &Policy, has_own: bool) -> Self {
        let (code, order) = (&policy.code, &policy.channels.order);
        let kind = match code.alphabet() {
            Alphabet::Digits => "digits",
            Alphabet::Unambiguous => "letters and digits",
        };
        Self {
            purpose: purpose.as_str().to_owned(),
            code: format!("{} {kind}", code.length()),
            ttl: words::wait(code.ttl().as_secs()),
            attempts: code.max_attempts(),
            sends: policy.sends.max_sends,
            channels: order.iter().flatten().map(|channel| channel.as_str()).collect::<Vec<_>>().join(", "),
            odds: words::count(code.odds()),
            has_own,
        }
    }
}
