use core::fmt;
use core::time::Duration;

use alloc::boxed::Box;

use super::control::Control;
use super::redelivery::Redelivery;
use super::stats::{Counts, Stats};
use crate::delivery::{DeadLetters, Inbox};
use crate::envelope::Envelope;
use crate::transport::Delivers;
use crate::wire::Press;

/// Handles what arrives at a contract's endpoints with a mediator: its events, and its commands that nobody waits
/// for. Every message goes through the mediator's pipeline.
///
/// **At least once.** A message is acknowledged after its handlers have succeeded, or after the
/// [dead letters](DeadLetters) have taken it. What fails is tried again as the [`Redelivery`] says; where it is an
/// event, with all of its handlers. What cannot be decoded, is of an unknown type or of another version goes to the
/// dead letters at once, and the stream goes on. Where the dead letters fail, too, the message comes again later.
/// `StoreLetters` are the dead letters of a store, and the consumer replays them.
/// Handlers see which attempt it is: [`Context::attempt`](crate::Context::attempt).
///
/// **Order.** Messages of one key are handled one after the other, also when one is tried again, as far as the
/// transport [keeps order](crate::transport::Capabilities::orders); a message that waits to be tried again holds up
/// those of its key and no others.
///
/// **Time.** A handler that works longer than the transport's ack deadline keeps its delivery. Where that is lost
/// all the same, to a partition say, the handler is told through its [`Cancel`](crate::time::Cancel), polled once more,
/// and dropped. A panic is an error of its message alone.
///
/// All time and chance comes from the mediator's ports.
///
/// ```
/// use std::sync::Mutex;
///
/// use catga::Remote;
/// use catga::delivery::{DeadLetters, Letter};
/// use catga::prelude::*;
/// use catga::transport::memory::Memory;
/// use serde::{Deserialize, Serialize};
///
/// #[event]
/// #[derive(Serialize, Deserialize)]
/// struct OrderPlaced { cents: u64 }
///
/// #[contract(endpoint = "orders")]
/// struct OrderEvents(#[event] OrderPlaced);
///
/// /// A table, in a real program.
/// #[derive(Default)]
/// struct Kept(Mutex<Vec<(&'static str, Vec<u8>)>>);
///
/// impl DeadLetters for Kept {
///     async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
///         self.0.lock().unwrap().push((letter.code, letter.parcel.bytes.to_vec()));
///         Ok(())
///     }
/// }
///
/// struct Invoices { stop: Cancel }
///
/// #[handler]
/// impl Invoices {
///     fn on_placed(&self, event: &OrderPlaced) {
///         assert_eq!(event.cents, 4_200);
///         self.stop.cancel();
///     }
/// }
///
/// #[mediator]
/// struct Billing { invoices: Invoices }
///
/// #[mediator]
/// struct Shop { billing: Remote<Memory, OrderEvents> }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let wire = Memory::default();
/// let billing = Billing { invoices: Invoices { stop: Cancel::new() } };
/// let consumer = Consumer::new(wire.clone(), "billing", Kept::default()).concurrency(8);
/// let consuming = consumer.consume::<OrderEvents, _>(&billing, &billing.invoices.stop);
///
/// let shop = Shop { billing: Remote::new(wire) };
/// let telling = async {
///     shop.publish(OrderPlaced { cents: 4_200 }).await.unwrap();
/// };
/// let (consumed, ()) = tokio::join!(consuming, telling);
/// consumed.unwrap();
/// assert_eq!(consumer.stats().done, 1);
/// # }
/// ```
pub struct Consumer<T, L, E = (), I = ()> {
    pub(super) transport: T,
    pub(super) group: Box<str>,
    pub(super) letters: L,
    pub(super) extends: E,
    pub(super) inbox: I,
    pub(super) redelivery: Redelivery,
    pub(super) control: Control,
    pub(super) counts: Counts,
    pub(super) press: Press,
    pub(super) prefetch: usize,
    pub(super) grace: Duration,
    pub(super) endpoint: Option<&'static str>,
}

