//! The forms of verifications.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::{Code, parse_answer};
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::vars::Vars;
use crate::domain::limits::named::Subjects;
use crate::domain::locale::Locale;
use crate::domain::phone::country::Country;
use crate::domain::policy::Policy;
use crate::domain::sms::{AppHash, Autofill};
use crate::http::twilio::error::TwilioError;
use crate::http::twilio::form::{Form, texts};
use crate::service::Conclusion;

/// What belongs to messages that this server does not send so.
const UNSUPPORTED: [&str; 6] =
    ["CustomFriendlyName", "CustomMessage", "SendDigits", "TemplateSid", "MailerSid", "WhatsappTemplateSid"];

/// What the members of a channel's configuration are called that this server does not have.
const CONFIGURED_ELSEWHERE: &str = "only substitutions: templates and senders are settings of the tenant";

/// A form that begins a verification.
pub(super) struct Beginning {
    pub(super) to: Address,
    pub(super) wished: Option<ChannelKind>,
    pub(super) code: Option<Code>,
    pub(super) details: Details,
    pub(super) vars: Vars,
    pub(super) autofill: Option<Autofill>,
    pub(super) bound: BoundFields,
    pub(super) amount: Option<String>,
    pub(super) payee: Option<String>,
    pub(super) subjects: Subjects,
    pub(super) device: Option<IpAddr>,
}

impl Beginning {
    /// Reads a form.
    pub(super) fn read(
        mut form: Form,
        region: Option<Country>,
        policy: &Policy,
    ) -> Result<Self, TwilioError> {
        let to = form.required("To")?;
        let to = Address::parse_in(region, &to).map_err(|error| TwilioError::parameter("To", error))?;
        let wished = channel(&form.required("Channel")?)?;
        if let Some(channel) = wished.filter(|channel| !channel.suits(&to)) {
            let detail = format_args!("{} does not reach this recipient", channel.as_str());
            return Err(TwilioError::parameter("Channel", detail));
        }
        let (amount, payee, bound) = bound(&mut form)?;
        let beginning = Self {
            to,
            wished,
            code: form.parsed("CustomCode", "a code of 4 to 10 characters", parse_answer)?,
            details: details(&mut form)?,
            vars: vars(&mut form)?,
            autofill: form
                .parsed("AppHash", "11 characters", |hash| AppHash::parse(hash).ok().map(Autofill::App))?,
            bound,
            amount,
            payee,
            subjects: subjects(&mut form, policy)?,
            device: form.address("DeviceIp")?,
        };
        // The rules against toll fraud are the tenant's, and no single request is exempt from them.
        form.without("RiskCheck", &["enable"])?;
        form.without("EnableSnaClientToken", &["false"])?;
        for name in UNSUPPORTED {
            form.without(name, &[""])?;
        }
        form.end()?;
        Ok(beginning)
    }
}

/// A form that answers a verification.
pub(super) struct Answering {
    pub(super) name: String,
    pub(super) code: zeroize::Zeroizing<String>,
    pub(super) bound: BoundFields,
    pub(super) amount: Option<String>,
    pub(super) payee: Option<String>,
}

impl Answering {
    /// Reads a form.
    pub(super) fn read(mut form: Form) -> Result<Self, TwilioError> {
        let given = |value: Option<zeroize::Zeroizing<String>>| value.filter(|value| !value.is_empty());
        let (to, sid) = (given(form.take("To")?), given(form.take("VerificationSid")?));
        // The sid says more than the recipient.
        let name = sid.or(to).ok_or_else(neither)?;
        let code = form.required("Code")?;
        let (amount, payee, bound) = bound(&mut form)?;
        form.without("SnaClientToken", &[""])?;
        form.end()?;
        Ok(Self { name: name.to_string(), code, bound, amount, payee })
    }
}

/// Reads how a verification is to end.
pub(super) fn conclusion(mut form: Form) -> Result<Conclusion, TwilioError> {
    let status = form.required("Status")?;
    form.end()?;
    match status.as_str() {
        "canceled" => Ok(Conclusion::Canceled),
        "approved" => Ok(Conclusion::Approved),
        _ => Err(TwilioError::parameter("Status", "it must be canceled or approved")),
    }
}

fn neither() -> TwilioError {
    TwilioError::worded(400, 60221, "Either `To` or `VerificationSid` is required")
}

/// Returns the channel that a word asks for; `None` for the tenant's order.
fn channel(word: &str) -> Result<Option<ChannelKind>, TwilioError> {
    match word {
        "auto" => Ok(None),
        "sms" => Ok(Some(ChannelKind::Sms)),
        "call" => Ok(Some(ChannelKind::Voice)),
        "email" => Ok(Some(ChannelKind::Email)),
        "whatsapp" => Ok(Some(ChannelKind::Whatsapp)),
        "telegram" => Ok(Some(ChannelKind::Telegram)),
        "sna" | "rcs" | "viber" | "messenger" | "silent_auth" => {
            Err(TwilioError::worded(403, 60223, format!("This server has no delivery channel `{word}`")))
        }
        _ => {
            Err(TwilioError::parameter("Channel", "it must be sms, call, email, whatsapp, telegram or auto"))
        }
    }
}

type Bound = (Option<String>, Option<String>, BoundFields);

/// Takes what the answer must repeat.
fn bound(form: &mut Form) -> Result<Bound, TwilioError> {
    let mut take = |name| -> Result<Option<String>, TwilioError> {
        Ok(form.take(name)?.filter(|value| !value.is_empty()).map(|value| value.to_string()))
    };
    let (amount, payee) = (take("Amount")?, take("Payee")?);
    let fields = [("amount", &amount), ("payee", &payee)];
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    let bound = BoundFields::new(fields.collect()).map_err(|error| TwilioError::parameter("Payee", error))?;
    Ok((amount, payee, bound))
}

fn details(form: &mut Form) -> Result<Details, TwilioError> {
    let locale = form.parsed("Locale", "a language tag such as de or pt-BR", Locale::parse)?;
    let details = Details::new(None, form.texts("Tags")?);
    let details = details.map_err(|error| TwilioError::parameter("Tags", error))?;
    Ok(details.in_language(locale))
}

fn vars(form: &mut Form) -> Result<Vars, TwilioError> {
    let wrong = |detail: &dyn std::fmt::Display| TwilioError::parameter("ChannelConfiguration", detail);
    let mut entries = form.texts("TemplateCustomSubstitutions")?;
    for (name, value) in form.object("ChannelConfiguration")? {
        let members = (name == "substitutions").then(|| serde_json::from_value(value).ok()).flatten();
        let members: BTreeMap<_, _> = members.ok_or_else(|| wrong(&CONFIGURED_ELSEWHERE))?;
        entries.extend(texts(members).ok_or_else(|| wrong(&"its substitutions must be texts or numbers"))?);
    }
    Vars::new(entries).map_err(|error| TwilioError::parameter("TemplateCustomSubstitutions", error))
}

fn subjects(form: &mut Form, policy: &Policy) -> Result<Subjects, TwilioError> {
    let wrong = |detail: &dyn std::fmt::Display| TwilioError::parameter("RateLimits", detail);
    let subjects = Subjects::new(form.texts("RateLimits")?).map_err(|error| wrong(&error))?;
    let unknown = subjects.iter().find(|(name, _)| !policy.named.contains_key(name));
    let unknown = unknown.map(|(name, _)| wrong(&format_args!("there is no limit `{}`", name.as_str())));
    unknown.map_or(Ok(subjects), Err)
}
