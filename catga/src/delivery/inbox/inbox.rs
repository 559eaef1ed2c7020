use core::future::{Future, ready};
use core::time::Duration;

use crate::envelope::WireKey;
use crate::error::Failure;
use crate::id::Id;

/// Tells repeats of a message apart: the port behind [`Consumer::inbox`](super::super::Consumer::inbox), and what
/// messages of QoS 2 need there.
///
/// A message is claimed before it is handled, and its claim is either [kept](Self::keep) for good after its handlers
/// have succeeded, or [released](Self::release). Who vanishes with a claim loses it when its lease ends.
pub trait Inbox: Send + Sync {
    /// Whether it tells repeats apart; `()` does not, and is what a consumer has that needs none.
    const TELLS: bool = true;

    /// A message that is the caller's to handle.
    type Claim: Send + Sync;

    /// How long a claim lasts unless it is renewed.
    fn lease(&self) -> Duration;

    /// Claims a message. Of all who try, one has it at a time, and nobody has it once it was kept.
    ///
    /// Cancel safe: a claim whose caller vanished ends with its lease.
    ///
    /// # Errors
    /// Where that is not known; nothing was handled. Of the class `Permanent` where the message cannot be told from
    /// another one.
    fn claim(&self, arrival: Arrival<'_>) -> impl Future<Output = Result<Admitted<Self::Claim>, Failure>> + Send;

    /// Prolongs a claim by its lease, from now. `false`: it is another's by now, and the work has to stop.
    ///
    /// # Errors
    /// Where that is not known; it may be tried again.
    fn renew(&self, claim: &Self::Claim) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// It was handled: from now on the message is a repeat.
    ///
    /// # Errors
    /// Where that was not recorded, or may not have been: the message comes again, and is handled again where it
    /// was not.
    fn keep(&self, claim: Self::Claim) -> impl Future<Output = Result<(), Failure>> + Send;

    /// It was not handled, and may be claimed again. Where this fails, the claim ends with its lease.
    fn release(&self, claim: Self::Claim) -> impl Future<Output = ()> + Send;

    /// What the transactions of a store record of the message, each with what a handler does in it; nothing, unless the
    /// inbox is of that store. One that is around another says what that says.
    #[cfg(feature = "store")]
    fn entry<'c>(&'c self, claim: &'c Self::Claim) -> Option<Entry<'c>> {
        let _ = claim;
        None
    }

    /// How often a consumer calls [`forget`](Self::forget) while it runs; never, unless it says so.
    fn forgets_every(&self) -> Option<Duration> {
        None
    }

    /// Forgets what is older than it is to remember. What cannot be forgotten now is the next time.
    fn forget(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }
}

/// A message that was admitted, as the transactions of a store know it.
#[cfg(feature = "store")]
#[derive(Clone, Copy, Debug)]
pub struct Entry<'c> {
    /// The number of the store.
    pub(in crate::delivery) store: u64,
    /// Among which records it is there.
    pub(in crate::delivery) records: &'static str,
    /// What it is known by among them.
    pub(in crate::delivery) key: &'c [u8],
    /// A number over what it says.
    pub(in crate::delivery) fingerprint: u64,
    /// The handlers that have done their part.
    pub(in crate::delivery) done: &'c [alloc::string::String],
}

/// A message, as an inbox sees it. The group, the key and the id are what it is told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrival<'a> {
    /// Who takes it: each group has it once.
    pub group: &'a str,
    /// Its name on the wire.
    pub key: WireKey,
    /// Its id, the same on all its attempts.
    pub id: Id,
    /// When it was sent first, in milliseconds since 1970 by its sender's clock; unknown where the sender does not
    /// say it. One that was sent before what is remembered is not new, whoever may have forgotten it.
    pub sent: Option<u64>,
    /// A number over what it says: another one under the same id is not a repeat.
    pub fingerprint: u64,
    /// A number by chance, by which claims of one message are apart.
    pub owner: u64,
}

/// What [`Inbox::claim`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted<C> {
    /// It is the caller's to handle.
    New(C),
    /// It was handled: acknowledge it, and do nothing.
    Repeat,
    /// Another one handles it. It may be asked for again after this.
    InHand(Duration),
}

/// None: everything is new.
impl Inbox for () {
    const TELLS: bool = false;

    type Claim = ();

    fn lease(&self) -> Duration {
        Duration::MAX
    }

    fn claim(&self, _: Arrival<'_>) -> impl Future<Output = Result<Admitted<()>, Failure>> + Send {
        ready(Ok(Admitted::New(())))
    }

    fn renew(&self, (): &()) -> impl Future<Output = Result<bool, Failure>> + Send {
        ready(Ok(true))
    }

    fn keep(&self, (): ()) -> impl Future<Output = Result<(), Failure>> + Send {
        ready(Ok(()))
    }

    fn release(&self, (): ()) -> impl Future<Output = ()> + Send {
        ready(())
    }
}
