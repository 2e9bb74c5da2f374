// SPDX-License-Identifier: MIT

//! An app whose users sign in with a code from their mailbox.

mod browser;
mod login;
mod otpmint;
mod pages;
mod session;
mod tickets;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};

use otpmint::{Access, OtpMint};
use session::{Login, Session};
use tickets::Tickets;

const HOUR: u64 = 3600; // seconds

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let access = Access::from_environment().map_err(std::io::Error::other)?;
    let port = std::env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let logins = web::Data::new(Tickets::<Login>::living(HOUR));
    let sessions = web::Data::new(Tickets::<Session>::living(12 * HOUR));
    HttpServer::new(move || {
        App::new()
            .app_data(logins.clone())
            .app_data(sessions.clone())
            .app_data(web::Data::new(OtpMint::new(&access)))
            .app_data(web::FormConfig::default().limit(4096))
            .wrap(from_fn(browser::own_forms_only))
            .wrap(browser::private())
            .route("/style.css", web::get().to(pages::style))
            .configure(login::routes)
    })
    .bind(("127.0.0.1", port))?
    .run()
    .await
}
