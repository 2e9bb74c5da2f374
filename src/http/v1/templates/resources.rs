//! The resources of templates.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::service::Refusal;

use crate::http::shared::description::operation::Example;
use crate::http::shared::description::words;
use crate::http::v1::bearer;
use crate::http::v1::parameters::in_path;
use crate::http::v1::resource::{ResourceGroup, resource};
use crate::http::v1::spec::{V1Spec, managing};

use super::bodies::{PreviewBody, ShortTemplateBody, TemplateBody, TemplateDraftBody};
use super::examples::{missing_code, sample, short_sample};
use super::handlers;
use super::short::{self, ShortTemplateView};
use super::view::{PreviewView, TemplateReportView, TemplateView, TemplatesView};

pub(crate) const GROUP: ResourceGroup = ResourceGroup {
    tag: "templates",
    about: "The tenant's own templates for its messages.",
    resources: &[
        resource!("/v1/tenant/templates", bearer::identify, verify;
            GET handlers::list: "listTemplates", "List the templates",
                "By purpose and language, with warnings about each template and about the whole set.",
                managing().ok::<TemplatesView>("The templates.");
        ),
        resource!("/v1/tenant/templates/lint", bearer::identify, verify;
            POST handlers::lint: "lintTemplate", "Check a template",
                "Saves nothing. A template with errors cannot be saved; one with warnings can.",
                managing()
                    .takes::<TemplateDraftBody>(sample(), WRONG_SUBJECT)
                    .ok::<TemplateReportView>("The findings.");
        ),
        resource!("/v1/tenant/templates/preview", bearer::identify, verify;
            POST handlers::preview: "previewTemplate", "Render a template",
                "Renders the template of the body. Without `subject`, `text` and `html` it renders the template \
                 that a message of this purpose and language would use now. Nothing is sent, and the code is a \
                 sample.",
                managing()
                    .takes::<PreviewBody>(json!({ "purpose": "login", "locale": "de" }), WRONG_SUBJECT)
                    .refuses([flawed()])
                    .ok::<PreviewView>("The message.");
        ),
        resource!("/v1/tenant/templates/{purpose}/{locale}", bearer::identify, verify;
            GET handlers::get: "getTemplate", "Get a template",
                "The template as it was saved. There is no fallback to another language.",
                named().refuses([Refusal::UnknownTemplate]).ok::<TemplateView>("The template.");
            PUT handlers::put: "putTemplate", "Save a template",
                "Replaces the template of this purpose and language, if there is one. A template with errors is \
                 refused, and each error names its part. The next message uses the new template.",
                named()
                    .takes::<TemplateBody>(sample(), ("/text", "is missing"))
                    .refuses([flawed(), Refusal::TooManyTemplates])
                    .answers(StatusCode::CREATED, "The new template.", TemplateView::example())
                    .tagged()
                    .ok::<TemplateView>("The template, which has replaced another.");
            DELETE handlers::delete: "deleteTemplate", "Delete a template",
                "The next message uses another template of the tenant, or the built-in one.",
                named().refuses([Refusal::UnknownTemplate]).no_content("The template is deleted.");
        ),
        resource!("/v1/tenant/templates/{purpose}/{locale}/{medium}", bearer::identify, verify;
            GET short::get: "getShortTemplate", "Get a template for texts or calls",
                "The template as it was saved. There is no fallback to another language.",
                named_for_medium().refuses([Refusal::UnknownTemplate]).ok::<ShortTemplateView>("The template.");
            PUT short::put: "putShortTemplate", "Save a template for texts or calls",
                "Replaces the template of this purpose, language and medium, if there is one. A text message has to \
                 fit into one part with the longest values, and to show the code within its first 40 characters. A \
                 call is said line by line; what says the code is said twice.",
                named_for_medium()
                    .takes::<ShortTemplateBody>(short_sample(), ("/text", "is missing"))
                    .refuses([flawed(), Refusal::TooManyTemplates])
                    .answers(StatusCode::CREATED, "The new template.", ShortTemplateView::example())
                    .tagged()
                    .ok::<ShortTemplateView>("The template, which has replaced another.");
            DELETE short::delete: "deleteShortTemplate", "Delete a template for texts or calls",
                "The next message uses another template of the tenant, or the built-in one.",
                named_for_medium().refuses([Refusal::UnknownTemplate]).no_content("The template is deleted.");
        ),
    ],
};

const WRONG_SUBJECT: (&str, &str) = ("/subject", "must be a string");

/// An operation on the template of a purpose and a language.
fn named() -> V1Spec {
    managing()
        .parameters([
            in_path("purpose", "What the codes are for.", words::purpose(), "login"),
            in_path("locale", "The language.", words::locale(), "de"),
        ])
        .wrong_field(("/locale", "a language tag such as de, pt-BR or zh-Hant"))
}

/// An operation on the template of a purpose, a language and a medium.
fn named_for_medium() -> V1Spec {
    let media = json!({ "type": "string", "enum": ["text", "voice"] });
    named().parameters([in_path("medium", "The kind of message.", media, "text")])
}

fn flawed() -> Refusal {
    Refusal::InvalidTemplate(vec![missing_code()])
}
