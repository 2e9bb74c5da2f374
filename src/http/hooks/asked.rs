//! A code that a product wants delivered, as all of them ask for it.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::challenges::code::Code;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::limits::named::Subjects;
use crate::domain::locale::Locale;
use crate::service::{AuthenticatedTenant, RELAYED_LIVES, RelayRequest, Wait};

use crate::http::shared::bodies::fields::recipient;
use crate::http::shared::problems::rejection::Rejection;

/// The body of a request. It has no `Debug`, because it has a code.
pub(in crate::http::hooks) struct Body<'a> {
    /// Its `Content-Type`; empty if it has none.
    pub(in crate::http::hooks) content_type: &'a str,
    /// Its content.
    pub(in crate::http::hooks) bytes: &'a [u8],
}

/// A code to deliver. It has no `Debug`, because of the code.
pub(in crate::http::hooks) struct Asked {
    /// A mail address or a phone number.
    pub(in crate::http::hooks) to: String,
    /// The code.
    pub(in crate::http::hooks) code: String,
    /// What it is for.
    pub(in crate::http::hooks) purpose: Purpose,
    /// The language, if the product says it.
    pub(in crate::http::hooks) locale: Option<String>,
    /// How long it is valid, if the product says it.
    pub(in crate::http::hooks) lifetime: Option<Duration>,
    /// The address of the end user, if the product says it.
    pub(in crate::http::hooks) end_user: Option<IpAddr>,
    /// The link that does the same as the code, if the product has one.
    pub(in crate::http::hooks) link: Option<Link>,
    /// Values for the tenant's own templates.
    pub(in crate::http::hooks) vars: Vars,
}

impl Asked {
    /// A code for this recipient, of which nothing else is said.
    pub(in crate::http::hooks) fn of(to: String, code: String, purpose: Purpose) -> Self {
        let (locale, lifetime, end_user, link) = (None, None, None, None);
        Self { to, code, purpose, locale, lifetime, end_user, link, vars: Vars::default() }
    }

    /// The request to the use case. What a product says beside recipient and code is taken where it is understood,
    /// since nobody could correct it.
    pub(in crate::http::hooks) fn into_request(
        self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
    ) -> Result<RelayRequest, Rejection> {
        let to = recipient(&self.to, tenant.region())?;
        let (channel, fallback) = tenant.way_to(&to, None, &self.purpose);
        let wrong = || Rejection::field("/code", "the code has 4 to 64 printable ASCII characters");
        let (least, most) = (*RELAYED_LIVES.start(), *RELAYED_LIVES.end());
        let lifetime = self.lifetime.map(|life| Duration::from_secs(life.as_secs().clamp(least, most)));
        Ok(RelayRequest {
            to,
            channel,
            fallback,
            code: Code::relayed(self.code).ok_or_else(wrong)?,
            purpose: self.purpose,
            lifetime,
            details: Details::default().in_language(self.locale.as_deref().and_then(Locale::parse)),
            vars: self.vars,
            link: self.link,
            subjects: Subjects::default(),
            client_ip: self.end_user.or(client_ip),
            end_user: self.end_user,
            wait: Wait::Queued,
            once: None,
        })
    }
}
