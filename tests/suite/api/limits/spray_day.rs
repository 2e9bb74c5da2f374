//! How many accounts somebody opens in a day who guesses at the codes of very many recipients as fast as the limits let:
//! by a model of the rules, which is held against the server at a small scale. The figures are in docs/security.md.

use std::collections::BTreeMap;

use otpmint::domain::challenges::code::Alphabet;
use otpmint::domain::policy::CodePolicy;
use otpmint::domain::spray::answers::{Answers, Hour};
use otpmint::domain::spray::luck::Luck;
use otpmint::domain::spray::rules::{Measures, Reaction, SprayRules};
use otpmint::domain::spray::suspicion::Suspicion;
use otpmint::domain::spray::weigh::{PARTS, weigh};
use otpmint::domain::time::{Clock, Timestamp};
use serde_json::json;

use crate::api::harness::{Tenant, TestApp};
use crate::api::v1::webhooks::local;
use crate::api::v1::{Backend, minted};
use crate::support::documents::read;

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;
const DAY: u64 = 24 * HOUR;

/// What a recipient bears in a day, by default.
const MOST_WRONG: usize = 20;
const MOST_MINTS: usize = 10;

/// Where somebody guesses.
trait Attacked {
    type Key;

    async fn mint(&mut self, person: usize) -> Self::Key;

    /// Returns whether the guess was evaluated.
    async fn guess(&mut self, key: &mut Self::Key) -> bool;

    async fn pass(&mut self, millis: u64);

    /// The luck so far.
    fn luck(&self) -> Luck;
}

/// Somebody who guesses at the codes of so many people.
struct Attacker {
    people: usize,
    /// How many codes it has sent before its first guess. They live for ten minutes.
    hoard: usize,
}

impl Attacker {
    /// Returns the luck of each day.
    async fn attack(&self, server: &mut impl Attacked, days: usize) -> Vec<Luck> {
        let mut lucks = Vec::new();
        for day in 0..days {
            let (before, mut passed) = (server.luck(), 0);
            let (mut wrong, mut mints) = (vec![0; self.people], vec![0; self.people]);
            let mut keys = Vec::new();
            let hoard = if day == 0 { self.hoard } else { 0 };
            for (person, minted) in mints.iter_mut().enumerate().take(hoard) {
                *minted += 1;
                keys.push((person, server.mint(person).await));
                passed += pass(server, SECOND / 20).await;
            }
            for (person, mut key) in keys {
                passed += exhaust(server, &mut key, &mut wrong[person]).await;
            }
            for round in 1..=MOST_MINTS as u64 {
                for person in 0..self.people {
                    if wrong[person] < MOST_WRONG && mints[person] < MOST_MINTS && passed < DAY {
                        mints[person] += 1;
                        let mut key = server.mint(person).await;
                        passed += pass(server, SECOND / 20).await;
                        passed += exhaust(server, &mut key, &mut wrong[person]).await;
                    }
                }
                // A recipient bears five messages an hour.
                passed += pass(server, (round * HOUR).saturating_sub(passed)).await;
            }
            pass(server, DAY.saturating_sub(passed)).await;
            lucks.push(server.luck() + Luck(-before.0));
        }
        lucks
    }
}

async fn pass(server: &mut impl Attacked, millis: u64) -> u64 {
    server.pass(millis).await;
    millis
}

/// Guesses at a code as often as possible. Returns how long that took.
async fn exhaust<S: Attacked>(server: &mut S, key: &mut S::Key, wrong: &mut usize) -> u64 {
    let mut passed = 0;
    while *wrong < MOST_WRONG && server.guess(key).await {
        *wrong += 1;
        passed += pass(server, SECOND / 100).await;
    }
    passed
}

fn rules(days_per_account: u32) -> SprayRules {
    SprayRules {
        budget: Luck::of_days(days_per_account),
        tolerated_percent: 10,
        measures: Measures { longer_by: 2, attempts: 2, pause_seconds: 10 },
        reaction: Reaction::Acts,
    }
}

/// The rules of a server with a tenant, and nothing else of it.
struct Model {
    /// `None` without the guard.
    rules: Option<SprayRules>,
    now: Timestamp,
    hours: BTreeMap<i64, Answers>,
    suspicion: Option<Suspicion>,
    unweighed: Luck,
    luck: Luck,
}

struct Code {
    hour: i64,
    space: i64,
    most: u8,
    answers: u8,
}

impl Model {
    fn new(rules: Option<SprayRules>, now: Timestamp) -> Self {
        let (hours, luck) = (BTreeMap::new(), Luck::default());
        Self { rules, now, hours, suspicion: None, unweighed: luck, luck }
    }

