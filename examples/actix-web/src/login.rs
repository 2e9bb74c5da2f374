// SPDX-License-Identifier: MIT

//! Signing in and out.

use actix_web::dev::PeerAddr;
use actix_web::web::{Data, Form, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Result, get, post};
use serde::Deserialize;

use crate::otpmint::{OtpMint, Refused};
use crate::pages::{Address, Code, Dashboard, show};
use crate::session::{Held, Login, Session, cookie, end, see_other};
use crate::tickets::Tickets;

type Logins = Data<Tickets<Login>>;
type Sessions = Data<Tickets<Session>>;

/// The pages.
pub fn routes(config: &mut ServiceConfig) {
    config.service(dashboard).service(ask_address).service(send_code);
    config.service(ask_code).service(check_code).service(resend_code).service(sign_out);
}

#[derive(Deserialize)]
struct Asked {
    email: String,
}

#[derive(Deserialize)]
struct Typed {
    code: String,
}

#[get("/")]
async fn dashboard(Held(session): Held<Session>) -> Result<HttpResponse> {
    show(Dashboard { email: session.email })
}

#[get("/login")]
async fn ask_address() -> Result<HttpResponse> {
    show(Address { refused: None })
}

#[post("/login")]
async fn send_code(
    otpmint: Data<OtpMint>,
    logins: Logins,
    peer: PeerAddr,
    form: Form<Asked>,
) -> Result<HttpResponse> {
    let email = form.email.trim().to_lowercase();
    match otpmint.mint(&email, "login", &peer.0.ip().to_string()).await {
        Ok(key) => {
            let mut answer = see_other("/login/code");
            answer.add_cookie(&cookie::<Login>(logins.issue(Login { key, email })))?;
            Ok(answer)
        }
        Err(refused) => show(Address { refused: Some(refused) }),
    }
}

#[get("/login/code")]
async fn ask_code(Held(login): Held<Login>) -> Result<HttpResponse> {
    show(Code { email: login.email, refused: None, done: None })
}

#[post("/login/code")]
async fn check_code(
    otpmint: Data<OtpMint>,
    (logins, sessions): (Logins, Sessions),
    Held(login): Held<Login>,
    (request, peer): (HttpRequest, PeerAddr),
    form: Form<Typed>,
) -> Result<HttpResponse> {
    if let Err(refused) = otpmint.verify(&login.key, &form.code, &peer.0.ip().to_string()).await {
        return tell(login, refused);
    }
    end(&logins, &request);
    end(&sessions, &request);
    let mut answer = see_other("/");
    answer.add_cookie(&cookie::<Session>(sessions.issue(Session { email: login.email })))?;
    Ok(answer)
}

#[post("/login/resend")]
async fn resend_code(otpmint: Data<OtpMint>, Held(login): Held<Login>) -> Result<HttpResponse> {
    match otpmint.resend(&login.key).await {
        Ok(()) => {
            let done = Some("The code is on its way again.");
            show(Code { email: login.email, refused: None, done })
        }
        Err(refused) => tell(login, refused),
    }
}

#[post("/logout")]
async fn sign_out(sessions: Sessions, request: HttpRequest) -> Result<HttpResponse> {
    end(&sessions, &request);
    let mut answer = see_other("/login");
    answer.add_removal_cookie(&cookie::<Session>(String::new()))?;
    Ok(answer)
}

/// Says why not, where the next step is: another answer, or another code.
fn tell(login: Login, refused: Refused) -> Result<HttpResponse> {
    if refused.ended {
        return show(Address { refused: Some(refused) });
    }
    show(Code { email: login.email, refused: Some(refused), done: None })
}
