//! Callers that leave, before their batch runs and while it does.

use std::sync::atomic::Ordering::SeqCst;

use catga::prelude::*;
use catga_tests::{drive, poll_once};
use futures_util::future::join_all;

use super::app::{AGE, Table, app, quick, save, slow};

#[tokio::test]
async fn who_leaves_before_the_batch_runs_takes_its_item_along() {
    for gone in 0..3 {
        let app = app(AutoBatch::new(Table::default(), 4, AGE));
        let mut calls = app.all_sent(&[0, 1, 2]).await;
        drop(calls.remove(gone));
        assert_eq!(app.saves.saves.len(), 2);
        // The first one's time holds, whoever waits for it.
        app.clock.advance(AGE / 2);
        let (outcomes, _) = drive(&app.clock, join_all(calls)).await;
        let left: Vec<u64> = (0..3).filter(|number| *number != gone as u64).collect();
        assert_eq!(outcomes, left.iter().map(|number| Ok(number * 2)).collect::<Vec<_>>());
        assert_eq!(app.batches(), [left]);
    }
}

#[tokio::test]
async fn the_time_is_the_batchs_and_not_its_drivers() {
    let app = quick();
    let mut calls = app.all_sent(&[1, 2]).await;
    app.clock.advance(AGE / 2);
    drop(calls.remove(0));
    let (outcome, waits) = drive(&app.clock, calls.remove(0)).await;
    assert_eq!((outcome, waits), (Ok(4), vec![AGE / 2]));
}

#[tokio::test]
async fn a_batch_that_everybody_left_leaves_nothing() {
    let app = quick();
    drop(app.all_sent(&[1, 2]).await);
    assert!(app.saves.saves.is_empty());
    app.clock.advance(AGE * 2);
    let mut call = app.sent(save(3)).await;
    let (outcome, waits) = drive(&app.clock, &mut call).await;
    assert_eq!((outcome, waits), (Ok(6), vec![AGE]), "a new batch with a time of its own");
    assert_eq!(app.batches(), [[3]]);
}

#[tokio::test]
async fn a_full_batch_whose_runner_leaves_at_once_still_runs() {
    let app = slow();
    let calls = app.all_sent(&[1, 2]).await;
    let last = app.sent(save(3)).await;
    assert_eq!(app.running(), 1);
    drop(last);
    app.go_on(1);
    assert_eq!(join_all(calls).await, [Ok(2), Ok(4)], "another goes on with it, where it was");
    assert_eq!(app.batches(), [[1, 2, 3]], "its item has run");
    assert_eq!(app.table().dropped.load(SeqCst), 0);
}

#[tokio::test]
async fn drivers_that_leave_one_after_the_other() {
    let app = slow();
    let mut calls = app.all_sent(&[1, 2, 3]).await;
    // The third drives it, then the first.
    drop(calls.remove(2));
    assert!(poll_once(&mut calls[0]).await.is_pending());
    drop(calls.remove(0));
    app.go_on(1);
    assert_eq!(calls.remove(0).await, Ok(4));
}

#[tokio::test]
async fn a_batch_that_nobody_waits_for_is_dropped() {
    let app = slow();
    let calls = app.all_sent(&[1, 2, 3]).await;
    assert_eq!(app.running(), 1);
    drop(calls);
    assert_eq!((app.running(), app.table().dropped.load(SeqCst)), (0, 1));
    assert!(app.saves.saves.is_empty());
}
