use core::fmt;
use std::sync::{Mutex, PoisonError};

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::behaviors::Meter;
use crate::store::outbox::earlier;
use crate::store::{Outbox, Store, StoreError};

/// How many keys are looked at with each look at the outbox.
const AT_ONCE: usize = 256;

/// Tells a meter how an outbox stands.
pub(super) struct Levels {
    tell: Box<dyn Fn(&'static str, u64) + Send + Sync>,
    survey: Mutex<Survey>,
}

/// On its way through all keys, part by part.
#[derive(Default)]
struct Survey {
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
        let tell = move |name, level| meter.level(name, level);
        Self { tell: Box::new(tell), survey: Mutex::default() }
    }

    /// Looks, and tells.
    pub(super) fn look<D>(&self, outbox: &Outbox, store: &Store<D>) -> Result<(), StoreError> {
        let backlog = outbox.backlog(store)?;
        let mut survey = self.survey.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = outbox.oldest(store, survey.after.as_deref(), AT_ONCE)?;
        let oldest = earlier(survey.oldest, seen.added_ms);
        let lag = earlier(oldest, survey.last).map_or(0, |added| seen.now_ms.saturating_sub(added));
        *survey = match seen.next {
            Some(next) => Survey { after: Some(next), oldest, last: survey.last },
            None => Survey { after: None, oldest: None, last: oldest },
        };
        drop(survey);
        (self.tell)(super::relay::BACKLOG, backlog);
        (self.tell)(super::relay::LAG, lag);
        Ok(())
    }
}
