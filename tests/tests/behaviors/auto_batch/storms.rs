//! Callers that come and leave as chance has it, in steps and on many threads.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::task::Poll;
use std::time::Duration;

use catga::prelude::*;
use catga_tests::{drive, poll_once};
use futures_util::future::join_all;
use proptest::prelude::*;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::app::{AGE, Save, Saves, Sent, Table, app};

/// What happens to one caller.
#[derive(Clone, Debug)]
enum Step {
    Send {
        tenant: u32,
    },
    /// Polls one of those that are there.
    Poll(usize),
    Drop(usize),
    Advance,
    GoOn,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u32..2).prop_map(|tenant| Step::Send { tenant }),
        4 => (0_usize..64).prop_map(Step::Poll),
        2 => (0_usize..64).prop_map(Step::Drop),
        1 => Just(Step::Advance),
        2 => Just(Step::GoOn),
    ]
}

proptest! {
    /// Whoever is dropped when: each that stays is answered with its own answer, each item runs at most
    /// once, those of all who stay have run, and no more are in it than may be.
    #[test]
    fn every_item_is_answered_exactly_once(steps in prop::collection::vec(step(), 1..120), most in 1_u32..9) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let table = Table { go_on: Some(Semaphore::new(0)), ..Table::default() };
            let app = app(AutoBatch::new(table, 3, AGE).queue(most));
            let mut calls: Vec<(u64, Sent<'_>)> = Vec::new();
            let mut answered = Vec::new();
            let mut next = 0;
            for step in steps {
                match step {
                    Step::Send { tenant } => {
                        calls.push((next, Box::pin(app.send(Save { tenant, number: next }))));
                        next += 1;
                    }
                    Step::Poll(at) if !calls.is_empty() => {
                        let at = at % calls.len();
                        if let Poll::Ready(outcome) = poll_once(&mut calls[at].1).await {
                            let (number, _) = calls.remove(at);
                            assert_eq!(outcome, Ok(number * 2));
                            answered.push(number);
                        }
                    }
                    Step::Drop(at) if !calls.is_empty() => {
                        let at = at % calls.len();
                        drop(calls.remove(at));
                    }
                    Step::Poll(_) | Step::Drop(_) => {}
                    Step::Advance => app.clock.advance(AGE / 2),
                    Step::GoOn => app.go_on(1),
                }
                let (inside, running) = (app.saves.saves.len(), app.table().inside.load(SeqCst));
                assert!(running <= inside && inside <= most, "{running} of {inside} run, of at most {most}");
            }
            // Now all may go on, woken by nothing but wakers and the clock.
            app.go_on(1_000);
            let numbers: Vec<u64> = calls.iter().map(|(number, _)| *number).collect();
            let rest = join_all(calls.into_iter().map(|(_, call)| call));
            let (outcomes, _) = drive(&app.clock, rest).await;
            assert_eq!(outcomes, numbers.iter().map(|number| Ok(number * 2)).collect::<Vec<_>>());
            answered.extend(numbers);
            let mut ran = app.batches().concat();
            ran.sort_unstable();
            let count = ran.len();
            ran.dedup();
            assert_eq!(ran.len(), count, "an item ran twice");
            assert!(answered.iter().all(|number| ran.binary_search(number).is_ok()), "answered without having run");
            assert_eq!(app.running(), 0);
            assert!(app.saves.saves.is_empty());
            assert_eq!(app.clock.waiting(), 0);
        });
    }
}

#[mediator]
struct Threads {
    saves: Saves,
}

/// On many threads and tokio's timer, with callers that are dropped at any time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_with_callers_that_are_dropped() {
    for round in 0..100_u64 {
        let saves = AutoBatch::new(Table::default(), 4, Duration::from_micros(200)).queue(12);
        let app = Arc::new(Threads { saves: Saves { saves } });
        let mut calls = JoinSet::new();
        for number in 0..48_u64 {
            let app = Arc::clone(&app);
            calls.spawn(async move {
                let mut call: Sent<'_> = Box::pin(app.send(Save { tenant: (number % 3) as u32, number }));
                if (number * 5 + round) % 3 != 0 {
                    assert_eq!(call.await, Ok(number * 2));
                    return true;
                }
                for _ in 0..number % 3 {
                    if let Poll::Ready(outcome) = poll_once(&mut call).await {
                        assert_eq!(outcome, Ok(number * 2));
                        return true;
                    }
                    tokio::task::yield_now().await;
                }
                false
            });
        }
        let all = tokio::time::timeout(Duration::from_secs(120), calls.join_all()).await;
        let answered = all.expect("nobody hangs").into_iter().filter(|answered| *answered).count();
        assert!(answered >= 32);
        let ran = app.saves.saves.batch().batches.lock().unwrap().concat();
        assert!(ran.len() >= answered);
        assert!(app.saves.saves.is_empty());
    }
}
