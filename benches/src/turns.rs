//! Two sides that do the same take turns in short slices, so that whatever slows the machine down slows both down;
//! the ratio is the median of those of the slices.

use std::time::{Duration, Instant};

/// How many slices each has.
const SLICES: usize = 15;

/// What a slice took.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    pub wall: Duration,
    /// Of the processor, of all threads.
    pub processor: Duration,
    /// What was done in it.
    pub done: u64,
}

impl Taken {
    /// What it took to do so much.
    pub fn by(done: u64, act: impl FnOnce()) -> Self {
        let (begun, before) = (Instant::now(), processor());
        act();
        Self { wall: begun.elapsed(), processor: processor() - before, done }
    }

    /// How much is done in a second.
    pub fn speed(&self) -> f64 {
        self.done as f64 / self.wall.as_secs_f64()
    }

    /// Microseconds of the processor for one.
    pub fn cost(&self) -> f64 {
        self.processor.as_secs_f64() * 1e6 / self.done as f64
    }
}

/// What two sides came to, the one that is compared with first.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    pub speeds: [f64; 2],
    /// The second side's speed, in the first's.
    pub speed: f64,
    pub costs: [f64; 2],
    /// The first side's processor time, in the second's: over one where the second takes less.
    pub cost: f64,
}

impl Compared {
    /// Speeds and their ratio, then costs and theirs.
    pub fn line(&self) -> [String; 6] {
        let [first, second] = self.speeds;
        let [first_cost, second_cost] = self.costs;
        [
            format!("{first:.0}"),
            format!("{second:.0}"),
            format!("{:.2}", self.speed),
            format!("{first_cost:.2}"),
            format!("{second_cost:.2}"),
            format!("{:.2}", self.cost),
        ]
    }
}

/// Lets both sides do `each` in a slice, by turns. A side says what its slice took.
pub fn compare(each: u64, mut first: impl FnMut(u64) -> Taken, mut second: impl FnMut(u64) -> Taken) -> Compared {
    // Both are warm before anything counts.
    first(each);
    second(each);
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    for number in 0..SLICES {
        // Neither is always the first.
        for side in [number % 2, (number + 1) % 2] {
            match side {
                0 => firsts.push(first(each)),
                _ => seconds.push(second(each)),
            }
        }
    }
    let of = |taken: &[Taken], what: fn(&Taken) -> f64| median(taken.iter().map(what).collect());
    let ratios = firsts.iter().zip(&seconds).map(|(first, second)| second.speed() / first.speed()).collect();
    let costs = [of(&firsts, Taken::cost), of(&seconds, Taken::cost)];
    Compared {
        speeds: [of(&firsts, Taken::speed), of(&seconds, Taken::speed)],
        speed: median(ratios),
        costs,
        cost: costs[0] / costs[1],
    }
}

/// How many make a slice of about so long: what the first side needs for it, which warms it up as well.
pub fn fitting(slice: Duration, mut side: impl FnMut(u64) -> Taken) -> u64 {
    let mut each = 1;
    while side(each).wall < slice / 2 {
        each *= 2;
    }
    each
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// The processor time of this process so far.
fn processor() -> Duration {
    // SAFETY: all of the struct is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a whole `rusage`, which the call fills.
    let done = unsafe { libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) };
    assert_eq!(done, 0, "the processor time");
    let of = |time: libc::timeval| Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64);
    of(usage.ru_utime) + of(usage.ru_stime)
}
