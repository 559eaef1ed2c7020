use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Simulation;

/// A machine, or a process, or a thread of one: tasks that crash and stand still together. Clones are the same.
#[derive(Clone)]
pub struct Node {
    simulation: Simulation,
    number: usize,
}

impl Node {
    pub(super) fn new(simulation: Simulation, number: usize) -> Self {
        Self { simulation, number }
    }

    /// The simulation that it is part of.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.simulation.executor().name(self.number)
    }

    /// Runs a task on it, until it ends or the node crashes. A panic of it fails the run.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.simulation.executor().spawn(self.number, Box::pin(task));
    }

    /// Ends all its tasks, at once and without a word. What a disk or a wire then knows of it is theirs to say: cut
    /// the power of its [`SimDisk`](super::SimDisk) first. A task may crash its own node; it is not polled again.
    ///
    /// Tasks that are spawned from now on are those of its next life.
    pub fn crash(&self) {
        self.simulation.note(format!("{} crashes", self.name()));
        self.simulation.executor().crash(self.number);
    }

    /// How often it has crashed.
    pub fn crashes(&self) -> u64 {
        self.simulation.executor().crashes(self.number)
    }

    /// Waits until it crashes the next time.
    pub fn crashed(&self) -> Crashed {
        Crashed { node: self.clone(), since: self.crashes() }
    }

    /// Lets it stand still for so long: its tasks are woken, and not polled.
    pub fn pause(&self, time: Duration) {
        self.simulation.note(format!("{} stands still for {time:?}", self.name()));
        self.simulation.executor().pause(self.number, &self.simulation.clock(), time);
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("name", &self.name()).field("crashes", &self.crashes()).finish_non_exhaustive()
    }
}

/// What [`Node::crashed`] returns.
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct Crashed {
    node: Node,
    since: u64,
}

impl Future for Crashed {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.node.simulation.executor().has_crashed(self.node.number, self.since, cx.waker()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}
