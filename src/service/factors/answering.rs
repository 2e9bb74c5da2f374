//! Answers: confirming a factor, and proving that somebody has it.

use std::net::IpAddr;
use std::sync::Arc;

use secrecy::SecretString;

use crate::crypto::keyring::Keyring;
use crate::crypto::receipt::Receipt;
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::receipt::Nonce;
use crate::domain::factors::answer::FactorAnswer;
use crate::domain::factors::factor::{Factor, FactorChannel, FactorProof, FactorStatus};
use crate::domain::factors::guard::FIRST_PAUSE;
use crate::domain::factors::sandbox::ReservedIdentity;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;
use crate::service::idempotency::conditions::with_secret;
use crate::service::limits::rates::RateKind;
use crate::service::refusal::{FactorRefusal, Refusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{
    Compared, FactorAim, FactorAttempt, FactorChange, FactorDecision, FactorJudge, FactorMatch,
    NewFactorResult, StoreError,
};

use super::recovery::codes_field;
use super::sealed;
use super::tenant_factors::{Factors, FoundFactor};

/// An answer to a factor. It has no `Debug`, because the typed text may be the code.
pub struct CheckRequest<'a> {
    /// The factor.
    pub handle: &'a str,
    /// What was typed.
    pub code: &'a str,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// How a repetition of the request is recognised.
    pub once: Option<Once>,
}

/// A factor that was just confirmed, with its recovery codes, which are shown only this once.
pub struct Confirmed {
    /// The factor.
    pub found: FoundFactor,
    /// The recovery codes.
    pub recovery_codes: Vec<SecretString>,
}

/// A right answer.
pub struct Checked {
    /// The factor.
    pub found: FoundFactor,
    /// What made the code.
    pub channel: FactorChannel,
    /// The signed proof.
    pub receipt: String,
}

/// What an answer is for, and what comes of it.
pub(super) struct Asked {
    /// Whether it confirms the factor or is checked.
    pub(super) aim: FactorAim,
    /// The purpose of a check.
    pub(super) purpose: Option<Purpose>,
    /// The result of a page, which is recorded with a right answer.
    pub(super) result: Option<NewFactorResult>,
    /// Whether the tenant is a sandbox, in which some identities are reserved.
    pub(super) in_sandbox: bool,
}

impl Factors {
    /// Confirms a factor by its first right code.
    pub async fn confirm(
        &self,
        tenant: &AuthenticatedTenant,
        request: CheckRequest<'_>,
    ) -> Result<Confirmed, Refusal> {
        let on = self.change(tenant, request.handle, request.client_ip)?;
        let (rows, recovery_codes) = self.draw_codes(&on);
        let once = request.once.map(|once| {
            with_secret(once, tenant.id(), Some(&codes_field(&recovery_codes)), self.sealer(on.now))
        });
        let request = CheckRequest { once, ..request };
        let (factor, _) = self.decide(tenant, on, (FactorAim::Confirm(rows), None), request).await?;
        let identity = self.open(&factor).await?.identity;
        Ok(Confirmed { found: FoundFactor { factor, identity }, recovery_codes })
    }

    /// Checks a code of an active factor. If it is right, returns a receipt. Each code is right once, whatever
    /// happens concurrently.
    pub async fn check(
        &self,
        tenant: &AuthenticatedTenant,
        request: CheckRequest<'_>,
        (purpose, nonce): (&Purpose, Option<&Nonce>),
    ) -> Result<Checked, Refusal> {
        let on = self.change(tenant, request.handle, request.client_ip)?;
        let (factor, proof) =
            self.decide(tenant, on, (FactorAim::Check, Some(purpose.clone())), request).await?;
        let identity = self.open(&factor).await?.identity;
        let channel = proof.channel();
        let number = match proof {
            FactorProof::Step(step) => step,
            FactorProof::Recovery(code) => code.0,
        };
        let found = FoundFactor { factor, identity };
        let receipt = self.sign(tenant, &found, (channel, number), (purpose, nonce));
        Ok(Checked { found, channel, receipt })
    }

    /// Signs that the user of a factor gave the code with this number.
    pub(super) fn sign(
        &self,
        tenant: &AuthenticatedTenant,
        found: &FoundFactor,
        (channel, number): (FactorChannel, i64),
        (purpose, nonce): (&Purpose, Option<&Nonce>),
    ) -> String {
        let receipt = Receipt {
            tenant: tenant.handle(),
            recipient: found.identity.as_str(),
            purpose,
            channel: channel.as_str(),
            key: &format!("{}.{number}", found.factor.handle),
            nonce,
            bind: None,
            metadata: None,
        };
        self.keyring.issue_receipt(&self.rules.receipts, &receipt, self.clock.wall())
    }

