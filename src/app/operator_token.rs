//! Where the operator token comes from: the settings, its file, or the random generator.

use std::fs;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use crate::config::Settings;
use crate::crypto::operator_token;
use crate::domain::reports::actor::Actor;
use crate::service::Services;

use super::ambient::Ambient;
use super::data_folder;
use super::start_error::StartError;
use super::store_place::StorePlace;

/// The operator token, as a start finds it.
pub(super) struct FoundToken {
    /// Where it is kept unless the settings have it.
    file: PathBuf,
    token: Option<SecretString>,
}

impl FoundToken {
    /// Looks for the token in the settings, then in its file.
    pub(super) fn load(settings: &Settings) -> Result<Self, StartError> {
        let file = file(settings);
        let set = &settings.server.operator_token;
        let token = match set.expose_secret().is_empty() {
            false => Some(set.clone()),
            true => operator_token::read(&file).map_err(|error| unusable(&file, &error))?,
        };
        Ok(Self { file, token })
    }

    /// Makes a token that was found the one that counts. If none was found and the store has none, draws
    /// one, keeps it in the file, and returns it, so that it can be shown: this start is the only one that
    /// does.
    pub(super) async fn settle(
        self,
        services: &Services,
        ambient: &Ambient,
        place: &StorePlace,
    ) -> Result<Option<SecretString>, StartError> {
        let failed = |error| place.unusable(error);
        let known = &services.operator_tokens;
        if let Some(token) = &self.token {
            known.set(token, Actor::default()).await.map_err(failed)?;
            return Ok(None);
        }
        if known.exists().await.map_err(failed)? {
            return Ok(None);
        }
        let token = operator_token::draw(ambient.entropy.as_ref());
        operator_token::keep(&token, &self.file, ambient.entropy.as_ref())
            .map_err(|error| unusable(&self.file, &error))?;
        let added = known.add_first(&token).await;
        if !matches!(added, Ok(true)) {
            // Nobody has seen it, or another node has drawn one meanwhile. The next start must not find it.
            fs::remove_file(&self.file).map_err(|error| unusable(&self.file, &error))?;
        }
        Ok(added.map_err(failed)?.then_some(token))
    }
}

/// Replaces the operator token by one that is drawn, in its file too if there is one, and returns it.
/// Works beside running servers, which take it from now on and no other.
pub async fn renew_operator_token(
    settings: &Settings,
    ambient: &Ambient,
    services: &Services,
    place: &StorePlace,
    by: Actor,
) -> Result<SecretString, StartError> {
    let file = file(settings);
    let token = operator_token::draw(ambient.entropy.as_ref());
    if file.exists() {
        // First, because a start takes what is in the file.
        operator_token::replace(&token, &file, ambient.entropy.as_ref())
            .map_err(|error| unusable(&file, &error))?;
    }
    services.operator_tokens.set(&token, by).await.map_err(|error| place.unusable(error))?;
    Ok(token)
}

fn file(settings: &Settings) -> PathBuf {
    settings.data_dir.join(data_folder::OPERATOR_TOKEN)
}

fn unusable(file: &Path, error: &impl ToString) -> StartError {
    StartError::file(file, error.to_string())
}
