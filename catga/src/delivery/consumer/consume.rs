//! A consumer at work, from the first message to the last.

use core::future::{Future, pending};
use core::pin::pin;
use core::time::Duration;

use alloc::vec::Vec;
use futures_util::future::select;

use super::Consumer;
use super::Mutex;
use super::crew::Crew;
use super::hand::Hand;
use super::run::Run;
use crate::contract::{Member, consumed};
use crate::delivery::{DeadLetters, Inbox};
use crate::mediator::{needs_clock, needs_timer};
use crate::scope::Mediator;
use crate::time::{Cancel, Timer as _};
use crate::transport::{Delivers, TransportError};
use crate::wire::{Extends, Serves, contain};

impl<T: Delivers, L: DeadLetters, E, I: Inbox> Consumer<T, L, E, I> {
    /// How long what was cut off may take to be handed back.
    const FAREWELL: Duration = Duration::from_secs(1);

    /// Handles a contract's messages until it is told to stop, or until the transport is closed and nothing is
    /// left.
    ///
    /// Told to stop, it takes nothing new, hands back unseen what waits for its place, and finishes what it handles,
    /// the error path included, at most for its [grace](Self::grace). What is not finished then is told through its
    /// [`Cancel`], polled once more, and handed back.
    ///
    /// It is one future: its handlers run at once, but on one thread. Where handlers compute, spawn several runs; they
    /// share what arrives, as other consumers of the group do. It may be run again after it has stopped.
    ///
    /// A subscription that is lost, or that cannot be made as nobody is there, is made again with a backoff.
    ///
    /// Cancel safe: dropping it drops the handlers where they wait, and what was in hand comes again when its ack
    /// deadline has passed.
    ///
    /// # Errors
    /// [`TransportError`] of the class `Permanent` where it cannot subscribe; what was in hand is finished first.
    ///
    /// # QoS
    /// It is at least once; with an [inbox](Self::inbox), a message that asks for once in effect is. A contract with
    /// such a message does not compile without one:
    ///
    /// ```compile_fail
    /// # use catga::delivery::{DeadLetters, Letter};
    /// # use catga::prelude::*;
    /// # use catga::transport::memory::Memory;
    /// # use serde::{Deserialize, Serialize};
    /// # struct None;
    /// # impl DeadLetters for None {
    /// #     async fn bury(&self, _: Letter<'_>) -> Result<(), Failure> { Ok(()) }
    /// # }
    /// # struct Books;
    /// # #[handler]
    /// # impl Books { fn on_paid(&self, _event: &Paid) {} }
    /// # #[mediator]
    /// # struct Shop { books: Books }
    /// #[event(qos = 2)] // with `qos = 1` it does
    /// #[derive(Serialize, Deserialize)]
    /// struct Paid { cents: u64 }
    ///
    /// #[contract]
    /// struct Payments(#[event] Paid);
    ///
    /// # fn main() {
    /// # let (shop, stop) = (Shop { books: Books }, Cancel::new());
    /// let consumer = Consumer::new(Memory::default(), "books", None); // and with `.inbox(StoreInbox::new(&db))`
    /// let consuming = consumer.consume::<Payments, _>(&shop, &stop);
    /// # }
    /// ```
    pub fn consume<'s, C, A>(
        &'s self,
        app: &'s A,
        stop: &'s Cancel,
    ) -> impl Future<Output = Result<(), TransportError>> + Send + use<'s, C, A, T, L, E, I>
    where
        A: Mediator,
        C: Serves<A>,
        E: Extends<A::Extension>,
    {
        const {
            runs::<A>();
            assert!(has_consumed(C::MEMBERS), "`Consumer` takes events and commands, and the contract has none");
            consumed(T::HONOURS, I::TELLS, C::MEMBERS);
        }
        async move {
            let hand = Hand::new(self.control.settings().concurrency, self.prefetch);
            let (stopping, over, taken) = (Cancel::new(), Cancel::new(), Mutex::default());
            let run = Run { consumer: self, app, hand: &hand, stopping: &stopping, over: &over, taken: &taken };
            let lanes = self.endpoints(C::MEMBERS).into_iter().map(|endpoint| run.lane(endpoint));
            let mut crew = Crew::new(&run, lanes, |taken| {
                let held = run.hold();
                let work = run.work::<C>(taken);
                async move {
                    let _held = held;
                    work.await;
                }
            });
            crew.until(async {
                select(pin!(stop.cancelled()), pin!(self.forgets(app))).await;
            })
            .await;
            crew.close();
            stopping.cancel();
            crew.until(app.timer().sleep(self.grace)).await;
            over.cancel();
            crew.until(app.timer().sleep(Self::FAREWELL)).await;
            crew.failed().map_or(Ok(()), Err)
        }
    }

    /// Has the inbox forget what is old, for as long as this is polled.
    async fn forgets<A: Mediator>(&self, app: &A) {
        let Some(every) = self.inbox.forgets_every() else { return pending().await };
        loop {
            // What panics is contained there as everywhere, and is tried the next time.
            let _forgotten = contain(self.inbox.forget()).await;
            // A wait of nothing would leave no time for what is consumed.
            app.timer().sleep(every.max(Duration::from_millis(1))).await;
        }
    }

    /// Where a contract's messages arrive, each once.
    fn endpoints(&self, members: &[Member]) -> Vec<&'static str> {
        Member::endpoints(members.iter().filter(|member| is_consumed(member)), self.endpoint)
    }
}

/// Checks, at compile time, that a mediator has what a consumer goes by.
pub(super) const fn runs<A: Mediator>() {
    needs_clock::<A::Clock>("Consumer");
    needs_timer::<A::Timer>("Consumer");
}

/// Events are told, and commands are taken; queries are asked, and what is asked is not consumed.
const fn is_consumed(member: &Member) -> bool {
    matches!(member.message.kind.as_bytes(), b"event" | b"command")
}

const fn has_consumed(members: &[Member]) -> bool {
    let mut at = 0;
    while at < members.len() {
        if is_consumed(&members[at]) {
            return true;
        }
        at += 1;
    }
    false
}
