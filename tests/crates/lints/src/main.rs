//! Every macro under lints that a careful house turns on: no expansion trips one. Imports are one by
//! one, so that one whose last use an expansion took away would warn.

#![deny(warnings, unused, missing_docs, missing_debug_implementations, rust_2018_idioms, nonstandard_style)]
#![deny(let_underscore_drop, single_use_lifetimes, unit_bindings, unreachable_pub, unused_lifetimes)]
#![deny(trivial_casts, trivial_numeric_casts, unused_import_braces, unused_qualifications, unused_results)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::cargo)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::shadow_unrelated)]
#![allow(clippy::cargo_common_metadata, clippy::multiple_crate_versions, reason = "it is not published")]
#![allow(clippy::missing_const_for_fn, reason = "a handler need not be one")]
#![forbid(unsafe_code)]

pub mod shop;

use std::process::ExitCode;

use catga::mediator::{Handles, Hears, Yields};
use futures_util::{FutureExt, StreamExt};
use shop::{Count, Counted, List, Mixed, Pick, Put, Shop};

fn main() -> ExitCode {
    let shop = Shop::default();
    let answers = [
        shop.send(Put { size: 3, note: "a" }).now_or_never() == Some(Ok(3)),
        shop.send(Count).now_or_never() == Some(Ok(7)),
        shop.send(Pick { one: 1_u8 }).now_or_never() == Some(Ok(1)),
        shop.send(Mixed::Left).now_or_never() == Some(Ok(())),
        shop.stream(List { below: 2 }).collect::<Vec<_>>().now_or_never() == Some(vec![Ok(0), Ok(1)]),
        shop.publish(Counted).now_or_never().is_some_and(|told| told.is_ok()),
    ];
    if answers == [true; 6] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
