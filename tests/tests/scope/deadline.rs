//! Deadlines: where they begin, that they stay, and that they reach what a handler sends.

use std::sync::Mutex;
use std::time::Duration;

use catga::prelude::*;
use catga::testing::VirtualClock;
use catga::time::Instant;
use catga_tests::{Trouble, drive};
use futures_util::{Stream, StreamExt as _, stream};

const SECOND: Duration = Duration::from_secs(1);

fn after(seconds: u32) -> Option<Instant> {
    Some(Instant::after_origin(SECOND * seconds))
}

/// Reads the deadline at once, after a second of waiting, and in a nested send.
#[command(reply = [Option<Instant>; 3])]
struct Read;

/// Waits a second, and only then reads it, in a nested send first.
#[command(reply = [Option<Instant>; 2])]
struct ReadLate;

/// Spends a second without waiting between two looks at the deadline.
#[command(reply = [Option<Instant>; 2])]
struct Busy;

#[command(reply = Option<Instant>)]
struct Nested;

#[query(stream = Option<Instant>)]
struct Rows;

/// Waits a second before its row.
#[query(stream = [Option<Instant>; 2])]
struct LateRows;

#[event]
struct Told;

struct Reader {
    clock: VirtualClock,
    seen: Mutex<Vec<Option<Instant>>>,
}

#[handler]
impl Reader {
    async fn read(&self, _cmd: Read, cx: &mut Context<impl Sends<Nested>>) -> [Option<Instant>; 3] {
        let first = cx.deadline();
        self.clock.sleep(SECOND).await;
        [first, cx.deadline(), cx.send(Nested).await.unwrap()]
    }

    async fn read_late(&self, _cmd: ReadLate, cx: &mut Context<impl Sends<Nested>>) -> [Option<Instant>; 2] {
        self.clock.sleep(SECOND).await;
        [cx.send(Nested).await.unwrap(), cx.deadline()]
    }

    async fn busy(&self, _cmd: Busy, cx: &mut Context<impl Scope>) -> [Option<Instant>; 2] {
        let first = cx.deadline();
        self.clock.advance(SECOND);
        self.clock.sleep(SECOND).await;
        [first, cx.deadline()]
    }

    fn nested(&self, _cmd: Nested, cx: &mut Context<impl Scope>) -> Option<Instant> {
        cx.deadline()
    }

    fn rows(&self, _query: Rows, cx: Context<impl Scope>) -> impl Stream<Item = Option<Instant>> {
        stream::once(async move { cx.deadline() })
    }

    fn late_rows(&self, _query: LateRows, cx: Context<impl Sends<Nested>>) -> impl Stream<Item = [Option<Instant>; 2]> {
        let sleep = self.clock.sleep(SECOND);
        stream::once(async move {
            sleep.await;
            [cx.send(Nested).await.unwrap(), cx.deadline()]
        })
    }

    fn on_told(&self, _event: &Told, cx: &mut Context<impl Scope>) {
        self.seen.lock().unwrap().push(cx.deadline());
    }
}

/// Hears the same event, with a timeout of its own.
#[derive(Default)]
struct Hurried {
    seen: Mutex<Vec<Option<Instant>>>,
}

#[handler]
impl Hurried {
    #[pipeline(Timeout::secs(3))]
    async fn on_told(&self, _event: &Told, cx: &mut Context<impl Scope>) {
        self.seen.lock().unwrap().push(cx.deadline());
    }
}

impl Reader {
    fn new(clock: &VirtualClock) -> Self {
        Self { clock: clock.clone(), seen: Mutex::default() }
    }
}

macro_rules! mediators {
    ($($name:ident $pipeline:tt)*) => {$(
        #[mediator(clock = self.clock, timer = self.clock)]
        #[pipeline $pipeline]
        struct $name {
            clock: VirtualClock,
            hurried: Hurried,
            reader: Reader,
        }

        impl $name {
            fn new() -> Self {
                let clock = VirtualClock::new();
                Self { hurried: Hurried::default(), reader: Reader::new(&clock), clock }
            }
        }
    )*};
}

mediators! {
    Free ()
    Ten (Timeout::secs(10))
    ShortOutside (Timeout::secs(5), Timeout::secs(10))
    ShortInside (Timeout::secs(10), Timeout::secs(5))
}

#[tokio::test]
async fn without_a_timeout_there_is_none() {
    let app = Free::new();
    assert_eq!(drive(&app.clock, app.send(Read)).await.0, Ok([None; 3]));
}

