use core::fmt;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::relay::{BACKLOG, LAG};
use crate::behaviors::Meter;
use crate::store::outbox::earlier;
use crate::store::port::Drains;
use crate::store::{Outbox, StoreError};
use crate::time::Instant;

/// How many keys are looked at with each look at the outbox.
const AT_ONCE: usize = 256;

/// How often it is looked at, at most.
const EVERY: Duration = Duration::from_secs(1);

/// Tells a meter how an outbox stands.
pub(super) struct Levels {
    tell: Box<dyn Fn(&'static str, u64) + Send + Sync>,
    survey: Mutex<Survey>,
}

/// On its way through all keys, part by part.
#[derive(Default)]
struct Survey {
    looked: Option<Instant>,
    after: Option<Vec<u8>>,
    /// The oldest message of those that this round has looked at.
    oldest: Option<u64>,
    /// And of those that the last one has.
    last: Option<u64>,
}

impl fmt::Debug for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Levels").finish_non_exhaustive()
    }
}

impl Levels {
    pub(super) fn new<P: Meter + 'static>(meter: P) -> Self {
        Self { tell: Box::new(move |name, level| meter.level(name, level)), survey: Mutex::default() }
    }

    fn survey(&self) -> MutexGuard<'_, Survey> {
        self.survey.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where to go on, where it is time for a look.
    fn due(&self, now: Instant) -> Option<Option<Vec<u8>>> {
        let mut survey = self.survey();
        if survey.looked.is_some_and(|looked| now.since(looked) < EVERY) {
            return None;
        }
        survey.looked = Some(now);
        Some(survey.after.clone())
    }

    /// Looks, where it is time for that, and tells.
    pub(super) async fn look<S: Drains>(&self, store: &S, outbox: &Outbox, now: Instant) -> Result<(), StoreError> {
        let Some(after) = self.due(now) else { return Ok(()) };
        let backlog = store.backlog(outbox).await?;
        let seen = store.oldest(outbox, after.as_deref(), AT_ONCE).await?;
        let lag = {
            let mut survey = self.survey();
            let oldest = earlier(survey.oldest, seen.added_ms);
            // At its end a round has looked at all of them.
            let known = if seen.next.is_some() { earlier(oldest, survey.last) } else { oldest };
            let lag = known.map_or(0, |added| seen.now_ms.saturating_sub(added));
            (survey.oldest, survey.last) = if seen.next.is_some() { (oldest, survey.last) } else { (None, oldest) };
            survey.after = seen.next;
            lag
        };
        (self.tell)(BACKLOG, backlog);
        (self.tell)(LAG, lag);
        Ok(())
    }
}
