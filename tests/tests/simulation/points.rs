//! Places at which a machine may be made to crash.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::machine::{End, Machine};

/// Every place that was passed, and the one at which the machine crashes.
#[derive(Default)]
pub struct Points {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    passed: BTreeMap<String, u64>,
    armed: Option<(String, u64, End)>,
    has_crashed: bool,
}

impl Points {
    /// The machine crashes where it passes this place for the nth time, counted from 0.
    pub fn arm(&self, place: String, nth: u64, end: End) {
        self.state.lock().unwrap().armed = Some((place, nth, end));
    }

    /// How often each place was passed.
    pub fn passed(&self) -> BTreeMap<String, u64> {
        self.state.lock().unwrap().passed.clone()
    }

    /// Whether the crash that was asked for has happened.
    pub fn has_crashed(&self) -> bool {
        self.state.lock().unwrap().has_crashed
    }

    /// A machine crashes elsewhere than at a place.
    pub fn note_crash(&self) {
        self.state.lock().unwrap().has_crashed = true;
    }

    /// The machine passes a place; whether it has crashed there.
    pub fn pass(&self, machine: &Machine, place: &str) -> bool {
        let end = {
            let mut state = self.state.lock().unwrap();
            let place = format!("{} {place}", machine.node.name());
            let times = state.passed.entry(place.clone()).or_default();
            *times += 1;
            let nth = *times - 1;
            match &state.armed {
                Some((armed, at, end)) if *armed == place && *at == nth => {
                    let end = *end;
                    state.has_crashed = true;
                    end
                }
                _ => return false,
            }
        };
        machine.end(end);
        true
    }
}
