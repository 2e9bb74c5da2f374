//! The layout of every page of the console.

use actix_web::HttpRequest;

use crate::domain::operator::Power;
use crate::domain::tenants::tenant::TenantLabel;
use crate::service::{AuthenticatedTenant, Signed};

use crate::http::shared::assets::ICON;

use super::assets::{SCRIPT, STYLE};
use super::flash::Flash;
use super::report_scope::TENANTS;
use super::tenant_cell::TenantCell;

/// The section of what needs attention.
pub(crate) const HOME: &str = "/console";

/// The section of the nodes.
pub(crate) const NODES: &str = "/console/nodes";

/// The section of the operators, for owners.
pub(crate) const OPERATORS: &str = "/console/operators";

/// The layout of a page: head, navigation, and the flash or the error. Each template extends
/// `console/layout.html` and has the layout in its field `layout`.
pub(crate) struct Layout {
    /// The title and first heading.
    pub(crate) title: String,
    /// The path of the style.
    pub(crate) style: &'static str,
    /// The path of the script.
    pub(crate) script: &'static str,
    /// The path of the icon.
    pub(crate) icon: &'static str,
    /// Who has signed in; `None` before signing in.
    pub(crate) person: Option<Person>,
    /// The links to the sections of operators.
    pub(crate) sections: Vec<NavLink>,
    /// The links to the pages of the tenant.
    pub(crate) tabs: Vec<TabGroup>,
    /// The tenant.
    pub(crate) about: Option<TenantCell>,
    /// The sentence about the last action.
    pub(crate) flash: Option<&'static str>,
    /// The error of the form that was sent.
    pub(crate) error: Option<String>,
}

/// Who has signed in, as pages show it.
pub(crate) struct Person {
    pub(crate) name: String,
    /// The token of the session, which every form contains.
    pub(crate) form_token: String,
    pub(crate) is_operator: bool,
    /// Whether the forms that change something are for this person, and those that help a user.
    pub(crate) manages: bool,
    pub(crate) helps: bool,
}

/// A link to a section.
pub(crate) struct NavLink {
    pub(crate) path: String,
    /// The label.
    pub(crate) label: &'static str,
    /// Whether the page belongs to it.
    pub(crate) is_here: bool,
}

/// Links to pages of a tenant that belong together.
pub(crate) struct TabGroup {
    pub(crate) name: &'static str,
    pub(crate) links: Vec<NavLink>,
}

/// The sections of operators: path and label. A page for operators is added here.
const SECTIONS: &[(&str, &str)] = &[
    (HOME, "Home"),
    ("/console/numbers", "Dashboard"),
    (TENANTS, "Tenants"),
    ("/console/deliveries", "Deliveries"),
    ("/console/audit", "Audit"),
    ("/console/fired", "Limits"),
    ("/console/servers", "Mail servers"),
    (NODES, "Nodes"),
    (OPERATORS, "Operators"),
    ("/console/account", "Account"),
];

/// The page of what a tenant has, for owners and the tenant itself.
const DATA: &str = "/data";

/// The pages of a tenant in their groups, below its own: path and label. A page about one tenant is added here.
const TABS: &[(&str, &[(&str, &str)])] = &[
    ("Tenant", &[("", "Overview"), ("/recipients", "Recipients"), (DATA, "Data")]),
    ("Codes", &[("/policy", "Policy"), ("/templates", "Templates"), ("/appearance", "Appearance")]),
    (
        "Sending",
        &[("/accounts", "Mail accounts"), ("/providers", "Phone routes"), ("/phone", "Phone numbers")],
    ),
    (
        "Apps",
        &[
            ("/keys", "Keys"),
            ("/sandbox", "Test keys"),
            ("/webhooks", "Webhooks"),
            ("/hooks", "Identity servers"),
            ("/factors", "Authenticator apps"),
        ],
    ),
    (
        "Reports",
        &[
            ("/numbers", "Dashboard"),
            ("/deliveries", "Deliveries"),
            ("/audit", "Audit"),
            ("/fired", "Limits"),
            ("/servers", "Mail servers"),
        ],
    ),
];

impl Layout {
    /// The layout before signing in.
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

    /// The layout of a page in the section with this path.
    pub(crate) fn of(signed: &Signed, title: &str, section: &str) -> Self {
        let is_operator = signed.operator().is_some();
        let shown = if signed.name().is_empty() { signed.tenant().map(ToString::to_string) } else { None };
        let name = shown.unwrap_or_else(|| signed.name().to_owned());
        let link = |(path, label): &(&str, &'static str)| NavLink {
            path: (*path).to_owned(),
            label,
            is_here: *path == section,
        };
        let (manages, helps) = (signed.may(Power::Manage), signed.may(Power::Help));
        let shown = SECTIONS.iter().filter(|(path, _)| *path != OPERATORS || manages);
        let sections = if is_operator { shown.map(link).collect() } else { Vec::new() };
        let person = Some(Person { name, form_token: signed.form_token(), is_operator, manages, helps });
        Self { person, sections, ..Self::open(title) }
    }

    /// The layout of a page about a tenant, in the tab with this path.
    pub(crate) fn about(signed: &Signed, tenant: &AuthenticatedTenant, title: &str, tab: &str) -> Self {
        let path = |end: &str| format!("{TENANTS}/{}{end}", tenant.handle());
        let link =
            |(end, label): &(&str, &'static str)| NavLink { path: path(end), label, is_here: *end == tab };
        let label = TenantLabel { handle: tenant.handle().clone(), name: tenant.name().to_owned() };
        let about = TenantCell::of(Some(&label));
        let manages = signed.may(Power::Manage);
        let shown = |links: &[(&'static str, &'static str)]| {
            links.iter().filter(|(end, _)| *end != DATA || manages).map(link).collect()
        };
        let tabs = TABS.iter().map(|(name, links)| TabGroup { name, links: shown(links) }).collect();
        Self { tabs, about: Some(about), ..Self::of(signed, title, TENANTS) }
    }

    /// Adds the sentence about the last action.
    pub(crate) fn flashing(self, request: &HttpRequest) -> Self {
        Self { flash: Flash::of(request).map(Flash::text), ..self }
    }

    /// Adds an error.
    pub(crate) fn failed(self, error: String) -> Self {
        Self { error: Some(error), ..self }
    }

    /// Whether the forms that change something are shown.
    pub(crate) fn manages(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.manages)
    }

    /// Whether the forms that help a user are shown.
    pub(crate) fn helps(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.helps)
    }

    /// The token for forms; empty before signing in.
    pub(crate) fn token(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.form_token)
    }
}
