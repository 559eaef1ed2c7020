//! The behaviors of `delivery`, over a store on virtual time.

use std::pin::pin;
use std::time::Duration;

use catga::delivery::Fenced;
use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga::store::writer::Inline;
use catga::store::{Memory, Store, StoreOptions, Table};
use catga::testing::{SeededRandom, VirtualClock};
use catga_tests::{Trouble, drive, poll_once};
use futures_util::{FutureExt as _, Stream, stream};

use super::desk::{Act, App, Ask, Desk, How, Kind, List, Told, call, handle};

pub struct Main;

/// One row a handler that answered.
const DONE: Table<u32, u8> = Table::new("done");

fn store(clock: &VirtualClock) -> Store<Main> {
    let options = StoreOptions::default().writer(Inline).clock(clock.clone());
    Store::with(Memory::new(&SeededRandom::new(1)), options).unwrap()
}

/// A mediator over a set that holds the desk, with its store.
macro_rules! stored {
    ($name:ident, $books:ident, [$($entry:tt)*]) => {
        #[mediator(serves, clock = self.clock, timer = self.clock, random = self.random)]
        #[pipeline($($entry)*)]
        pub struct $name {
            clock: VirtualClock,
            random: SeededRandom,
            books: $books,
            db: Store<Main>,
        }

        impl $name {
            pub fn new() -> Self {
                let clock = VirtualClock::new();
                let (db, books) = (store(&clock), $books(Desk::new(clock.clone())));
                Self { clock, random: SeededRandom::new(1), books, db }
            }
        }

        impl App for $name {
            fn desk(&self) -> &Desk {
                &self.books.0
            }
        }
    };
}

/// Handlers that write a row each.
pub struct Books(Desk);

impl Books {
    async fn write(&self, how: How, cx: &mut Context<impl Within<Main>>) -> Result<u32, Error<Trouble>> {
        let number = self.0.begun();
        DONE.put(cx.tx(), &number, &1).map_err(Error::refused)?;
        handle(&self.0, how).await.map_err(Error::Handler)
    }
}

#[handler]
impl Books {
    async fn act(&self, command: Act, cx: &mut Context<impl Within<Main>>) -> Result<u32, Error<Trouble>> {
        self.write(command.0, cx).await
    }

    async fn ask(&self, query: Ask, cx: &mut Context<impl Within<Main>>) -> Result<u32, Error<Trouble>> {
        self.write(query.0, cx).await
    }

    async fn on_told(&self, event: &Told, cx: &mut Context<impl Within<Main>>) -> Result<(), Error<Trouble>> {
        self.write(event.0, cx).await.map(drop)
    }

    fn list(&self, query: List) -> impl Stream<Item = Result<u32, Trouble>> {
        stream::once(handle(&self.0, query.0))
    }
}

/// Whether the handler's row is there.
async fn rows(db: &Store<Main>) -> usize {
    let mut tx = db.begin().unwrap();
    DONE.range(&mut tx, ..).await.unwrap().len()
}

stored!(InTransaction, Books, [Transactional(self.db)]);

pub async fn transactional(kind: Kind) {
    let app = InTransaction::new();
    assert_eq!(drive(&app.clock, call(&app, kind, How::Lose)).await.0, Err(Trouble::Lost.code()));
    assert_eq!(rows(&app.db).await, 0, "it failed, and its row is not there");
    assert_eq!(drive(&app.clock, call(&app, kind, How::Answer)).await.0, Ok(()));
    assert_eq!(rows(&app.db).await, usize::from(kind != Kind::Stream), "the rows of a stream are outside of it");
}

/// What a caller who left has written is there, whole, only where it was handed to the store.
pub async fn transactional_dropped(kind: Kind) {
    for polls in 0..64 {
        let app = InTransaction::new();
        let ended = {
            let mut leaving = pin!(call(&app, kind, How::Slow));
            leave(&app.clock, &mut leaving, polls).await
        };
        assert!(rows(&app.db).await <= usize::from(ended), "after {polls} polls");
        if ended {
            return;
        }
    }
    panic!("it does not end");
}

