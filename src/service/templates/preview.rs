//! Previews: messages as they would be sent, with a sample code.

use std::sync::Arc;

use crate::delivery::{CallContent, Look, MailContent, Message, Template, TextContent};
use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::locale::Locale;
use crate::domain::sms::{first_beyond_gsm, measure};
use crate::domain::tenants::template::{Medium, Preview, SmsSize, TemplateSource};
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::template_cache::TemplateCache;
use super::tenant_templates::Templates;

/// The code in previews. It is never valid.
const SAMPLE_CODE: &str = "123456";
/// The recipient of mails in previews.
const SAMPLE_ADDRESS: &str = "jane@example.com";
/// The recipient of other messages in previews: one of the numbers that are kept for fiction.
const SAMPLE_NUMBER: &str = "+12025550123";
/// The link of the sample, for a template of the tenant's own.
const SAMPLE_LINK: &str = "https://app.example.com/confirm?token=sample";

/// A request for a preview.
#[derive(Debug)]
pub struct PreviewRequest {
    /// The kind of message.
    pub medium: Medium,
    /// A template that need not be stored; `None` for the one that a message would use now.
    pub source: Option<TemplateSource>,
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The language of the recipient.
    pub locale: Option<Locale>,
    /// The tenant's variables.
    pub vars: Vars,
}

impl Templates {
    /// Returns a message as it would be sent, with a sample code.
    pub async fn preview(
        &self,
        tenant: &AuthenticatedTenant,
        request: PreviewRequest,
    ) -> Result<Preview, Refusal> {
        let asked = request.locale.clone().unwrap_or(Locale::ENGLISH);
        let words = tenant.policy(&request.purpose).template(&request.purpose);
        let (template, own_locale) = match &request.source {
            Some(source) => {
                let parsed =
                    Template::parse(source).map_err(|report| Refusal::InvalidTemplate(report.errors))?;
                (Some(Arc::new(parsed)), asked.clone())
            }
            None => {
                let shelf = TemplateCache::of(self.store.as_ref(), tenant.row()).await?;
                let found = shelf.find(self.store.as_ref(), words, Some(&asked), request.medium).await;
                let name = shelf.choose(words, Some(&asked), request.medium);
                (found, name.map_or(asked.clone(), |name| name.locale.clone()))
            }
        };
        let (medium, is_draft) = (request.medium, request.source.is_some());
        let message = self.sample(tenant, template, request).ok_or(Refusal::UnknownTemplate)?;
        let preview = rendered((tenant.name(), &self.look(tenant)), &message, medium, is_draft)
            .ok_or(Refusal::UnknownTemplate)?;
        let locale = if preview.is_own { own_locale } else { MailContent::nearest(&asked) };
        Ok(Preview { locale, ..preview })
    }

    /// Returns the draft as a message to `to` with a code that is never valid, to be sent as a test.
    pub fn sample_to(
        &self,
        tenant: &AuthenticatedTenant,
        request: PreviewRequest,
        to: Address,
    ) -> Result<Message, Refusal> {
        let parsed = request.source.as_ref().map(Template::parse).transpose();
        let template = parsed.map_err(|report| Refusal::InvalidTemplate(report.errors))?.map(Arc::new);
        let sample = self.sample(tenant, template, request).ok_or(Refusal::UnknownTemplate)?;
        Ok(Message { recipient: to, ..sample })
    }

    /// Returns a message that would be sent now. `None` cannot occur, since the sample recipients
    /// are valid.
    fn sample(
        &self,
        tenant: &AuthenticatedTenant,
        template: Option<Arc<Template>>,
        request: PreviewRequest,
    ) -> Option<Message> {
        let now = self.clock.now();
        let policy = tenant.policy(&request.purpose);
        let (to, channel) = match request.medium {
            Medium::Mail => (SAMPLE_ADDRESS, ChannelKind::Email),
            Medium::Text => (SAMPLE_NUMBER, ChannelKind::Sms),
            Medium::Voice => (SAMPLE_NUMBER, ChannelKind::Voice),
        };
        Some(Message {
            id: String::new(),
            recipient: Address::parse(to).ok()?,
            channel,
            code: Code::from_sealed(SAMPLE_CODE.to_owned()),
            purpose: policy.template(&request.purpose).clone(),
            locale: request.locale,
            vars: request.vars,
            link: template.is_some().then(|| Link::parse(SAMPLE_LINK)).flatten(),
            template,
            autofill: None,
            created_at: now,
            expires_at: now + policy.code_over(channel).ttl(),
            callback: None,
            trace_context: None,
        })
    }
}

/// Renders a message from `name`, whose mails look like this. The text of a draft is shown however long it is, so that its
/// author sees the parts; a stored one as it is sent.
fn rendered(
    (name, look): (&str, &Look),
    message: &Message,
    medium: Medium,
    is_draft: bool,
) -> Option<Preview> {
    let plain = |text: String, is_own, sms| Preview {
        medium,
        subject: String::new(),
        text,
        html: None,
        locale: Locale::ENGLISH,
        is_own,
        sms,
    };
    match medium {
        Medium::Mail => {
            let mail = MailContent::of(name, look, message).ok()?;
            let (subject, html) = (mail.subject, mail.html);
            Some(Preview { subject, html, ..plain(mail.text, mail.is_own, None) })
        }
        Medium::Text => {
            let draft = if is_draft { TextContent::written(name, message).ok()? } else { None };
            let TextContent { text, is_own, .. } = match draft {
                Some(draft) => draft,
                None => TextContent::of(name, message).ok()?,
            };
            let size = SmsSize { length: measure(&text), beyond_gsm: first_beyond_gsm(&text) };
            Some(plain(text, is_own, Some(size)))
        }
        Medium::Voice => {
            let call = CallContent::of(name, message).ok()?;
            Some(plain(call.sentences.join("\n"), call.is_own, None))
        }
    }
}
