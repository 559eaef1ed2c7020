//! A mediator and a handler set that a user's own macro writes, with entries that name fields.

use catga::prelude::*;
use catga_tests::{Mark, marks};

#[command]
struct Do;

macro_rules! set {
    ($name:ident [$($entries:tt)*]) => {
        struct $name {
            own: Mark,
        }

        #[handler]
        #[pipeline($($entries)*)]
        impl $name {
            fn act(&self, _cmd: Do) {}
        }
    };
}

macro_rules! mediator {
    ($name:ident [$($entries:tt)*]) => {
        #[mediator]
        #[pipeline($($entries)*)]
        struct $name {
            outer: Mark,
            set: Set,
        }
    };
}

set!(Set [Mark("impl"), self.own]);
mediator!(App [Mark("mediator"), commands: self.outer]);

#[tokio::test]
async fn entries_may_come_through_a_macro() {
    App { outer: Mark("outer"), set: Set { own: Mark("own") } }.send(Do).await.unwrap();
    assert_eq!(marks(), ["mediator", "outer", "impl", "own", "/own", "/impl", "/outer", "/mediator"]);
}
