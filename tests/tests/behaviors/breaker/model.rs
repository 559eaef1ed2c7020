//! The breaker beside a model of it, whatever happens in whatever order.

use std::collections::BTreeSet;
use std::mem;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use catga::behaviors::{Circuit, Watch};
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::{Trouble, poll_once};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use proptest::prelude::*;
use tokio::sync::oneshot;

use super::OPEN;

/// Ends as it is told to.
#[command(error = Trouble)]
struct Call(oneshot::Receiver<Result<(), Trouble>>);

/// The turns that were told.
#[derive(Default)]
struct Turns(Mutex<Vec<(Circuit, Circuit)>>);

impl Watch for Turns {
    fn turned(&self, from: Circuit, to: Circuit) {
        self.0.lock().unwrap().push((from, to));
    }
}

struct Remote {
    breaker: CircuitBreaker<Turns>,
}

#[handler]
#[pipeline(self.breaker)]
impl Remote {
    async fn call(&self, cmd: Call) -> Result<(), Trouble> {
        cmd.0.await.expect("it is told before the other side is dropped")
    }
}

#[mediator(clock = self.clock)]
struct App {
    clock: VirtualClock,
    remote: Remote,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Begin,
    /// One of those that run ends.
    End(usize, Option<Trouble>),
    Drop(usize),
    Advance(u64),
    Isolate,
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    let trouble = prop_oneof![
        4 => Just(None),
        4 => Just(Some(Trouble::Busy)),
        1 => Just(Some(Trouble::Lost)),
        1 => Just(Some(Trouble::Wrong)),
    ];
    prop_oneof![
        20 => Just(Step::Begin),
        20 => (0_usize..64, trouble).prop_map(|(at, how)| Step::End(at, how)),
        4 => (0_usize..64).prop_map(Step::Drop),
        5 => (1_u64..OPEN.as_millis() as u64).prop_map(Step::Advance),
        1 => Just(Step::Isolate),
        1 => Just(Step::Close),
    ]
}

/// What opens it.
#[derive(Clone, Copy, Debug)]
enum Opens {
    InARow(u32),
    ByRate(FailureRate),
}

fn opens() -> impl Strategy<Value = Opens> {
    let rate = (1_u8..=100, 0_u32..8, 1_u64..60_000).prop_map(|(percent, least, window)| FailureRate {
        percent,
        least,
        window: Duration::from_millis(window),
    });
    prop_oneof![(1_u32..5).prop_map(Opens::InARow), rate.prop_map(Opens::ByRate)]
}

/// What a breaker is to do, by sets and lists.
struct Model {
    opens: Opens,
    probes: usize,
    now: u64,
    /// Begun anew by each opening and whenever somebody says what it is to do.
    era: u32,
    does: Does,
}

enum Does {
    Closed { in_a_row: u32, ended: Vec<(u64, bool)> },
    Open { until: u64 },
    HalfOpen { running: BTreeSet<u32>, succeeded: usize },
    Isolated,
}

/// What a call is told: it passes in an era, or is refused for so long.
enum Verdict {
    Passes(u32),
    Refused(Option<Duration>),
}

const CLOSED: Does = Does::Closed { in_a_row: 0, ended: Vec::new() };

impl Model {
    fn begin(&mut self, call: u32) -> Verdict {
        if let Does::Open { until } = self.does {
            if self.now < until {
                return Verdict::Refused(Some(Duration::from_millis(until - self.now)));
            }
            self.does = Does::HalfOpen { running: BTreeSet::new(), succeeded: 0 };
        }
        match &mut self.does {
            Does::Isolated => return Verdict::Refused(None),
            Does::HalfOpen { running, succeeded } if running.len() + *succeeded == self.probes => {
                return Verdict::Refused(None);
            }
            Does::HalfOpen { running, .. } => {
                running.insert(call);
            }
            Does::Closed { .. } | Does::Open { .. } => {}
        }
        Verdict::Passes(self.era)
    }

    /// A call of an era has ended; `None` where it was dropped.
    fn end(&mut self, call: u32, era: u32, failed: Option<bool>) {
        if era != self.era {
            return;
        }
        let opened = match (&mut self.does, failed) {
            (Does::Closed { in_a_row, ended }, Some(failed)) => {
                *in_a_row = if failed { *in_a_row + 1 } else { 0 };
                ended.push((self.now, failed));
                failed && too_many(self.opens, *in_a_row, ended, self.now)
            }
            (Does::HalfOpen { running, .. }, None) => {
                running.remove(&call);
                false
            }
            (Does::HalfOpen { running, succeeded }, Some(false)) => {
                running.remove(&call);
                *succeeded += 1;
                if *succeeded == self.probes {
                    self.does = CLOSED;
                }
                false
            }
            (Does::HalfOpen { .. }, Some(true)) => true,
            _ => false,
        };
        if opened {
            self.era += 1;
            self.does = Does::Open { until: self.now + OPEN.as_millis() as u64 };
        }
    }

