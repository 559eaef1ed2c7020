//! How many may wait: who comes after them waits for room, or is refused.

use std::pin::pin;

use catga::prelude::*;
use catga::scope::Call;
use catga_tests::{drive, poll_once};
use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::app::{AGE, Table, app, save};

#[tokio::test]
async fn a_full_queue_lets_wait() {
    let app = app(AutoBatch::new(Table::default(), 3, AGE).queue(2));
    let (outcomes, waits) = drive(&app.clock, join_all((0..5).map(|number| app.send(save(number))))).await;
    assert_eq!(outcomes, [0, 2, 4, 6, 8].map(Ok));
    assert_eq!(app.batches(), [vec![0, 1], vec![2, 3], vec![4]]);
    assert_eq!(waits, [AGE; 3]);
}

#[tokio::test]
async fn a_full_queue_refuses_where_it_is_told_to() {
    for saves in [
        AutoBatch::new(Table::default(), 3, AGE).queue(2).refuse_when_full(),
        AutoBatch::new(Table::default(), 3, AGE).refuse_when_full().queue(2),
    ] {
        let app = app(saves);
        let calls = app.all_sent(&[1, 2]).await;
        assert_eq!(app.send(save(3)).await, Err(Error::Unavailable { retry_after: None }));
        assert_eq!(drive(&app.clock, join_all(calls)).await.0, [Ok(2), Ok(4)]);
    }
}

#[tokio::test]
async fn who_leaves_makes_room() {
    let app = app(AutoBatch::new(Table::default(), 3, AGE).queue(1));
    let mut calls = app.all_sent(&[1, 2, 3]).await;
    drop(calls.remove(1));
    drop(calls.remove(0));
    assert_eq!(drive(&app.clock, calls.remove(0)).await.0, Ok(6));
    assert_eq!(app.batches(), [[3]]);
}

#[tokio::test]
async fn who_is_cancelled_while_it_waits_for_room_does_not_run() {
    let app = app(AutoBatch::new(Table::default(), 3, AGE).queue(1));
    let cancel = Cancel::new();
    let mut first = app.sent(save(1)).await;
    let mut second = pin!(app.send_with(save(2), Call::new().cancel(&cancel)));
    assert!(poll_once(&mut second).await.is_pending());
    cancel.cancel();
    assert_eq!(drive(&app.clock, &mut first).await.0, Ok(2));
    drop(first);
    assert_eq!(second.await, Err(Error::Cancelled));
    assert_eq!(app.batches(), [[1]]);
}

/// Its message is still in the batch that runs.
#[tokio::test]
async fn who_leaves_while_its_batch_runs_makes_no_room() {
    let table = Table { go_on: Some(Semaphore::new(0)), ..Table::default() };
    let app = app(AutoBatch::new(table, 3, AGE).queue(3).refuse_when_full());
    let mut calls = app.all_sent(&[1, 2, 3]).await;
    drop(calls.remove(0));
    assert_eq!((app.running(), app.saves.saves.len()), (1, 3));
    assert_eq!(app.send(save(4)).await, Err(Error::Unavailable { retry_after: None }));
    app.go_on(1);
    assert_eq!(join_all(calls).await, [Ok(4), Ok(6)]);
    assert!(app.saves.saves.is_empty());
}
