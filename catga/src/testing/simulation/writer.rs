use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Poll, Waker};
use std::time::Duration;

use super::{Node, SeededRandom, lock};
use crate::store::StoreError;
use crate::store::writer::{Groups, Writer};
use crate::time::{Random as _, Timer as _};

/// A store's writer that is a task of a node: what waits while a commit takes its time is the next group, and a crash
/// of the node finds commits on their way. One for each time that the store is opened.
#[derive(Clone)]
pub struct SimWriter {
    shared: Arc<Shared>,
}

struct Shared {
    node: Node,
    /// Of the node, when it was made.
    crashes: u64,
    longest: Duration,
    random: Arc<SeededRandom>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    groups: Weak<Groups>,
    is_queued: bool,
    waker: Option<Waker>,
}

impl SimWriter {
    /// A writer on this node, whose commits take up to so long.
    pub fn new(node: &Node, longest: Duration) -> Self {
        let random = node.simulation().random(&format!("writer {} {}", node.name(), node.crashes()));
        let shared = Shared { node: node.clone(), crashes: node.crashes(), longest, random, state: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }
}

impl Shared {
    fn has_crashed(&self) -> bool {
        self.node.crashes() != self.crashes
    }

    async fn work(&self, clock: super::VirtualClock) {
        loop {
            poll_fn(|cx| {
                let mut state = lock(&self.state);
                if mem::take(&mut state.is_queued) {
                    return Poll::Ready(());
                }
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            })
            .await;
            let micros = self.random.up_to(u64::try_from(self.longest.as_micros()).unwrap_or(u64::MAX));
            clock.sleep(Duration::from_micros(micros)).await;
            let groups = lock(&self.state).groups.upgrade();
            let Some(groups) = groups else { return };
            if groups.commit_one() > 0 {
                // There may be more.
                lock(&self.state).is_queued = groups.waiting() > 0;
            }
        }
    }
}

impl Writer for SimWriter {
    fn start(&self, groups: &Arc<Groups>) -> Result<(), StoreError> {
        lock(&self.shared.state).groups = Arc::downgrade(groups);
        let (shared, clock) = (Arc::clone(&self.shared), self.shared.node.simulation().clock());
        self.shared.node.spawn(async move { shared.work(clock).await });
        Ok(())
    }

    fn queued(&self, _: &Groups) {
        let waker = {
            let mut state = lock(&self.shared.state);
            state.is_queued = true;
            state.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// What waits is committed, but for a store whose node has crashed: that is lost.
    fn stop(&self) {
        let groups = lock(&self.shared.state).groups.upgrade();
        if let Some(groups) = groups.filter(|_| !self.shared.has_crashed()) {
            while groups.commit_one() > 0 {}
        }
    }
}

impl fmt::Debug for SimWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimWriter").field("node", &self.shared.node).finish_non_exhaustive()
    }
}
