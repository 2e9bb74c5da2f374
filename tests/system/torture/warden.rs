//! One client with its own tenant: disables and enables it, locks recipients and unlocks them.

use serde_json::json;

use crate::torture::actor::{Seen, about, look, mint, mint_to, verify};
use crate::torture::asked::{self, Face, v1};
use crate::torture::hand::{Hand, Manner, What};
use crate::torture::history::{Action, Answer, FAILURES_IN_A_ROW, Medium, Subject, Try};
use crate::torture::world::{TENANTS, Tenant, World};

const TTL: u64 = 900;

/// Attempts on each of the two challenges that lock a recipient out: one is left for the right code.
const FAILURES: usize = FAILURES_IN_A_ROW / 2;

pub struct Warden<'a> {
    hand: Hand<'a>,
    tenant: &'a Tenant,
    subjects: Vec<Subject>,
}

impl<'a> Warden<'a> {
    pub fn new(world: &'a World) -> Warden<'a> {
        Warden { hand: Hand::new(world), tenant: &world.tenants[TENANTS], subjects: Vec::new() }
    }

    /// One story after the other until the run ends.
    pub fn live(mut self) -> Seen {
        while !self.hand.world.is_closing() {
            self.switch_off_and_on();
            self.lock_out_and_in();
        }
        Seen { subjects: self.subjects, operations: self.hand.log }
    }

    fn switch_off_and_on(&mut self) {
        let subject = mint(&mut self.hand, Medium::Told, &self.tenant.key, TTL, Manner::Insisting);
        self.switch(Action::SwitchOff, "disabled");
        for _ in 0..2 {
            look(&mut self.hand, &subject, &self.tenant.key);
            self.answer(&subject, Try::Right);
        }
        self.switch(Action::SwitchOn, "active");
        for _ in 0..2 {
            self.answer(&subject, Try::Right);
        }
        self.subjects.push(subject);
    }

    /// Repeated until it is acknowledged.
    fn switch(&mut self, action: Action, status: &str) {
        let path = format!("/v1/admin/tenants/{}", self.tenant.handle);
        let request = v1("PATCH", path, &self.hand.world.operator_token, &json!({ "status": status }));
        let what = What { action, challenge: None, credential: Some(&self.tenant.key) };
        while self.hand.perform(what, request.clone(), Manner::Plain, |reply, _| asked::done(reply))
            != Some(Answer::Done)
            && !self.hand.world.is_abandoned()
        {}
    }

    fn lock_out_and_in(&mut self) {
        let first = mint(&mut self.hand, Medium::Told, &self.tenant.key, TTL, Manner::Insisting);
        let number = self.hand.world.numbers.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let second = Subject { number, key: None, code: None, ..first.clone() };
        let second = mint_to(&mut self.hand, second, &self.tenant.key, TTL, Manner::Insisting);
        for _ in 0..FAILURES {
            self.answer(&first, Try::Wrong);
            self.answer(&second, Try::Wrong);
        }
        self.answer(&first, Try::Right);
        self.unlock(&first);
        for subject in [first, second] {
            self.answer(&subject, Try::Right);
            self.subjects.push(subject);
        }
    }

    fn unlock(&mut self, subject: &Subject) {
        let body = json!({ "to": subject.recipient });
        let path = "/v1/tenant/recipients/unlock".to_owned();
        let request = v1("POST", path, &self.tenant.key.secret, &body);
        let what = about(Action::Unlock, subject, &self.tenant.key);
        while self.hand.perform(what, request.clone(), Manner::Plain, |reply, _| asked::done(reply))
            != Some(Answer::Done)
            && !self.hand.world.is_abandoned()
        {}
    }

    fn answer(&mut self, subject: &Subject, which: Try) {
        let Some(code) = &subject.code else { return };
        // Too long to be the right one.
        let code = if which == Try::Right { code.clone() } else { format!("{code}0") };
        let key = &self.tenant.key;
        verify(&mut self.hand, self.tenant, subject, key, Face::V1, (which, &code), Manner::Insisting);
    }
}
