//! What a form of the console sends (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>).

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::super::body;
use super::refused::Refused;
use super::session::{foreign_form, signed, turned_away};

/// The field with the token of the session.
const TOKEN: &str = "form";

/// A form from a page of the session that sends it. It has no `Debug`: there may be a password in it.
pub(super) struct Form(Fields);

/// A form of a page that needs no session.
pub(super) struct OpenForm(Fields);

/// The fields of a form.
pub(super) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    fn parse(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body);
        Self(fields.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect())
    }

    /// What is in a field; nothing where it was left out.
    pub(super) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Everything that was sent under a name, such as of boxes that are ticked.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What is in a field of a password.
    pub(super) fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.text(name))
    }
}

impl std::ops::Deref for Form {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.0
    }
}

impl std::ops::Deref for OpenForm {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.0
    }
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

impl FromRequest for OpenForm {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = read(request, payload);
        Box::pin(async move { Ok(Self(reading.await?)) })
    }
}

impl FromRequest for Form {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (reading, request) = (read(request, payload), request.clone());
        Box::pin(async move {
            let fields = reading.await?;
            let signed = signed(&request).await?;
            match signed.is_own_form(fields.text(TOKEN)) {
                true => Ok(Self(fields)),
                false => Err(foreign_form()),
            }
        })
    }
}

fn read(request: &HttpRequest, payload: &mut Payload) -> impl Future<Output = Result<Fields, Error>> + use<> {
    let reading = body::read(request, payload);
    async move {
        let read = reading.await;
        read.map(|bytes| Fields::parse(&bytes)).map_err(|problem| turned_away(Refused::of(problem).alone()))
    }
}
