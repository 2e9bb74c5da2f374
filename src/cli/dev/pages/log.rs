//! The delivery log as a page.

use actix_web::{HttpResponse, Result, web};
use askama::Template;

use crate::cli::dev::delivery_log::{LogRow, Party};

use super::answer::page_of;
use super::desk::Desk;
use super::search::Search;

/// Maximum rows on the page; a search finds the others.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "dev/log.html")]
struct LogPage<'a> {
    here: &'static str,
    rows: Vec<LogRow>,
    found: usize,
    search: &'a str,
}

/// `GET /dev/log`.
pub(super) async fn show(desk: web::Data<Desk>, search: web::Query<Search>) -> Result<HttpResponse> {
    let mut rows = desk.log.rows();
    rows.retain(|row| search.finds_row(row));
    let found = rows.len();
    rows.truncate(SHOWN);
    page_of(LogPage { here: "log", rows, found, search: &search.typed }.render())
}
