//! The toy store, its transaction as a behavior, and the scope inside of it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::error::PublishError;
use catga::prelude::*;
use catga::scope::{Frame, PublishIn, SendIn, Sent};

/// Rows and an outbox, both at one version.
#[derive(Debug, Default)]
pub struct Db {
    state: Mutex<State>,
    begun: AtomicU32,
}

#[derive(Debug, Default)]
struct State {
    version: u64,
    rows: BTreeMap<u32, u64>,
    outbox: Vec<String>,
}

/// What one transaction has read and written so far.
#[derive(Debug, Default)]
pub struct Tx {
    version: u64,
    read: BTreeMap<u32, u64>,
    written: BTreeMap<u32, u64>,
    events: Vec<String>,
}

impl Tx {
    pub fn get(&self, key: u32) -> u64 {
        self.written.get(&key).or_else(|| self.read.get(&key)).copied().unwrap_or_default()
    }

    pub fn put(&mut self, key: u32, value: u64) {
        self.written.insert(key, value);
    }
}

impl Db {
    pub const CONFLICT: &'static str = "db.conflict";

    fn begin(&self) -> Tx {
        self.begun.fetch_add(1, SeqCst);
        let state = self.state.lock().unwrap();
        Tx { version: state.version, read: state.rows.clone(), ..Tx::default() }
    }

    /// All of it, or nothing where somebody was faster.
    fn commit(&self, tx: Tx) -> Result<(), Failure> {
        let mut state = self.state.lock().unwrap();
        if state.version != tx.version {
            return Err(Failure::new(Self::CONFLICT, Class::Conflict));
        }
        state.version += 1;
        state.rows.extend(tx.written);
        state.outbox.extend(tx.events);
        Ok(())
    }

    /// How many transactions have begun.
    pub fn begun(&self) -> u32 {
        self.begun.load(SeqCst)
    }

    pub fn row(&self, key: u32) -> u64 {
        self.state.lock().unwrap().rows.get(&key).copied().unwrap_or_default()
    }

    pub fn outbox(&self) -> Vec<String> {
        self.state.lock().unwrap().outbox.clone()
    }
}

/// Runs the rest of the chain in a transaction: `commands: Transactional(self.db)`.
pub struct Transactional<'a>(pub &'a Db);

impl ChangesScope for Transactional<'_> {}

impl<M: Message, S: Dispatched> Enters<M, S> for Transactional<'_> {
    type Inner = InTx<S::Root>;

    async fn around<N: Next<M, Self::Inner>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let mut inner = Context::new(InTx { root: cx.root(), tx: self.0.begin() });
        let reply = next.run(input, &mut inner).await?;
        if cx.is_cancelled() {
            // The commit has not begun: nothing has happened.
            return Err(Error::Cancelled);
        }
        let tx = std::mem::take(inner.tx());
        self.0.commit(tx).map_err(Error::Refused)?;
        Ok(reply)
    }
}

/// May read and write in a transaction of `D`: `cx.tx()`.
pub trait Within<D>: Scope {
    fn tx(&mut self) -> &mut Tx;
}

/// The scope inside of a transaction.
pub struct InTx<R> {
    root: R,
    tx: Tx,
}

impl<R: Scope> Scope for InTx<R> {
    type App = R::App;

    fn app(&self) -> &R::App {
        self.root.app()
    }

    fn frame(&self) -> &Frame<'_> {
        self.root.frame()
    }

    fn extension_ref(&self) -> Option<&<R::App as Mediator>::Extension> {
        self.root.extension_ref()
    }
}

impl<R: Dispatched> Dispatched for InTx<R> {
    type Root = R::Root;

    fn root(&self) -> R::Root {
        self.root.root()
    }
}

impl<R: Scope> Within<Db> for InTx<R> {
    fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

/// A send is a call: it is not part of the transaction.
impl<M: Sent, R: SendIn<M>> SendIn<M> for InTx<R> {
    fn send(&self, message: M) -> impl Future<Output = Outcome<M>> + Send {
        self.root.send(message)
    }
}

/// An event is stored with the rows.
impl<E: Message + Debug, R: Scope> PublishIn<E> for InTx<R> {
    async fn publish(&mut self, event: E) -> Result<(), PublishError> {
        self.tx.events.push(format!("{event:?}"));
        Ok(())
    }
}
