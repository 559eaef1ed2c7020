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
    look: Look,
}

/// Looks at an outbox of a store, and tells.
type Look = Box<dyn Fn(&Outbox) -> Result<(), StoreError> + Send + Sync>;

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
    pub(super) fn new<P: Meter + 'static, D: 'static>(meter: P, store: &Store<D>) -> Self {
        let (store, survey) = (store.clone(), Mutex::default());
        Self { look: Box::new(move |outbox| look(&meter, &survey, outbox, &store)) }
    }

    /// Looks, and tells.
    pub(super) fn look(&self, outbox: &Outbox) -> Result<(), StoreError> {
        (self.look)(outbox)
    }
}

fn look<P: Meter, D>(meter: &P, survey: &Mutex<Survey>, outbox: &Outbox, store: &Store<D>) -> Result<(), StoreError> {
    let backlog = outbox.backlog(store)?;
    let mut survey = survey.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = outbox.oldest(store, survey.after.as_deref(), AT_ONCE)?;
    let oldest = earlier(survey.oldest, seen.added_ms);
    let lag = earlier(oldest, survey.last).map_or(0, |added| seen.now_ms.saturating_sub(added));
    *survey = match seen.next {
        Some(next) => Survey { after: Some(next), oldest, last: survey.last },
        None => Survey { after: None, oldest: None, last: oldest },
    };
    drop(survey);
    meter.level(super::relay::BACKLOG, backlog);
    meter.level(super::relay::LAG, lag);
    Ok(())
}
