//! Declarations that macros of the user's write, of what they are given: types and expressions stand in groups then that
//! nobody sees.

use catga::prelude::*;

use super::now;

macro_rules! messages {
    ($($kind:ident $name:ident $reply:ty;)*) => {
        $(#[$kind(reply = $reply)] #[derive(Clone)] struct $name(u8);)*
    };
}

messages! {
    command Put u8;
    query Find Option<u8>;
}

#[event]
struct Was(#[allow(dead_code)] u8);

macro_rules! set {
    ($set:ty, $put:ty, $reply:ty, $find:ty, $was:ty, $around:expr) => {
        #[handler]
        #[pipeline($around)]
        impl $set {
            async fn put(&self, put: $put, cx: &mut Context<impl Sends<$find> + Publishes<$was>>) -> $reply {
                let found = cx.send(Find(put.0)).await.ok().flatten();
                let told = cx.publish(Was(put.0)).await;
                told.map_or(0, |()| found.unwrap_or_default())
            }

            fn find(&self, query: $find) -> Option<$reply> {
                Some(query.0 + 1)
            }

            fn on_was(&self, _: &$was) {}
        }
    };
}

struct Shelf;

set!(Shelf, Put, u8, Find, Was, Timeout::secs(1));

macro_rules! app {
    ($app:ident, $set:ty, $put:ty, $around:expr) => {
        #[mediator(handles($put))]
        #[pipeline($around)]
        struct $app {
            set: $set,
        }
    };
}

app!(App, Shelf, Put, Retry::times(1));

#[test]
fn types_and_entries_are_given_to_macros() {
    assert_eq!(now(App { set: Shelf }.send(Put(3))), Ok(4));
}
