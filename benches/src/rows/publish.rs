use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use catga::prelude::*;

use crate::row::{Case, Row};
use crate::work;

pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<DirectOne>(), Row::of::<One>(), Row::of::<DirectFour>(), Row::of::<Four>()]
}

#[event]
struct ToldOne {
    q: u64,
}

#[event]
struct ToldFour {
    q: u64,
}

/// The sum of what a handler heard.
struct Heard {
    seed: AtomicU64,
    sum: AtomicU64,
}

impl Heard {
    fn new() -> Self {
        Self { seed: work::seed(), sum: AtomicU64::new(0) }
    }

    fn add(&self, heard: u64) {
        self.sum.store(self.sum.load(Ordering::Relaxed).wrapping_add(heard), Ordering::Relaxed);
    }
}

struct Alone(Heard);

#[handler]
impl Alone {
    async fn on_told(&self, event: &ToldOne) {
        self.0.add(work!(self.0.seed, event.q));
    }
}

impl Default for Alone {
    fn default() -> Self {
        let ear = Self(Heard::new());
        work::out_of_line(ear.on_told(&ToldOne { q: 0 }));
        ear
    }
}

macro_rules! ears {
    ($($set:ident)*) => {$(
        struct $set(Heard);

        #[handler]
        impl $set {
            async fn on_told(&self, event: &ToldFour) {
                self.0.add(work!(self.0.seed, event.q));
            }
        }

        impl Default for $set {
            fn default() -> Self {
                let ear = Self(Heard::new());
                work::out_of_line(ear.on_told(&ToldFour { q: 0 }));
                ear
            }
        }
    )*};
}

ears!(First Second Third Fourth);

#[mediator]
#[derive(Default)]
struct App {
    alone: Alone,
    first: First,
    second: Second,
    third: Third,
    fourth: Fourth,
}

impl App {
    fn heard(&self) -> u64 {
        let ears = [&self.alone.0, &self.first.0, &self.second.0, &self.third.0, &self.fourth.0];
        ears.iter().fold(0, |sum, ear| sum.wrapping_add(ear.sum.load(Ordering::Relaxed)))
    }

    async fn tell_one(&self, event: ToldOne) {
        self.alone.on_told(&event).await;
    }

    async fn tell_four(&self, event: ToldFour) {
        self.first.on_told(&event).await;
        self.second.on_told(&event).await;
        self.third.on_told(&event).await;
        self.fourth.on_told(&event).await;
    }
}

macro_rules! case {
    ($case:ident, $name:literal, $output:ty, $ears:literal, |$app:ident, $q:ident| $future:expr) => {
        struct $case;

        impl Case for $case {
            const NAME: &'static str = $name;
            type App = App;
            type Output = $output;

            fn app() -> App {
                App::default()
            }

            fn future($app: &App, $q: u64) -> impl Future<Output = $output> {
                $future
            }

            /// Nothing where nothing failed: what was heard is the application's to say.
            fn answer(output: $output) -> u64 {
                u64::from(<$output as Told>::failed(&output))
            }

            fn witness(app: &App) -> u64 {
                app.heard()
            }

            fn expected(times: u64) -> u64 {
                work::sum(times).wrapping_mul($ears)
            }
        }
    };
}

trait Told {
    fn failed(&self) -> bool;
}

impl Told for () {
    fn failed(&self) -> bool {
        false
    }
}

impl<E> Told for Result<(), E> {
    fn failed(&self) -> bool {
        self.is_err()
    }
}

type Published = Result<(), catga::error::PublishError>;

case!(DirectOne, "direct, 1 handler of an event", (), 1, |app, q| app.tell_one(ToldOne { q }));
case!(One, "catga, publish to 1", Published, 1, |app, q| app.publish(ToldOne { q }));
case!(DirectFour, "direct, 4 handlers in sequence", (), 4, |app, q| app.tell_four(ToldFour { q }));
case!(Four, "catga, publish to 4", Published, 4, |app, q| app.publish(ToldFour { q }));
