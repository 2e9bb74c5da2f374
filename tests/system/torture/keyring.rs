//! Secret keys that are created and revoked.

use std::sync::atomic::Ordering;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::support::client::Reply;
use crate::torture::actor::look;
use crate::torture::asked::{self, v1};
use crate::torture::hand::{Hand, Manner, What};
use crate::torture::history::{Action, Answer, Subject};
use crate::torture::line::{Line, Request};
use crate::torture::world::{Credential, Tenant, text};

/// Revoked keys that a client keeps trying.
const DEAD: usize = 4;

/// The keys of one client: that of its tenant, and one of its own that is revoked now and then.
pub struct Keyring {
    lasting: Credential,
    /// The name of its own keys, by which a lost one is found.
    name: String,
    own: Option<Credential>,
    dead: Vec<Credential>,
}

impl Keyring {
    pub fn new(tenant: &Tenant, client: usize) -> Keyring {
        Keyring { lasting: tenant.key.clone(), name: format!("client-{client}"), own: None, dead: Vec::new() }
    }

    /// A key that works.
    pub fn draw(&self, dice: &mut StdRng) -> Credential {
        let own = self.own.as_ref().filter(|_| dice.random_ratio(1, 2));
        own.unwrap_or(&self.lasting).clone()
    }

    /// Fetches a challenge with a revoked key, if there is one.
    pub fn knock(&self, hand: &mut Hand, dice: &mut StdRng, subject: &Subject) -> Option<Answer> {
        if self.dead.is_empty() {
            return None;
        }
        let dead = &self.dead[dice.random_range(0..self.dead.len())];
        look(hand, subject, dead)
    }

    /// Creates a key, or revokes the current one.
    pub fn change(&mut self, hand: &mut Hand, dice: &mut StdRng) {
        let Some(own) = self.own.take() else {
            self.own = self.make(hand);
            return;
        };
        self.revoke(hand, &own);
        self.dead.push(own);
        if self.dead.len() > DEAD {
            self.dead.swap_remove(dice.random_range(0..DEAD));
        }
    }

    /// Revokes a key, repeatedly until it is acknowledged.
    fn revoke(&self, hand: &mut Hand, own: &Credential) {
        let path = format!("/v1/tenant/keys/{}", own.handle);
        let request = v1("DELETE", path, &self.lasting.secret, &Value::Null);
        let what = What { action: Action::SwitchOff, challenge: None, credential: Some(own) };
        let revoked = |reply: &Reply, _| match reply.status {
            // An earlier request was carried out, and its answer lost.
            404 => Answer::Done,
            _ => asked::done(reply),
        };
        while hand.perform(what, request.clone(), Manner::Plain, revoked) != Some(Answer::Done)
            && !hand.world.is_abandoned()
        {}
    }

    /// Creates a key. If the answer is lost, so is the key: it is looked up and revoked.
    fn make(&self, hand: &mut Hand) -> Option<Credential> {
        let keys = "/v1/tenant/keys".to_owned();
        let wanted = json!({ "name": self.name, "scopes": ["mint", "verify", "reveal"] });
        let mut line = Line::new(hand.world);
        let mut ask = |request: Request| {
            line.connect();
            line.exchange(&request)
        };
        let made = ask(v1("POST", keys.clone(), &self.lasting.secret, &wanted));
        if let Some(made) = made.filter(|made| made.status == 201).map(|made| made.json()) {
            let number = hand.world.credentials.fetch_add(1, Ordering::Relaxed);
            return Some(Credential { number, secret: text(&made, "secret"), handle: text(&made, "key") });
        }
        let listed = ask(v1("GET", keys.clone(), &self.lasting.secret, &Value::Null))?;
        for key in listed.json()["data"].as_array().into_iter().flatten() {
            if key["name"] == self.name.as_str() {
                let path = format!("{keys}/{}", text(key, "key"));
                ask(v1("DELETE", path, &self.lasting.secret, &Value::Null));
            }
        }
        None
    }
}
