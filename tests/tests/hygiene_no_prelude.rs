//! Every macro in a crate without any prelude.

#![no_implicit_prelude]
#![allow(dead_code)]

use ::catga::behaviors::{CircuitBreaker, Retry, Timeout, Trace, Validate};
use ::catga::error::{Checks, Failure, Valid};
use ::catga::mediator::{Handles as _, Hears as _, Yields as _};
use ::catga::message::{Message, Outcome};
use ::catga::pipeline::{Behavior, Next};
use ::catga::scope::{Context, Dispatched, Extended, Publishes, Sends, Streams};
use ::core::time::Duration;

#[::catga::command(
    reply = u8,
    error = Refused,
    name = "no_prelude.put",
    version = 2,
    validate,
    idempotent,
    trace(size, %size, ?note),
    handled_by = Shop
)]
#[derive(::core::clone::Clone)]
struct Put {
    size: u8,
    note: &'static str,
}

impl Valid for Put {
    fn check(&self, checks: &mut Checks) {
        checks.require("size", self.size > 0, "must be positive");
    }
}

#[derive(::core::fmt::Debug, ::core::cmp::PartialEq, ::catga::Classify)]
enum Refused {
    #[class(transient)]
    Full,
    #[class(conflict, code = "no_prelude.stale")]
    Stale {
        by: u8,
    },
    #[class(unknown)]
    Lost(u8),
    Foreign,
}

#[derive(::core::fmt::Debug, ::catga::Classify)]
#[class(permanent)]
struct Whole<T: Detail>(T);

trait Detail: ::core::fmt::Debug + ::core::marker::Send + ::core::marker::Sync + 'static {}

impl Detail for u8 {}

impl ::core::fmt::Display for Refused {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("refused")
    }
}

impl ::core::error::Error for Refused {}

impl<T: Detail> ::core::fmt::Display for Whole<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("whole")
    }
}

impl<T: Detail> ::core::error::Error for Whole<T> {}

#[::catga::query(reply = ::core::option::Option<u8>)]
#[derive(::core::clone::Clone)]
enum Find {
    First,
    At(u8),
}

#[::catga::query(stream = u8, error = Refused, trace(below))]
struct List {
    below: u8,
}

#[::catga::query(reply = T)]
#[derive(::core::clone::Clone)]
struct Same<T: ::core::clone::Clone>(T);

#[::catga::event]
struct Was(u8);

#[::catga::event(fan_out = sequential, trace())]
struct Counted;

#[::catga::event(fan_out = stop_at_first)]
struct Unheard;

struct Pass<'a>(&'a u8);

impl<M: Message, S: Dispatched> Behavior<M, S> for Pass<'_> {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        ::std::assert_eq!(*self.0, 7);
        next.run(input, cx).await
    }
}

struct Shelf {
    breaker: CircuitBreaker,
    seven: u8,
}

#[::catga::handler]
#[::catga::pipeline(Validate, self.breaker, queries: Retry::times(1))]
impl Shelf {
    #[::catga::pipeline(Timeout::secs(1), Pass(self.seven))]
    async fn put(
        &self,
        command: Put,
        cx: &mut Context<impl Sends<Find> + Streams<List> + Publishes<Was> + Extended<u8>>,
    ) -> ::core::result::Result<u8, Refused> {
        let found = cx.send(Find::At(command.size)).await;
        let told = cx.publish(Was(1)).await;
        match (found, told, cx.extension()) {
            (::core::result::Result::Ok(_), ::core::result::Result::Ok(()), ::core::option::Option::None) => {
                ::core::result::Result::Ok(command.size)
            }
            _ => ::core::result::Result::Err(Refused::Full),
        }
    }

    fn find(&self, query: Find) -> ::core::option::Option<u8> {
        match query {
            Find::First => ::core::option::Option::None,
            Find::At(place) => ::core::option::Option::Some(place),
        }
    }

