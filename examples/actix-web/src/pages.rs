// SPDX-License-Identifier: MIT

//! What is shown.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, Result, error};
use askama::Template;

use crate::otpmint::Refused;

/// Asks who signs in.
#[derive(Template)]
#[template(path = "address.html")]
pub struct Address {
    pub refused: Option<Refused>,
}

/// Asks for the code.
#[derive(Template)]
#[template(path = "code.html")]
pub struct Code {
    pub email: String,
    pub refused: Option<Refused>,
    pub done: Option<&'static str>,
}

/// Is for who has signed in.
#[derive(Template)]
#[template(path = "dashboard.html")]
pub struct Dashboard {
    pub email: String,
}

/// A page as an answer.
pub fn show(page: impl Template) -> Result<HttpResponse> {
    let page = page.render().map_err(error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(page))
}

/// The one style sheet.
pub async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("../static/style.css"))
}
