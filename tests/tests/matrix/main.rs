//! Every behavior beside every kind of message: it acts, or it is refused when the program is compiled.

mod behaviors;
mod counting;
mod delivery;
mod desk;
mod dropped;
mod recording;
#[path = "../behaviors/subscribed.rs"]
mod subscribed;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use desk::Kind;
use syn::{Expr, ExprLit, Item, Lit, Type};

/// What a behavior does to messages of a kind.
#[derive(Clone, Copy)]
enum Cell {
    /// It does what it is for; the row's test says what that is.
    Acts,
    /// It does not compile: a case of the catalogue.
    Refused(&'static str),
    /// It is there, and what is inside of it is not inside of what it brings: the rows of a stream outlive it.
    Passes,
}

use Cell::{Acts, Passes, Refused};

type Act = fn(Kind) -> Pin<Box<dyn Future<Output = ()>>>;

macro_rules! row {
    ($name:ident, $act:ident, $cells:expr) => {
        (stringify!($name), (|kind| Box::pin(behaviors::$act(kind))) as Act, $cells)
    };
    ($name:ident, delivery::$act:ident, $cells:expr) => {
        (stringify!($name), (|kind| Box::pin(delivery::$act(kind))) as Act, $cells)
    };
}

const ALL: [Cell; 4] = [Acts; 4];

#[rustfmt::skip]
const TABLE: &[(&str, Act, [Cell; 4])] = &[
    //                                     command                      query                    event                           stream
    row!(Authorize,      authorize,       ALL),
    row!(AuthorizeAsync, authorize_async, ALL),
    row!(AutoBatch,      auto_batch,      [Acts,                        Acts,                    Refused("batch_of_event"),      Refused("batch_of_stream")]),
    row!(Boxed,          boxed,           ALL),
    row!(Bulkhead,       bulkhead,        ALL),
    row!(Cache,          cache,           [Refused("cache_of_command"), Acts,                    Refused("cache_of_event"),      Refused("cache_of_stream")]),
    row!(CatchPanic,     catch_panic,     ALL),
    row!(CircuitBreaker, circuit_breaker, ALL),
    row!(Fallback,       fallback,        [Acts,                        Acts,                    Refused("fallback_of_event"),   Refused("fallback_of_stream")]),
    row!(Hedge,          hedge,           [Acts,                        Acts,                    Acts,                           Refused("hedge_of_stream")]),
    row!(Idempotent,     delivery::idempotent, [Acts,                   Acts,                    Refused("not_recorded_event"),  Refused("not_recorded_stream")]),
    row!(Layered,        layered,         ALL),
    row!(Lock,           delivery::lock,  ALL),
    row!(Log,            log,             ALL),
    row!(Metrics,        metrics,         ALL),
    row!(PerKey,         per_key,         ALL),
    row!(RateLimit,      rate_limit,      ALL),
    row!(Retry,          retry,           [Acts,                        Acts,                    Acts,                           Refused("retry_stream")]),
    row!(Throttle,       throttle,        ALL),
    row!(Timeout,        timeout,         ALL),
    row!(Trace,          trace,           ALL),
    row!(Transactional,  delivery::transactional, [Acts,                Acts,                    Acts,                           Passes]),
    row!(Validate,       validate,        ALL),
];

#[tokio::test]
async fn each_behavior_acts_on_the_kinds_that_it_is_for() {
    for (name, act, cells) in TABLE {
        for (kind, cell) in Kind::ALL.into_iter().zip(cells) {
            if let Acts | Passes = cell {
                println!("{name} around a message of kind {}", kind.name());
                act(kind).await;
            }
        }
    }
}

#[test]
fn each_that_is_refused_has_a_wrong_program_that_says_so() {
    for (name, _, cells) in TABLE {
        for (kind, cell) in Kind::ALL.into_iter().zip(cells) {
            let Refused(case) = cell else { continue };
            let groups = ["ui/pipeline/fail", "ui/transaction/fail"].map(|group| tests().join(group).join(case));
            let is_there = |program: &&PathBuf| program.with_extension("rs").is_file();
            let program = groups.iter().find(is_there).unwrap_or_else(|| panic!("there is no case {case}"));
            let text = fs::read_to_string(program.with_extension("rs")).unwrap();
            let handled = match kind {
                Kind::Command => "#[command",
                Kind::Query => "#[query(reply",
                Kind::Event => "#[event",
                Kind::Stream => "#[query(stream",
            };
            assert!(text.contains(handled) && text.contains(name), "{case} is not about {name} and {}", kind.name());
            assert!(program.with_extension("stderr").is_file(), "{case} says nothing");
        }
    }
}

/// Wherever a caller leaves, nothing of its call is left, and the next one is answered.
#[tokio::test]
async fn each_behavior_may_be_dropped_at_every_wait() {
    let apart: BTreeSet<_> = ["AutoBatch", "Cache"].into();
    let table: BTreeSet<_> = TABLE.iter().map(|(name, ..)| *name).collect();
    let dropped: BTreeSet<_> = dropped::TABLE.iter().map(|(name, _)| *name).collect();
    assert_eq!(&dropped | &apart, table, "these two have tests of their own, as callers share what they do");
    for (name, drop_it) in dropped::TABLE {
        let (.., cells) = TABLE.iter().find(|(known, ..)| known == name).unwrap();
        for (kind, cell) in Kind::ALL.into_iter().zip(cells) {
            if let Acts | Passes = cell {
                println!("{name} around a message of kind {}", kind.name());
                // Polled far more often than tokio lets a task be that does not yield to it.
                tokio::task::unconstrained(drop_it(kind)).await;
            }
        }
    }
}

/// What a behavior promises to a caller who leaves is in its documentation.
#[test]
fn each_behavior_says_what_it_promises_when_it_is_dropped() {
    let mut silent: BTreeSet<_> = TABLE.iter().map(|(name, ..)| (*name).to_owned()).collect();
    both(&mut |text| {
        for item in syn::parse_file(text).unwrap().items {
            let Item::Struct(item) = item else { continue };
            let docs = item.attrs.iter().filter_map(|attribute| attribute.meta.require_name_value().ok());
            let lines = docs.filter_map(|docs| match &docs.value {
                Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => Some(line.value()),
                _ => None,
            });
            let text: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
            let text = text.join(" ");
            // Of the call, and not of what the behavior drops itself.
            let said = ["call that is dropped ", "caller that is dropped ", "Dropped, ", "Dropped while "];
            if said.iter().any(|words| text.contains(words)) {
                silent.remove(&item.ident.to_string());
            }
        }
    });
    assert_eq!(silent, BTreeSet::new());
}

/// The types for which something under `behaviors` implements `Behavior`, and something under `delivery` `Enters`.
#[test]
fn every_behavior_is_in_the_table() {
    let mut behaviors = BTreeSet::new();
    both(&mut |text| {
        for item in syn::parse_file(text).unwrap().items {
            if let Item::Impl(item) = item
                && let Some((of, _)) = &item.trait_
                && ["Behavior", "Enters"].iter().any(|port| of.segments.last().unwrap().ident == port)
                && let Type::Path(own) = &*item.self_ty
            {
                let name = own.path.segments.last().unwrap().ident.to_string();
                // One of which more is said.
                behaviors.insert(name.strip_suffix("With").map_or(name.clone(), str::to_owned));
            }
        }
    });
    // A field that a handler answers with.
    behaviors.insert("AutoBatch".to_owned());
    assert_eq!(behaviors, TABLE.iter().map(|(name, ..)| (*name).to_owned()).collect());
}

/// What `behaviors` and `delivery` are made of.
fn both(visit: &mut impl FnMut(&str)) {
    for folder in ["behaviors", "delivery"] {
        sources(&tests().join("../catga/src").join(folder), visit);
    }
}

fn sources(folder: &Path, visit: &mut impl FnMut(&str)) {
    for path in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if path.is_dir() {
            sources(&path, visit);
        } else {
            visit(&fs::read_to_string(path).unwrap());
        }
    }
}

fn tests() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