/// Polls so many times; whether it has ended.
async fn leave<F: Future + Unpin>(clock: &VirtualClock, leaving: &mut F, polls: usize) -> bool {
    for _ in 0..polls {
        if poll_once(leaving).await.is_ready() {
            return true;
        }
        clock.advance_to_next();
    }
    false
}

stored!(Once, Books, [commands: Idempotent(self.db), queries: Idempotent(self.db), events: Transactional(self.db)]);

impl Once {
    /// The same request, as its id says.
    async fn again(&self, kind: Kind) -> Result<(), &'static str> {
        let one = Call::new().id(Id::new(7));
        match kind {
            Kind::Command => self.send_with(Act(How::Slow), one).await.map(drop).map_err(|error| error.code()),
            _ => self.send_with(Ask(How::Slow), one).await.map(drop).map_err(|error| error.code()),
        }
    }
}

pub async fn idempotent(kind: Kind) {
    let app = Once::new();
    for _ in 0..3 {
        assert_eq!(drive(&app.clock, app.again(kind)).await.0, Ok(()));
    }
    assert_eq!((app.desk().begun(), rows(&app.db).await), (1, 1));
}

/// The request of a caller who left runs anew when its hold is over, or is answered from its record: it takes effect once.
pub async fn idempotent_dropped(kind: Kind) {
    for polls in 0..64 {
        let app = Once::new();
        let ended = {
            let mut leaving = pin!(app.again(kind));
            leave(&app.clock, &mut leaving, polls).await
        };
        app.clock.advance(Duration::from_secs(31));
        assert_eq!(drive(&app.clock, app.again(kind)).await.0, Ok(()), "after {polls} polls");
        assert_eq!(rows(&app.db).await, 1, "after {polls} polls");
        if ended {
            assert_eq!(app.desk().begun(), 1);
            return;
        }
    }
    panic!("it does not end");
}

/// Handlers that ask for the lock, as far as there is one inside of which they run.
pub struct Printers(Desk);

#[handler]
impl Printers {
    async fn act(&self, command: Act, cx: &mut Context<impl Fenced>) -> Result<u32, Trouble> {
        assert!(cx.fence() > 0);
        handle(&self.0, command.0).await
    }

    async fn ask(&self, query: Ask, cx: &mut Context<impl Fenced>) -> Result<u32, Trouble> {
        assert!(cx.fence() > 0);
        handle(&self.0, query.0).await
    }

    async fn on_told(&self, event: &Told, cx: &mut Context<impl Fenced>) -> Result<(), Trouble> {
        assert!(cx.fence() > 0);
        handle(&self.0, event.0).await.map(drop)
    }

    fn list(&self, query: List) -> impl Stream<Item = Result<u32, Trouble>> {
        stream::once(handle(&self.0, query.0))
    }
}

stored!(Locked, Printers, [
    commands: Lock(self.db).by(|_: &Act| 1_u32),
    queries: Lock(self.db).by(|_: &Ask| 1_u32),
    events: Lock(self.db).by(|_: &Told| 1_u32),
    streams: Lock(self.db).by(|_: &List| 1_u32),
]);

pub async fn lock(kind: Kind) {
    let app = Locked::new();
    {
        let mut first = pin!(call(&app, kind, How::Slow));
        assert!(poll_once(&mut first).await.is_pending());
        assert!(call(&app, kind, How::Answer).now_or_never().is_none(), "it waits for the first");
        assert_eq!(app.desk().begun(), 1);
        assert_eq!(drive(&app.clock, first).await.0, Ok(()));
    }
    assert_eq!(drive(&app.clock, call(&app, kind, How::Answer)).await.0, Ok(()));
    assert_eq!(app.desk().begun(), 2);
}
