//! A client: mints, and treats its challenges randomly, until the run ends.

use std::collections::VecDeque;
use std::thread;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::torture::asked::{self, Face, v1};
use crate::torture::hand::{Hand, Manner, What};
use crate::torture::history::{Action, Answer, Medium, Operation, Receipt, Status, Subject, Try};
use crate::torture::keyring::Keyring;
use crate::torture::receipt;
use crate::torture::world::{Credential, TENANTS, Tenant, World};

/// Challenges that a client keeps at the same time, so that most survive several kills.
const POOL: usize = 16;

/// Lifetimes in seconds. The short one ends before a long run does.
const TTL: [u64; 3] = [60, 600, 900];

/// What a client has observed.
pub struct Seen {
    pub subjects: Vec<Subject>,
    pub operations: Vec<Operation>,
}

/// A client.
pub struct Actor<'a> {
    hand: Hand<'a>,
    dice: StdRng,
    tenant: &'a Tenant,
    keyring: Keyring,
    pool: Vec<Live>,
    /// Challenges that stay untouched until their deadline, or the end of the run.
    asleep: VecDeque<Subject>,
    subjects: Vec<Subject>,
}

/// A challenge whose mint was acknowledged.
struct Live {
    subject: Subject,
    /// Operations that may still follow after its end.
    afterlife: Option<u8>,
}

impl<'a> Actor<'a> {
    pub fn new(world: &'a World, name: usize, seed: u64) -> Actor<'a> {
        let tenant = &world.tenants[name % TENANTS];
        Actor {
            hand: Hand::new(world),
            dice: StdRng::seed_from_u64(seed.wrapping_add(name as u64)),
            tenant,
            keyring: Keyring::new(tenant, name),
            pool: Vec::new(),
            asleep: VecDeque::new(),
            subjects: Vec::new(),
        }
    }

    /// Runs until the run ends, and then settles its open challenges.
    pub fn live(mut self) -> Seen {
        while !self.hand.world.is_closing() {
            match self.dice.random_range(0..100) {
                0 => self.keyring.change(&mut self.hand, &mut self.dice),
                1..25 => self.mint(),
                25 => self.wake(),
                _ => self.touch(),
            }
        }
        let open = self.pool.drain(..).map(|live| live.subject).chain(self.asleep.drain(..));
        for subject in open.collect::<Vec<_>>() {
            self.settle(subject);
        }
        Seen { subjects: self.subjects, operations: self.hand.log }
    }

    fn mint(&mut self) {
        if self.pool.len() >= POOL {
            return;
        }
        let medium = match self.dice.random_range(0..100) {
            0..76 => Medium::Told,
            76..88 => Medium::Mailed,
            _ => Medium::Accepted,
        };
        let ttl = TTL[self.dice.random_range(0..TTL.len())];
        let manner = if medium == Medium::Accepted { Manner::Plain } else { self.manner() };
        let credential = self.keyring.draw(&mut self.dice);
        let subject = mint(&mut self.hand, medium, &credential, ttl, manner);
        match subject.key {
            None => self.subjects.push(subject),
            Some(_) if self.dice.random_ratio(1, 20) => self.asleep.push_back(subject),
            Some(_) => self.pool.push(Live { subject, afterlife: None }),
        }
    }

    /// Settles the next of the sleeping challenges, if its deadline has passed.
    fn wake(&mut self) {
        let now = self.hand.world.ticker.now().at;
        let Some(subject) = self.asleep.pop_front() else { return };
        match subject.expires_at <= now {
            true => self.settle(subject),
            false => self.asleep.push_back(subject),
        }
    }

    fn manner(&mut self) -> Manner {
        [Manner::Plain, Manner::Plain, Manner::Insisting, Manner::Repeating][self.dice.random_range(0..4)]
    }

    /// Does something with one of its challenges.
    fn touch(&mut self) {
        if self.pool.is_empty() {
            return;
        }
        let position = self.dice.random_range(0..self.pool.len());
        let mut live = self.pool.swap_remove(position);
        let answer = match self.dice.random_range(0..100) {
            0..16 => self.verify(&mut live.subject, Try::Right),
            16..52 => self.verify(&mut live.subject, Try::Wrong),
            52..62 => self.burst(&mut live.subject),
            62..90 if live.subject.medium != Medium::Told => self.resend(&live.subject),
            62..87 => self.look(&live.subject),
            87..90 => self.resend(&live.subject),
            90..95 => self.cancel(&live.subject),
            _ => self.keyring.knock(&mut self.hand, &mut self.dice, &live.subject),
        };
        live.afterlife = match live.afterlife {
            Some(left) => Some(left.saturating_sub(1)),
            None => answer.as_ref().is_some_and(ends).then_some(3),
        };
        match live.afterlife {
            Some(0) => self.subjects.push(live.subject),
            _ => self.pool.push(live),
        }
    }

    /// The right code, twice: before its deadline it works once, or there is a reason.
    fn settle(&mut self, mut subject: Subject) {
        for _ in 0..2 {
            let _ = self.verify(&mut subject, Try::Right);
        }
        self.subjects.push(subject);
    }

    fn verify(&mut self, subject: &mut Subject, which: Try) -> Option<Answer> {
        let code = self.code(subject, which)?;
        let credential = self.keyring.draw(&mut self.dice);
        let face = [Face::V1, Face::V1, Face::Compat, Face::Anonymous][self.dice.random_range(0..4)];
        let manner = if face == Face::V1 { self.manner() } else { Manner::Plain };
        verify(&mut self.hand, self.tenant, subject, &credential, face, (which, &code), manner)
    }

    /// Several answers at the same moment, most of them right.
    fn burst(&mut self, subject: &mut Subject) -> Option<Answer> {
        let right = self.code(subject, Try::Right)?;
        let wrong = self.code(subject, Try::Wrong)?;
        let (world, tenant) = (self.hand.world, self.tenant);
        let credential = self.keyring.draw(&mut self.dice);
        let tries: Vec<(Try, Face)> = (0..self.dice.random_range(2..5))
            .map(|_| {
                let which = if self.dice.random_ratio(3, 4) { Try::Right } else { Try::Wrong };
                (which, [Face::V1, Face::Compat, Face::Anonymous][self.dice.random_range(0..3)])
            })
            .collect();
        let (subject, credential) = (&*subject, &credential);
        let hands: Vec<Hand> = thread::scope(|scope| {
            let one = |(which, face): (Try, Face)| {
                let code = if which == Try::Right { &right } else { &wrong };
                scope.spawn(move || {
                    let mut hand = Hand::new(world);
                    verify(&mut hand, tenant, subject, credential, face, (which, code), Manner::Plain);
                    hand
                })
            };
            let running: Vec<_> = tries.into_iter().map(one).collect();
            running.into_iter().map(|hand| hand.join().expect("a hand does not panic")).collect()
        });
        let mut end = None;
        for operation in hands.into_iter().flat_map(|hand| hand.log) {
            end = operation.answer.clone().filter(ends).or(end);
            self.hand.log.push(operation);
        }
        end
    }

    fn look(&mut self, subject: &Subject) -> Option<Answer> {
        let credential = self.keyring.draw(&mut self.dice);
        look(&mut self.hand, subject, &credential)
    }

    fn resend(&mut self, subject: &Subject) -> Option<Answer> {
        let credential = self.keyring.draw(&mut self.dice);
        let path = format!("/v1/challenges/{}/resend", subject.key.as_deref()?);
        let request = v1("POST", path, &credential.secret, &Value::Null);
        let manner = self.manner();
        self.hand.perform(about(Action::Resend, subject, &credential), request, manner, |reply, _| {
            asked::done(reply)
        })
    }

    fn cancel(&mut self, subject: &Subject) -> Option<Answer> {
        let credential = self.keyring.draw(&mut self.dice);
        let path = format!("/v1/challenges/{}", subject.key.as_deref()?);
        let request = v1("DELETE", path, &credential.secret, &Value::Null);
        let what = about(Action::Cancel, subject, &credential);
        let answer = self.hand.perform(what, request, Manner::Plain, |reply, _| asked::done(reply))?;
        Some(if answer == Answer::Done { Answer::Ended(Status::Canceled) } else { answer })
    }

    /// The code, or a wrong one; none while the mail has not arrived.
    fn code(&self, subject: &mut Subject, which: Try) -> Option<String> {
        if subject.code.is_none() {
            subject.code = self.hand.world.post.code(&subject.recipient);
        }
        let right = subject.code.as_deref()?;
        Some(match which {
            Try::Right => right.to_owned(),
            Try::Wrong => wrong(right),
        })
    }
}

/// Whether the challenge has ended with this answer.
fn ends(answer: &Answer) -> bool {
    match answer {
        Answer::Verified(_) | Answer::Ended(_) | Answer::EndedSomehow => true,
        Answer::Mismatched { remaining: 0 } => true,
        Answer::Seen { status, .. } => *status != Status::Pending,
        _ => false,
    }
}

pub fn about<'a>(action: Action, subject: &Subject, credential: &'a Credential) -> What<'a> {
    What { action, challenge: Some(subject.number), credential: Some(credential) }
}

