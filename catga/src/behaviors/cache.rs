use core::fmt;
use core::future::Future;
use core::hash::Hash;
use core::time::Duration;

use quick_cache::sync::{Cache as Map, EntryAction, EntryResult};

use crate::error::Error;
use crate::mediator::needs_clock;
use crate::message::{Message, Outcome, Query};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Mediator};
use crate::time::{Clock, Instant};

/// Keeps the replies of the query `Q`, and answers the same query with a clone of them.
///
/// The key is the query itself. Only replies are kept, never errors, each for a time by the mediator's
/// clock that begins when it was given; of more than there is room for, those that are asked for least
/// go. Who asks is no part of the key: authorize outside of it, and where the reply depends on the caller, keep a cache
/// for each with a [`PerKey`](super::PerKey), or one would be given what was another's.
///
/// Callers that ask the same at once run the chain one time: the first runs it, the others wait for its
/// reply. Where it fails, is dropped or panics, the next of them runs the chain itself, so nobody waits for
/// nothing; an error is that caller's alone. A caller that is dropped while it waits just leaves. A handler
/// that sends its own query again waits for itself.
///
/// It has a state, so it is a field:
///
/// ```
/// # use catga::prelude::*;
/// # use std::time::Duration;
/// #[query(reply = u64)]
/// #[derive(Clone, PartialEq, Eq, Hash)]
/// struct PriceOf { article: u32 }
///
/// struct Prices { cache: Cache<PriceOf> }
///
/// #[handler]
/// impl Prices {
///     #[pipeline(self.cache)]
///     async fn price_of(&self, query: PriceOf) -> u64 { u64::from(query.article) * 100 }
/// }
///
/// # #[mediator] struct Shop { prices: Prices }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let shop = Shop { prices: Prices { cache: Cache::new(1_000, Duration::from_secs(30)) } };
/// assert_eq!(shop.send(PriceOf { article: 7 }).await, Ok(700));
/// assert!(shop.prices.cache.invalidate(&PriceOf { article: 7 }));
/// # }
/// ```
pub struct Cache<Q: Message> {
    kept: Map<Q, Kept<Q::Reply>>,
    ttl: Duration,
}

struct Kept<T> {
    reply: T,
    until: Instant,
}

// By hand: a derive would ask it of the query.
impl<T: Clone> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { reply: self.reply.clone(), until: self.until }
    }
}

/// A query whose replies can be kept: `Hash`, `Eq` and `Clone`, with a reply that is `Clone` and `Sync`.
#[diagnostic::on_unimplemented(
    message = "CATGA027: `Cache` cannot keep the replies of `{Self}`",
    label = "no query, or not `Hash`, `Eq` and `Clone` with a reply that is `Clone` and `Sync`",
    note = "where `{Self}` is a query, derive `Clone`, `PartialEq`, `Eq` and `Hash` for it, and `Clone` for its reply; of commands, events and streams nothing is cached: remove the entry, or write `queries: self.cache`"
)]
pub trait Cacheable:
    for<'a> Message<In<'a> = Self, Kind = Query, Reply: Clone + Send + Sync> + Hash + Eq + Clone
{
}

#[diagnostic::do_not_recommend]
impl<Q> Cacheable for Q where
    Q: for<'a> Message<In<'a> = Self, Kind = Query, Reply: Clone + Send + Sync> + Hash + Eq + Clone
{
}

impl<Q: Message + Hash + Eq> Cache<Q>
where
    Q::Reply: Clone,
{
    /// Keeps about `capacity` replies (at least one), each for the time `ttl`.
    pub fn new(capacity: usize, ttl: Duration) -> Self {
        Self { kept: Map::new(capacity.max(1)), ttl }
    }

    /// Forgets the reply to this query, and says whether there was one. A run that is under way answers
    /// its own caller alone, and is not kept: those who wait for it run the chain anew, one for all.
    pub fn invalidate(&self, query: &Q) -> bool {
        self.kept.remove(query).is_some()
    }

    /// Forgets all replies, as [`invalidate`](Self::invalidate) forgets one.
    pub fn clear(&self) {
        self.kept.clear();
    }

    /// How many replies it keeps, those among them whose time is over.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether it keeps none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The reply that is kept, if its time is not over.
    fn get(&self, query: &Q, now: Instant) -> Option<Q::Reply> {
        self.kept.get(query).filter(|kept| now < kept.until).map(|kept| kept.reply)
    }
}

impl<Q: Message> fmt::Debug for Cache<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

/// What a cache forgets is asked for again.
impl<Q: Message> crate::behaviors::Idle for Cache<Q> {
    fn is_idle(&self, _: &impl Clock) -> bool {
        true
    }
}

impl<Q: Message> Declares for Cache<Q> {
    const NEEDS_CLOCK: bool = true;
}

impl<Q: Cacheable, S: Dispatched> Behavior<Q, S> for Cache<Q> {
    #[inline]
    fn around<N: Next<Q, S>>(
        &self,
        input: Q::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<Q>> + Send {
        const { needs_clock::<<S::App as Mediator>::Clock>("Cache") };
        async move {
            // First without a lock for writing.
            if let Some(reply) = self.get(&input, cx.clock().now()) {
                return Ok(reply);
            }
            let clock = cx.clock();
            let look = |_: &Q, kept: &mut Kept<Q::Reply>| {
                if clock.now() < kept.until {
                    EntryAction::Retain(kept.reply.clone())
                } else {
                    EntryAction::ReplaceWithGuard
                }
            };
            let guard = match self.kept.entry_async(&input, look).await {
                EntryResult::Retained(reply) => return Ok(reply),
                EntryResult::Vacant(guard) | EntryResult::Replaced(guard, _) => guard,
                // Neither is asked for: nothing is removed, and an async wait has no time limit.
                EntryResult::Removed(..) | EntryResult::Timeout => {
                    return Err(Error::Unavailable { retry_after: None });
                }
            };
            if cx.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let reply = next.run(input, cx).await?;
            let kept = Kept { reply: reply.clone(), until: cx.clock().now().later(self.ttl) };
            // Invalidated meanwhile, it is not kept.
            let _not_kept = guard.insert(kept);
            Ok(reply)
        }
    }
}
