//! What is hard to write down: names with every sign, entries of every form, two messages of one ident.

#![allow(clippy::init_numbered_fields, reason = "how an entry is written is what is tested")]

use catga::prelude::*;
use catga_tests::Mark;

#[command(name = "</script>\"\\\n\u{1}\u{2028}&é")]
pub struct Odd;

mod other {
    use catga::prelude::*;

    #[command]
    pub struct Odd;
}

#[query(reply = u8)]
#[derive(Clone)]
pub struct r#Try;

pub struct Set;

pub const LIMIT: u64 = 2;

#[handler]
#[pipeline(
    // A comment is no part of it.
    Timeout::millis(LIMIT * 1_000 + 1),
    Mark {
        0: "x\"y"
    },
    queries: Retry::times( { 1 } as _ ),
    self::Mark("<b>"),
)]
impl Set {
    fn odd(&self, _: Odd) {}

    #[handler(key = "Other")]
    fn other(&self, _: other::Odd) {}

    async fn r#match(&self, _: r#Try, _: &mut Context<impl Dispatched>) -> u8 {
        1
    }
}

pub struct Asker;

#[command]
pub struct Ask;

#[handler]
impl Asker {
    async fn ask(&self, _: Ask, cx: &mut Context<impl Sends<r#Try>>) {
        let _answer = cx.send(r#Try).await;
    }
}

#[mediator(nested)]
pub struct Middle {
    pub asker: Asker,
    pub r#type: Box<Set>,
}

#[mediator]
pub struct Outer {
    pub middle: Middle,
}
