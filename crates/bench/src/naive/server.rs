//! The compared routes, and everything else that the load needs from a server.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{self, Data, Json};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Context as _, Result, anyhow};
use otpmint::app::Ambient;
use otpmint::config::Server;
use otpmint::crypto::keyring::Keyring;
use otpmint::domain::address::Address;
use otpmint::domain::challenges::challenge::{Binding, ChallengeStatus, Standing};
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::code::{Alphabet, Code, parse_answer};
use otpmint::domain::challenges::details::BoundFields;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::id::{ChallengeId, IdGenerator};
use otpmint::domain::secret::RecipientIndex;
use otpmint::domain::time::Clock as _;
use serde::{Deserialize, Serialize};

use super::store::{NaiveStore, NewChallenge};

const CODE_LENGTH: usize = 6;

const LIFETIME: Duration = Duration::from_secs(600);

/// The shared state of the handlers.
pub(crate) struct NaiveService {
    pub(crate) store: NaiveStore,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) ids: IdGenerator,
    pub(crate) ambient: Ambient,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    shareable_key: String,
    otp: String,
}

#[derive(Deserialize)]
struct Wanted {
    to: String,
}

#[derive(Serialize)]
struct Minted {
    key: String,
    code: String,
}

/// Serves until the process is ended.
pub(crate) async fn run(settings: &Server, service: NaiveService) -> Result<()> {
    let service = Data::new(service);
    let (shown, workers) = (service.clone(), settings.workers);
    let metrics = HttpServer::new(move || {
        App::new().app_data(shown.clone()).route("/metrics", web::get().to(show_metrics))
    });
    let metrics = metrics.workers(1).disable_signals().bind(&settings.metrics_listen)?.run();
    let api = HttpServer::new(move || {
        App::new()
            .app_data(service.clone())
            .route("/readyz", web::get().to(HttpResponse::Ok))
            .route("/verify-otp", web::post().to(verify))
            .route("/v1/challenges", web::post().to(mint))
    });
    let api = if workers == 0 { api } else { api.workers(workers) };
    let api = api.disable_signals().bind(&settings.listen)?.run();
    tokio::try_join!(metrics, api)?;
    Ok(())
}

/// The counters that the measurement reads.
async fn show_metrics(service: Data<NaiveService>) -> String {
    let commits = service.store.commits();
    format!("otpmint_commits_total {commits}\notpmint_commit_group_size_sum {commits}\n")
}

/// `POST /v1/challenges` with `channel: "none"`.
async fn mint(service: Data<NaiveService>, wanted: Json<Wanted>) -> actix_web::Result<HttpResponse> {
    let minted = web::block(move || service.mint(&wanted.to)).await?;
    Ok(HttpResponse::Created().json(minted.map_err(unavailable)?))
}

/// `POST /verify-otp`.
async fn verify(service: Data<NaiveService>, attempt: Json<Attempt>) -> actix_web::Result<HttpResponse> {
    let standing = web::block(move || service.verify(&attempt)).await?.map_err(unavailable)?;
    Ok(match standing.map(|standing| standing.status) {
        Some(ChallengeStatus::Verified) => HttpResponse::Created().body("OTP Matched!"),
        _ => HttpResponse::Forbidden().body("no"),
    })
}

fn unavailable(error: anyhow::Error) -> actix_web::Error {
    actix_web::error::ErrorServiceUnavailable(format!("{error:#}"))
}

impl NaiveService {
    fn mint(&self, to: &str) -> Result<Minted> {
        let to = Address::parse(to).map_err(|_| anyhow!("{to} is not an address"))?;
        let now = self.ambient.clock.now();
        let (id, code_key) = (ChallengeId::of_challenge(&self.ids, now), self.keyring.code_version());
        let recipient = self.keyring.recipient_index(self.store.tenant(), &to);
        let code = Code::draw(self.ambient.entropy.as_ref(), Alphabet::Digits, CODE_LENGTH);
        let code_hash =
            self.keyring.code_hash(code_key, &self.binding(id, recipient), &BoundFields::default(), &code);
        let code_hash = code_hash.context("the keyring has no key for codes")?;
        let expires_at = now + LIFETIME;
        self.store.open_challenge(&NewChallenge { id, recipient, code_key, code_hash, expires_at })?;
        let key = self.keyring.shareable_keys().encode(id).as_str().to_owned();
        Ok(Minted { key, code: code.expose().to_owned() })
    }

    fn verify(&self, attempt: &Attempt) -> Result<Option<Standing>> {
        let id = self.keyring.shareable_keys().decode(&attempt.shareable_key).context("not a key")?;
        let answer = parse_answer(&attempt.otp).context("not a code")?;
        self.store.record_attempt(id, self.ambient.clock.now(), |sealed| {
            let binding = self.binding(id, sealed.recipient);
            let hash = self.keyring.code_hash(sealed.code_key, &binding, &BoundFields::default(), &answer);
            hash.is_some_and(|hash| hash == sealed.code_hash)
        })
    }

    /// Like those of the preloaded challenges.
    fn binding(&self, challenge: ChallengeId, recipient: RecipientIndex) -> Binding {
        let (tenant, purpose, channel) = (self.store.tenant(), Purpose::VERIFICATION, ChannelKind::Email);
        Binding { tenant, challenge, purpose, channel, recipient }
    }
}
