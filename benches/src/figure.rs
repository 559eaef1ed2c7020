use std::hint::black_box;

use serde::Serialize;

use crate::row::Row;
use crate::{allocations, callgrind};

/// How often a row is done, once and twice: what set it up is in both, and cancels out.
const TIMES: u64 = 4_096;

/// What one operation of a row costs.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    pub row: &'static str,
    pub instructions: f64,
    pub allocations: f64,
    /// The bytes of its future.
    pub future: usize,
}

impl Figure {
    /// Measures a row. The program has to run a row when it is given `--row NAME --times N`.
    pub fn of(row: &Row) -> Result<Self, callgrind::Error> {
        let count = |times: u64| callgrind::instructions(&["--row", row.name, "--times", &times.to_string()]);
        Ok(Self {
            row: row.name,
            instructions: each(count(TIMES)?, count(2 * TIMES)?),
            allocations: each(allocated(row, TIMES), allocated(row, 2 * TIMES)),
            future: (row.future)(),
        })
    }
}

fn allocated(row: &Row, times: u64) -> u64 {
    allocations::during(|| {
        black_box(row.do_times(times));
    })
}

fn each(once: u64, twice: u64) -> f64 {
    // A tenth is more than the start of a process varies by.
    let each = (twice as f64 - once as f64) / TIMES as f64;
    (each * 10.0).round() / 10.0
}
