//! The providers with an interface of their own, each with its fields. A setting is one entry here.

use crate::domain::tenants::route::TransportKind;

use super::form::{RouteForm, SENDER};
use crate::http::console::fields::{Field, FieldKind};

/// The forms of these providers.
pub(super) static PROVIDERS: &[RouteForm] = &[
    RouteForm {
        word: "twilio",
        title: "Twilio: text messages, calls, WhatsApp",
        transport: TransportKind::Twilio,
        preset: None,
        fields: &[
            Field::text("/settings/account_sid", "Account SID", "AC and 32 digits, on the first page of Twilio's console.")
                .needed(),
            Field::text(
                "/settings/api_key_sid",
                "API key SID",
                "SK and 32 digits, if the secret below belongs to an API key, which can be revoked alone.",
            ),
            Field::secret("Auth token, or secret of the API key", ""),
            Field::report_key(
                "Auth token for reports",
                "Only with an API key: Twilio signs its reports with the account's auth token.",
            ),
            Field::senders("/settings/from", "Sender of text messages", SENDER),
            Field::text(
                "/settings/messaging_service_sid",
                "Messaging service",
                "MG and 32 digits. It chooses the sender: then leave the sender above empty.",
            ),
            Field::senders("/settings/voice_from", "Number of calls", "A number with + that may call. Empty: no calls."),
            Field::text("/settings/whatsapp/from", "Number of WhatsApp messages", "A number with +. Empty: no WhatsApp."),
            Field::text(
                "/settings/whatsapp/content_sid",
                "Content template of WhatsApp messages",
                "HX and 32 digits: a template of the type authentication, whose variable 1 is the code.",
            ),
            Field::base_url("Empty: https://api.twilio.com. Else that of a region."),
        ],
    },
    RouteForm {
        word: "whatsapp_cloud",
        title: "WhatsApp Cloud API",
        transport: TransportKind::WhatsappCloud,
        preset: None,
        fields: &[
            Field::text("/settings/phone_number_id", "Phone number ID", "Of the sending number; not the number itself.")
                .needed(),
            Field::secret("Access token", "Of a system user with the permission whatsapp_business_messaging."),
            Field::report_key(
                "App secret",
                "Of the app\'s basic settings: Meta signs its reports with it. Without it none is believed.",
            ),
            Field::text("/settings/template", "Authentication template", "Its name at Meta.").needed(),
            Field::of(
                FieldKind::List,
                "/settings/languages",
                "Languages of the template",
                "As Meta writes them, separated by commas: en_US, de, pt_BR. The first is for all others.",
            )
            .needed(),
            Field::text("/settings/api_version", "Version of the API", "Such as v23.0, which is the usual one."),
            Field::base_url("Empty: https://graph.facebook.com"),
        ],
    },
    RouteForm {
        word: "telegram_gateway",
        title: "Telegram Gateway",
        transport: TransportKind::TelegramGateway,
        preset: None,
        fields: &[
            Field::secret("API token", "From gateway.telegram.org."),
            Field::text(
                "/settings/sender_username",
                "Channel that the code comes from",
                "A verified channel, without @. Empty: Telegram's own.",
            ),
            Field::base_url("Empty: https://gatewayapi.telegram.org"),
        ],
    },
    RouteForm {
        word: "smpp",
        title: "SMPP: a message centre",
        transport: TransportKind::Smpp,
        preset: None,
        fields: &[
            Field::text("/settings/host", "Message centre", "A host name or an IP address.").needed(),
            Field::of(FieldKind::Number, "/settings/port", "Port", "2775, 2776, 3550, or one that the operator allows.")
                .needed(),
            Field::of(
                FieldKind::Choice(&[("implicit", "From the first byte"), ("none", "None")]),
                "/settings/tls",
                "TLS",
                "Without it the password and every code can be read on the way; the operator has to allow that.",
            ),
            Field::text("/settings/system_id", "System ID", "The login.").needed(),
            Field::secret("Password", ""),
            Field::text("/settings/system_type", "System type", "Where the centre asks for one."),
            Field::of(
                FieldKind::Choice(&[
                    ("transceiver", "One, for messages and receipts"),
                    ("separate", "A transmitter and a receiver"),
                ]),
                "/settings/bind",
                "Sessions",
                "",
            ),
            Field::senders(
                "/settings/from",
                "Source address",
                "A number with + (sent as TON 1, NPI 1), a short code (3, 0), or a name of at most 11 letters and digits (5, \
                 0). Several by the leading digits of the recipient: 1: +15550100, default: Acme",
            )
            .needed(),
            Field::of(
                FieldKind::Number,
                "/settings/window",
                "Window",
                "How many messages may wait for their answers at once, 1 to 100. Empty: 10.",
            ),
            Field::of(
                FieldKind::Choice(&[("gsm", "GSM 03.38"), ("latin1", "ISO 8859-1")]),
                "/settings/default_alphabet",
                "Alphabet of texts without a coding",
                "ISO 8859-1 if @ or è arrive as other signs.",
            ),
        ],
    },
];
