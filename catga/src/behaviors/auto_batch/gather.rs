use core::future::Future;
use core::hash::Hash;
use core::pin::Pin;
use core::task::Waker;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::PoisonError;

use super::seat::Seat;
use super::{Arc, Mutex, MutexGuard};

/// A batch that runs. It is the batch's own and not one caller's, so that any of them may go on with it.
pub(super) type Run<A> = Pin<Box<dyn Future<Output = Vec<A>> + Send>>;

/// The batches that still gather items, one a key.
///
/// Locks: this one first, then a batch's. What is in the map gathers and has a caller; a batch is taken
/// out as it is closed or left by the last. Items, answers, runs and wakers are dropped, polled and woken
/// outside of both.
pub(super) struct Gather<K, I, A, D> {
    open: Mutex<Open<K, I, A, D>>,
}

type Open<K, I, A, D> = HashMap<K, Arc<Gathered<K, I, A, D>>>;

/// One batch, from its first item to its last answer.
pub(super) struct Gathered<K, I, A, D> {
    pub(super) key: K,
    state: Mutex<State<I, A, D>>,
}

pub(super) struct State<I, A, D> {
    pub(super) phase: Phase<A>,
    /// Its callers in the order in which they came, by their numbers. Who leaves before it runs takes its
    /// item along; who leaves later leaves an empty seat, as the answers come by seat.
    seats: Vec<(u64, Taken<I, A>)>,
    next: u64,
    /// Who polls the batch: always one of those who wait.
    pub(super) driver: u64,
    /// When it waits no longer for more.
    pub(super) due: D,
}

pub(super) enum Phase<A> {
    Gathers,
    /// To be run.
    Closed,
    Runs(Run<A>),
    /// Its driver is polling it, or it has ended.
    Away,
}

pub(super) enum Taken<I, A> {
    /// With its item until that runs, and with a waker from its first poll on.
    Waits(Option<I>, Option<Waker>),
    /// `None` where the batch answered some other number of items.
    Answered(Option<A>),
    Left,
}

impl<K: Eq + Hash + Clone, I, A, D> Gather<K, I, A, D> {
    pub(super) fn new() -> Self {
        Self { open: Mutex::new(HashMap::new()) }
    }

    /// Takes a seat in the key's open batch. The first to come says when it is due; the last, which makes
    /// it `size`, closes it and drives it from there, as it is running already.
    pub(super) fn join(&self, key: K, item: I, size: usize, due: impl FnOnce() -> D) -> Seat<'_, K, I, A, D> {
        let mut open = lock(&self.open);
        match open.entry(key) {
            Entry::Occupied(entry) => {
                let batch = Arc::clone(entry.get());
                let mut state = batch.lock();
                let number = state.sit(item);
                if state.seats.len() >= size {
                    state.phase = Phase::Closed;
                    state.driver = number;
                    entry.remove();
                }
                drop(state);
                Seat::new(self, batch, number)
            }
            Entry::Vacant(entry) => {
                let mut state = State::new(due());
                let number = state.sit(item);
                if size <= 1 {
                    state.phase = Phase::Closed;
                }
                let is_open = matches!(state.phase, Phase::Gathers);
                let batch = Arc::new(Gathered { key: entry.key().clone(), state: Mutex::new(state) });
                if is_open {
                    entry.insert(Arc::clone(&batch));
                }
                Seat::new(self, batch, number)
            }
        }
    }

    /// Lets nobody join the batch any more.
    pub(super) fn close(&self, batch: &Gathered<K, I, A, D>) {
        let mut open = lock(&self.open);
        let mut state = batch.lock();
        if matches!(state.phase, Phase::Gathers) {
            state.phase = Phase::Closed;
            open.remove(&batch.key);
        }
    }

    /// The caller leaves without its answer. Its place as the driver goes to the first that still waits.
    pub(super) fn leave(&self, batch: &Gathered<K, I, A, D>, number: u64) {
        let mut open = lock(&self.open);
        let mut state = batch.lock();
        let Some(at) = state.find(number) else { return };
        let left = match state.phase {
            Phase::Gathers | Phase::Closed => state.seats.remove(at).1,
            Phase::Runs(_) | Phase::Away => core::mem::replace(&mut state.seats[at].1, Taken::Left),
        };
        let (mut abandoned, mut woken) = (Phase::Away, None);
        if state.driver == number && matches!(left, Taken::Waits(..)) {
            match state.hand_over() {
                Some(waker) => woken = waker,
                // Nobody is there any more.
                None => {
                    abandoned = core::mem::replace(&mut state.phase, Phase::Away);
                    if matches!(abandoned, Phase::Gathers) {
                        open.remove(&batch.key);
                    }
                }
            }
        }
        drop(state);
        drop(open);
        drop((left, abandoned));
        if let Some(waker) = woken {
            waker.wake();
        }
    }
}

impl<K, I, A, D> Gathered<K, I, A, D> {
    pub(super) fn lock(&self) -> MutexGuard<'_, State<I, A, D>> {
        lock(&self.state)
    }

    /// The answers, in the order of the items; those who wait for them are woken.
    pub(super) fn answer(&self, answers: Vec<A>) {
        let mut state = self.lock();
        let is_whole = answers.len() == state.seats.len();
        let mut answers = answers.into_iter();
        let (mut unheard, mut woken) = (Vec::new(), Vec::new());
        for (_, taken) in &mut state.seats {
            let answer = if is_whole { answers.next() } else { None };
            match core::mem::replace(taken, Taken::Left) {
                Taken::Waits(_, waker) => {
                    *taken = Taken::Answered(answer);
                    woken.extend(waker);
                }
                Taken::Answered(_) | Taken::Left => unheard.extend(answer),
            }
        }
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }
}

impl<I, A, D> State<I, A, D> {
    const fn new(due: D) -> Self {
        Self { phase: Phase::Gathers, seats: Vec::new(), next: 0, driver: 0, due }
    }

    fn sit(&mut self, item: I) -> u64 {
        let number = self.next;
        self.next += 1;
        self.seats.push((number, Taken::Waits(Some(item), None)));
        number
    }

    fn find(&self, number: u64) -> Option<usize> {
        self.seats.binary_search_by_key(&number, |(number, _)| *number).ok()
    }

    pub(super) fn seat(&mut self, number: u64) -> Option<&mut Taken<I, A>> {
        let at = self.find(number)?;
        Some(&mut self.seats[at].1)
    }

    /// The items, in the order in which they came.
    pub(super) fn items(&mut self) -> Vec<I> {
        let items = self.seats.iter_mut().filter_map(|(_, taken)| match taken {
            Taken::Waits(item, _) => item.take(),
            Taken::Answered(_) | Taken::Left => None,
        });
        items.collect()
    }

    /// Makes the first that waits the driver, and gives its waker if it has one; one without has yet to
    /// be polled, and will see it then.
    fn hand_over(&mut self) -> Option<Option<Waker>> {
        let heir = self.seats.iter_mut().find_map(|(number, taken)| match taken {
            Taken::Waits(_, waker) => Some((*number, waker.take())),
            Taken::Answered(_) | Taken::Left => None,
        });
        let (number, waker) = heir?;
        self.driver = number;
        Some(waker)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
