use core::time::Duration;

use super::keys::Trouble;
use super::message::{OutboxMessage, OutboxRow, Stored};
use super::outbox::Outbox;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::protocol::claim::{self, Claim, Head, State};
use crate::store::span::{self, Span};
use crate::store::value;

/// A key that a relay has, with its first rows in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedKey {
    /// The key.
    pub key: Vec<u8>,
    /// Whose it is.
    pub claim: Claim,
    /// Until when, in milliseconds since 1970.
    pub until_ms: u64,
    /// To be published one after the other.
    pub rows: Vec<OutboxRow>,
}

/// What became of a claimed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// As it was claimed.
    pub key: ClaimedKey,
    /// How many of its rows, from the first on, are published.
    pub published: usize,
    /// What is with the row after them.
    pub fate: Fate,
}

/// What is to become of the first row that is not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The key goes on with it.
    GoOn,
    /// It failed: the key goes on with it after a while. However often that is.
    Again {
        /// How long it waits.
        after: Duration,
        /// What the failure said.
        error: String,
    },
    /// It is poisoned: its key is parked, and every other goes on.
    Park {
        /// What the failure said.
        error: String,
    },
    /// This program does not know it: its key is held for one that does.
    Hold,
    /// It is taken off, by a transaction that has put it into the dead letters; the key goes on behind it.
    TakeOff,
}

pub(in crate::store) const LOST: &str =
    "the key of the outbox was lost to another relay; what was published is published once more";

/// How often a claim is tried while other relays claim the same keys.
const TRIES: usize = 8;

/// Who publishes the rows of an outbox. Any number of them work side by side.
#[derive(Clone, Debug)]
pub struct Relay {
    pub(in crate::store) outbox: Outbox,
    pub(in crate::store) owner: u64,
    /// Where it goes on; at the first key, where it is in no round.
    pub(in crate::store) round: Option<Round>,
}

/// How far a relay has come on its way through the keys. It goes round, so that no key waits for ever behind others that
/// are ready again and again; and a round ends where the keys ended when it began, so that none waits for ever behind
/// new ones, which come at the end where keys count up.
#[derive(Clone, Debug)]
pub(in crate::store) struct Round {
    /// The key that was claimed last.
    pub(in crate::store) last: Vec<u8>,
    /// The last one of the round.
    pub(in crate::store) end: Vec<u8>,
}

impl Relay {
    pub(super) fn new(outbox: Outbox, owner: u64) -> Self {
        Self { outbox, owner, round: None }
    }