    #[::catga::pipeline(without(Retry))]
    fn list(
        &self,
        query: List,
        _cx: Context<impl Sends<Find>>,
    ) -> impl ::futures_util::Stream<Item = ::core::result::Result<u8, Refused>> {
        use ::futures_util::StreamExt as _;

        ::futures_util::stream::iter(0..query.below).map(::core::result::Result::Ok)
    }

    fn on_was(&self, _: &Was) -> ::core::result::Result<(), Refused> {
        ::core::result::Result::Ok(())
    }

    async fn on_counted(&self, _: &Counted) {}

    #[::catga::handler(skip)]
    fn helper(&self, _: Find) {}
}

#[::catga::command]
struct Nothing;

struct Twice<T>(T);

#[::catga::handler(export)]
impl<T: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static> Twice<T> {
    fn same(&self, query: Same<T>) -> impl ::core::future::Future<Output = T> {
        ::core::future::ready(query.0)
    }

    fn on_was(&self, _: &Was) -> ::core::result::Result<(), Failure> {
        ::core::result::Result::Ok(())
    }

    #[::catga::handler(key = "of twice")]
    fn nothing(&self, _: Nothing) {}
}

#[::catga::mediator(
    export,
    handles(Put, Find),
    unheard(Unheard),
    hears(Was),
    clock = self.clock,
    timer = self.timer,
    random = self.random,
    ids = self.ids,
    extension = u8
)]
#[::catga::pipeline(Trace, commands: Pass(self.seven), events: self.outer, streams: Timeout::secs(1))]
struct Shop {
    #[::catga::pipeline(Retry::times(1), without(Trace))]
    shelf: Shelf,
    twice: ::std::sync::Arc<Twice<u8>>,
    outer: CircuitBreaker,
    seven: u8,
    clock: ::catga::time::SystemClock,
    timer: ::catga::time::TokioTimer,
    random: ::catga::time::SystemRandom,
    ids: ::catga::id::RandomIds,
    #[state]
    _label: &'static str,
}

#[::catga::mediator(extension = u8)]
struct Outer {
    shop: Shop,
}

/// The answer, with a runtime's timer around it.
fn now<F: ::core::future::Future>(future: F) -> F::Output {
    let runtime = ::tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(future)
}

#[::core::prelude::v1::test]
fn every_macro_does_without_a_prelude() {
    use ::core::result::Result::Ok;
    use ::futures_util::StreamExt as _;

    let breaker = || CircuitBreaker::new(1, Duration::from_secs(1));
    let outer = Outer {
        shop: Shop {
            shelf: Shelf { breaker: breaker(), seven: 7 },
            twice: ::std::sync::Arc::new(Twice(0)),
            outer: breaker(),
            seven: 7,
            clock: ::catga::time::SystemClock,
            timer: ::catga::time::TokioTimer,
            random: ::catga::time::SystemRandom,
            ids: ::catga::id::RandomIds,
            _label: "shop",
        },
    };
    ::std::assert_eq!(now(outer.send(Put { size: 3, note: "" })), Ok(3));
    ::std::assert_eq!(now(outer.send(Find::First)), Ok(::core::option::Option::None));
    ::std::assert_eq!(now(outer.send(Same(4_u8))), Ok(4));
    let rows: ::std::vec::Vec<_> = now(outer.stream(List { below: 2 }).collect());
    ::std::assert_eq!(rows, [Ok(0), Ok(1)]);
    ::std::assert!(now(outer.publish(Was(1))).is_ok());
    ::std::assert!(now(outer.shop.publish(Counted)).is_ok());
    ::std::assert!(now(outer.shop.publish(Unheard)).is_ok());
    ::std::assert_eq!(now(outer.send(Nothing)), Ok(()));

    use ::catga::Classify as _;
    let codes = [Refused::Full, Refused::Stale { by: 1 }, Refused::Lost(1), Refused::Foreign].map(|it| it.code());
    ::std::assert_eq!(codes, ["refused.full", "no_prelude.stale", "refused.lost", "refused.foreign"]);
    ::std::assert_eq!(Whole(1_u8).code(), "whole");
}
