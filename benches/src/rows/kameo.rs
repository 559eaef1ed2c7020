use std::sync::atomic::AtomicU64;
use std::time::Instant;

use kameo::Actor;
use kameo::actor::Spawn;
use kameo::message::{Context, Message};
use tokio::runtime::{Builder, Runtime};

use crate::row::{Row, Run};
use crate::work;
use crate::work::seed;

pub(super) fn rows() -> Vec<Row> {
    vec![Row { name: "kameo, ask", run, future, expected: work::sum, is_looped: false }]
}

#[derive(Actor)]
struct Desk {
    seed: AtomicU64,
}

struct Find {
    q: u64,
}

impl Message<Find> for Desk {
    type Reply = u64;

    async fn handle(&mut self, find: Find, _: &mut Context<Self, u64>) -> u64 {
        work!(self.seed, find.q)
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime")
}

/// The whole loop is in one `block_on`: entering the runtime is no part of an ask.
fn run(times: u64) -> Run {
    runtime().block_on(async {
        let desk = Desk::spawn(Desk { seed: seed() });
        let begin = Instant::now();
        let mut sum: u64 = 0;
        for q in 0..times {
            sum = sum.wrapping_add(desk.ask(Find { q }).await.unwrap_or(0));
        }
        Run { sum, took: begin.elapsed() }
    })
}

/// What `.await` on an ask puts on the heap.
fn future() -> usize {
    runtime().block_on(async {
        let desk = Desk::spawn(Desk { seed: seed() });
        size_of_val(&desk.ask(Find { q: 0 }).send())
    })
}
