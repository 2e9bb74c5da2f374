//! Tests of the decisions about challenges, without a database: the unit of work against a model.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use crate::domain::challenges::challenge::{Binding, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::device::Device;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::challenges::former::Former;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::mailbox::{Mailbox, Spelling};
use crate::domain::node::Node;
use crate::domain::phone::fraud::rules::Budget;
use crate::domain::policy::{GrantedLimits, SendPolicy};
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{CodeHash, RecipientIndex, Sealed};
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKinds;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::Holding;
use crate::store::sql::lane::WriterLane;
use crate::store::sql::row::{Columns, Row};
use crate::store::sql::tx::{RowCallback, Tx};
use crate::store::sql::value::Value;
use crate::store::{Attempt, Decision, Issued, Judge, OpenChallenge, Target};

use super::model::{By, FAILURES, IN_A_ROW, MAX_ATTEMPTS, Model, RESERVE, SENDS, TTL};
use super::{attempt, end, open};

const TENANT: TenantId = TenantId(1);
const OTHER_TENANT: TenantId = TenantId(2);
const RIGHT: CodeHash = CodeHash([1; 32]);
/// A database with one tenant and nothing else, which discards all writes.
struct Forgetful;

struct FixedRow(Vec<Value<'static>>);

impl Columns for FixedRow {
    fn column(&self, index: usize) -> Result<Value<'_>> {
        Ok(self.0[index])
    }
}

impl Holding for Forgetful {
    fn audit_floor(&self) -> Result<i64> {
        Ok(i64::MIN)
    }
}

impl Tx for Forgetful {
    fn rows(&self, sql: &str, _: &[Value<'_>], each: RowCallback<'_>) -> Result<()> {
        let row = match sql {
            _ if sql.contains("FROM tenants t") => {
                vec![
                    Value::Text("tnt_aaaaaaaaaaaaaaaa"),
                    Value::Text("active"),
                    Value::Text("active"),
                    Value::Null,
                    Value::Null,
                ]
            }
            _ if sql.starts_with("SELECT count(*)") => vec![Value::Int(0)],
            _ => return Ok(()),
        };
        each(&mut Row::of(&FixedRow(row))).map(|_: ControlFlow<()>| ())
    }

    fn change(&self, _: &str, _: &[Value<'_>]) -> Result<usize> {
        Ok(1)
    }
}

struct FixedJudge {
    is_right: bool,
    by: By,
}

impl Judge for FixedJudge {
    fn admit(&self, _: TenantId, _: &GrantedLimits) -> Result<(), LimitHit> {
        let hit = LimitHit { limit: Limit::VerifyPerTenant, retry_after: Duration::ZERO };
        if self.by == By::Throttled { Err(hit) } else { Ok(()) }
    }

    fn hash(&self, _: u32, _: &Binding) -> Option<CodeHash> {
        Some(if self.is_right { RIGHT } else { CodeHash([2; 32]) })
    }
}

#[derive(Clone, Debug)]
enum Step {
    Open(usize, Device),
    Answer(usize, bool, By),
    /// Answers the latest challenge of a recipient.
    AnswerTo(usize, bool),
    Cancel(usize),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..2_usize, device()).prop_map(|(whose, device)| Step::Open(whose, device)),
        6 => (0..12_usize, prop::bool::weighted(0.2))
            .prop_map(|(which, is_right)| Step::Answer(which, is_right, By::Owner)),
        3 => (0..12_usize, prop::bool::weighted(0.2))
            .prop_map(|(which, is_right)| Step::Answer(which, is_right, By::Voucher)),
        1 => (0..12_usize, prop::bool::ANY, prop::sample::select(vec![By::Throttled, By::Stranger]))
            .prop_map(|(which, is_right, by)| Step::Answer(which, is_right, by)),
        2 => (0..2_usize, prop::bool::weighted(0.2)).prop_map(|(whose, is_right)| Step::AnswerTo(whose, is_right)),
        1 => (0..12_usize).prop_map(Step::Cancel),
        2 => (0..400_u64).prop_map(Step::Wait),
    ]
}

fn device() -> impl Strategy<Value = Device> {
    prop::sample::select(vec![Device::Unknown, Device::Trusted])
}

fn limits() -> Option<Arc<RecipientLimits>> {
    Some(Arc::new(RecipientLimits {
        sends: vec![format!("{SENDS}/10m").parse().unwrap()],
        failures: format!("{FAILURES}/10m").parse().unwrap(),
        sends_overall: Vec::new(),
        own_failures: None,
        failures_in_a_row: IN_A_ROW,
        reserve: format!("{RESERVE}/10m").parse().ok(),
    }))
}

fn index(whose: usize) -> RecipientIndex {
    RecipientIndex([u8::try_from(whose).unwrap(); 16])
}

