//! The engine of a store, as the tests watch it: each commit is a place to crash before and after, and it may be
//! broken.

use std::sync::Arc;

use catga::store::{Answer, Clash, Engine, ErrorKind, Identity, Member, Snapshot, StoreError};

use crate::machine::Machine;
use crate::plan::Bug;
use crate::world::Env;

pub struct Watched {
    inner: Arc<dyn Engine>,
    env: Arc<Env>,
    is_shop: bool,
}

impl Watched {
    pub fn new(inner: Arc<dyn Engine>, env: Arc<Env>, is_shop: bool) -> Self {
        Self { inner, env, is_shop }
    }

    fn machine(&self) -> &Machine {
        if self.is_shop { &self.env.shop } else { &self.env.payments }
    }

    /// The member, as a broken engine takes it.
    fn taken(&self, member: &Member) -> Member {
        let mut member = member.clone();
        if self.env.has(Bug::FencesIgnored) {
            member.needs.clear();
        }
        if self.env.has(Bug::ReadsUnchecked) {
            member.at = None;
        }
        if self.env.has(Bug::WatermarksForgotten) {
            member.writes.retain(|write| space(write) != WATERMARK);
        }
        if self.env.has(Bug::RepliesForgotten)
            && !self.is_shop
            && member.writes.iter().any(|write| space(write) == ROWS)
        {
            // What the claim says stays, until that ends.
            member.writes.retain(|write| !matches!(space(write), IDEMPOTENCY | IDEMPOTENCY_DONE));
        }
        if self.env.has(Bug::PartsForgotten) && self.is_shop && step(&member) == "part" {
            member.writes.retain(|write| !matches!(space(write), IDEMPOTENCY | IDEMPOTENCY_DONE));
        }
        if self.env.has(Bug::MarksForgotten) && step(&member) == "mark" {
            // The count and the key, and not the row.
            member.writes.retain(|write| space(write) != OUTBOX);
        }
        member
    }
}

impl Engine for Watched {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.inner.snapshot()
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        // Where it crashes, nobody hears the answer.
        let down = || group.iter().map(|_| Answer::Conflict(Clash::TooOld)).collect();
        for member in group {
            if self.env.points.pass(self.machine(), &format!("before {}", step(member))) {
                return down();
            }
        }
        let taken: Vec<Member> = group.iter().map(|member| self.taken(member)).collect();
        let answers = self.inner.commit(&taken);
        for (member, answer) in group.iter().zip(&answers) {
            let step = step(member);
            if !matches!(step, "lease" | "other") {
                self.env.sim.note(format!("{} {step} {answer:?}", self.machine().node.name()));
            }
            if self.env.points.pass(self.machine(), &format!("after {step}")) {
                return down();
            }
        }
        if self.env.has(Bug::ConflictsAreDone) {
            let done = |answer| match answer {
                Answer::Conflict(Clash::Read) => Answer::Committed(self.inner.head()),
                Answer::Failed(error) if error.kind() == ErrorKind::Conflict => Answer::Committed(self.inner.head()),
                other => other,
            };
            return answers.into_iter().map(done).collect();
        }
        answers
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }

    fn head(&self) -> u64 {
        self.inner.head()
    }
}

// The parts of the key space, as the store's own documentation lists them.
const IDEMPOTENCY: u8 = 0x10;
const IDEMPOTENCY_DONE: u8 = 0x11;
const OUTBOX: u8 = 0x20;
const OUTBOX_READY: u8 = 0x21;
const OUTBOX_KEY: u8 = 0x04;
const INBOX: u8 = 0x30;
const WATERMARK: u8 = 0x31;
const DEAD_LETTERS: u8 = 0x40;
const SCHEDULED: u8 = 0x50;
const LEASES: u8 = 0x02;
const ROWS: u8 = 0x80;

fn parts(write: &catga::store::Write) -> (u8, bool) {
    let row = write.at(1, |_| Ok(None)).expect("it is written anyway");
    (row.key()[0], row.record().is_some())
}

fn space(write: &catga::store::Write) -> u8 {
    parts(write).0
}

/// Which step of delivery a commit is.
pub fn step(member: &Member) -> &'static str {
    let writes: Vec<(u8, bool)> = member.writes.iter().map(parts).collect();
    let has = |space, is_put| writes.contains(&(space, is_put));
    match () {
        () if has(SCHEDULED, false) => "release",
        () if has(OUTBOX, false) => "mark",
        () if has(DEAD_LETTERS, true) => "bury",
        () if has(INBOX, true) => "effect",
        () if has(OUTBOX, true) => "place",
        () if has(OUTBOX_KEY, true) => "claim",
        () if has(IDEMPOTENCY, true) && has(ROWS, true) => "part",
        // A claim that finds nothing.
        () if has(OUTBOX_KEY, false) || has(OUTBOX_READY, false) => "tidy",
        () if has(IDEMPOTENCY, true) => "begin",
        () if has(LEASES, true) => "lease",
        () => "other",
    }
}