    fn set(&mut self, does: Does) {
        self.era += 1;
        self.does = does;
    }

    /// What it does as far as anybody was told: that its time is over is for the first call to find.
    fn told(&self) -> Circuit {
        match self.does {
            Does::Closed { .. } => Circuit::Closed,
            Does::Open { .. } => Circuit::Open,
            Does::HalfOpen { .. } => Circuit::HalfOpen,
            Does::Isolated => Circuit::Isolated,
        }
    }

    fn circuit(&self) -> Circuit {
        match self.does {
            Does::Closed { .. } => Circuit::Closed,
            Does::Open { until } if self.now < until => Circuit::Open,
            Does::Open { .. } | Does::HalfOpen { .. } => Circuit::HalfOpen,
            Does::Isolated => Circuit::Isolated,
        }
    }
}

fn too_many(opens: Opens, in_a_row: u32, ended: &[(u64, bool)], now: u64) -> bool {
    match opens {
        Opens::InARow(failures) => in_a_row >= failures,
        Opens::ByRate(FailureRate { percent, least, window }) => {
            let eighth = (window.as_millis() as u64 / 8).max(1);
            let lately = ended.iter().filter(|(at, _)| at / eighth + 8 > now / eighth);
            let (all, failed) = (lately.clone().count(), lately.filter(|(_, failed)| *failed).count());
            all >= least as usize && failed * 100 >= usize::from(percent) * all
        }
    }
}

proptest! {
    #[test]
    fn it_does_what_its_model_does(
        opens in opens(),
        probes in 1_u32..4,
        steps in prop::collection::vec(step(), 1..200),
    ) {
        let breaker = match opens {
            Opens::InARow(failures) => CircuitBreaker::new(failures, OPEN),
            Opens::ByRate(rate) => CircuitBreaker::by_rate(rate, OPEN),
        };
        let breaker = breaker.probes(probes).watched_by(Turns::default());
        let app = App { clock: VirtualClock::new(), remote: Remote { breaker } };
        let mut model = Model { opens, probes: probes as usize, now: 0, era: 0, does: CLOSED };
        let mut running: Vec<(u32, u32, oneshot::Sender<_>, BoxFuture<'_, Outcome<Call>>)> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            let number = number as u32;
            let before = model.told();
            match step {
                Step::Begin => {
                    let (tell, told) = oneshot::channel();
                    let mut call: BoxFuture<'_, _> = Box::pin(app.send(Call(told)));
                    let begun = poll_once(&mut call).now_or_never().unwrap();
                    match model.begin(number) {
                        Verdict::Passes(era) => {
                            prop_assert!(begun.is_pending());
                            running.push((number, era, tell, call));
                        }
                        Verdict::Refused(retry_after) => {
                            prop_assert_eq!(begun, Poll::Ready(Err(Error::Unavailable { retry_after })));
                        }
                    }
                }
                Step::End(at, how) if !running.is_empty() => {
                    let (number, era, tell, call) = running.remove(at % running.len());
                    let outcome = how.map_or(Ok(()), Err);
                    tell.send(outcome).unwrap();
                    prop_assert_eq!(call.now_or_never().unwrap(), outcome.map_err(Error::Handler));
                    model.end(number, era, Some(matches!(how, Some(Trouble::Busy | Trouble::Lost))));
                }
                Step::Drop(at) if !running.is_empty() => {
                    let (number, era, ..) = running.remove(at % running.len());
                    model.end(number, era, None);
                }
                Step::End(..) | Step::Drop(_) => {}
                Step::Advance(by) => {
                    app.clock.advance(Duration::from_millis(by));
                    model.now += by;
                }
                Step::Isolate => {
                    app.remote.breaker.isolate();
                    model.set(Does::Isolated);
                }
                Step::Close => {
                    app.remote.breaker.close();
                    model.set(CLOSED);
                }
            }
            prop_assert_eq!(app.remote.breaker.circuit(&app.clock), model.circuit());
            let turns = mem::take(&mut *app.remote.breaker.watch().0.lock().unwrap());
            let turned = (before != model.told()).then(|| (before, model.told()));
            prop_assert_eq!(turns, Vec::from_iter(turned));
        }
    }
}
