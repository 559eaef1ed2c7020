use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use crate::message::fnv;

/// How many events are kept for whoever looks into a failed run.
const KEPT: usize = 200;

/// What has happened, as a sum over all of it and as the text of the last events.
#[derive(Debug)]
pub(super) struct Trace {
    hash: u64,
    turns: u64,
    last: VecDeque<(Duration, String)>,
}

impl Default for Trace {
    fn default() -> Self {
        Self { hash: fnv::of(&[]), turns: 0, last: VecDeque::new() }
    }
}

impl Trace {
    /// A task got its turn.
    pub(super) fn turn(&mut self, now: Duration, task: u64) {
        self.turns += 1;
        self.fold(&now.as_nanos().to_le_bytes());
        self.fold(&task.to_le_bytes());
    }

    pub(super) fn event(&mut self, now: Duration, text: String) {
        self.fold(&now.as_nanos().to_le_bytes());
        self.fold(text.as_bytes());
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back((now, text));
    }

    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    pub(super) fn turns(&self) -> u64 {
        self.turns
    }

    fn fold(&mut self, bytes: &[u8]) {
        self.hash = fnv::onto(self.hash, bytes);
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, text) in &self.last {
            writeln!(f, "{:>12.6} {text}", at.as_secs_f64())?;
        }
        Ok(())
    }
}
