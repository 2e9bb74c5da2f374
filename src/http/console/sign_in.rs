//! Signing in and out.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use secrecy::{ExposeSecret, SecretString};

use crate::service::{Denied, SignInStep, SignedIn};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::{Form, OpenForm};
use super::layout::Layout;
use super::power::Looking;
use super::redirect::{done, see_other};
use super::refused::Refused;
use super::session::{Anybody, refused, session};
use super::{cookie, page};

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage {
    layout: Layout,
    /// The name that was typed, to be corrected.
    name: String,
    /// Whether a tenant tried to sign in.
    is_tenant: bool,
}

#[derive(Template)]
#[template(path = "console/sign_in_code.html")]
struct CodePage<'a> {
    layout: Layout,
    /// What says that the password was right.
    begun: &'a str,
}

impl SignInPage {
    fn new(layout: Layout) -> Self {
        Self { layout, name: String::new(), is_tenant: false }
    }
}

/// `GET /console/sign-in`.
pub(crate) async fn show(request: HttpRequest) -> HttpResponse {
    if session(&request).await.is_ok() {
        return see_other("/console");
    }
    page::page(StatusCode::OK, &SignInPage::new(layout().flashing(&request)))
}

/// `POST /console/sign-in`: for operators: with name and password, and in a second step with the code. A program may
/// send all of it at once.
pub(crate) async fn sign_in(state: Data<AppState>, request: HttpRequest, form: OpenForm) -> HttpResponse {
    let (console, browser) = (&state.services.console, cookie::browser(&state, &request));
    let (name, code) = (form.text("name"), form.all("code").next());
    let tried = match form.secret("begun") {
        begun if !begun.expose_secret().is_empty() => {
            let tried = console.sign_in_with_code(&begun, code.unwrap_or_default(), &browser).await;
            if let Err(Denied::Wrong) = tried {
                return ask_for_code(&begun, Some(&Refused::from(&Denied::Wrong)));
            }
            tried.map(SignInStep::SignedIn)
        }
        _ => console.sign_in(name, &form.secret("password"), code, &browser).await,
    };
    match tried {
        Ok(SignInStep::SignedIn(session)) => begin(&state, &session),
        Ok(SignInStep::NeedsCode(begun)) => ask_for_code(&begun, None),
        Err(denied) => again(&denied, SignInPage { name: name.to_owned(), ..SignInPage::new(layout()) }),
    }
}

/// The page that asks for the code.
fn ask_for_code(begun: &SecretString, why: Option<&Refused>) -> HttpResponse {
    let layout = Layout::open("Enter the code of your app");
    let begun = begun.expose_secret();
    match why {
        None => page::page(StatusCode::OK, &CodePage { layout, begun }),
        Some(why) => why.page(&CodePage { layout: layout.failed(why.text.clone()), begun }),
    }
}

fn layout() -> Layout {
    Layout::open("Sign in to OtpMint")
}

/// `POST /console/sign-in/tenant`: for tenants.
pub(crate) async fn sign_in_tenant(
    state: Data<AppState>,
    request: HttpRequest,
    form: OpenForm,
) -> HttpResponse {
    let browser = cookie::browser(&state, &request);
    match state.services.console.sign_in_tenant(&form.secret("secret_key"), &browser).await {
        Ok(session) => begin(&state, &session),
        Err(denied) => again(&denied, SignInPage { is_tenant: true, ..SignInPage::new(layout()) }),
    }
}

/// `POST /console/sign-out`.
pub(crate) async fn sign_out(
    state: Data<AppState>,
    request: HttpRequest,
    Anybody(signed): Anybody,
    _form: Looking<Form>,
) -> HttpResponse {
    if let Err(refusal) = state.services.console.sign_out(&signed, ClientIp::of(&request)).await {
        return refused(&refusal);
    }
    let mut answer = done("/console/sign-in", Flash::SignedOut);
    cookie::end(&state, &mut answer);
    answer
}

/// Redirects with the cookies of a new session.
pub(crate) fn begin(state: &AppState, session: &SignedIn) -> HttpResponse {
    let mut answer = see_other("/console");
    cookie::begin(state, &mut answer, session);
    answer
}

fn again(denied: &Denied, page: SignInPage) -> HttpResponse {
    let refused = Refused::from(denied);
    let layout = page.layout.failed(refused.text.clone());
    refused.page(&SignInPage { layout, ..page })
}
