use crate::id::Ids;
use crate::time::{Clock, Random, Timer};

/// A composition root: what `#[mediator]` implements, and where time, chance and ids come from.
///
/// Each port defaults to the system's, and is set by naming a field:
/// `#[mediator(clock = self.clock, ids = self.ids)]`.
pub trait Mediator: Sized + Send + Sync {
    /// What it tells time by.
    type Clock: Clock;
    /// What it waits with.
    type Timer: Timer;
    /// Where it draws numbers from.
    type Random: Random;
    /// What makes its ids.
    type Ids: Ids;
    /// What a caller may send along with a message, for handlers to read; `()` unless
    /// `#[mediator(extension = Type)]` says otherwise.
    type Extension: Send + Sync + 'static;
    /// Whether its handlers call their messages by name.
    #[doc(hidden)]
    type Names;

    /// What it tells time by.
    fn clock(&self) -> &Self::Clock;
    /// What it waits with.
    fn timer(&self) -> &Self::Timer;
    /// Where it draws numbers from.
    fn random(&self) -> &Self::Random;
    /// What makes its ids.
    fn ids(&self) -> &Self::Ids;

    /// A context outside of any send, to call a handler's method with in a test.
    fn context(&self) -> super::Context<super::Alone<'_, Self>> {
        super::Context::new(super::Alone::new(self))
    }
}
