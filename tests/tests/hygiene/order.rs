//! `#[pipeline]` stands above or below its attribute, under whatever path, and with other attributes.

use catga::prelude::*;
use catga_tests::{Mark, marks};

use super::now;

#[command(reply = u8)]
struct Put;

#[derive(Debug)]
#[allow(dead_code)]
struct Above;

#[pipeline(Mark("impl"))]
#[handler]
impl Above {
    #[pipeline(Mark("method"))]
    fn put(&self, _: Put) -> u8 {
        1
    }
}

#[pipeline(Mark("mediator"))]
#[mediator]
#[derive(Debug)]
struct AllAbove {
    #[pipeline(Mark("field"))]
    set: Above,
}

#[test]
fn a_pipeline_stands_above() {
    assert_eq!(now(AllAbove { set: Above }.send(Put)), Ok(1));
    assert_eq!(marks(), ["mediator", "field", "impl", "method", "/method", "/impl", "/field", "/mediator"]);
}

struct Below;

#[handler]
#[allow(clippy::unused_self)]
#[pipeline(Mark("impl"))]
#[catga::pipeline(Mark("second"))]
impl Below {
    fn put(&self, _: Put) -> u8 {
        2
    }
}

#[mediator]
#[derive(Default)]
#[catga::pipeline(Mark("mediator"))]
struct AllBelow {
    #[catga::pipeline(Mark("field"))]
    set: Below,
}

impl Default for Below {
    fn default() -> Self {
        Self
    }
}

#[test]
fn a_pipeline_stands_below() {
    assert_eq!(now(AllBelow::default().send(Put)), Ok(2));
    assert_eq!(marks(), ["mediator", "field", "impl", "second", "/second", "/impl", "/field", "/mediator"]);
}

struct Both;

#[pipeline(Mark("above"))]
#[catga::handler]
#[pipeline(Mark("below"))]
impl Both {
    fn put(&self, _: Put) -> u8 {
        3
    }
}

#[pipeline(Mark("outermost"))]
#[catga::mediator]
#[pipeline(Mark("outer"))]
struct AboveAndBelow {
    set: Both,
}

#[test]
fn pipelines_above_come_before_those_below() {
    assert_eq!(now(AboveAndBelow { set: Both }.send(Put)), Ok(3));
    assert_eq!(marks(), ["outermost", "outer", "above", "below", "/below", "/above", "/outer", "/outermost"]);
}

/// Nothing is imported.
mod by_path {
    #[catga::command(reply = u8)]
    pub struct Put;

    pub struct Set;

    #[catga::pipeline(catga_tests::Mark("impl"))]
    #[catga::handler]
    impl Set {
        #[catga::pipeline(catga_tests::Mark("method"))]
        fn put(&self, _: Put) -> u8 {
            4
        }
    }

    #[catga::pipeline(catga_tests::Mark("mediator"))]
    #[catga::mediator]
    pub struct App {
        pub set: Set,
    }
}

#[test]
fn a_pipeline_that_is_not_imported_stands_above() {
    assert_eq!(now(by_path::App { set: by_path::Set }.send(by_path::Put)), Ok(4));
    assert_eq!(marks(), ["mediator", "impl", "method", "/method", "/impl", "/mediator"]);
}
