use std::fmt;
use std::ops::Range;

use super::Simulation;
use crate::error::caught;

/// The seeds that a scenario is run under.
#[derive(Clone, Debug)]
pub struct Seeds {
    seeds: Result<Range<u64>, String>,
}

/// A seed under which a scenario fails. Both its texts say how to run it again, or that there is no seed as the
/// environment names none.
#[derive(Clone)]
pub struct FailedSeed {
    /// The seed; `None` where nothing was run, as the environment's variable is not a number.
    pub seed: Option<u64>,
    /// What went wrong: what the scenario answered, or the text of its panic.
    pub text: String,
    /// The last events before.
    pub events: String,
}

const ONE: &str = "CATGA_SEED";
const MANY: &str = "CATGA_SEEDS";

impl Seeds {
    /// So many seeds, from 0 on; the environment may name one alone (`CATGA_SEED=17`) or another number of them
    /// (`CATGA_SEEDS=10000`).
    pub fn sample(count: u64) -> Self {
        let one = number(ONE).map(|seed| seed.map(|seed| seed..seed.saturating_add(1)));
        let many = || number(MANY).map(|count| count.map(|count| 0..count));
        let seeds = one.and_then(|one| one.map_or_else(many, |one| Ok(Some(one))));
        Self { seeds: seeds.map(|seeds| seeds.unwrap_or(0..count)) }
    }

    /// These seeds, whatever the environment says.
    pub const fn exactly(seeds: Range<u64>) -> Self {
        Self { seeds: Ok(seeds) }
    }

    /// Runs the scenario under each of them; how many that were.
    ///
    /// # Errors
    /// The first seed under which it answers an error or panics.
    pub fn all_pass(&self, scenario: impl Fn(&Simulation) -> Result<(), String>) -> Result<u64, FailedSeed> {
        let seeds = self.seeds.clone().map_err(|text| FailedSeed { seed: None, text, events: String::new() })?;
        let count = seeds.end.saturating_sub(seeds.start);
        for seed in seeds {
            run(seed, &scenario)?;
        }
        Ok(count)
    }

    /// Runs the scenario twice under each of them; how many that were.
    ///
    /// # Errors
    /// The first seed under which it fails, or under which the second run was not the first again.
    pub fn all_repeat(&self, scenario: impl Fn(&Simulation) -> Result<(), String>) -> Result<u64, FailedSeed> {
        self.all_pass(|simulation| {
            scenario(simulation)?;
            let again = run(simulation.seed(), &scenario).map_err(|failed| failed.text)?;
            if again == simulation.trace() {
                return Ok(());
            }
            Err("the same seed gives another run: something is not decided by it".into())
        })
    }
}

/// Runs it, and answers with the trace of the run.
fn run(seed: u64, scenario: impl Fn(&Simulation) -> Result<(), String>) -> Result<u64, FailedSeed> {
    let simulation = Simulation::new(seed);
    let outcome = caught(|| scenario(&simulation));
    let trace = simulation.trace();
    // What is dropped may panic where the run has.
    let ended = caught(|| simulation.end());
    let text = match (outcome, ended) {
        (Ok(Ok(())), Ok(())) => return Ok(trace),
        (Ok(Err(text)), _) => text,
        (Err(panic), _) | (_, Err(panic)) => panic.message().to_owned(),
    };
    Err(FailedSeed { seed: Some(seed), text, events: simulation.events() })
}

/// The number that a variable of the environment names.
fn number(variable: &str) -> Result<Option<u64>, String> {
    let Some(value) = std::env::var_os(variable) else { return Ok(None) };
    let number = value.to_str().and_then(|value| value.parse().ok());
    number.map(Some).ok_or_else(|| format!("{variable} is {value:?}, and not a number; name a number, or unset it"))
}

impl fmt::Display for FailedSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, text, .. } = self;
        match seed {
            Some(seed) => write!(f, "seed {seed} fails: {text}; run it again with {ONE}={seed}"),
            None => f.write_str(text),
        }
    }
}

impl fmt::Debug for FailedSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}\n{}", self.events)
    }
}

impl std::error::Error for FailedSeed {}
