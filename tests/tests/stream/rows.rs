//! Rows, how they end, and what surrounds them.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

use catga::prelude::*;
use catga::scope::Call;
use catga::testing::VirtualClock;
use catga::time::Cancel;
use catga_tests::{Mark, Trouble, collect_ready, mark, marks, poll_once};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::mpsc;

const SECOND: Duration = Duration::from_secs(1);

#[query(stream = u32)]
struct Count(u32);

/// Fails after so many rows, and would go on after that.
#[query(stream = u32, error = Trouble)]
struct FailAfter(u32);

/// Rows that come when the test sends them.
#[query(stream = u32)]
struct Listen;

/// Always ready, without end.
#[query(stream = u32)]
struct Firehose;

#[query(stream = String, validate)]
struct Checked {
    letters: Vec<char>,
}

impl Valid for Checked {
    fn check(&self, checks: &mut Checks) {
        for (i, letter) in self.letters.iter().enumerate() {
            checks.require(("letters", i), letter.is_alphabetic(), "must be a letter");
        }
    }
}

#[query(reply = u32)]
struct Last;

/// Holds the place of rows that are open.
struct Held(Arc<AtomicUsize>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
        mark("dropped");
    }
}

struct Rows {
    sender: mpsc::Sender<u32>,
    receiver: std::sync::Mutex<Option<mpsc::Receiver<u32>>>,
    open: Arc<AtomicUsize>,
    polled: AtomicU32,
}

impl Default for Rows {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(8);
        Self { sender, receiver: Some(receiver).into(), open: Arc::default(), polled: AtomicU32::default() }
    }
}

#[handler]
impl Rows {
    fn count(&self, query: Count) -> impl Stream<Item = u32> {
        stream::iter(0..query.0).inspect(|_| {
            self.polled.fetch_add(1, SeqCst);
        })
    }

    fn fail_after(&self, query: FailAfter) -> impl Stream<Item = Result<u32, Trouble>> {
        stream::iter(0..).map(move |row| if row == query.0 { Err(Trouble::Stale) } else { Ok(row) })
    }

    fn listen(&self, _query: Listen) -> impl Stream<Item = u32> {
        let receiver = self.receiver.lock().unwrap().take();
        self.open.fetch_add(1, SeqCst);
        let held = Held(Arc::clone(&self.open));
        stream::unfold((receiver, held), async |(mut receiver, held)| {
            let row = receiver.as_mut()?.recv().await?;
            Some((row, (receiver, held)))
        })
    }

    fn firehose(&self, _query: Firehose) -> impl Stream<Item = u32> {
        stream::iter(0..)
    }

    fn checked(&self, query: Checked) -> impl Stream<Item = String> {
        stream::iter(query.letters).map(String::from)
    }

    /// Takes rows of another query, and then drops it half way.
    async fn last(&self, _query: Last, cx: &mut Context<impl Streams<Count>>) -> u32 {
        let rows = collect_ready(cx.stream(Count(100)).take(40)).await;
        rows.last().map_or(0, |row| *row.as_ref().unwrap())
    }
}

#[mediator]
#[derive(Default)]
struct Bare {
    rows: Rows,
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Mark("chain"), Timeout::secs(1), Validate)]
#[derive(Default)]
struct Piped {
    clock: VirtualClock,
    rows: Rows,
}

#[tokio::test]
async fn rows_come_in_order_however_many() {
    for n in [0, 1, 2, 31, 32, 33, 64, 65, 1_000] {
        let rows = collect_ready(Bare::default().stream(Count(n))).await;
        assert!(rows.into_iter().eq((0..n).map(Ok)), "{n} rows without a pipeline");
        let rows = collect_ready(Piped::default().stream(Count(n))).await;
        assert!(rows.into_iter().eq((0..n).map(Ok)), "{n} rows inside of one");
    }
}

#[tokio::test]
async fn an_empty_stream_ends_and_stays_ended() {
    let app = Piped::default();
    let mut rows = pin!(app.stream(Count(0)));
    assert_eq!(rows.next().await, None);
    assert_eq!(rows.next().await, None);
    assert_eq!(marks(), ["chain", "/chain"]);
}

#[tokio::test]
async fn an_error_is_the_last_item() {
    let app = Bare::default();
    let rows = collect_ready(app.stream(FailAfter(2))).await;
    assert_eq!(rows, [Ok(0), Ok(1), Err(Error::Handler(Trouble::Stale))]);
    let first = collect_ready(app.stream(FailAfter(0))).await;
    assert_eq!(first, [Err(Error::Handler(Trouble::Stale))]);
    let rows = collect_ready(Piped::default().stream(FailAfter(50))).await;
    assert_eq!(rows.len(), 51);
    assert!(rows[50].is_err());
}

