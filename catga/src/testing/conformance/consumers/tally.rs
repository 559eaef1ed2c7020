use core::future::{Future, poll_fn};
use core::task::{Poll, Waker};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::tools::ENDLESS;
use crate::delivery::{DeadLetters, Letter};
use crate::error::{Class, Failure};
use crate::transport::Parcel;

/// What handlers and dead letters have seen so far, for who waits for more of it.
#[derive(Default)]
pub(super) struct Tally(Mutex<Seen>);

#[derive(Default)]
pub(super) struct Seen {
    /// All attempts, as they began.
    pub(super) begun: Vec<Begun>,
    /// The numbers of those that ended well.
    pub(super) ended: Vec<u64>,
    /// What was kept.
    pub(super) letters: Vec<Kept>,
    /// How often the dead letters were asked to keep something.
    pub(super) asked: usize,
    /// So many of them fail at first.
    pub(super) refusals: usize,
    waker: Option<Waker>,
}

/// An attempt, as a handler saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) number: u64,
    pub(super) attempt: u32,
    pub(super) id: u64,
    pub(super) tenant: Option<String>,
}

/// A letter.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) parcel: Parcel,
    pub(super) endpoint: String,
    pub(super) code: &'static str,
    pub(super) class: Class,
    pub(super) attempts: u32,
    pub(super) error: String,
}

impl Tally {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        // Nothing that may panic runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes something, and wakes who waits for it.
    pub(super) fn note<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        let mut seen = self.lock();
        let changed = change(&mut seen);
        let waker = seen.waker.take();
        drop(seen);
        waker.into_iter().for_each(Waker::wake);
        changed
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.lock())
    }

    /// Waits until this is so. One waits at a time.
    pub(super) fn reach(
        &self,
        is_so: impl Fn(&Seen) -> bool + Send,
    ) -> impl Future<Output = Result<(), String>> + Send {
        poll_fn(move |cx| {
            let mut seen = self.lock();
            if is_so(&seen) {
                return Poll::Ready(Ok(()));
            }
            if seen.begun.len().max(seen.asked) > 2 * ENDLESS {
                return Poll::Ready(Err("what failed comes again and again".into()));
            }
            let old = seen.waker.replace(cx.waker().clone());
            drop(seen);
            drop(old);
            Poll::Pending
        })
    }
}

impl Seen {
    /// How often each attempt of this message began, in order.
    pub(super) fn attempts(&self, number: u64) -> Vec<u32> {
        self.begun.iter().filter(|begun| begun.number == number).map(|begun| begun.attempt).collect()
    }

    /// How many ended well, each counted once.
    pub(super) fn distinct(&self) -> usize {
        self.times().len()
    }

    fn times(&self) -> BTreeMap<u64, usize> {
        let mut times = BTreeMap::new();
        for number in &self.ended {
            *times.entry(*number).or_default() += 1;
        }
        times
    }

    /// How many ended well once too often, or were kept once too often.
    pub(super) fn duplicates(&self) -> usize {
        let mut letters = BTreeMap::<u64, usize>::new();
        for letter in &self.letters {
            *letters.entry(letter.parcel.id).or_default() += 1;
        }
        self.times().values().chain(letters.values()).map(|times| times - 1).sum()
    }
}

/// They keep what they are given; the first may fail.
impl DeadLetters for Tally {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        self.note(|seen| {
            seen.asked += 1;
            if seen.asked <= seen.refusals {
                return Err(Failure::new("conformance.full", Class::Transient));
            }
            seen.letters.push(Kept {
                parcel: letter.parcel.clone(),
                endpoint: letter.endpoint.into(),
                code: letter.code,
                class: letter.class,
                attempts: letter.attempts,
                error: letter.error.into(),
            });
            Ok(())
        })
    }
}
