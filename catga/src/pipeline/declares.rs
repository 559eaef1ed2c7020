//! What behaviors say of themselves, for the compiler to check where they stand in a pipeline.

use core::marker::PhantomData;

/// What a behavior says of itself, for the compiler to check. One that says nothing need not implement it.
///
/// ```
/// use catga::prelude::*;
///
/// /// Keeps the answers by key, and gives a repeat the answer of the first.
/// struct OncePerKey;
///
/// impl Declares for OncePerKey {
///     const IDEMPOTENT: bool = true;
/// }
/// # impl<M: Message, S: Dispatched> Behavior<M, S> for OncePerKey {
/// #     async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
/// #         next.run(input, cx).await
/// #     }
/// # }
/// # #[command(critical)] struct Pay;
/// # struct Payments;
/// # #[handler] impl Payments { fn pay(&self, _command: Pay) {} }
///
/// #[mediator]
/// #[pipeline(commands: OncePerKey)]      // without it, a command that says `critical` does not compile
/// struct Shop { payments: Payments }
/// ```
///
/// A mediator that is generic is asked when it is built, not by `cargo check`:
///
/// ```compile_fail,E0080
/// # use catga::prelude::*;
/// # #[command(critical)] struct Pay;
/// struct Payments<P>(P);
///
/// #[handler]
/// impl<P: Send + Sync> Payments<P> { fn pay(&self, _command: Pay) {} }
///
/// #[mediator]
/// struct Shop<P: Send + Sync> { payments: Payments<P> }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # Shop { payments: Payments(()) }.send(Pay).await;
/// # }
/// ```
pub trait Declares {
    /// Whether a command that comes again does no more than it did the first time. Every command that says
    /// `critical` needs one such behavior around it, or says `idempotent` itself.
    const IDEMPOTENT: bool = false;

    /// Whether it waits by the mediator's timer: a mediator without one does not compile.
    const NEEDS_TIMER: bool = false;

    /// Whether it reads the mediator's clock: a mediator without one does not compile.
    const NEEDS_CLOCK: bool = false;

    /// Whether it may run the rest of the chain twice, at once: around a command or an event that does not say
    /// `idempotent` it does not compile.
    const RUNS_TWICE: bool = false;

    /// Whether what is inside of it holds what one run at a time may use, such as a transaction: what runs twice, at once,
    /// does not compile inside of it.
    const RUNS_ALONE: bool = false;
}

macro_rules! behind {
    ($(#[$gate:meta])? $pointer:ty) => {
        $(#[$gate])?
        impl<B: Declares + ?Sized> Declares for $pointer {
            const IDEMPOTENT: bool = B::IDEMPOTENT;
            const NEEDS_TIMER: bool = B::NEEDS_TIMER;
            const NEEDS_CLOCK: bool = B::NEEDS_CLOCK;
            const RUNS_TWICE: bool = B::RUNS_TWICE;
            const RUNS_ALONE: bool = B::RUNS_ALONE;
        }
    };
}

behind!(&B);
behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<B>);

/// The same as a value.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// [`Declares::IDEMPOTENT`], of commands.
    pub idempotent: bool,
    /// [`Declares::NEEDS_TIMER`].
    pub timer: bool,
    /// [`Declares::NEEDS_CLOCK`].
    pub clock: bool,
    /// [`Declares::RUNS_TWICE`].
    pub twice: bool,
    /// [`Declares::RUNS_ALONE`].
    pub alone: bool,
    /// The kinds of messages that it is around, a bit each.
    pub kinds: u8,
}

impl Said {
    /// Of an entry for one kind; none is 0.
    #[must_use]
    pub const fn only(self, kinds: u8) -> Self {
        Self { idempotent: self.idempotent && kinds & COMMANDS != 0, kinds, ..self }
    }

    /// The kinds for which what is inside of it runs alone.
    #[must_use]
    pub const fn alone(self) -> u8 {
        if self.alone { self.kinds } else { 0 }
    }
}

/// The bit of commands, in [`Said::kinds`].
const COMMANDS: u8 = 1;

/// What the behavior of an entry says, without building it: the closure gives its type, and never runs.
pub const fn said<'a, A: ?Sized + 'a, R: Says>(_: fn(&'a A) -> R) -> Said {
    R::SAID
}

/// An entry's behavior, to be asked. `Probe(entry).ask()` is looked up by value first, where the behavior says
/// something, and then by reference, for every behavior.
pub struct Probe<B>(pub B);

/// Asks one that says something.
pub trait Asks: Sized {
    /// What it says, as a type.
    type Word: Says;

    /// What it says.
    fn ask(self) -> Self::Word;
}

/// Asks any other.
pub trait AsksInVain {
    /// Nothing.
    fn ask(&self) -> Word<Nothing>;
}

impl<B: Declares> Asks for Probe<B> {
    type Word = Word<B>;

    fn ask(self) -> Word<B> {
        Word(PhantomData)
    }
}

impl<B> AsksInVain for Probe<B> {
    fn ask(&self) -> Word<Nothing> {
        Word(PhantomData)
    }
}

/// What `B` says, as a type.
pub struct Word<B>(PhantomData<fn() -> B>);

/// It says nothing.
pub enum Nothing {}

impl Declares for Nothing {}

/// What is said, as a value.
pub trait Says {
    /// The value.
    const SAID: Said;
}

impl<B: Declares> Says for Word<B> {
    const SAID: Said = Said {
        idempotent: B::IDEMPOTENT,
        timer: B::NEEDS_TIMER,
        clock: B::NEEDS_CLOCK,
        twice: B::RUNS_TWICE,
        alone: B::RUNS_ALONE,
        kinds: u8::MAX,
    };
}
