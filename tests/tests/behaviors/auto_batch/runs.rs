//! When a batch runs, with what, and whose its answers are.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga_tests::{Trouble, drive, poll_once};
use futures_util::future::join_all;

use super::app::{AGE, ALL_FAIL, FAILS, FORGETS, INVENTS, PANICS, PANICS_LATER, Save, Table, app, quick, save, slow};

#[tokio::test]
async fn a_full_batch_runs_at_once_in_order() {
    let app = quick();
    let calls = app.all_sent(&[1, 2]).await;
    assert_eq!(app.send(save(3)).await, Ok(6), "the last one runs it");
    assert_eq!(join_all(calls).await, [Ok(2), Ok(4)]);
    assert_eq!(app.batches(), [[1, 2, 3]]);
    assert_eq!(app.clock.waiting(), 0, "no timer is left behind");
    assert!(app.saves.saves.is_empty());
}

#[tokio::test]
async fn a_batch_that_is_not_full_runs_when_its_first_is_old() {
    let app = quick();
    let mut first = app.sent(save(1)).await;
    app.clock.advance(AGE / 2);
    let mut second = app.sent(save(2)).await;
    assert_eq!(app.clock.waiting(), 1);
    let (outcome, waits) = drive(&app.clock, &mut first).await;
    assert_eq!((outcome, waits), (Ok(2), vec![AGE / 2]));
    assert_eq!(poll_once(&mut second).await, Poll::Ready(Ok(4)));
    assert_eq!(app.batches(), [[1, 2]]);
}

#[tokio::test]
async fn batches_of_one_do_not_wait() {
    let app = app(AutoBatch::new(Table::default(), 0, AGE));
    assert_eq!(app.send(save(1)).await, Ok(2));
    assert_eq!(app.send(save(2)).await, Ok(4));
    assert_eq!(app.batches(), [[1], [2]]);
    assert_eq!(app.clock.waiting(), 0);
}

#[tokio::test]
async fn each_key_has_its_own_batch() {
    let app = quick();
    let calls = join_all((0..6).map(|number| app.send(Save { tenant: number as u32 % 2, number })));
    assert_eq!(calls.await, [0, 2, 4, 6, 8, 10].map(Ok));
    assert_eq!(app.batches(), [[0, 2, 4], [1, 3, 5]]);
}

#[tokio::test]
async fn the_next_batch_gathers_while_one_runs() {
    let app = slow();
    let first = app.all_sent(&[1, 2, 3]).await;
    let second = app.all_sent(&[4, 5, 6]).await;
    assert_eq!(app.running(), 2, "they run concurrently");
    app.go_on(2);
    assert_eq!(join_all(second).await, [Ok(8), Ok(10), Ok(12)]);
    assert_eq!(join_all(first).await, [Ok(2), Ok(4), Ok(6)]);
}

#[tokio::test]
async fn jitter_makes_batches_run_earlier_by_chance() {
    let app = app(AutoBatch::new(Table::default(), 3, AGE).jitter(AGE / 2));
    let mut waited = Vec::new();
    for _ in 0..20 {
        let (outcome, waits) = drive(&app.clock, app.send(save(1))).await;
        assert_eq!(outcome, Ok(2));
        waited.push(waits.iter().sum::<Duration>());
    }
    assert!(waited.iter().all(|wait| (AGE / 2..=AGE).contains(wait)), "{waited:?}");
    waited.dedup();
    assert!(waited.len() > 15);
}

#[tokio::test]
async fn an_items_error_is_its_own() {
    let app = quick();
    let outcomes = join_all([1, FAILS, 3].map(|number| app.send(save(number)))).await;
    assert_eq!(outcomes, [Ok(2), Err(Error::Handler(Trouble::Wrong)), Ok(6)]);
}

#[tokio::test]
async fn a_batchs_error_is_everybodys() {
    let app = quick();
    let outcomes = join_all([1, ALL_FAIL, 3].map(|number| app.send(save(number)))).await;
    assert_eq!(outcomes, [const { Err(Error::Handler(Trouble::Busy)) }; 3]);
}

#[tokio::test]
async fn a_panic_is_everybodys() {
    for (panics, text) in [(PANICS, "at once"), (PANICS_LATER, "later")] {
        let app = quick();
        for outcome in join_all([1, panics, 3].map(|number| app.send(save(number)))).await {
            assert!(matches!(outcome, Err(Error::Panicked(panic)) if panic.message() == text));
        }
        assert_eq!(join_all([1, 2, 3].map(|number| app.send(save(number)))).await, [Ok(2), Ok(4), Ok(6)]);
    }
}

#[tokio::test]
async fn another_number_of_answers_is_everybodys_error() {
    for wrong in [FORGETS, INVENTS] {
        let app = quick();
        for outcome in join_all([1, wrong, 3].map(|number| app.send(save(number)))).await {
            let error = outcome.unwrap_err();
            assert_eq!((error.code(), error.class()), ("catga.batch_answers", Class::Unknown));
            assert!(error.to_string().contains("another number"));
        }
    }
}

#[tokio::test]
async fn a_panic_of_a_key_is_its_callers_alone() {
    struct Odd;

    impl Batch<Save> for Odd {
        type Key = u64;

        fn key(&self, message: &Save) -> u64 {
            assert!(message.number != PANICS, "no key");
            0
        }

        async fn run(&self, _: &u64, batch: Vec<Save>) -> Answers<Save> {
            Ok(batch.iter().map(|save| Ok(save.number)).collect())
        }
    }

    let app = quick();
    let cx = app.context();
    let odd = AutoBatch::<Save, Odd>::new(Odd, 2, AGE);
    let mut first = pin!(odd.answer(save(1), &cx));
    assert!(poll_once(&mut first).await.is_pending());
    let panicked = AssertUnwindSafe(odd.answer(save(PANICS), &cx));
    assert!(futures_util::FutureExt::catch_unwind(panicked).await.is_err());
    assert_eq!(odd.answer(save(2), &cx).await, Ok(2));
    assert_eq!(first.await, Ok(1));
    assert!(odd.is_empty());
}
