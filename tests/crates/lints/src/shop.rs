//! Messages, sets and mediators of every form.

use core::error::Error;
use core::fmt::{Display, Formatter, Result as Written};
use core::time::Duration;

use catga::behaviors::{CircuitBreaker, Retry, Timeout, Trace, Validate};
use catga::error::{Checks, Valid};
use catga::message::Message;
use catga::pipeline::{Behavior, Next};
use catga::scope::{Context, Dispatched, Publishes, Sends};
use catga::time::SystemClock;
use catga::{Classify, Outcome, command, event, handler, mediator, pipeline, query};
use futures_util::Stream;

/// Puts something in.
#[command(reply = u8, error = Refused, name = "shop.put", version = 2, validate, idempotent, trace(size, ?note))]
#[derive(Clone, Debug)]
pub struct Put {
    /// How much.
    pub size: u8,
    /// Why.
    pub note: &'static str,
}

impl Valid for Put {
    #[inline]
    fn check(&self, checks: &mut Checks) {
        checks.require("size", self.size > 0, "must be positive");
    }
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Classify)]
pub enum Refused {
    /// There is no room.
    #[class(transient)]
    Full,
    /// It is not for us.
    #[class(permanent, code = "shop.foreign")]
    Foreign {
        /// Whose it is.
        owner: u8,
    },
    /// We do not know.
    #[class(unknown)]
    Lost(u8),
}

impl Display for Refused {
    #[inline]
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        f.write_str("refused")
    }
}

impl Error for Refused {}

/// Counts.
#[query(reply = u8, handled_by = Shop)]
#[derive(Clone, Copy, Debug)]
pub struct Count;

/// Lists.
#[query(stream = u8)]
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// Up to here.
    pub below: u8,
}

/// A message with a parameter.
#[query(reply = T)]
#[derive(Clone, Debug)]
pub struct Pick<T: Clone> {
    /// The one.
    pub one: T,
}

/// An enum as a message.
#[command]
#[derive(Clone, Copy, Debug)]
pub enum Mixed {
    /// To the left.
    Left,
    /// To the right.
    Right(u8),
}

/// It was counted.
#[event(fan_out = stop_at_first, trace())]
#[derive(Clone, Copy, Debug)]
pub struct Counted;

/// Nobody minds.
#[event]
#[derive(Clone, Copy, Debug)]
pub struct Ignored;

/// Goes on.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'a>(&'a [u8]);

impl Pass<'_> {
    const fn is_open(&self) -> bool {
        !self.0.is_empty()
    }
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Pass<'_> {
    #[inline]
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        debug_assert!(self.is_open());
        next.run(input, cx).await
    }
}

/// Handlers of all forms.
#[derive(Debug)]
pub struct Shelf {
    breaker: CircuitBreaker,
}

#[handler(export)]
#[pipeline(Validate, self.breaker)]
impl Shelf {
    /// Async, fallible, with a context and a pipeline.
    #[pipeline(Timeout::secs(1))]
    async fn put(&self, command: Put, cx: &mut Context<impl Sends<Count> + Publishes<Counted>>) -> Result<u8, Refused> {
        let counted = cx.send(Count).await.map_err(|_| Refused::Full)?;
        cx.publish(Counted).await.map_err(|_| Refused::Lost(counted))?;
        Ok(command.size)
    }

    /// Sync, infallible.
    pub fn count(&self, _query: Count) -> u8 {
        7
    }

    #[expect(clippy::unused_self, reason = "what a handler takes")]
    fn list(&self, query: List) -> impl Stream<Item = u8> {
        futures_util::stream::iter(0..query.below)
    }

    #[pipeline(without(Retry))]
    #[handler(key = "shop.mixed")]
    async fn mixed(&self, command: Mixed) {
        core::future::ready(command).map(drop).await;
    }

    /// By reference.
    async fn on_counted(&self, _event: &Counted) -> Result<(), Refused> {
        core::future::ready(Ok(())).await
    }

    /// No handler.
    #[handler(skip)]
    #[must_use]
    pub const fn helper(&self, _query: Count) -> u8 {
        8
    }
}

use futures_util::FutureExt as _;

/// A set with a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Picks<T>(core::marker::PhantomData<T>);

#[handler(export)]
impl<T: Clone + Send + Sync + 'static> Picks<T> {
    #[expect(clippy::unused_self, reason = "what a handler takes")]
    fn pick(&self, query: Pick<T>) -> T {
        query.one
    }
}

/// Hears with others.
#[derive(Debug)]
pub struct Quiet;

#[handler]
impl Quiet {
    #[expect(clippy::unused_self, clippy::trivially_copy_pass_by_ref, reason = "what a handler takes")]
    fn on_counted(&self, _event: &Counted) {}
}

/// All of it.
#[mediator(export, handles(Put, Count), unheard(Ignored), hears(Counted), clock = self.clock, extension = u8)]
#[pipeline(Trace, queries: Retry::times(3), Pass(self.open))]
#[derive(Debug)]
pub struct Shop {
    #[pipeline(commands: Retry::times(1), events: self.outer)]
    shelf: Shelf,
    quiet: Quiet,
    picks: Picks<u8>,
    outer: CircuitBreaker,
    open: Vec<u8>,
    clock: SystemClock,
    #[state]
    _label: &'static str,
}

impl Default for Shop {
    #[inline]
    fn default() -> Self {
        Self {
            shelf: Shelf { breaker: CircuitBreaker::new(3, Duration::from_secs(1)) },
            quiet: Quiet,
            picks: Picks(core::marker::PhantomData),
            outer: CircuitBreaker::new(3, Duration::from_secs(1)),
            open: vec![1],
            clock: SystemClock,
            _label: "shop",
        }
    }
}