/// A new challenge for a new recipient.
pub fn mint(hand: &mut Hand, medium: Medium, with: &Credential, ttl: u64, manner: Manner) -> Subject {
    let number = hand.world.numbers.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let recipient = format!("jane{number}@{}.example", ["north", "south", "west"][number % 3]);
    mint_to(
        hand,
        Subject { number, recipient, medium, key: None, code: None, expires_at: 0 },
        with,
        ttl,
        manner,
    )
}

/// A new challenge for this recipient.
pub fn mint_to(
    hand: &mut Hand,
    mut subject: Subject,
    with: &Credential,
    ttl: u64,
    manner: Manner,
) -> Subject {
    let request = asked::mint(&subject, &with.secret, ttl);
    let what = about(Action::Mint, &subject, with);
    hand.perform(what, request, manner, |reply, _| asked::minted(reply, &mut subject));
    subject
}

/// An answer to a challenge.
pub fn verify(
    hand: &mut Hand,
    tenant: &Tenant,
    subject: &Subject,
    with: &Credential,
    face: Face,
    (which, code): (Try, &str),
    manner: Manner,
) -> Option<Answer> {
    let request = asked::verify(face, subject.key.as_deref()?, &with.secret, code);
    let mut what = about(Action::Verify(which), subject, with);
    if face == Face::Anonymous {
        what.credential = None;
    }
    let world = hand.world;
    hand.perform(what, request, manner, |reply, tries| {
        asked::verified(face, reply, |receipt| match receipt {
            Some(receipt) => receipt::check(world, receipt, &tenant.handle, subject),
            None if tries > 1 => Receipt::Lost,
            None => Receipt::Bad("there is none".to_owned()),
        })
    })
}

/// Fetches a challenge.
pub fn look(hand: &mut Hand, subject: &Subject, with: &Credential) -> Option<Answer> {
    let path = format!("/v1/challenges/{}", subject.key.as_deref()?);
    let request = v1("GET", path, &with.secret, &Value::Null);
    hand.perform(about(Action::Look, subject, with), request, Manner::Plain, |reply, _| asked::seen(reply))
}

/// A code that differs from `code`.
fn wrong(code: &str) -> String {
    code.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).collect()
}
