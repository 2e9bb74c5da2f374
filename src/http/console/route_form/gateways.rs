//! Gateways over HTTP, each with its fields: those with a preset, and any other by a description.

use crate::domain::tenants::route::TransportKind;

use super::form::{RouteForm, SENDER};
use crate::http::console::fields::{Field, FieldKind};

/// A description to begin with.
const EXAMPLE: &str = r#"{
  "url": "https://sms.example.com/v2/{account}/send",
  "auth": {"scheme": "bearer"},
  "fields": {"to": "/message/to", "text": "/message/text", "from": "/message/from"},
  "success": {"status": [202], "pointer": "/status", "equals": ["queued"]},
  "id": "/id"
}"#;

const FROM: Field = Field::senders("/settings/from", "Sender", SENDER);

const BASE_URL: Field = Field::base_url("Empty: that of the provider.");

const fn account(label: &'static str) -> Field {
    Field::text("/settings/account", label, "").needed()
}

const fn preset(word: &'static str, title: &'static str, fields: &'static [Field]) -> RouteForm {
    RouteForm { word, title, transport: TransportKind::Http, preset: Some(word), fields }
}

/// The forms of gateways.
pub(super) static GATEWAYS: &[RouteForm] = &[
    preset(
        "vonage",
        "Vonage SMS",
        &[
            account("API key"),
            Field::secret("API secret", ""),
            Field::report_key("Signature secret", "If Vonage signs its reports: SHA-256 HMAC."),
            FROM,
            BASE_URL,
        ],
    ),
    preset(
        "telnyx",
        "Telnyx",
        &[
            Field::secret("API key", ""),
            Field::report_key("Public key", "Of the portal, to check the signatures of reports."),
            FROM,
            Field::text(
                "/settings/constants/~1messaging_profile_id",
                "Messaging profile",
                "Its id, if the sender is a name.",
            ),
            BASE_URL,
        ],
    ),
    preset(
        "plivo",
        "Plivo",
        &[
            account("Auth ID"),
            Field::secret("Auth token", ""),
            Field::report_key(
                "Auth token for reports",
                "The same once more, to check the signatures of reports.",
            ),
            FROM,
            Field::text("/settings/constants/~1dlt_entity_id", "DLT entity", "Only for India."),
            Field::text("/settings/constants/~1dlt_template_id", "DLT template", "Only for India."),
            BASE_URL,
        ],
    ),
    preset(
        "messagebird",
        "MessageBird (Bird)",
        &[
            Field::secret("Access key", ""),
            Field::report_key("Signing key", "Of the developers' page, to check the signatures of reports."),
            FROM,
            BASE_URL,
        ],
    ),
    preset(
        "sinch",
        "Sinch",
        &[
            account("Service plan ID"),
            Field::text("/settings/region", "Region", "us, eu, au, br or ca.").needed(),
            Field::secret("API token", ""),
            Field::report_key("Secret of webhooks", "If Sinch signs its reports with HMAC."),
            FROM,
            BASE_URL,
        ],
    ),
    preset(
        "infobip",
        "Infobip",
        &[
            Field::base_url("Your own, such as https://x1y2z3.api.infobip.com").needed(),
            Field::secret("API key", ""),
            FROM,
        ],
    ),
    preset(
        "kannel",
        "Kannel",
        &[
            Field::base_url("Of your smsbox, such as https://sms.internal:13013").needed(),
            account("User name of the sendsms-user"),
            Field::secret("Password", "It is in the query of each request, which Kannel may log."),
            FROM,
        ],
    ),
    RouteForm {
        word: "gateway",
        title: "Another gateway over HTTP",
        transport: TransportKind::Http,
        preset: None,
        fields: &[
            Field::of(
                FieldKind::Json(EXAMPLE),
                "/settings/gateway",
                "Description of the gateway",
                "One JSON object; the document on channels explains each part.",
            )
            .needed(),
            Field::text("/settings/account", "Account", "What {account} and Basic authentication stand for."),
            Field::text("/settings/region", "Region", "What {region} stands for."),
            Field::base_url("What {base_url} stands for."),
            Field::secret("Secret", "Leave it empty if the gateway wants none."),
            Field::report_key("Key of reports", "If the description says how they are signed."),
            FROM,
        ],
    },
];