    async fn decide(
        &self,
        tenant: &AuthenticatedTenant,
        on: FactorChange,
        (aim, purpose): (FactorAim, Option<Purpose>),
        request: CheckRequest<'_>,
    ) -> Result<(Factor, FactorProof), Refusal> {
        let answer = FactorAnswer::parse(request.code).ok_or_else(not_a_code)?;
        let _permit = self.admission.admit(Some(tenant.waiters()))?;
        self.rates.count(RateKind::Verify, tenant.rated(), tenant.gauge()).await?;
        if tenant.is_sandbox() && matches!(aim, FactorAim::Check) {
            self.pause_reserved(tenant, &on).await?;
        }
        let asked = Asked { aim, purpose, result: None, in_sandbox: tenant.is_sandbox() };
        self.judge(on, asked, answer, request.once).await
    }

    /// Refuses a check of an active factor of the reserved identity whose factors always pause.
    async fn pause_reserved(&self, tenant: &AuthenticatedTenant, on: &FactorChange) -> Result<(), Refusal> {
        let FoundFactor { factor, identity } = self.find(tenant, on.handle.as_str()).await?;
        let is_paused = ReservedIdentity::of(&identity) == Some(ReservedIdentity::Paused);
        match is_paused && factor.status() == FactorStatus::Active {
            true => Err(paused(on.now + FIRST_PAUSE, on.now)),
            false => Ok(()),
        }
    }

    /// Decides an answer.
    pub(super) async fn judge(
        &self,
        on: FactorChange,
        Asked { aim, purpose, result, in_sandbox }: Asked,
        answer: FactorAnswer,
        once: Option<Once>,
    ) -> Result<(Factor, FactorProof), Refusal> {
        let now = on.now;
        // Apps use wall-clock time.
        let wall = self.clock.wall();
        let judge =
            Box::new(KeyedFactorJudge { keyring: Arc::clone(&self.keyring), answer, wall, in_sandbox });
        let attempt = FactorAttempt { on, aim, purpose, judge, once, result };
        match self.store.try_factor(attempt).await? {
            FactorDecision::Accepted(factor, proof) => Ok((*factor, proof)),
            FactorDecision::Mismatched { attempts_remaining } => {
                Err(Refusal::Mismatched { attempts_remaining })
            }
            FactorDecision::UsedBefore => Err(FactorRefusal::CodeUsed.into()),
            FactorDecision::Paused(until) => Err(paused(until, now)),
            FactorDecision::Unsuitable => Err(not_a_code()),
            FactorDecision::Unknown => Err(FactorRefusal::Unknown.into()),
            FactorDecision::AlreadyConfirmed => Err(FactorRefusal::AlreadyConfirmed.into()),
            FactorDecision::Unconfirmed => Err(FactorRefusal::Unconfirmed.into()),
            FactorDecision::Repeated => Err(Refusal::StillRunning),
            FactorDecision::Undecided => {
                // The missing key may be loaded now, so the next answer can be checked.
                self.keys.refresh_missing().await;
                Err(Refusal::Store(StoreError::Unavailable))
            }
        }
    }
}

pub(super) fn not_a_code() -> Refusal {
    let problem = "the digits that the app shows, or a recovery code; this did not count as an attempt";
    FactorRefusal::Invalid { field: "code", problem: problem.to_owned() }.into()
}

fn paused(until: Timestamp, now: Timestamp) -> Refusal {
    let hit = LimitHit { limit: Limit::FactorPaused, retry_after: until.since(now) };
    FactorRefusal::Paused { until, hit }.into()
}

/// Holds one answer, and the keys to compare it with.
struct KeyedFactorJudge {
    keyring: Arc<Keyring>,
    answer: FactorAnswer,
    wall: Timestamp,
    in_sandbox: bool,
}

impl FactorJudge for KeyedFactorJudge {
    fn knows(&self, secret: &Sealed) -> bool {
        !self.keyring.is_of_unknown_version(secret)
    }

    fn suits(&self, factor: &Factor) -> bool {
        let is_enrolled = factor.status() == FactorStatus::Active;
        self.answer.suits(factor.shape) && (is_enrolled || matches!(self.answer, FactorAnswer::Code(_)))
    }

    fn compare(&self, factor: &Factor) -> Option<Compared> {
        let opened = sealed::open(&self.keyring, factor)?;
        let matching = match &self.answer {
            FactorAnswer::Code(code) => {
                let reserved = self.in_sandbox.then(|| ReservedIdentity::of(&opened.identity)).flatten();
                FactorMatch::Steps(match reserved {
                    Some(reserved) => reserved.steps(factor, code, self.wall),
                    None => opened.secret.steps(factor.shape, code, self.wall),
                })
            }
            FactorAnswer::Recovery(code) => {
                FactorMatch::Recovery(self.keyring.recovery_hashes(factor.tenant, &factor.handle, code))
            }
        };
        let index = *self.keyring.identity_indexes(factor.tenant, &opened.identity).first()?;
        Some(Compared { matching, index })
    }
}
