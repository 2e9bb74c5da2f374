//! The template of the pages, and the answer with it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use askama::Template;

use crate::domain::tenants::logo::LogoName;
use crate::service::{HostedPage, Leaving, WayBack};
use crate::texts::{BuiltIn, MissingText};

use crate::http::shared::assets::ICON;

use super::assets::{SCRIPT, STYLE};
use super::countdown::Countdown;
use super::flash::Flash;
use super::{brand, content_policy};

pub(super) type PageText = Cow<'static, str>;

/// A page: a form, or a sentence.
#[derive(Template)]
#[template(path = "pages/page.html")]
pub(super) struct PageTemplate<'a> {
    pub(super) lang: &'static str,
    pub(super) dir: &'static str,
    pub(super) style: &'static str,
    pub(super) script: &'static str,
    pub(super) icon: &'static str,
    /// The path of the style with the tenant's colours.
    pub(super) brand: Option<String>,
    pub(super) logo: Option<String>,
    pub(super) name: &'a str,
    pub(super) title: PageText,
    pub(super) lead: Option<PageText>,
    /// Where to look for a message that does not seem to arrive.
    pub(super) hints: Vec<PageText>,
    pub(super) flash: Option<(PageText, Flash)>,
    /// The form for a visitor who sets up an app.
    pub(super) app: Option<AppForm>,
    /// What a visitor who has set up an app writes down.
    pub(super) recovery: Option<RecoveryList>,
    pub(super) ask: Option<RecipientForm>,
    pub(super) form: Option<CodeForm>,
    /// The way back to the app, and its label.
    pub(super) back: Option<(Leaving, PageText)>,
    pub(super) frame: Option<Embedding>,
}

/// What a page in a frame needs in addition.
pub(super) struct Embedding {
    pub(super) script: &'static str,
    /// The origin to which the script may send messages.
    pub(super) embedder: String,
    /// The label of the button that closes the frame.
    pub(super) close: PageText,
}

/// The attributes of the field for an address.
pub(super) struct AddressField {
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) inputmode: &'static str,
    pub(super) max_length: usize,
}

/// The form for a visitor who sets up an authenticator app.
pub(super) struct AppForm {
    pub(super) action: String,
    /// An SVG element; may be empty.
    pub(super) qr: String,
    /// What the picture is.
    pub(super) picture: PageText,
    /// The link for an app on the same device.
    pub(super) uri: String,
    pub(super) open: PageText,
    pub(super) by_hand: PageText,
    /// The secret, in groups.
    pub(super) secret: String,
    pub(super) label: PageText,
    pub(super) submit: PageText,
    pub(super) time_left: Countdown,
    /// The way back without an app.
    pub(super) leave: String,
    pub(super) leave_label: PageText,
}

/// Recovery codes, which are shown once.
pub(super) struct RecoveryList {
    pub(super) keep: PageText,
    pub(super) codes: Vec<String>,
}

/// The form for a visitor whose address is not known.
pub(super) struct RecipientForm {
    pub(super) action: String,
    pub(super) field: AddressField,
    pub(super) label: PageText,
    pub(super) submit: PageText,
    pub(super) time_left: Countdown,
    pub(super) cancel: String,
    pub(super) leave: PageText,
}

/// The form for a visitor to whom a code was sent.
pub(super) struct CodeForm {
    pub(super) verify: String,
    /// The path for a wrong address, or another one.
    pub(super) wrong: String,
    /// What asks once more, where that cancels the code.
    pub(super) leave: Option<PageText>,
    pub(super) resend: Option<ResendForm>,
    pub(super) is_numeric: bool,
    /// The length of a code of digits, after which it is sent.
    pub(super) digits: Option<u32>,
    /// Whether the code comes by text message, or may follow so.
    pub(super) may_be_texted: bool,
    pub(super) label: PageText,
    pub(super) submit: PageText,
    /// How many attempts are left, from the first wrong one on.
    pub(super) attempts: Option<PageText>,
    pub(super) time_left: Countdown,
    pub(super) brake: Option<BrakeForm>,
    pub(super) wrong_address: PageText,
}

/// What the form of a code waits for: the script works, or the pause passes.
pub(super) struct BrakeForm {
    pub(super) mark: String,
    pub(super) bits: u32,
    pub(super) wait: Countdown,
}

/// The form that sends the code again.
pub(super) struct ResendForm {
    pub(super) action: String,
    pub(super) label: PageText,
    pub(super) wait: Option<Countdown>,
    /// The other channels that the code may be sent over.
    pub(super) instead: Vec<Instead>,
}

/// A channel that the code may be sent over instead.
pub(super) struct Instead {
    /// Its word.
    pub(super) channel: &'static str,
    pub(super) label: PageText,
}

impl<'a> PageTemplate<'a> {
    /// A page with the colours, logo and name of the tenant.
    pub(super) fn branded(texts: &'static BuiltIn, title: PageText, page: &'a HostedPage) -> Self {
        Self {
            brand: brand::style_path(&page.brand),
            logo: page.logo.as_ref().map(LogoName::path),
            name: &page.name,
            ..Self::of(texts, title)
        }
    }

    pub(super) fn of(texts: &'static BuiltIn, title: PageText) -> Self {
        Self {
            lang: texts.tag(),
            dir: texts.direction(),
            style: &STYLE.path,
            script: &SCRIPT.path,
            icon: &ICON.path,
            brand: None,
            logo: None,
            name: "",
            title,
            lead: None,
            hints: Vec::new(),
            flash: None,
            app: None,
            recovery: None,
            ask: None,
            form: None,
            back: None,
            frame: None,
        }
    }
}

/// Renders a page and adds its content policy.
pub(super) fn respond(
    status: StatusCode,
    page: Result<PageTemplate, MissingText>,
    way_back: Option<&WayBack>,
) -> HttpResponse {
    let rendered = page.map_err(|error| error.to_string());
    let rendered = rendered.and_then(|page| page.render().map_err(|error| error.to_string()));
    let Ok(body) = rendered.inspect_err(|error| tracing::error!(%error, "a page could not be shown")) else {
        return HttpResponse::InternalServerError().finish();
    };
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header(content_policy::of(way_back))
        .insert_header(content_policy::FEATURES)
        .body(body)
}
