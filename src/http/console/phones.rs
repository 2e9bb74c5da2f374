//! `/console/tenants/{tenant}/phone`: where codes to phones may go, what the rules against toll fraud refuse, and
//! codes by country.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::phone::fraud::block::Block;
use crate::domain::reports::statistics::{Counts, Day, Dimension, Mark, StatisticsGroup, StatisticsQuery};
use crate::service::Refusal;

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::shared::problems::table::tenants::BLOCK_NOT_FOUND;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::phone_settings::{self, PhoneForm};
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::words::{moment, plain};
use super::{fields, page, tenant};

/// The end of the path of this page.
const HERE: &str = "/phone";

/// How many days are counted, today included.
const DAYS: i64 = 30;

/// The maximum number of groups that are read.
const GROUPS: usize = 10_000;

#[derive(Template)]
#[template(path = "console/phones.html")]
struct PhonesPage {
    layout: Layout,
    path: String,
    form: PhoneForm,
    days: i64,
    blocks: Vec<BlockRow>,
    countries: Vec<CountryRow>,
}

struct BlockRow {
    id: String,
    rule: String,
    subject: String,
    refuses: bool,
    refused: u32,
    /// Messages within a day, and how many codes of them were entered.
    sent: String,
    until: (String, String),
}

struct CountryRow {
    country: String,
    minted: u64,
    conversion: String,
    refused: u64,
}

/// `GET`: the blocks, the settings and the countries.
pub(crate) async fn show(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    match page(&state, &seat, layout(&seat).flashing(&request)).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST …/{id}/clear`: clears a block.
pub(crate) async fn clear(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    _form: Form,
) -> HttpResponse {
    let why = match state.services.phone_blocks.clear(&seat.tenant, &path.1, ClientIp::of(&request)).await {
        Ok(true) => return done(&seat.path(HERE), Flash::BlockCleared),
        Ok(false) => Refused::from(Rejection::from(&BLOCK_NOT_FOUND)),
        Err(refusal) => return refused(&refusal),
    };
    match page(&state, &seat, layout(&seat).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST`: saves the countries, the rules and the budgets.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    typed: Form,
) -> HttpResponse {
    let changed = match phone_settings::patch(&typed) {
        Ok(fields) => tenant::patch(&state, &request, &seat, fields).await,
        Err(wrong) => Err(wrong),
    };
    let Err(wrong) = changed else { return done(&seat.path(HERE), Flash::Changed) };
    let form = PhoneForm::typed(&typed, &wrong).inheriting(state.services.tenants.server_fraud_rules());
    let why = Refused::from(wrong);
    let text = fields::first_error(&form.fields).unwrap_or_else(|| why.text.clone());
    match page(&state, &seat, layout(&seat).failed(text)).await {
        Ok(page) => why.page(&PhonesPage { form, ..page }),
        Err(refusal) => refused(&refusal),
    }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Phone numbers", HERE)
}

async fn page(state: &AppState, seat: &Seat, layout: Layout) -> Result<PhonesPage, Refusal> {
    let blocks = state.services.phone_blocks.list(&seat.tenant).await?;
    let today = Day::of(state.services.now());
    let asked = StatisticsQuery {
        tenant: None,
        from: today - (DAYS - 1),
        to: today,
        only: Vec::new(),
        group_by: vec![Dimension::Channel, Dimension::Domain],
        limit: GROUPS,
    };
    let counted = state.services.reports.statistics(&seat.tenant, asked).await?;
    let blocks = blocks.iter().map(BlockRow::of).collect();
    let tenants = &state.services.tenants;
    let form = PhoneForm::of(&tenants.profile(&seat.tenant).settings.phone);
    let form = form.inheriting(tenants.server_fraud_rules());
    let countries = countries(&counted.found);
    Ok(PhonesPage { layout, path: seat.path(HERE), form, days: DAYS, blocks, countries })
}

/// Adds up the channels that go to phone numbers, by country.
fn countries(groups: &[StatisticsGroup]) -> Vec<CountryRow> {
    let mut sums: BTreeMap<&str, Counts> = BTreeMap::new();
    for group in groups {
        let [Mark::Word(_, channel), Mark::Word(_, country)] = &group.marks[..] else { continue };
        if !ChannelKind::parse(channel).is_some_and(ChannelKind::reaches_numbers) {
            continue;
        }
        let sum = sums.entry(country).or_default();
        sum.minted += group.counts.minted;
        sum.verified += group.counts.verified;
        sum.refused += group.counts.refused;
    }
    let row = |(country, counts): (&str, Counts)| CountryRow {
        country: country.to_owned(),
        minted: counts.minted,
        conversion: counts
            .conversion()
            .map_or_else(|| "–".to_owned(), |part| format!("{:.0} %", part * 100.0)),
        refused: counts.refused,
    };
    let mut rows: Vec<_> = sums.into_iter().map(row).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.minted + row.refused));
    rows
}

impl BlockRow {
    fn of(block: &Block) -> Self {
        Self {
            id: block.id.to_string(),
            rule: plain(block.id.rule.as_str()),
            subject: block.subject.clone(),
            refuses: block.refuses,
            refused: block.refused,
            sent: block
                .messages
                .map_or_else(String::new, |(sent, verified)| format!("{sent}, {verified} entered")),
            until: (block.until.to_string(), moment(block.until)),
        }
    }
}
