//! What a behavior may do: look at the message, answer for the handler, change the outcome, run the rest
//! again, serve one message alone.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::prelude::*;
use catga_tests::{Trouble, mark, marks};
use futures_util::{Stream, StreamExt as _, stream};

#[command(reply = u32, error = Trouble)]
#[derive(Clone, Debug)]
struct Add(u32);

#[query(reply = u32)]
#[derive(Clone, Debug)]
struct Total;

#[query(stream = u32)]
#[derive(Debug)]
struct UpTo(u32);

#[event]
#[derive(Debug)]
struct Added;

#[derive(Default)]
struct Sums {
    total: AtomicU32,
}

#[handler]
impl Sums {
    fn add(&self, cmd: Add) -> Result<u32, Trouble> {
        if cmd.0 == 0 {
            return Err(Trouble::Wrong);
        }
        Ok(self.total.fetch_add(cmd.0, SeqCst) + cmd.0)
    }

    async fn total(&self, _query: Total) -> u32 {
        self.total.load(SeqCst)
    }

    fn up_to(&self, query: UpTo) -> impl Stream<Item = u32> {
        stream::iter(0..query.0)
    }

    fn on_added(&self, _event: &Added) {}
}

/// Marks the message's kind and name, and whether it went well: one text for every kind.
struct Audit;

impl<M: Message, S: Dispatched> Behavior<M, S> for Audit {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let message: &M = M::view(&input);
        mark(format!("{} {} {}", M::INFO.kind, M::INFO.name, size_of_val(message)));
        let outcome = next.run(input, cx).await;
        mark(if outcome.is_ok() { "well" } else { "badly" });
        outcome
    }
}

/// For one message: it reads its fields, answers it itself, and changes the outcome.
struct Halve;

impl<S: Dispatched> Behavior<Add, S> for Halve {
    async fn around<N: Next<Add, S>>(&self, input: In<'_, Add>, cx: &mut Context<S>, next: N) -> Outcome<Add> {
        match input.0 {
            0 => next.run(input, cx).await.or(Ok(999)),
            1 => Err(Error::Handler(Trouble::Stale)),
            n => next.run(Add(n / 2), cx).await.map(|total| total + 1_000),
        }
    }
}

/// Runs the rest twice where the message can be given twice.
struct Twice;

impl<M: Message<In<'static>: Sized>, S: Dispatched> Behavior<M, S> for Twice
where
    for<'a> M::In<'a>: Clone + Sync,
{
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input.clone(), cx).await?;
        next.run(input, cx).await
    }
}

struct Changed(Sums);

#[handler]
impl Changed {
    #[pipeline(Halve)]
    fn add(&self, cmd: Add) -> Result<u32, Trouble> {
        self.0.add(cmd)
    }

    #[pipeline(Twice)]
    fn total(&self, _query: Total) -> u32 {
        self.0.total.fetch_add(1, SeqCst) + 1
    }
}

/// Keeps what it saw, in a field of its own.
#[derive(Default)]
struct Seen(Mutex<Vec<&'static str>>);

impl<M: Message, S: Dispatched> Behavior<M, S> for Seen {
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        self.0.lock().unwrap().push(M::INFO.ident);
        next.run(input, cx)
    }
}

#[mediator]
#[pipeline(Audit, self.seen)]
#[derive(Default)]
struct App {
    seen: Seen,
    sums: Sums,
}

#[mediator]
struct Other {
    changed: Changed,
}

#[tokio::test]
async fn one_text_serves_every_kind() {
    let app = App::default();
    assert_eq!(app.send(Add(2)).await, Ok(2));
    assert_eq!(app.send(Add(0)).await, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(app.send(Total).await, Ok(2));
    assert_eq!(app.stream(UpTo(3)).count().await, 3);
    app.publish(Added).await.unwrap();
    let expected = ["command Add 4", "command Add 4", "query Total 0", "stream UpTo 4", "event Added 0"];
    let marks = marks();
    let (names, ends): (Vec<_>, Vec<_>) = marks.chunks(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).unzip();
    assert_eq!(names, expected);
    assert_eq!(ends, ["well", "badly", "well", "well", "well"]);
    assert_eq!(*app.seen.0.lock().unwrap(), ["Add", "Add", "Total", "UpTo", "Added"]);
}

#[tokio::test]
async fn a_behavior_for_one_message_answers_and_changes_it() {
    let other = Other { changed: Changed(Sums::default()) };
    assert_eq!(other.send(Add(10)).await, Ok(1_005));
    assert_eq!(other.send(Add(1)).await, Err(Error::Handler(Trouble::Stale)));
    assert_eq!(other.send(Add(0)).await, Ok(999));
    assert_eq!(other.changed.0.total.load(SeqCst), 5);
}

#[tokio::test]
async fn the_rest_of_the_chain_runs_as_often_as_a_behavior_says() {
    let other = Other { changed: Changed(Sums::default()) };
    assert_eq!(other.send(Total).await, Ok(2));
}
