//! What is kept of logins, in memory.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use otpmint::delivery::{KeptLogin, LoginLedger, LoginOwner, NotKept};
use otpmint::domain::BoxFuture;
use otpmint::domain::tenants::oauth::TokenRefusal;
use otpmint::domain::time::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

/// A ledger in memory, which can fail.
#[derive(Default)]
pub struct MemoryLogins {
    kept: Mutex<HashMap<LoginOwner, KeptLogin>>,
    /// Whether nothing can be written.
    pub is_full: AtomicBool,
}

impl MemoryLogins {
    /// What is kept of the only login.
    pub fn only(&self) -> KeptLogin {
        self.kept.lock().unwrap().values().next().cloned().unwrap_or(NOTHING)
    }

    pub fn refresh_token(&self) -> Option<String> {
        self.only().refresh_token.map(|token| token.expose_secret().to_owned())
    }

    fn change(
        &self,
        owner: LoginOwner,
        seen: i64,
        change: impl FnOnce(&mut KeptLogin),
    ) -> Result<i64, NotKept> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(NotKept::Unavailable);
        }
        let mut kept = self.kept.lock().unwrap();
        let login = kept.entry(owner).or_insert(NOTHING);
        if login.revision != seen {
            return Err(NotKept::Outdated);
        }
        login.revision += 1;
        change(login);
        Ok(login.revision)
    }
}

const NOTHING: KeptLogin = KeptLogin { revision: 0, refresh_token: None, refused: None };

impl LoginLedger for MemoryLogins {
    fn find(&self, owner: LoginOwner) -> BoxFuture<'_, Result<KeptLogin, NotKept>> {
        let kept = self.kept.lock().unwrap().get(&owner).cloned().unwrap_or(NOTHING);
        Box::pin(async { Ok(kept) })
    }

    fn keep_token<'a>(
        &'a self,
        owner: LoginOwner,
        seen: i64,
        token: &'a SecretString,
    ) -> BoxFuture<'a, Result<i64, NotKept>> {
        let kept = self.change(owner, seen, |login| login.refresh_token = Some(token.clone()));
        Box::pin(async move { kept })
    }

    fn stop(
        &self,
        owner: LoginOwner,
        seen: i64,
        refusal: TokenRefusal,
        _now: Timestamp,
    ) -> BoxFuture<'_, Result<(), NotKept>> {
        let kept = self.change(owner, seen, |login| login.refused = Some(refusal)).map(|_| ());
        Box::pin(async move { kept })
    }

    fn resume(&self, owner: LoginOwner, seen: i64) -> BoxFuture<'_, Result<(), NotKept>> {
        let kept = self.change(owner, seen, |login| login.refused = None).map(|_| ());
        Box::pin(async move { kept })
    }
}