    /// Claims up to `limit` keys with their first rows, in one commit. Cancel safe: keys whose relay vanished
    /// are free when their lease ends.
    ///
    /// # Errors
    /// `Held` after a restore, until it is confirmed; `Conflict` where other relays were faster time and again;
    /// else as a commit's.
    pub async fn claim<D>(&mut self, store: &Store<D>, limit: usize) -> Result<Vec<ClaimedKey>, StoreError> {
        let mut tries = 0;
        loop {
            let mut tx = store.begin_own()?;
            tx.may_send()?;
            let mut claiming = Claiming { now: tx.unix_ms(), limit, keys: Vec::new(), due: 0, owner: self.owner };
            // What is due comes first, but for half: what fails again and again must not be all that is claimed.
            self.outbox.claim_due(&mut tx, &mut claiming, limit.div_ceil(2))?;
            let round = self.outbox.claim_ready(&mut tx, &mut claiming, self.round.as_ref())?;
            self.outbox.claim_due(&mut tx, &mut claiming, limit)?;
            if tx.is_read_only() {
                return Ok(claiming.keys);
            }
            tries += 1;
            match tx.commit().await {
                Ok(committed) => {
                    self.round = round;
                    claiming.keys.iter_mut().for_each(|key| key.claim.fence = committed.sequence);
                    return Ok(claiming.keys);
                }
                Err(error) if error.kind() == ErrorKind::Conflict && tries < TRIES => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// A claim in the making.
struct Claiming {
    now: u64,
    limit: usize,
    owner: u64,
    keys: Vec<ClaimedKey>,
    /// How many of the first keys were claimed as their time had come.
    due: usize,
}

impl Claiming {
    fn has(&self, key: &[u8]) -> bool {
        self.keys.iter().any(|claimed| claimed.key == key)
    }

    /// The same for a key that is ready: none of these is looked at twice.
    fn has_as_due(&self, key: &[u8]) -> bool {
        self.keys.iter().take(self.due).any(|claimed| claimed.key == key)
    }

    fn room(&self) -> usize {
        self.limit.saturating_sub(self.keys.len())
    }
}

impl Outbox {
    /// A relay of this outbox: `owner` is a number that no other has, drawn by chance.
    pub fn relay(&self, owner: u64) -> Relay {
        Relay::new(*self, owner)
    }

    /// Claims keys whose time has come, oldest first.
    fn claim_due(&self, tx: &mut Transaction, claiming: &mut Claiming, limit: usize) -> Result<(), StoreError> {
        let due = Space::OutboxWaiting.before(self.name, (self.name, claiming.now + 1));
        for (at, _) in tx.glance(&due, limit)? {
            let (_, time, key): (String, u64, Vec<u8>) = Space::OutboxWaiting.parts(&at)?;
            if claiming.keys.len() >= claiming.limit {
                break;
            }
            if claiming.has(&key) {
                continue;
            }
            let seen = claim::peek::<Trouble>(tx, &self.state(&key), RecordKind::Outbox)?;
            claim::unchanged(tx, &self.state(&key), seen.as_ref().map(|(head, _)| head));
            tx.write(Write::delete(at))?;
            // Else it is left over: its key is elsewhere by now.
            if let Some((head, trouble)) = seen
                && head.time == time
                && moves(head.state)
                && !self.claim_key(tx, key.clone(), trouble, claiming)?
            {
                tx.read(&self.ready(&key))?;
                tx.write(Write::delete(self.state(&key)))?;
            }
        }
        Ok(())
    }

    /// Claims keys that are ready, those that are left of the round first; says where to go on.
    fn claim_ready(
        &self,
        tx: &mut Transaction,
        claiming: &mut Claiming,
        round: Option<&Round>,
    ) -> Result<Option<Round>, StoreError> {
        claiming.due = claiming.keys.len();
        let all = Space::OutboxReady.span(self.name);
        let spans = round.map_or_else(
            || vec![all.clone()],
            |round| {
                let (after, behind) = (span::next(&self.ready(&round.last)), span::next(&self.ready(&round.end)));
                let left = Span { start: after.clone(), end: Some(behind.clone()) };
                vec![left, Span { end: Some(after), ..all.clone() }, Span { start: behind, ..all.clone() }]
            },
        );
        let mut last = None;
        for (number, span) in spans.into_iter().enumerate() {
            last = self.claim_ready_in(tx, claiming, span)?.or(last);
            if claiming.room() > 0 {
                continue;
            }
            let Some(last) = last else { break };
            let end = match round {
                Some(round) if number == 0 => Some(round.end.clone()),
                _ => tx
                    .last(&all)?
                    .map(|at| Space::OutboxReady.parts(&at).map(|(_, key): (String, _)| key))
                    .transpose()?,
            };
            return Ok(end.map(|end| Round { last, end }));
        }
        // All were looked at; or what was due has taken all the place.
        Ok(round.filter(|_| claiming.room() == 0).cloned())
    }

    /// Claims keys of a span that are ready, for as long as there is room, and says which was last.
    fn claim_ready_in(
        &self,
        tx: &mut Transaction,
        claiming: &mut Claiming,
        mut span: Span,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut last = None;
        let mut room = claiming.room();
        while room > 0 {
            let (page, mut passed_by) = (tx.glance(&span, room)?, 0);
            let is_all = page.len() < room;
            for (at, _) in page {
                let (_, key): (String, Vec<u8>) = Space::OutboxReady.parts(&at)?;
                span.start = span::next(&at);
                passed_by += usize::from(!self.claim_ready_key(tx, claiming, at, &key)?);
                last = Some(key);
            }
            // In the place of those that others have, as many more are looked at.
            room = if is_all { 0 } else { passed_by };
        }
        Ok(last)
    }

    /// Claims a key that is ready, and takes that off; whether it has not passed it by.
    fn claim_ready_key(
        &self,
        tx: &mut Transaction,
        claiming: &mut Claiming,
        at: Vec<u8>,
        key: &[u8],
    ) -> Result<bool, StoreError> {
        if !claiming.has_as_due(key) {
            let seen = claim::peek::<Trouble>(tx, &self.state(key), RecordKind::Outbox)?;
            // Rows have come since another relay claimed it. When that one marks what it had, it may not have seen them
            // yet, and then nothing but this tells of them: who took it off now would leave them there for good.
            if seen.as_ref().is_some_and(|(head, _)| head.state == State::Claimed) {
                return Ok(false);
            }
            claim::unchanged(tx, &self.state(key), seen.as_ref().map(|(head, _)| head));
            // A state says itself when the key is looked at again.
            if seen.is_none() && !self.claim_key(tx, key.to_vec(), Trouble::default(), claiming)? {
                // Nothing is there, and where something comes until this commits, it conflicts.
                tx.read(&at)?;
            }
        }
        tx.write(Write::delete(at))?;
        Ok(true)
    }

    /// Claims one key, where it has rows, and says whether it has; its state is watched over by the caller.
    fn claim_key(
        &self,
        tx: &mut Transaction,
        key: Vec<u8>,
        trouble: Trouble,
        claiming: &mut Claiming,
    ) -> Result<bool, StoreError> {
        let rows = self.first(tx, &key, self.limits.per_claim.max(1), trouble.attempts)?;
        let Some(first) = rows.first() else { return Ok(false) };
        // Since this snapshot another relay may have claimed the key, marked it and let it go: then its state is what
        // it was, and its first row is gone.
        tx.watch(self.row(&key, first.position))?;
        let (owner, until) = (claiming.owner, claim::end(claiming.now, self.lease));
        claim::claim(tx, self.state(&key), RecordKind::Outbox, owner, until, &trouble)?;
        tx.write(Write::put(self.waiting(until, &key), RecordKind::Index, 0, &[]))?;
        claiming.keys.push(ClaimedKey { key, claim: Claim { owner, fence: 0 }, until_ms: until, rows });
        Ok(true)
    }

    pub(super) fn first(
        &self,
        tx: &Transaction,
        key: &[u8],
        limit: usize,
        attempts: u32,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let rows = tx.glance(&Space::Outbox.span((self.name, key)), limit)?;
        let row = |(index, (at, bytes)): (usize, (Vec<u8>, Vec<u8>))| {
            let (_, _, sequence, ordinal): (String, Vec<u8>, u64, u32) = Space::Outbox.parts(&at)?;
            let stored: Stored = value::decode(record::payload(&at, &bytes, RecordKind::Outbox, 0)?)?;
            let message = OutboxMessage { id: stored.id, name: stored.name, key: key.to_vec(), body: stored.body };
            let attempts = if index == 0 { attempts } else { 0 };
            Ok(OutboxRow { position: (sequence, ordinal), attempts, added_ms: stored.added_ms, message })
        };
        rows.into_iter().enumerate().map(row).collect()
    }

    /// Marks what became of the keys of one or more claims, all in one commit: what is published is gone, and
    /// each key is free again or waits, as its fate says.
    ///
    /// # Errors
    /// `Lost` where one of the keys was lost: nothing is marked then; mark the keys singly to see which.
    /// Else as a commit's.
    pub async fn mark<D>(&self, store: &Store<D>, keys: &[Marked]) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        keys.iter().try_for_each(|marked| self.mark_in(&mut tx, marked))?;
        tx.commit().await.map(drop)
    }

    /// Marks a key as part of a transaction: that of a local handler's effect, so that both are there or
    /// neither, or the one that puts its first message into the dead letters.
    ///
    /// # Errors
    /// As a write's; the commit answers `Lost` where the key is another relay's by then.
    pub fn mark_in(&self, tx: &mut Transaction, marked: &Marked) -> Result<(), StoreError> {
        let key = &marked.key;
        let (state, now) = (self.state(&key.key), tx.unix_ms());
        claim::held(tx, &state, key.claim, LOST);
        let gone = marked.published + usize::from(marked.fate == Fate::TakeOff);
        for (index, row) in key.rows.iter().take(gone).enumerate() {
            tx.write(Write::delete(self.row(&key.key, row.position)))?;
            tx.write(Write::add(self.count(), -1))?;
            if index < marked.published && !self.retention.is_zero() {
                let at = Space::OutboxPublished.with((self.name, now, row.message.id));
                tx.write(Write::put(at, RecordKind::Index, 0, &[]))?;
            }
        }
        tx.write(Write::delete(self.waiting(key.until_ms, &key.key)))?;
        let tried = key.rows.get(marked.published).map_or(0, |row| row.attempts) + 1;
        let stays = |state, time| Head::new(state, key.claim, time);
        let (head, trouble) = match &marked.fate {
            Fate::GoOn | Fate::TakeOff => {
                if self.has_more(tx, key, gone)? {
                    tx.write(Write::put(self.ready(&key.key), RecordKind::Index, 0, &[]))?;
                }
                return tx.write(Write::delete(state));
            }
            Fate::Again { after, error } => {
                let due = claim::end(now, *after);
                tx.write(Write::put(self.waiting(due, &key.key), RecordKind::Index, 0, &[]))?;
                (stays(State::Ready, due), Trouble { attempts: tried, error: error.clone() })
            }
            Fate::Park { error } => (stays(State::Dead, now), Trouble { attempts: tried, error: error.clone() }),
            Fate::Hold => (stays(State::Held, now), Trouble::default()),
        };
        claim::put(tx, state, RecordKind::Outbox, head, &trouble)
    }

    /// Whether a claimed key may have rows behind the first so many. One that comes from now on says itself that the key
    /// is ready; one that came before the claim said so, too, and the claim has taken that.
    fn has_more(&self, tx: &Transaction, key: &ClaimedKey, gone: usize) -> Result<bool, StoreError> {
        let Some(last) = key.rows.get(..gone).and_then(<[OutboxRow]>::last) else { return Ok(true) };
        if gone < key.rows.len() || tx.sequence()? < key.claim.fence {
            return Ok(true);
        }
        let rows = Space::Outbox.span((self.name, key.key.as_slice()));
        let behind = Span { start: span::next(&self.row(&key.key, last.position)), ..rows };
        Ok(!tx.glance(&behind, 1)?.is_empty())
    }

    /// Prolongs the claim of a key by the outbox's lease, from now.
    ///
    /// # Errors
    /// `Lost` where it is another relay's by now; else as a commit's.
    pub async fn renew<D>(&self, store: &Store<D>, key: &mut ClaimedKey) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let at = self.state(&key.key);
        let seen =
            claim::peek::<Trouble>(&mut tx, &at, RecordKind::Outbox)?.filter(|(head, _)| head.claim == key.claim);
        let Some((head, trouble)) = seen else { return Err(StoreError::new(ErrorKind::Lost, LOST)) };
        claim::held(&mut tx, &at, key.claim, LOST);
        let until = claim::end(tx.unix_ms(), self.lease);
        tx.write(Write::delete(self.waiting(head.time, &key.key)))?;
        tx.write(Write::put(self.waiting(until, &key.key), RecordKind::Index, 0, &[]))?;
        claim::put(&mut tx, at, RecordKind::Outbox, Head { time: until, ..head }, &trouble)?;
        tx.commit().await?;
        key.until_ms = until;
        Ok(())
    }
}

/// Whether a key in this state goes on when its time has come.
fn moves(state: State) -> bool {
    matches!(state, State::Claimed | State::Ready)
}
