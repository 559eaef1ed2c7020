//! Two sends in flight at once from one context, and streams beside them.

use std::pin::pin;

use catga::prelude::*;
use futures_util::{Stream, StreamExt as _, future, stream};
use tokio::sync::Barrier;

#[command(reply = u32)]
struct Left(u32);

#[command(reply = u32)]
struct Right(u32);

#[query(stream = u32)]
struct Numbers;

#[command(reply = u32)]
struct Sum;

#[command(reply = Vec<u32>)]
struct Many;

#[query(stream = u32)]
struct Doubled;

struct Sides {
    meet: Barrier,
}

#[handler]
impl Sides {
    /// Answers only once the other side runs.
    async fn left(&self, cmd: Left) -> u32 {
        self.meet.wait().await;
        cmd.0
    }

    async fn right(&self, cmd: Right) -> u32 {
        self.meet.wait().await;
        cmd.0
    }

    fn numbers(&self, _query: Numbers) -> impl Stream<Item = u32> {
        stream::iter(1..=3)
    }

    async fn sum(&self, _cmd: Sum, cx: &mut Context<impl Sends<Left> + Sends<Right> + Streams<Numbers>>) -> u32 {
        let mut rows = pin!(cx.stream(Numbers));
        let first = rows.next().await.unwrap().unwrap();
        let (left, right) = future::join(cx.send(Left(10)), cx.send(Right(20))).await;
        let rest: u32 = rows.map(|row| row.unwrap()).fold(0, |sum, row| async move { sum + row }).await;
        first + left.unwrap() + right.unwrap() + rest
    }

    async fn many(&self, _cmd: Many, cx: &mut Context<impl Sends<Left>>) -> Vec<u32> {
        let cx = &*cx;
        let sends = (0..2).map(|n| async move { cx.send(Left(n)).await.unwrap() });
        future::join_all(sends).await
    }

    fn doubled(&self, _query: Doubled, cx: Context<impl Streams<Numbers>>) -> impl Stream<Item = u32> {
        async_stream(cx)
    }
}

/// The rows of a nested stream, collected first, as the context lives in the stream's own future.
fn async_stream<S: Streams<Numbers>>(cx: Context<S>) -> impl Stream<Item = u32> + Send {
    stream::once(async move {
        let rows: Vec<u32> = cx.stream(Numbers).map(|row| row.unwrap() * 2).collect().await;
        rows
    })
    .flat_map(stream::iter)
}

#[mediator]
#[pipeline(Timeout::secs(60))]
struct App {
    sides: Sides,
}

fn app() -> App {
    App { sides: Sides { meet: Barrier::new(2) } }
}

#[tokio::test]
async fn two_sends_of_one_context_run_at_once() {
    assert_eq!(app().send(Sum).await, Ok(36));
}

#[tokio::test]
async fn many_sends_of_one_message_run_at_once() {
    assert_eq!(app().send(Many).await, Ok(vec![0, 1]));
}

#[tokio::test]
async fn a_stream_streams_another() {
    let rows: Vec<_> = app().stream(Doubled).map(|row| row.unwrap()).collect().await;
    assert_eq!(rows, [2, 4, 6]);
}

#[tokio::test]
async fn a_send_runs_on_another_task() {
    let app = std::sync::Arc::new(app());
    let other = std::sync::Arc::clone(&app);
    let left = tokio::spawn(async move { other.send(Left(1)).await });
    assert_eq!(app.send(Right(2)).await, Ok(2));
    assert_eq!(left.await.unwrap(), Ok(1));
}
