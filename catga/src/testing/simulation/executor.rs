use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use super::{VirtualClock, lock};
use crate::testing::VirtualSleep;
use crate::time::{Clock as _, Instant, Timer as _};

pub(super) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The number of the script, which is no node's.
pub(super) const SCRIPT: u64 = 0;

/// The tasks of all nodes. Who is ready is a set and no line: the order in which tasks were woken says nothing.
pub(super) struct Executor {
    state: Mutex<State>,
    ready: Arc<Ready>,
}

#[derive(Default)]
struct State {
    tasks: BTreeMap<u64, Entry>,
    nodes: Vec<Life>,
    next: u64,
    /// Tasks of nodes that have crashed. They are dropped when no task is polled: what they hold may be in use.
    fallen: Vec<Task>,
}

struct Entry {
    node: usize,
    /// None while it is polled.
    task: Option<Task>,
    waker: Waker,
}

/// A node since it was made.
struct Life {
    name: &'static str,
    crashes: u64,
    /// Until when it stands still, and what makes the clock stop there.
    paused: Option<(Instant, VirtualSleep)>,
    waiting: Vec<Waker>,
}

#[derive(Default)]
struct Ready(Mutex<BTreeSet<u64>>);

struct Bell {
    task: u64,
    ready: Arc<Ready>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        lock(&self.ready.0).insert(self.task);
    }
}

impl Executor {
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(State { next: SCRIPT + 1, ..State::default() }), ready: Arc::default() }
    }

    /// The waker of a task, which is to be polled at first.
    pub(super) fn begin(&self, task: u64) -> Waker {
        lock(&self.ready.0).insert(task);
        Waker::from(Arc::new(Bell { task, ready: Arc::clone(&self.ready) }))
    }

    pub(super) fn node(&self, name: &'static str) -> usize {
        let mut state = lock(&self.state);
        state.nodes.push(Life { name, crashes: 0, paused: None, waiting: Vec::new() });
        state.nodes.len() - 1
    }

    pub(super) fn name(&self, node: usize) -> &'static str {
        lock(&self.state).nodes.get(node).map_or("", |life| life.name)
    }

    pub(super) fn spawn(&self, node: usize, task: Task) {
        let mut state = lock(&self.state);
        let number = state.next;
        state.next += 1;
        let waker = self.begin(number);
        state.tasks.insert(number, Entry { node, task: Some(task), waker });
    }

    pub(super) fn crashes(&self, node: usize) -> u64 {
        lock(&self.state).nodes.get(node).map_or(0, |life| life.crashes)
    }

    /// Whether it has crashed more often than this; the waker is woken when it does.
    pub(super) fn has_crashed(&self, node: usize, since: u64, waker: &Waker) -> bool {
        let mut state = lock(&self.state);
        let Some(life) = state.nodes.get_mut(node) else { return false };
        if life.crashes > since {
            return true;
        }
        life.waiting.push(waker.clone());
        false
    }

    pub(super) fn crash(&self, node: usize) {
        let mut state = lock(&self.state);
        let State { tasks, nodes, fallen, .. } = &mut *state;
        let numbers: Vec<u64> = tasks.iter().filter(|(_, entry)| entry.node == node).map(|(task, _)| *task).collect();
        fallen.extend(numbers.iter().filter_map(|number| tasks.remove(number)?.task));
        let woken = nodes.get_mut(node).map(|life| {
            life.crashes += 1;
            life.paused = None;
            mem::take(&mut life.waiting)
        });
        drop(state);
        woken.into_iter().flatten().for_each(Waker::wake);
    }

    pub(super) fn pause(&self, node: usize, clock: &VirtualClock, time: std::time::Duration) {
        let until = clock.now().later(time);
        let sleep = clock.sleep(time);
        let old = lock(&self.state).nodes.get_mut(node).and_then(|life| life.paused.replace((until, sleep)));
        drop(old);
    }

    /// Drops what has crashed.
    pub(super) fn bury(&self) {
        let fallen = mem::take(&mut lock(&self.state).fallen);
        drop(fallen);
    }

    /// Drops every task.
    pub(super) fn clear(&self) {
        loop {
            let tasks = mem::take(&mut lock(&self.state).tasks);
            self.bury();
            if tasks.is_empty() {
                return;
            }
            drop(tasks);
        }
    }

    /// A task that was woken and whose node is not paused, as `choose` picks from so many; `None` where there is none.
    pub(super) fn pick(&self, now: Instant, choose: impl FnOnce(u64) -> u64) -> Option<u64> {
        let mut state = lock(&self.state);
        let State { tasks, nodes, .. } = &mut *state;
        for life in nodes.iter_mut() {
            life.paused.take_if(|(until, _)| *until <= now);
        }
        let mut ready = lock(&self.ready.0);
        ready.retain(|task| *task == SCRIPT || tasks.contains_key(task));
        let is_paused = |task: &u64| {
            let node = tasks.get(task).and_then(|entry| nodes.get(entry.node));
            node.is_some_and(|life| life.paused.is_some())
        };
        let able: Vec<u64> = ready.iter().filter(|task| !is_paused(task)).copied().collect();
        let last = u64::try_from(able.len()).ok()?.checked_sub(1)?;
        let picked = *able.get(usize::try_from(choose(last)).ok()?)?;
        ready.remove(&picked);
        Some(picked)
    }

    pub(super) fn poll(&self, number: u64) {
        let taken = {
            let mut state = lock(&self.state);
            let entry = state.tasks.get_mut(&number);
            entry.and_then(|entry| Some((entry.task.take()?, entry.waker.clone())))
        };
        let Some((mut task, waker)) = taken else { return };
        let polled = task.as_mut().poll(&mut Context::from_waker(&waker));
        let mut state = lock(&self.state);
        match polled {
            // Where its node has crashed meanwhile, it has no entry any more.
            Poll::Pending => {
                if let Some(entry) = state.tasks.get_mut(&number) {
                    entry.task = Some(task);
                    return;
                }
            }
            Poll::Ready(()) => drop(state.tasks.remove(&number)),
        }
        drop(state);
        drop(task);
    }
}