#[tokio::test]
async fn rows_that_wait_wake_the_one_who_takes_them() {
    let app = Arc::new(Bare::default());
    let taker = {
        let app = Arc::clone(&app);
        tokio::spawn(async move { app.stream(Listen).take(2).map(|row| row.unwrap()).collect::<Vec<_>>().await })
    };
    for row in [7, 8] {
        tokio::task::yield_now().await;
        app.rows.sender.send(row).await.unwrap();
    }
    assert_eq!(taker.await.unwrap(), [7, 8]);
}

#[tokio::test]
async fn a_timeout_ends_a_stream_that_waits() {
    let app = Piped::default();
    let mut rows = pin!(app.stream(Listen));
    app.rows.sender.send(1).await.unwrap();
    assert_eq!(rows.next().await, Some(Ok(1)));
    assert!(poll_once(&mut rows.next()).await.is_pending());
    app.clock.advance(SECOND / 2);
    app.rows.sender.send(2).await.unwrap();
    assert_eq!(rows.next().await, Some(Ok(2)), "its time is the whole stream's, and not yet over");
    assert!(poll_once(&mut rows.next()).await.is_pending());
    app.clock.advance(SECOND / 2);
    assert_eq!(rows.next().await, Some(Err(Error::Timeout)));
    assert_eq!(app.rows.open.load(SeqCst), 0, "the rows are dropped");
    assert_eq!(rows.next().await, None);
    assert_eq!(marks().len(), 3, "in, out, and the rows dropped");
}

#[tokio::test]
async fn a_timeout_ends_a_stream_that_never_waits() {
    let app = Piped::default();
    let mut rows = pin!(app.stream(Firehose));
    for n in 0..100 {
        assert_eq!(poll_once(&mut rows.next()).await, Poll::Ready(Some(Ok(n))));
    }
    app.clock.advance(SECOND);
    let rest = collect_ready(rows.take(1_000)).await;
    assert!(rest.len() <= 33, "seen after at most 32 rows, not {}", rest.len());
    assert_eq!(rest.last(), Some(&Err(Error::Timeout)));
}

#[tokio::test]
async fn dropped_on_the_way_it_drops_its_rows_and_its_chain() {
    let app = Piped::default();
    let mut rows = Box::pin(app.stream(Listen));
    app.rows.sender.send(1).await.unwrap();
    assert_eq!(rows.next().await, Some(Ok(1)));
    assert_eq!((app.rows.open.load(SeqCst), app.clock.waiting()), (1, 1));
    drop(rows);
    assert_eq!((app.rows.open.load(SeqCst), app.clock.waiting()), (0, 0));
    assert_eq!(marks(), ["chain", "dropped"], "the chain does not go on");
}

#[tokio::test]
async fn no_row_is_taken_ahead() {
    let app = Bare::default();
    let rows: Vec<_> = app.stream(Count(100)).take(5).collect().await;
    assert_eq!((rows.len(), app.rows.polled.load(SeqCst)), (5, 5));
}

#[tokio::test]
async fn a_handler_takes_rows_of_another_query() {
    assert_eq!(Bare::default().send(Last).await, Ok(39));
    assert_eq!(Piped::default().send(Last).await, Ok(39));
}

#[tokio::test]
async fn a_behavior_refuses_before_anything_is_opened() {
    let app = Piped::default();
    let rows: Vec<_> = app.stream(Checked { letters: vec!['a', '1', '2'] }).collect().await;
    let [Err(Error::Invalid(violations))] = &rows[..] else { panic!("{rows:?}") };
    let paths: Vec<String> = violations.iter().map(|violation| violation.path.to_string()).collect();
    assert_eq!(paths, ["letters[1]", "letters[2]"]);
    let rows: Vec<_> = app.stream(Checked { letters: vec!['a', 'b'] }).map(|row| row.unwrap()).collect().await;
    assert_eq!(rows, ["a", "b"]);
}

#[tokio::test]
async fn a_cancellation_is_seen_by_what_the_rows_send_and_does_not_cut_them_off() {
    let app = Bare::default();
    let cancel = Cancel::new();
    let mut rows = pin!(app.stream_with(Count(3), Call::new().cancel(&cancel)));
    assert_eq!(rows.next().await, Some(Ok(0)));
    cancel.cancel();
    assert_eq!(rows.next().await, Some(Ok(1)));
}

#[tokio::test]
async fn many_streams_of_one_mediator_run_at_once() {
    let app = Piped::default();
    let sum = async |n| collect_ready(app.stream(Count(n))).await.into_iter().map(Result::unwrap).sum::<u32>();
    let sums = futures_util::future::join_all((1..=50).map(sum)).await;
    assert!(sums.into_iter().eq((1..=50).map(|n| n * (n - 1) / 2)));
}