#[tokio::test]
async fn it_begins_when_it_is_read_and_stays_where_it_is() {
    let app = Ten::new();
    assert_eq!(drive(&app.clock, app.send(Read)).await.0, Ok([after(10); 3]));
}

#[tokio::test]
async fn it_begins_at_the_first_wait_however_late_it_is_read() {
    let app = Ten::new();
    assert_eq!(drive(&app.clock, app.send(ReadLate)).await.0, Ok([after(10); 2]));
}

#[tokio::test]
async fn the_earlier_of_two_holds() {
    let (outside, inside) = (ShortOutside::new(), ShortInside::new());
    assert_eq!(drive(&outside.clock, outside.send(Read)).await.0, Ok([after(5); 3]));
    assert_eq!(drive(&inside.clock, inside.send(Read)).await.0, Ok([after(5); 3]));
    let (outside, inside) = (ShortOutside::new(), ShortInside::new());
    assert_eq!(drive(&outside.clock, outside.send(ReadLate)).await.0, Ok([after(5); 2]));
    assert_eq!(drive(&inside.clock, inside.send(ReadLate)).await.0, Ok([after(5); 2]));
}

#[tokio::test]
async fn once_read_it_does_not_move_although_time_passes_before_the_first_wait() {
    let ten = Ten::new();
    assert_eq!(drive(&ten.clock, ten.send(Busy)).await.0, Ok([after(10); 2]));
    let inside = ShortInside::new();
    assert_eq!(drive(&inside.clock, inside.send(Busy)).await.0, Ok([after(5); 2]));
    let outside = ShortOutside::new();
    assert_eq!(drive(&outside.clock, outside.send(Busy)).await.0, Ok([after(5); 2]));
}

#[tokio::test]
async fn a_stream_and_an_events_handlers_see_it_too() {
    let app = Ten::new();
    let rows: Vec<_> = app.stream(Rows).collect().await;
    assert_eq!(rows, [Ok(after(10))]);
    app.publish(Told).await.unwrap();
    assert_eq!(*app.hurried.seen.lock().unwrap(), [after(3)]);
    assert_eq!(*app.reader.seen.lock().unwrap(), [after(10)], "a handler's own timeout is not its neighbour's");
}

#[tokio::test]
async fn rows_that_read_it_late_see_where_the_stream_ends() {
    let app = Ten::new();
    let mut rows = Box::pin(app.stream(LateRows));
    assert_eq!(drive(&app.clock, rows.next()).await.0, Some(Ok([after(10); 2])));
}

/// Two timeouts with a retry between: the retry waits within the outer's time, and not within the
/// inner's, which has expired by then.
mod between {
    use super::*;

    #[command(reply = u32, error = Trouble, idempotent)]
    #[derive(Clone)]
    struct Slow;

    struct Slowly {
        clock: VirtualClock,
        tries: Mutex<Vec<Option<Instant>>>,
    }

    #[handler]
    #[pipeline(Timeout::secs(1))]
    impl Slowly {
        /// The first two times it takes too long.
        async fn slow(&self, _cmd: Slow, cx: &mut Context<impl Scope>) -> Result<u32, Trouble> {
            let tries = {
                let mut tries = self.tries.lock().unwrap();
                tries.push(cx.deadline());
                tries.len() as u32
            };
            self.clock.sleep(if tries < 3 { 60 * SECOND } else { Duration::ZERO }).await;
            Ok(tries)
        }
    }

    #[mediator(clock = self.clock, timer = self.clock, random = self.random)]
    #[pipeline(Timeout::secs(10), Retry::times(5).base(Duration::from_secs(1)))]
    struct App {
        clock: VirtualClock,
        random: catga::time::NoRandom,
        slowly: Slowly,
    }

    #[tokio::test]
    async fn a_retry_sees_the_outer_deadline() {
        let clock = VirtualClock::new();
        let slowly = Slowly { clock: clock.clone(), tries: Mutex::default() };
        let app = App { clock: clock.clone(), random: catga::time::NoRandom, slowly };
        // A second's try, a second's wait, a second's try, two seconds' wait, and it answers.
        assert_eq!(drive(&clock, app.send(Slow)).await.0, Ok(3));
        assert_eq!(clock.now(), Instant::after_origin(5 * SECOND));
        assert_eq!(*app.slowly.tries.lock().unwrap(), [after(1), after(3), after(6)]);
    }
}