impl<T: Delivers, L: DeadLetters> Consumer<T, L> {
    /// A consumer in a group, whose members share what arrives; what it cannot handle goes to `letters`.
    ///
    /// One message at a time and none beyond it, ten attempts, and ten seconds of grace, unless said otherwise.
    pub fn new(transport: T, group: impl Into<Box<str>>, letters: L) -> Self {
        Self {
            transport,
            group: group.into(),
            letters,
            extends: (),
            inbox: (),
            redelivery: Redelivery::default(),
            control: Control::new(1),
            counts: Counts::default(),
            press: Press::new(),
            prefetch: 0,
            grace: Duration::from_secs(10),
            endpoint: None,
        }
    }
}

impl<T, L, E, I> Consumer<T, L, E, I> {
    /// At most so many messages at a time in each run, at least one.
    #[must_use]
    pub fn concurrency(self, messages: usize) -> Self {
        self.set_concurrency(messages);
        self
    }

    /// How many messages it takes beyond those that it handles, so that the next is at hand; none unless set. They
    /// are kept from others of the group, and handed back when it stops.
    #[must_use]
    pub fn prefetch(self, messages: usize) -> Self {
        Self { prefetch: messages, ..self }
    }

    /// When what failed comes again, and when it is given up.
    #[must_use]
    pub fn redelivery(self, redelivery: Redelivery) -> Self {
        Self { redelivery, ..self }
    }

    /// How long it may take, once it is told to stop, to finish what it handles.
    #[must_use]
    pub fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// Where the messages arrive that name no endpoint themselves, instead of the contract's.
    #[must_use]
    pub fn endpoint(self, endpoint: &'static str) -> Self {
        Self { endpoint: Some(endpoint), ..self }
    }

    /// To how many bytes a compressed message may expand; 16 MiB unless set. Beyond, it goes to the dead letters.
    #[must_use]
    pub fn expands_to(self, bytes: usize) -> Self {
        Self { press: Press::at_most(bytes), ..self }
    }

    /// What handlers read through `Extended`, made of each message's envelope.
    #[must_use]
    pub fn extension<X, F: Fn(&Envelope<'_>) -> X + Send + Sync>(self, extends: F) -> Consumer<T, L, F, I> {
        self.with(|_, inbox| (extends, inbox))
    }

    /// Where repeats are told from what is new: messages of QoS 2 need it, and others do without. A repeat of what
    /// was handled is acknowledged unseen.
    #[must_use]
    pub fn inbox<J: Inbox>(self, inbox: J) -> Consumer<T, L, E, J> {
        self.with(|extends, _| (extends, inbox))
    }

    fn with<F, J>(self, change: impl FnOnce(E, I) -> (F, J)) -> Consumer<T, L, F, J> {
        let Self { transport, group, letters, extends, inbox, redelivery, control, counts, press, .. } = self;
        let Self { prefetch, grace, endpoint, .. } = self;
        let (extends, inbox) = change(extends, inbox);
        Consumer {
            transport,
            group,
            letters,
            extends,
            inbox,
            redelivery,
            control,
            counts,
            press,
            prefetch,
            grace,
            endpoint,
        }
    }

    /// Changes how many messages it handles at a time in each run, at least one, also while it runs. Those beyond
    /// a lower number are finished.
    pub fn set_concurrency(&self, messages: usize) {
        self.control.set_concurrency(messages.max(1));
    }

    /// Takes nothing new, in any run, until it is resumed. What is in hand is finished.
    pub fn pause(&self) {
        self.control.set_paused(true);
    }

    /// Takes messages again.
    pub fn resume(&self) {
        self.control.set_paused(false);
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.control.settings().is_paused
    }

    /// What it has done so far, and is doing: the numbers one by one, not all at one moment.
    pub fn stats(&self) -> Stats {
        self.counts.stats()
    }

    /// The transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// The dead letters.
    pub const fn dead_letters(&self) -> &L {
        &self.letters
    }
}

impl<T, L, E, I> fmt::Debug for Consumer<T, L, E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("group", &self.group)
            .field("settings", &self.control.settings())
            .field("prefetch", &self.prefetch)
            .field("redelivery", &self.redelivery)
            .field("grace", &self.grace)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
