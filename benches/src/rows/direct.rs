use std::future::{Future, ready};

use super::catga::{Desk, Find};
use crate::row::{Case, Row};
use crate::work;

pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<Loop>(), Row::of::<Direct>()]
}

/// Nothing but the loop and the call of a row: taken off all the others.
struct Loop;

impl Case for Loop {
    const NAME: &'static str = "loop";
    type App = ();
    type Output = u64;

    fn app() {}

    fn future((): &(), q: u64) -> impl Future<Output = u64> {
        ready(q)
    }

    fn answer(output: u64) -> u64 {
        output
    }

    fn expected(times: u64) -> u64 {
        work::sum(times).wrapping_sub(work::SEED * times)
    }
}

/// The handler's method, called as a method.
struct Direct;

impl Case for Direct {
    const NAME: &'static str = "direct call";
    type App = Desk;
    type Output = u64;

    fn app() -> Desk {
        Desk::default()
    }

    fn future(app: &Desk, q: u64) -> impl Future<Output = u64> {
        app.find(Find { q })
    }

    fn answer(output: u64) -> u64 {
        output
    }
}
