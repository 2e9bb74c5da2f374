// SPDX-License-Identifier: MIT

//! What is remembered of a browser, by tickets in its cookies.

use std::future::{Ready, ready};

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse};

use crate::tickets::Tickets;

/// A login that waits for its code. The browser is not asked which code it answers.
#[derive(Clone)]
pub struct Login {
    pub key: String,
    pub email: String,
}

/// Who is signed in. It begins with a ticket of its own, so nobody can have known it before.
#[derive(Clone)]
pub struct Session {
    pub email: String,
}

/// What tickets are for.
pub trait Kept: Clone + 'static {
    /// The cookie with the ticket.
    const COOKIE: &'static str;
}

impl Kept for Login {
    const COOKIE: &'static str = "__Host-login";
}

impl Kept for Session {
    const COOKIE: &'static str = "__Host-session";
}

/// What this browser has a ticket for. Whoever has none is sent to sign in.
pub struct Held<T>(pub T);

impl<T: Kept> FromRequest for Held<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let held = request.app_data::<Data<Tickets<T>>>().and_then(|tickets| {
            let ticket = request.cookie(T::COOKIE)?;
            tickets.held(ticket.value())
        });
        let refused = || InternalError::from_response("no ticket", see_other("/login")).into();
        ready(held.map(Held).ok_or_else(refused))
    }
}

/// Ends what this browser has a ticket for.
pub fn end<T: Kept>(tickets: &Tickets<T>, request: &HttpRequest) {
    if let Some(ticket) = request.cookie(T::COOKIE) {
        tickets.void(ticket.value());
    }
}

/// The cookie that has a ticket, out of the reach of scripts and of other sites.
pub fn cookie<T: Kept>(ticket: String) -> Cookie<'static> {
    let cookie = Cookie::build(T::COOKIE, ticket).path("/").secure(true).http_only(true);
    cookie.same_site(SameSite::Lax).finish()
}

/// A redirect after a form.
pub fn see_other(place: &'static str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}
