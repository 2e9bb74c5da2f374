//! What every page of the console has around it.

use actix_web::HttpRequest;

use crate::service::{AuthenticatedTenant, Signed};

use crate::http::shared::assets::ICON;

use super::assets::{SCRIPT, STYLE};
use super::flash::Flash;
use super::place::TENANTS;

/// What is around a page: head, navigation, and what was done or went wrong last. Each template extends
/// `console/layout.html` and has one as `layout`.
pub(crate) struct Layout {
    /// The title and first heading.
    pub(crate) title: String,
    /// The path of the style.
    pub(crate) style: &'static str,
    /// That of the script, for pages that load it.
    pub(crate) script: &'static str,
    /// That of the icon.
    pub(crate) icon: &'static str,
    /// Whose page it is; nobody's before signing in.
    pub(crate) person: Option<Person>,
    /// Where else to go: the sections of operators.
    pub(crate) sections: Vec<NavLink>,
    /// Where else to go: the pages of the tenant that is looked after.
    pub(crate) tabs: Vec<NavLink>,
    /// Which tenant that is.
    pub(crate) about: Option<String>,
    /// What was done last.
    pub(crate) flash: Option<&'static str>,
    /// What went wrong with the form that was sent.
    pub(crate) error: Option<String>,
}

/// Whoever has signed in, as pages show them.
pub(crate) struct Person {
    /// The name.
    pub(crate) name: String,
    /// Stands in every form, as `form`.
    pub(crate) form_token: String,
    /// Whether it is an operator.
    pub(crate) is_operator: bool,
}

/// A way to a section.
pub(crate) struct NavLink {
    /// Where it leads.
    pub(crate) path: String,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Whether the page belongs to it.
    pub(crate) is_here: bool,
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

impl Layout {
    /// Around a page for whoever has not signed in.
    pub(crate) fn open(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            style: &STYLE.path,
            script: &SCRIPT.path,
            icon: &ICON.path,
            person: None,
            sections: Vec::new(),
            tabs: Vec::new(),
            about: None,
            flash: None,
            error: None,
        }
    }

    /// Around a page of whoever has signed in, of the section at this path.
    pub(crate) fn of(signed: &Signed, title: &str, section: &str) -> Self {
        let is_operator = signed.operator().is_some();
        let shown = if signed.name().is_empty() { signed.tenant().map(ToString::to_string) } else { None };
        let name = shown.unwrap_or_else(|| signed.name().to_owned());
        let link = |(path, label): &(&str, &'static str)| NavLink {
            path: (*path).to_owned(),
            label,
            is_here: *path == section,
        };
        let sections = if is_operator { SECTIONS.iter().map(link).collect() } else { Vec::new() };
        let person = Some(Person { name, form_token: signed.form_token(), is_operator });
        Self { person, sections, ..Self::open(title) }
    }

    /// Around a page about the tenant that is looked after, of the tab at this end of the path.
    pub(crate) fn about(signed: &Signed, tenant: &AuthenticatedTenant, title: &str, tab: &str) -> Self {
        let path = |end: &str| format!("{TENANTS}/{}{end}", tenant.handle());
        let link =
            |(end, label): &(&str, &'static str)| NavLink { path: path(end), label, is_here: *end == tab };
        let about =
            if tenant.name().is_empty() { tenant.handle().to_string() } else { tenant.name().to_owned() };
        let tabs = TABS.iter().map(link).collect();
        Self { tabs, about: Some(about), ..Self::of(signed, title, TENANTS) }
    }

    /// With what was done last.
    pub(crate) fn flashing(self, request: &HttpRequest) -> Self {
        Self { flash: Flash::of(request).map(Flash::text), ..self }
    }

    /// With what went wrong.
    pub(crate) fn failed(self, error: String) -> Self {
        Self { error: Some(error), ..self }
    }

    /// What forms carry; nothing before signing in.
    pub(crate) fn token(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.form_token)
    }
}
