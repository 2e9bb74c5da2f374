//! What every page of the console has around it, and how it is answered.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::service::Signed;

use super::super::pages::assets::ICON;
use super::assets::{SCRIPT, STYLE};
use super::notice::Notice;
use super::session::Seat;

/// A page may load what is here and send forms here, has nothing inline, and is shown in no frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// What is around a page: head, navigation, and what was done or went wrong last. Each template extends
/// `console/layout.html` and has one as `frame`.
pub(super) struct Frame {
    /// The title and first heading.
    pub(super) title: String,
    /// The path of the style.
    pub(super) style: &'static str,
    /// That of the script, for pages that load it.
    pub(super) script: &'static str,
    /// That of the icon.
    pub(super) icon: &'static str,
    /// Whose page it is; nobody's before signing in.
    pub(super) person: Option<Person>,
    /// Where else to go: the sections of operators.
    pub(super) sections: Vec<Link>,
    /// Where else to go: the pages of the tenant that is looked after.
    pub(super) tabs: Vec<Link>,
    /// Which tenant that is.
    pub(super) about: Option<String>,
    /// What was done last.
    pub(super) notice: Option<&'static str>,
    /// What went wrong with the form that was sent.
    pub(super) error: Option<String>,
}

/// Whoever has signed in, as pages show them.
pub(super) struct Person {
    /// The name.
    pub(super) name: String,
    /// Stands in every form, as `form`.
    pub(super) form_token: String,
    /// Whether it is an operator.
    pub(super) is_operator: bool,
}

/// A way to a section.
pub(super) struct Link {
    /// Where it leads.
    pub(super) path: String,
    /// What it is called.
    pub(super) label: &'static str,
    /// Whether the page belongs to it.
    pub(super) is_here: bool,
}

/// The sections of operators: where, and what they are called. A page for operators is added here.
const SECTIONS: &[(&str, &str)] = &[
    ("/console/numbers", "Dashboard"),
    (TENANTS, "Tenants"),
    ("/console/deliveries", "Deliveries"),
    ("/console/audit", "Audit"),
    ("/console/fired", "Limits"),
    ("/console/servers", "Mail servers"),
    ("/console/account", "Account"),
];

/// The pages of a tenant, below its own: where, and what they are called. A page about one tenant is
/// added here.
const TABS: &[(&str, &str)] = &[
    ("", "Overview"),
    ("/keys", "Keys"),
    ("/accounts", "Mail accounts"),
    ("/policy", "Policy"),
    ("/templates", "Templates"),
    ("/numbers", "Numbers"),
    ("/deliveries", "Deliveries"),
    ("/audit", "Audit"),
    ("/fired", "Limits"),
    ("/servers", "Mail servers"),
];

/// The section to which the pages of a tenant belong.
pub(super) const TENANTS: &str = "/console/tenants";

impl Frame {
    /// Around a page for whoever has not signed in.
    pub(super) fn open(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            style: &STYLE.path,
            script: &SCRIPT.path,
            icon: &ICON.path,
            person: None,
            sections: Vec::new(),
            tabs: Vec::new(),
            about: None,
            notice: None,
            error: None,
        }
    }

    /// Around a page of whoever has signed in, of the section at this path.
    pub(super) fn of(signed: &Signed, title: &str, section: &str) -> Self {
        let is_operator = signed.operator().is_some();
        let shown = if signed.name().is_empty() { signed.tenant().map(ToString::to_string) } else { None };
        let name = shown.unwrap_or_else(|| signed.name().to_owned());
        let link = |(path, label): &(&str, &'static str)| Link {
            path: (*path).to_owned(),
            label,
            is_here: *path == section,
        };
        let sections = if is_operator { SECTIONS.iter().map(link).collect() } else { Vec::new() };
        let person = Some(Person { name, form_token: signed.form_token(), is_operator });
        Self { person, sections, ..Self::open(title) }
    }

    /// Around a page about the tenant that is looked after, of the tab at this end of the path.
    pub(super) fn seated(seat: &Seat, title: &str, tab: &str) -> Self {
        let row = &seat.tenant;
        let path = |end: &str| format!("{TENANTS}/{}{end}", row.handle());
        let link =
            |(end, label): &(&str, &'static str)| Link { path: path(end), label, is_here: *end == tab };
        let about = if row.name().is_empty() { row.handle().to_string() } else { row.name().to_owned() };
        let tabs = TABS.iter().map(link).collect();
        Self { tabs, about: Some(about), ..Self::of(&seat.signed, title, TENANTS) }
    }

    /// With what was done last.
    pub(super) fn noticing(self, request: &HttpRequest) -> Self {
        Self { notice: Notice::of(request).map(Notice::text), ..self }
    }

    /// With what went wrong.
    pub(super) fn failed(self, error: String) -> Self {
        Self { error: Some(error), ..self }
    }

    /// What forms carry; nothing before signing in.
    pub(super) fn token(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.form_token)
    }
}

/// A page.
pub(super) fn page(status: StatusCode, page: &impl Template) -> HttpResponse {
    let Ok(body) = page.render().inspect_err(|error| tracing::error!(%error, "a page could not be shown"))
    else {
        return HttpResponse::InternalServerError().finish();
    };
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(body)
}

#[derive(Template)]
#[template(path = "console/said.html")]
struct Said {
    frame: Frame,
}

/// A page that says one thing.
pub(super) fn said(status: StatusCode, text: &str) -> HttpResponse {
    page(status, &Said { frame: Frame::open(text) })
}

/// Of what is not there, or not for whoever asks.
pub(super) fn not_found(signed: Option<&Signed>) -> HttpResponse {
    let title = "There is no such page.";
    let frame = signed.map_or_else(|| Frame::open(title), |signed| Frame::of(signed, title, ""));
    page(StatusCode::NOT_FOUND, &Said { frame })
}
