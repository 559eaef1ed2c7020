//! A breaker's switch between threads.

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread;

#[path = "../../../catga/src/behaviors/breaker/permit.rs"]
mod permit;
#[path = "../../../catga/src/behaviors/breaker/state.rs"]
mod state;
#[path = "../../../catga/src/behaviors/breaker/switch.rs"]
mod switch;
#[path = "../../../catga/src/behaviors/breaker/window.rs"]
mod window;

use permit::Permit;
use state::{Kind, Mode};
use switch::{Switch, Turn};
use window::Window;

const OPEN: u64 = 100;
/// When it may be half-open.
const LATER: u64 = OPEN;

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Succeeds,
    Fails,
    IsDropped,
}

use End::{Fails, IsDropped, Succeeds};

/// Opened at the origin by one failure.
fn opened(probes: u32) -> Switch {
    let mut switch = Switch::new(OPEN);
    switch.set_probes(probes);
    let permit = begin(&switch, 0);
    assert!(switch.failed(permit, 0, |_| true).is_some());
    switch
}

fn begin(switch: &Switch, now: u64) -> Permit {
    switch.admit().unwrap_or_else(|packed| switch.admit_probe(packed, now).0)
}

fn end(switch: &Switch, permit: Permit, end: End) {
    match end {
        Succeeds if permit.is_idle(switch.packed()) => {}
        Succeeds => drop(switch.succeeded(permit)),
        Fails => drop(switch.failed(permit, LATER, |in_a_row| in_a_row >= 3)),
        IsDropped => switch.abandoned(permit),
    }
}

/// How many of the callers were probes.
fn storm<const CALLERS: usize>(switch: &Arc<Switch>, ends: [End; CALLERS]) -> usize {
    let running = Arc::new(AtomicU64::new(0));
    let callers = ends.map(|how| {
        let (switch, running) = (Arc::clone(switch), Arc::clone(&running));
        thread::spawn(move || {
            let permit = begin(&switch, LATER);
            if permit.is_refused() {
                return 0;
            }
            if permit.is_probe() {
                assert!(running.fetch_add(1, Ordering::SeqCst) < switch.probes(), "more probes than there are places");
            }
            thread::yield_now();
            if permit.is_probe() {
                running.fetch_sub(1, Ordering::SeqCst);
            }
            end(&switch, permit, how);
            usize::from(permit.is_probe())
        })
    });
    callers.map(|caller| caller.join().unwrap()).into_iter().sum()
}

fn check(test: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(test, super::ROUNDS);
}

#[test]
fn exactly_the_probes_pass_and_close_it() {
    check(|| {
        let switch = Arc::new(opened(2));
        assert_eq!(storm(&switch, [Succeeds; 4]), 2);
        assert!(matches!(switch.mode(), Mode::Closed { failures: 0 }));
    });
}

#[test]
fn the_first_that_fails_opens_it_again() {
    check(|| {
        let switch = Arc::new(opened(2));
        storm(&switch, [Fails, Fails, Succeeds, Fails]);
        // Who succeeds has one place, and the other is that of one who fails.
        assert!(matches!(switch.mode(), Mode::Open { until_ms } if until_ms == LATER + OPEN));
    });
}

#[test]
fn who_is_dropped_gives_its_place_back() {
    check(|| {
        let switch = Arc::new(opened(2));
        storm(&switch, [IsDropped, IsDropped, IsDropped]);
        assert!(matches!(switch.mode(), Mode::HalfOpen { admitted: 0, succeeded: 0 }));
        assert_eq!(storm(&switch, [Succeeds; 3]), 2);
    });
}

#[test]
fn failures_of_many_at_once_are_each_counted() {
    check(|| {
        let switch = Arc::new(Switch::new(OPEN));
        storm(&switch, [Fails; 3]);
        assert!(matches!(switch.mode(), Mode::Open { .. }), "the third opens it");
    });
}

#[test]
fn what_is_set_by_hand_stays() {
    check(|| {
        let switch = Arc::new(opened(1));
        let by_hand = {
            let switch = Arc::clone(&switch);
            thread::spawn(move || switch.set(Mode::Isolated))
        };
        storm(&switch, [Succeeds, Fails, IsDropped]);
        by_hand.join().unwrap();
        assert!(matches!(switch.mode(), Mode::Isolated));
    });
}

/// What is told is one way, from open to what it does at the end.
#[test]
fn each_turn_is_told_once() {
    check(|| {
        let switch = Arc::new(opened(1));
        let callers = [Succeeds, Fails, IsDropped, Fails].map(|how| {
            let switch = Arc::clone(&switch);
            thread::spawn(move || {
                let (permit, first) = match switch.admit() {
                    Ok(permit) => (permit, None),
                    Err(packed) => switch.admit_probe(packed, LATER),
                };
                if permit.is_refused() {
                    return [first, None];
                }
                let second = match how {
                    Succeeds if permit.is_idle(switch.packed()) => None,
                    Succeeds => switch.succeeded(permit),
                    Fails => switch.failed(permit, LATER - OPEN, |in_a_row| in_a_row >= 2),
                    IsDropped => {
                        switch.abandoned(permit);
                        None
                    }
                };
                [first, second]
            })
        });
        let turns: Vec<Turn> = callers.into_iter().flat_map(|caller| caller.join().unwrap()).flatten().collect();
        for kind in [Kind::Closed, Kind::Open, Kind::HalfOpen] {
            let into = turns.iter().filter(|turn| turn.to == kind).count() + usize::from(kind == Kind::Open);
            let out = turns.iter().filter(|turn| turn.from == kind).count();
            assert_eq!(into, out + usize::from(switch.mode().kind() == kind), "{kind:?} in {turns:?}");
        }
    });
}

#[test]
fn a_window_loses_no_call() {
    check(|| {
        let window = Arc::new(Window::new(80));
        window.record(5, true);
        let callers = [false, true, true].map(|failed| {
            let window = Arc::clone(&window);
            // The same eighth, one round later.
            thread::spawn(move || window.record(85, failed))
        });
        callers.into_iter().for_each(|caller| caller.join().unwrap());
        assert_eq!(window.count(85), (3, 2));
        window.clear();
        assert_eq!(window.count(85), (0, 0));
    });
}
