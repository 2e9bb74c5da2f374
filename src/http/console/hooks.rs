//! `/console/tenants/{tenant}/hooks`: the secrets with which identity servers sign. One that the server has made is
//! only in the first answer.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use secrecy::ExposeSecret;

use crate::domain::hook::Product;
use crate::service::{HookSecret, Refusal, RelayRefusal};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::page;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::words::moment;

/// The end of the path of this page.
const HERE: &str = "/hooks";

#[derive(Template)]
#[template(path = "console/hooks.html")]
struct HooksPage {
    layout: Layout,
    path: String,
    /// The path of the page of keys.
    keys: String,
    hooks: Vec<HookRow>,
}

struct HookRow {
    product: Product,
    /// Where the product sends its requests.
    address: String,
    /// Its secret, as far as it is shown: the last characters, and when it was set.
    secret: Option<(String, (String, String))>,
}

impl HookRow {
    fn signs(&self) -> bool {
        self.product.signature().is_some()
    }
}

#[derive(Template)]
#[template(path = "console/new_hook.html")]
struct NewHookPage<'a> {
    layout: Layout,
    secret: &'a str,
    /// The link to the next page.
    there: String,
}

/// `GET`: the addresses, and the secrets without what is secret.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    match page(&state, &seat, layout(&seat).flashing(&request)).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST …/{product}`: sets the secret, or makes one if none is given.
pub(crate) async fn set(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &why).await;
    }
    let typed = form.secret("secret");
    let given = Some(typed.expose_secret().trim()).filter(|typed| !typed.is_empty());
    let set = match product(&path.1) {
        Ok(product) => state.services.hooks.set(&seat.tenant, (product, given), ClientIp::of(&request)).await,
        Err(refusal) => Err(refusal),
    };
    match set {
        Ok((_, None)) => done(&seat.path(HERE), Flash::HookSaved),
        Ok((_, Some(made))) => {
            let layout = seat.layout("Secret created", HERE);
            page::page(
                StatusCode::CREATED,
                &NewHookPage { layout, secret: made.expose(), there: seat.path(HERE) },
            )
        }
        Err(refusal) => told(&state, &seat, refusal).await,
    }
}

/// `POST …/{product}/delete`: deletes the secret.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &why).await;
    }
    let deleted = match product(&path.1) {
        Ok(product) => state.services.hooks.delete(&seat.tenant, product, ClientIp::of(&request)).await,
        Err(refusal) => Err(refusal),
    };
    match deleted {
        Ok(()) => done(&seat.path(HERE), Flash::HookDeleted),
        Err(refusal) => told(&state, &seat, refusal).await,
    }
}

fn product(word: &str) -> Result<Product, Refusal> {
    Product::parse(word).ok_or(RelayRefusal::UnknownHook.into())
}

async fn told(state: &AppState, seat: &Seat, refusal: Refusal) -> HttpResponse {
    again(state, seat, &Refused::from(Rejection::from(refusal))).await
}

async fn again(state: &AppState, seat: &Seat, why: &Refused) -> HttpResponse {
    match page(state, seat, layout(seat).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Identity servers", HERE)
}

async fn page(state: &AppState, seat: &Seat, layout: Layout) -> Result<HooksPage, HttpResponse> {
    // The console is nowhere without it.
    let origin = state.services.pages.public_url().map(ToString::to_string).unwrap_or_default();
    let mut hooks = Vec::new();
    for product in Product::ALL {
        let secret = match state.services.hooks.find(&seat.tenant, product).await {
            Ok(HookSecret { hint, created_at, .. }) => {
                Some((hint, (created_at.to_string(), moment(created_at))))
            }
            Err(Refusal::Relay(RelayRefusal::UnknownHook)) => None,
            Err(refusal) => return Err(refused(&refusal)),
        };
        let address = format!("{origin}/hooks/{}/{}", product.as_str(), seat.tenant.handle());
        hooks.push(HookRow { product, address, secret });
    }
    Ok(HooksPage { layout, path: seat.path(HERE), keys: seat.path("/keys"), hooks })
}
