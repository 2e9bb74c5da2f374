//! `/console/operators`: the accounts of operators, for owners. Whom a form is about is in its body, because addresses of
//! pages are logged.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use secrecy::ExposeSecret;

use crate::domain::operator::{OperatorName, Role};
use crate::service::{Denied, ListedOperator};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::form_fields::FormFields;
use super::layout::{Layout, OPERATORS};
use super::new_secret::NewLinkPage;
use super::page;
use super::redirect::done;
use super::refused::Refused;
use super::session::{AnOperator, refused};
use super::words::{moment, role_words};

#[derive(Template)]
#[template(path = "console/operators.html")]
struct OperatorsPage {
    layout: Layout,
    rows: Vec<OperatorRow>,
    /// Each role, and what it may do.
    roles: [(&'static str, &'static str); 3],
    /// The name that was typed, to be corrected.
    name: String,
}

struct OperatorRow {
    name: String,
    role: &'static str,
    has_totp: bool,
    is_locked: bool,
    is_own: bool,
    signed_in: Option<(String, String)>,
}

/// `GET`: the list.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, person: AnOperator) -> HttpResponse {
    page(&state, &person, layout(&person).flashing(&request), "").await
}

/// `POST …/link`: makes a link that sets an account up. Only this answer shows it.
pub(crate) async fn link(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    form: Form,
) -> HttpResponse {
    if let Err(why) = person.confirm(&state, &request, &form).await {
        return again(&state, &person, form.text("name"), &why).await;
    }
    let (console, client_ip) = (&state.services.console, ClientIp::of(&request));
    let made = match name(&form).and_then(|name| Ok((name, role(&form)?))) {
        Ok(purpose) => {
            let made = console.invite(&person.signed, purpose, client_ip).await;
            made.map_err(|denied| Refused::from(&denied))
        }
        Err(why) => Err(why),
    };
    match made {
        Ok(link) => {
            let origin = state.console().map(ToString::to_string).unwrap_or_default();
            let layout = Layout::of(&person.signed, "Link created", OPERATORS);
            let address = format!("{origin}{}", link.path().expose_secret());
            page::page(StatusCode::CREATED, &NewLinkPage { layout, link: &address, there: OPERATORS })
        }
        Err(why) => again(&state, &person, form.text("name"), &why).await,
    }
}

/// `POST …/role`: changes a role.
pub(crate) async fn change_role(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    form: Form,
) -> HttpResponse {
    let (console, client_ip) = (&state.services.console, ClientIp::of(&request));
    if let Err(why) = person.confirm(&state, &request, &form).await {
        return again(&state, &person, "", &why).await;
    }
    let (name, role) = match name(&form).and_then(|name| Ok((name, role(&form)?))) {
        Ok(asked) => asked,
        Err(why) => return again(&state, &person, "", &why).await,
    };
    let changed = console.change_role(&person.signed, name, role, client_ip).await;
    answer(&state, &person, changed, Flash::RoleChanged).await
}

/// `POST …/remove`: removes an operator.
pub(crate) async fn remove(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    form: Form,
) -> HttpResponse {
    if let Err(why) = person.confirm(&state, &request, &form).await {
        return again(&state, &person, "", &why).await;
    }
    let removed = match name(&form) {
        Ok(name) => {
            state.services.console.remove_operator(&person.signed, name, ClientIp::of(&request)).await
        }
        Err(why) => return again(&state, &person, "", &why).await,
    };
    answer(&state, &person, removed, Flash::OperatorRemoved).await
}

/// `POST …/unlock`: unlocks the account of another operator.
pub(crate) async fn unlock(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    form: Form,
) -> HttpResponse {
    let unlocked = match name(&form) {
        Ok(name) => {
            state.services.console.unlock_operator(&person.signed, name, ClientIp::of(&request)).await
        }
        Err(why) => return again(&state, &person, "", &why).await,
    };
    answer(&state, &person, unlocked, Flash::OperatorUnlocked).await
}

fn name(form: &FormFields) -> Result<OperatorName, Refused> {
    OperatorName::parse(form.text("name")).ok_or_else(|| Refused::from(&Denied::Name))
}

fn role(form: &FormFields) -> Result<Role, Refused> {
    Role::parse(form.text("role")).ok_or_else(|| Refused::invalid("role: one of the list"))
}

async fn answer(
    state: &AppState,
    person: &AnOperator,
    outcome: Result<(), Denied>,
    flash: Flash,
) -> HttpResponse {
    match outcome {
        Ok(()) => done(OPERATORS, flash),
        Err(denied) => again(state, person, "", &Refused::from(&denied)).await,
    }
}

async fn again(state: &AppState, person: &AnOperator, name: &str, why: &Refused) -> HttpResponse {
    match rows(state, person).await {
        Ok(rows) => why.page(&shown(layout(person).failed(why.text.clone()), rows, name)),
        Err(answer) => answer,
    }
}

async fn page(state: &AppState, person: &AnOperator, layout: Layout, name: &str) -> HttpResponse {
    match rows(state, person).await {
        Ok(rows) => page::page(StatusCode::OK, &shown(layout, rows, name)),
        Err(answer) => answer,
    }
}

async fn rows(state: &AppState, person: &AnOperator) -> Result<Vec<OperatorRow>, HttpResponse> {
    let found = state.services.console.operators(&person.signed).await;
    Ok(found.map_err(|refusal| refused(&refusal))?.iter().map(OperatorRow::of).collect())
}

fn shown(layout: Layout, rows: Vec<OperatorRow>, name: &str) -> OperatorsPage {
    let roles = Role::ALL.map(|role| (role.as_str(), role_words(role)));
    OperatorsPage { layout, rows, roles, name: name.to_owned() }
}

fn layout(person: &AnOperator) -> Layout {
    Layout::of(&person.signed, "Operators", OPERATORS)
}

impl OperatorRow {
    fn of(listed: &ListedOperator) -> Self {
        Self {
            name: listed.name.to_string(),
            role: listed.role.as_str(),
            has_totp: listed.has_totp,
            is_locked: listed.is_locked,
            is_own: listed.is_own,
            signed_in: listed.signed_in_at.map(|at| (at.to_string(), moment(at))),
        }
    }
}