    fn measures(&self) -> Option<Measures> {
        self.suspicion.as_ref().and_then(|suspicion| suspicion.taken(self.now))
    }

    fn weigh(&mut self, rules: &SprayRules) {
        let hours: Vec<_> =
            self.hours.iter().map(|(number, answers)| Hour { number: *number, answers: *answers }).collect();
        self.suspicion = weigh(&hours, self.suspicion.as_ref(), rules, self.now);
    }
}

impl Attacked for Model {
    type Key = Code;

    async fn mint(&mut self, _: usize) -> Code {
        let usual =
            CodePolicy::new(Alphabet::Digits, 6, std::time::Duration::from_secs(600), 5).expect("defaults");
        let policy = self.measures().map_or(usual.clone(), |measures| usual.guarded(measures));
        let hour = self.now.as_millis().div_euclid(HOUR as i64);
        Code { hour, space: policy.space(), most: policy.max_attempts(), answers: 0 }
    }

    async fn guess(&mut self, code: &mut Code) -> bool {
        let most = self.measures().map_or(code.most, |measures| measures.attempts.min(code.most));
        if code.answers >= most {
            return false;
        }
        code.answers += 1;
        let first = i64::from(code.answers == 1);
        let counted = Answers { recipients: first, ..Answers::wrong(code.space) };
        *self.hours.entry(code.hour).or_default() += counted;
        (self.luck, self.unweighed) = (self.luck + counted.luck, self.unweighed + counted.luck);
        if let Some(rules) = self.rules
            && self.unweighed >= rules.budget.part(PARTS)
        {
            self.unweighed = Luck::default();
            self.weigh(&rules);
        }
        true
    }

    async fn pass(&mut self, millis: u64) {
        self.now = self.now + std::time::Duration::from_millis(millis);
    }

    fn luck(&self) -> Luck {
        self.luck
    }
}

/// A server, over HTTP.
struct Server<'a> {
    app: &'a TestApp,
    tenant: &'a Tenant,
    luck: Luck,
}

impl Attacked for Server<'_> {
    type Key = (String, usize);

    async fn mint(&mut self, person: usize) -> (String, usize) {
        let to = json!({ "to": format!("r{person}@recipient.example") });
        let (key, code) = minted(self.app, &Backend::of(self.app, self.tenant), &to).await;
        (key, code.len())
    }

    async fn guess(&mut self, (key, length): &mut (String, usize)) -> bool {
        // No code has four digits.
        let answer = Backend::of(self.app, self.tenant).verify(key, "0000").await;
        let is_evaluated = answer.json()["code"] == "code_mismatch";
        if is_evaluated {
            self.luck += Luck::of_guess(Alphabet::Digits.space(*length));
        }
        is_evaluated
    }

    async fn pass(&mut self, millis: u64) {
        self.app.clock.pass_millis(millis);
    }

    fn luck(&self) -> Luck {
        self.luck
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_of_a_spray_does_what_the_server_does() {
    // A hundred wrong answers to codes of six digits are an attack.
    let (attacker, sensitive) = (Attacker { people: 60, hoard: 30 }, 10_000);
    for is_guarded in [true, false] {
        let app = TestApp::with(|settings| {
            local(settings);
            settings.spray.days_per_account = sensitive;
            settings.spray.enabled = is_guarded;
        })
        .await;
        let tenant = app.tenant().await;
        let mut model = Model::new(is_guarded.then(|| rules(sensitive)), app.clock.now());
        let mut server = Server { app: &app, tenant: &tenant, luck: Luck::default() };
        let (expected, found) = (attacker.attack(&mut model, 1).await, attacker.attack(&mut server, 1).await);
        assert_eq!(found, expected, "guarded: {is_guarded}");
        let unguarded = Luck::of_guess(1_000_000).times((60 * MOST_WRONG) as i64);
        assert_eq!(found[0] == unguarded, !is_guarded, "{found:?}");
    }
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the figures are shown with --nocapture")]
async fn the_documents_say_what_a_spray_over_a_hundred_thousand_recipients_opens() {
    let noon = Timestamp::from_millis(1_800_000_000_000);
    // Twenty mints a second for the ten minutes that a code lives.
    let attacker = Attacker { people: 100_000, hoard: 12_000 };
    let document = read("docs/security.md");
    for (rules, days) in [(None, 1), (Some(rules(100)), 2)] {
        let lucks = attacker.attack(&mut Model::new(rules, noon), days).await;
        let day = |number: usize| format!("{:.3}", lucks[number].accounts());
        let name = if rules.is_some() { "the guard" } else { "`spray.enabled = false`" };
        let row = format!("| {name} | {} | {} |", day(0), day(days - 1));
        println!("{row}");
        assert!(document.contains(&row), "docs/security.md lacks {row}");
    }
}