fn new(which: usize, (whose, device): (usize, Device), now: Timestamp) -> OpenChallenge {
    let binding = Binding {
        tenant: TENANT,
        challenge: ChallengeId(which as i64),
        purpose: Purpose::LOGIN,
        channel: ChannelKind::Email,
        recipient: index(whose),
    };
    OpenChallenge {
        former: Former::Stays,
        fallback: Fallback::default(),
        now,
        binding,
        recipient_hint: String::new(),
        domain: String::new(),
        country: None,
        code_key: 1,
        code_hash: Some(RIGHT),
        payload: Sealed(vec![1]),
        expires_at: now + TTL,
        max_attempts: MAX_ATTEMPTS,
        space: 1_000_000,
        sends: SendPolicy { max_sends: 1, cooldowns: Vec::new() },
        details: Details::default(),
        limits: limits(),
        device,
        by: Actor::default(),
        once: None,
        subjects: Vec::new(),
        cap: Budget::NONE,
        events: EventKinds::none(),
        other_indexes: Vec::new(),
        mailbox: Mailbox::default(),
        phone: None,
    }
}

fn answer(group: &Group, target: Target, (is_right, by): (bool, By), now: Timestamp) -> String {
    let judge = Box::new(FixedJudge { is_right, by });
    let tenant = Some(if by == By::Stranger { OTHER_TENANT } else { TENANT });
    let limits = limits();
    let device = if by == By::Voucher { Device::Trusted } else { Device::Unknown };
    let attempt = Attempt { now, target, tenant, judge, limits, device, by: Actor::default(), once: None };
    match attempt::decide(group, &attempt, &mut None).unwrap() {
        Decision::Verified(_) => "verified".to_owned(),
        Decision::Mismatched { attempts_remaining } => format!("mismatched {attempts_remaining}"),
        Decision::Ended(status) => format!("ended {}", status.as_str()),
        Decision::Limited(hit) => format!("limited {}", hit.limit.as_str()),
        other => format!("{other:?}"),
    }
}

fn follow(group: &Group, model: &mut Model, step: &Step) {
    let now = model.now;
    match *step {
        Step::Wait(seconds) => model.now = now + Duration::from_secs(seconds),
        Step::Open(whose, device) => {
            let opened = open::open(group, &new(model.challenges.len(), (whose, device), now)).unwrap();
            let refused = match opened {
                Issued::Limited(hit) => Some(hit.limit),
                _ => None,
            };
            assert_eq!(refused, model.open(whose, device));
        }
        Step::Answer(which, is_right, by) if which < model.challenges.len() => {
            let target = Target::Challenge(ChallengeId(which as i64));
            assert_eq!(answer(group, target, (is_right, by), now), model.answer(which, is_right, by));
        }
        Step::AnswerTo(whose, is_right) => {
            let target = Target::Latest(vec![index(whose)], Some((Purpose::LOGIN, Spelling::default())));
            let expected = match model.latest(whose) {
                Some(which) => model.answer(which, is_right, By::Owner),
                None => "Unknown".to_owned(),
            };
            assert_eq!(answer(group, target, (is_right, By::Owner), now), expected);
        }
        Step::Cancel(which) if which < model.challenges.len() => {
            let canceled = end::cancel(
                group,
                (TENANT, ChallengeId(which as i64)),
                (&Actor::default(), EventKinds::all()),
                now,
            )
            .unwrap();
            assert_eq!(canceled, model.cancel(which));
        }
        Step::Answer(..) | Step::Cancel(_) => {}
    }
}

proptest! {
    #[test]
    fn every_answer_is_decided_as_the_model_decides_it(steps in prop::collection::vec(step(), 1..120)) {
        let lane = WriterLane::only(Node::SERVER, 0);
        let group = Group::new(&Forgetful, &lane);
        let mut model = Model::default();
        for step in &steps {
            follow(&group, &mut model, step);
        }
        for (which, known) in model.challenges.iter().enumerate() {
            let held = group.challenge(ChallengeId(which as i64)).unwrap().unwrap();
            let row = held.get();
            prop_assert_eq!(row.shown.standing.status, known.status);
            prop_assert_eq!(row.shown.standing.attempts, known.attempts);
            let is_over = known.status != ChallengeStatus::Pending;
            prop_assert_eq!(row.payload.is_none() && row.recipient.is_none() && row.code_hash.is_none(), is_over);
        }
        for (whose, person) in model.people.iter().enumerate() {
            let held = group.recipient(TENANT, index(whose)).unwrap();
            let in_a_row = held.get().counters().map_or(0, |counters| counters.in_a_row);
            prop_assert_eq!(in_a_row, person.in_a_row);
        }
    }
}
