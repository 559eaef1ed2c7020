use core::fmt;
use core::hash::Hash;
use std::boxed::Box;
use std::sync::{Arc, PoisonError, RwLock};

use super::kept::Kept;
use super::{Idle, IsKey, KeyOf};
use crate::error::Error;
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Mediator, Scope};
use crate::time::Clock;

/// A behavior for each key: a rate limit a user, a bulkhead a tenant, a breaker a host, a cache for each who asks.
///
/// `K` is the key and `F` a [`KeyOf`] each message, which may look at what the caller sent along. A key's own behavior
/// `B` is made when the key is first seen, and so many are kept at a time. A new key then takes the place of one that
/// is [idle](Idle), so that nobody gets more by being forgotten: a bucket that is not full and a breaker that counts
/// failures stay. It looks at 64 of them, and where all of these are in use, the message is refused with
/// [`Error::Unavailable`], class `Transient`.
///
/// It promises what `B` does, and a call that is dropped has the same end in it. A known key costs a lock for reading
/// and a share of its behavior, and nothing is allocated.
///
/// ```
/// use catga::prelude::*;
///
/// #[query(reply = u8)]
/// struct Rate;
///
/// struct User { id: u64 }
///
/// struct ByUser;
///
/// /// All who say nothing of themselves are one.
/// impl<M: Message> KeyOf<M, u64, User> for ByUser {
///     fn key(&self, _message: &M, caller: Option<&User>) -> u64 {
///         caller.map_or(0, |user| user.id)
///     }
/// }
///
/// struct Rates;
///
/// #[handler]
/// impl Rates {
///     fn rate(&self, _query: Rate) -> u8 { 7 }
/// }
///
/// #[mediator(extension = User)]
/// #[pipeline(self.limit)]
/// struct Bank { limit: PerKey<u64, ByUser, RateLimit>, rates: Rates }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let limit = PerKey::new(10_000, ByUser, || RateLimit::per_minute(1));
/// let bank = Bank { limit, rates: Rates };
/// let (ann, bob) = (User { id: 1 }, User { id: 2 });
/// assert_eq!(bank.send_with(Rate, Call::new().extension(&ann)).await, Ok(7));
/// assert!(bank.send_with(Rate, Call::new().extension(&ann)).await.is_err());
/// assert_eq!(bank.send_with(Rate, Call::new().extension(&bob)).await, Ok(7));
/// # }
/// ```
///
/// In the pipeline of a handler or of its impl the mediator is not known, so there a [`KeyOf`] is one for every `X`.
pub struct PerKey<K, F, B> {
    most: usize,
    by: F,
    make: Box<dyn Fn() -> B + Send + Sync>,
    kept: RwLock<Kept<K, B>>,
}

// What it takes to be a behavior is asked where it is one, with an error of its own.
impl<K, F, B> PerKey<K, F, B> {
    /// At most so many behaviors (at least one) at a time, made by `make`.
    pub fn new(most: usize, by: F, make: impl Fn() -> B + Send + Sync + 'static) -> Self {
        Self { most: most.max(1), by, make: Box::new(make), kept: RwLock::new(Kept::new()) }
    }

    /// The key's own, where there is one: to look at it, or to isolate a breaker. It is not forgotten while it is held.
    pub fn get(&self, key: &K) -> Option<Arc<B>>
    where
        K: Eq + Hash,
    {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).get(key).map(Arc::clone)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn get_or_make(&self, key: K, clock: &impl Clock) -> Option<Arc<B>>
    where
        K: IsKey,
        B: Idle,
    {
        if let Some(own) = self.get(&key) {
            return Some(own);
        }
        // Outside of the lock, as it is the user's.
        let new = Arc::new((self.make)());
        self.kept.write().unwrap_or_else(PoisonError::into_inner).get_or(key, new, self.most, clock)
    }
}

impl<K, F, B> fmt::Debug for PerKey<K, F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerKey").field("most", &self.most).finish_non_exhaustive()
    }
}

impl<K, F, B: Declares> Declares for PerKey<K, F, B> {
    const IDEMPOTENT: bool = B::IDEMPOTENT;
    const NEEDS_TIMER: bool = B::NEEDS_TIMER;
    const NEEDS_CLOCK: bool = B::NEEDS_CLOCK;
    const RUNS_TWICE: bool = B::RUNS_TWICE;
    const RUNS_ALONE: bool = B::RUNS_ALONE;
}

impl<K, F, B, M: Message, S: Dispatched> Behavior<M, S> for PerKey<K, F, B>
where
    K: IsKey,
    F: KeyOf<M, K, <<S as Scope>::App as Mediator>::Extension>,
    B: Behavior<M, S> + Idle,
{
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let key = self.by.key(M::view(&input), cx.extension_ref());
        match self.get_or_make(key, cx.clock()) {
            Some(own) => own.around(input, cx, next).await,
            None => Err(Error::Unavailable { retry_after: None }),
        }
    }
}
