//! A small shop: twelve messages, two handler sets, four behaviors.

use core::fmt;
use core::pin::Pin;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use core::task::Poll;
use core::time::Duration;

use catga::prelude::*;
use catga::time::Timer as _;
use futures_core::Stream;

use crate::device::{Alarm, Ticks};

/// Stores pieces of an article; answers with how many articles there are.
#[command(reply = usize, validate)]
pub struct Put {
    pub article: u32,
    pub pieces: u32,
}

impl Valid for Put {
    fn check(&self, checks: &mut Checks) {
        checks.require("article", self.article > 0, "must be named");
        checks.require("pieces", self.pieces > 0, "must be positive");
    }
}

/// Takes money for all pieces of an article.
#[command(reply = u32)]
pub struct Charge {
    pub article: u32,
}

#[command(reply = u32, error = Refused)]
pub struct Refund;

#[derive(Debug, PartialEq, Classify)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there are no refunds")
    }
}

impl core::error::Error for Refused {}

/// Takes longer than it may.
#[command]
pub struct Slow;

#[command]
pub struct Reset;

#[query(reply = Option<u32>)]
pub struct Find(pub u32);

#[query(reply = u32)]
pub struct Count;

#[query(stream = u32)]
pub struct List;

#[event]
pub struct Stored {
    pub pieces: u32,
}

#[event(fan_out = sequential)]
pub struct Counted;

#[event]
pub struct Never;

const ARTICLES: usize = 4;

/// An article and its pieces in one word, so that no lock is needed; zero is free.
pub struct Shelf {
    places: [AtomicU64; ARTICLES],
    heard: AtomicU32,
}

impl Shelf {
    fn articles(&self) -> impl Iterator<Item = (u32, u32)> {
        let places = self.places.iter().map(|place| place.load(Ordering::Relaxed));
        places.filter(|place| *place != 0).map(|place| ((place >> 32) as u32, place as u32))
    }
}

#[handler]
impl Shelf {
    fn put(&self, command: Put) -> usize {
        let packed = u64::from(command.article) << 32 | u64::from(command.pieces);
        for place in &self.places {
            if place.compare_exchange(0, packed, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                break;
            }
        }
        self.articles().count()
    }

    async fn find(&self, query: Find) -> Option<u32> {
        self.articles().find(|(article, _)| *article == query.0).map(|(_, pieces)| pieces)
    }

    fn count(&self, _: Count) -> u32 {
        self.articles().map(|(_, pieces)| pieces).sum()
    }

    fn list(&self, _: List) -> impl Stream<Item = u32> {
        let articles = self.articles().map(|(article, _)| article).collect();
        Rows { articles, next: 0 }
    }

    fn reset(&self, _: Reset) {
        self.places.iter().for_each(|place| place.store(0, Ordering::Relaxed));
    }

    fn on_stored(&self, event: &Stored) -> Result<(), Refused> {
        self.heard.fetch_add(event.pieces, Ordering::Relaxed);
        Ok(())
    }
}

struct Rows {
    articles: heapless::Vec<u32, ARTICLES>,
    next: usize,
}

impl Stream for Rows {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut core::task::Context<'_>) -> Poll<Option<u32>> {
        self.next += 1;
        Poll::Ready(self.articles.get(self.next - 1).copied())
    }
}

pub struct Till {
    breaker: CircuitBreaker,
    heard: AtomicU32,
}

#[handler]
impl Till {
    async fn charge(&self, command: Charge, cx: &mut Context<impl Sends<Find>>) -> u32 {
        let found = cx.send(Find(command.article)).await;
        found.ok().flatten().unwrap_or(0) * 100
    }

    fn refund(&self, _: Refund) -> Result<u32, Refused> {
        Err(Refused)
    }

    #[pipeline(self.breaker, Timeout::millis(20))]
    async fn slow(&self, _: Slow, cx: &mut Context<impl Scope>) {
        let wait = cx.timer().sleep(Duration::from_secs(1));
        wait.await;
    }

    async fn on_stored(&self, event: &Stored, cx: &mut Context<impl Sends<Count>>) {
        // It asks before it adds, so the count is waited for.
        let counted = cx.send(Count).await.is_ok();
        self.heard.fetch_add(event.pieces * u32::from(counted), Ordering::Relaxed);
    }

    fn on_counted(&self, _: &Counted) {}
}

/// Counts what passes.
pub struct Tally(AtomicU32);

impl<M: Message, S: Dispatched> Behavior<M, S> for Tally {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        self.0.fetch_add(1, Ordering::Relaxed);
        next.run(input, cx).await
    }
}

#[mediator(unheard(Never), clock = self.clock, timer = self.timer)]
#[pipeline(self.tally, Validate, Timeout::secs(60))]
pub struct Shop<'a> {
    shelf: Shelf,
    till: Till,
    tally: Tally,
    clock: &'a Ticks,
    timer: Alarm<'a>,
}

impl<'a> Shop<'a> {
    pub const fn new(ticks: &'a Ticks) -> Self {
        Self {
            shelf: Shelf { places: [const { AtomicU64::new(0) }; ARTICLES], heard: AtomicU32::new(0) },
            till: Till { breaker: CircuitBreaker::new(2, Duration::from_secs(4)), heard: AtomicU32::new(0) },
            tally: Tally(AtomicU32::new(0)),
            clock: ticks,
            timer: Alarm(ticks),
        }
    }

    pub fn heard(&self) -> u32 {
        self.shelf.heard.load(Ordering::Relaxed) + self.till.heard.load(Ordering::Relaxed)
    }

    pub fn seen(&self) -> u32 {
        self.tally.0.load(Ordering::Relaxed)
    }
}
