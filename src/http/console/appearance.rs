//! `/console/tenants/{tenant}/appearance`: the colours and the logo of a tenant's hosted pages and mails.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::domain::tenants::brand::{Brand, Colour, Scheme};
use crate::domain::tenants::logo::{Logo, LogoName};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::fields::{self, Empty, Field, FieldKind, FieldRow};
use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::Seat;
use super::{bodies, page, tenant};

const HERE: &str = "/appearance";

/// The accents where a tenant sets none, as `templates/tokens.css` has them.
const STANDARD: (&str, &str) = ("#0f7a5f", "#5fd3b0");

static FIELDS: &[Field] = &[
    Field::text(
        "/brand/accent",
        "Accent on light pages",
        "Such as #0f7a5f: the colour of buttons and links.",
    ),
    Field::text("/brand/accent_dark", "Accent on dark pages", "Such as #5fd3b0."),
    Field::of(
        FieldKind::Choice(MASKS),
        "/page_mask",
        "Address on hosted pages",
        "What somebody who holds the link of a page sees of the address that the code went to.",
    ),
];

const MASKS: &[(&str, &str)] = &[
    ("light", "Its ends: j•••e@example.com"),
    ("strong", "Hints only: j***@e***.com"),
    ("none", "The whole address"),
];

/// How a page looks in one scheme.
struct Sample {
    /// The field that it shows, by which the script finds it.
    field: &'static str,
    label: &'static str,
    surface: Colour,
    ink: &'static str,
    accent: String,
}

#[derive(Template)]
#[template(path = "console/appearance.html")]
struct AppearancePage {
    layout: Layout,
    path: String,
    /// The name of the app.
    name: String,
    fields: Vec<FieldRow>,
    samples: [Sample; 2],
    /// The path of the logo, if there is one.
    logo: Option<String>,
}

/// `GET`: the colours and the logo.
pub(crate) async fn show(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    let page = AppearancePage::of(&state, &seat);
    let layout = page.layout.flashing(&request);
    page::page(StatusCode::OK, &AppearancePage { layout, ..page })
}

/// `POST`: sets the colours.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let wrong = match save(&state, &request, &seat, &form).await {
        Ok(()) => return done(&seat.path(HERE), Flash::Changed),
        Err(wrong) => wrong,
    };
    let mut fields = fields::typed_rows(FIELDS, &form, &wrong);
    fields::focus_first(&mut fields);
    let why = Refused::from(wrong);
    let page = AppearancePage::of(&state, &seat);
    let layout = page.layout.failed(fields::first_error(&fields).unwrap_or_else(|| why.text.clone()));
    why.page(&AppearancePage { layout, fields, ..page })
}

async fn save(state: &AppState, request: &HttpRequest, seat: &Seat, form: &Form) -> Result<(), Rejection> {
    let mut patch = json!({});
    fields::read(FIELDS, form, &mut patch, Empty::Null)?;
    tenant::patch(state, request, seat, patch).await
}

/// `POST …/logo`: sets the logo, which the page's script has put into the form (base64url, RFC 4648 §5).
pub(crate) async fn set_logo(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    match keep(&state, &request, &seat, form.text("logo")).await {
        Ok(()) => done(&seat.path(HERE), Flash::Changed),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)),
    }
}

async fn keep(state: &AppState, request: &HttpRequest, seat: &Seat, logo: &str) -> Result<(), Rejection> {
    let bytes = URL_SAFE_NO_PAD.decode(logo).map_err(|_| bodies::invalid("logo", "a PNG or WebP picture"))?;
    let logo = Logo::parse(&bytes).map_err(|wrong| bodies::invalid("logo", &wrong.to_string()))?;
    state.services.tenants.set_logo(&seat.tenant, ClientIp::of(request), &logo).await?;
    Ok(())
}

/// `POST …/logo/delete`: removes the logo.
pub(crate) async fn remove_logo(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    _form: Form,
) -> HttpResponse {
    match state.services.tenants.remove_logo(&seat.tenant, ClientIp::of(&request)).await {
        Ok(_) => done(&seat.path(HERE), Flash::Changed),
        Err(refusal) => again(&state, &seat, &Refused::from(Rejection::from(refusal))),
    }
}

fn again(state: &AppState, seat: &Seat, why: &Refused) -> HttpResponse {
    let page = AppearancePage::of(state, seat);
    let layout = page.layout.failed(why.text.clone());
    why.page(&AppearancePage { layout, ..page })
}

impl AppearancePage {
    fn of(state: &AppState, seat: &Seat) -> Self {
        let profile = state.services.tenants.profile(&seat.tenant);
        let settings = &profile.settings;
        let mut fields = fields::rows(
            FIELDS,
            Some(&json!({ "brand": shown(&settings.brand), "page_mask": settings.page_mask })),
        );
        let standard = json!({ "brand": { "accent": STANDARD.0, "accent_dark": STANDARD.1 } });
        fields.iter_mut().for_each(|row| row.inherit(&standard, "server default"));
        Self {
            layout: seat.layout("Appearance", HERE),
            path: seat.path(HERE),
            name: profile.name.clone(),
            fields,
            samples: samples(&settings.brand),
            logo: settings.logo.as_ref().map(LogoName::path),
        }
    }
}

fn shown(brand: &Brand) -> serde_json::Value {
    let text = |colour: Option<Colour>| colour.map(String::from);
    json!({ "accent": text(brand.accent), "accent_dark": text(brand.accent_dark) })
}

fn samples(brand: &Brand) -> [Sample; 2] {
    let accent = |own: Option<Colour>, standard: &str| own.map_or_else(|| standard.to_owned(), String::from);
    [
        Sample {
            field: "/brand/accent",
            label: "Light",
            surface: Scheme::Light.surface(),
            ink: "#17211e",
            accent: accent(brand.accent, STANDARD.0),
        },
        Sample {
            field: "/brand/accent_dark",
            label: "Dark",
            surface: Scheme::Dark.surface(),
            ink: "#e6eeeb",
            accent: accent(brand.accent_dark, STANDARD.1),
        },
    ]
}
