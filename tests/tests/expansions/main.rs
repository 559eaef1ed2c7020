//! What each macro expands to, as snapshots; `UPDATE_EXPECT=1 cargo test` writes them anew.
//!
//! A macro crate exports nothing but macros, so its modules are compiled into this test: outside of an
//! expansion `proc_macro2` works on its own. The hand-over from sets to a mediator, which takes rustc, is
//! done here with what the expansions say.

#![allow(dead_code, unused_imports, clippy::all)]

extern crate proc_macro;

#[path = "../../../catga-macros/src/catalogue.rs"]
mod catalogue;
#[path = "../../../catga-macros/src/classify.rs"]
mod classify;
#[path = "../../../catga-macros/src/contract/mod.rs"]
mod contract;
#[path = "../../../catga-macros/src/errors.rs"]
mod errors;
#[path = "../../../catga-macros/src/handler/mod.rs"]
mod handler;
#[path = "../../../catga-macros/src/krate.rs"]
mod krate;
#[path = "../../../catga-macros/src/lone_pipeline.rs"]
mod lone_pipeline;
#[path = "../../../catga-macros/src/mediator/mod.rs"]
mod mediator;
#[path = "../../../catga-macros/src/message/mod.rs"]
mod message;
#[path = "../../../catga-macros/src/near.rs"]
mod near;
#[path = "../../../catga-macros/src/parameters.rs"]
mod parameters;
#[path = "../../../catga-macros/src/pipeline/mod.rs"]
mod pipeline;
#[path = "../../../catga-macros/src/threads.rs"]
mod threads;
#[path = "../../../catga-macros/src/unparsed.rs"]
mod unparsed;

mod hand_over;
mod quiet;

use expect_test::expect_file;
use hand_over::compose;
use message::Kind;
use proc_macro2::TokenStream;
use quiet::quiet;
use quote::quote;

macro_rules! snapshot {
    ($name:literal, $expansion:expr) => {
        expect_file![concat!("snapshots/", $name, ".rs")].assert_eq(&quiet($expansion))
    };
}

#[test]
fn command() {
    let arguments = quote!(reply = u64, error = OrderError, validate, idempotent, trace(customer, ?lines));
    let item = quote!(
        pub struct PlaceOrder {
            customer: u64,
            lines: Vec<u32>,
        }
    );
    snapshot!("command", message::attribute(Kind::Command, arguments, item));
}

#[test]
fn query() {
    let arguments = quote!(reply = Option<T>, name = "shop.find", version = 2);
    let item = quote!(
        pub struct Find<T: Clone>(T);
    );
    snapshot!("query", message::attribute(Kind::Query, arguments, item));
}

#[test]
fn stream_query() {
    let arguments = quote!(stream = Order, handled_by = Shop);
    snapshot!(
        "stream_query",
        message::attribute(
            Kind::Query,
            arguments,
            quote!(
                pub struct ListOrders;
            )
        )
    );
}

#[test]
fn event() {
    let arguments = quote!(fan_out = sequential);
    snapshot!(
        "event",
        message::attribute(
            Kind::Event,
            arguments,
            quote!(
                pub struct Placed;
            )
        )
    );
}

/// Handlers of every shape, without a pipeline.
fn orders() -> TokenStream {
    let item = quote! {
        impl Orders {
            async fn place(
                &self,
                command: PlaceOrder,
                cx: &mut Context<impl Sends<ChargeCard> + Publishes<Placed>>,
            ) -> Result<u64, OrderError> {}

            #[cfg(feature = "find")]
            fn find(&self, query: Find) -> Option<u64> {}

            fn list(&self, query: ListOrders) -> impl Stream<Item = u64> {}

            fn on_placed(&self, event: &Placed) {}

            fn helper(&self, id: u64) -> u64 {}
        }
    };
    handler::attribute(TokenStream::new(), item)
}

/// A generic set for other crates, under behaviors.
fn payments() -> TokenStream {
    let item = quote! {
        #[pipeline(Validate, self.breaker)]
        impl<P: Provider> Payments<P> {
            #[pipeline(Timeout::secs(2), queries: Within(self.limit), without(Trace))]
            async fn charge(&self, command: ChargeCard) -> Result<u64, CardError> {}

            async fn on_placed(&self, event: &Placed) {}
        }
    };
    handler::attribute(quote!(export), item)
}

fn shop() -> TokenStream {
    let item = quote! {
        #[pipeline(Trace, queries: Retry::times(3))]
        pub struct Shop {
            #[pipeline(Transactional(self.db))]
            orders: Orders,
            payments: Arc<Payments<Stripe>>,
            db: Store,
            clock: Ticks,
            #[state]
            started: Instant,
        }
    };
    mediator::attribute(quote!(handles(PlaceOrder), unheard(Shipped), clock = self.clock), item)
}

#[test]
fn handler() {
    snapshot!("handler", orders());
}

#[test]
fn handler_with_pipeline() {
    snapshot!("handler_with_pipeline", payments());
}

/// What is between the lines is the user's to write; a set of the name is there, and its attributes are not.
#[test]
fn handler_that_does_not_parse() {
    let item = quote! {
        #[pipeline(Trace)]
        impl Payments {
            #[pipeline(Timeout::secs(1))]
            async fn charge(&self, command: ) -> u64 {
                command.0
            }
        }
    };
    let expansion = handler::attribute(TokenStream::new(), item).to_string();
    assert!(expansion.contains("command :) -> u64") && !expansion.contains("pipeline"), "{expansion}");
    // Should rustc know the syntax, that is an error.
    assert!(expansion.contains("deny (dead_code)"), "{expansion}");
    assert!(expansion.contains("macro_rules ! __catga_Payments"), "{expansion}");
}

#[test]
fn mediator() {
    snapshot!("mediator", shop());
}

#[test]
fn mediator_composed() {
    snapshot!("mediator_composed", compose(shop(), &[orders(), payments()]));
}

/// Where no entry may open a store, nothing is asked of what is sent.
#[test]
fn mediator_without_a_store() {
    let item = quote! {
        pub struct Shop {
            #[pipeline(self.limit, Retry::times(3))]
            orders: Orders,
            payments: Payments<Stripe>,
            limit: Bulkhead,
        }
    };
    let composed = compose(mediator::attribute(TokenStream::new(), item), &[orders(), payments()]).to_string();
    assert!(!composed.contains("CATGA123") && !composed.contains("repeats_unguarded"), "{composed}");
}

#[test]
fn pipeline_above_its_attribute() {
    let item = quote! {
        #[catga::handler(export)]
        #[pipeline(Validate)]
        impl Orders {}
    };
    snapshot!("pipeline", lone_pipeline::attribute(quote!(Retry::times(3), self.breaker), item));
}

#[test]
fn contract() {
    let item = quote! {
        pub struct PaymentsApi(ChargeCard, FindCharge, #[event] Charged, #[stream] ListCharges);
    };
    snapshot!("contract", contract::attribute(quote!(codec = Json, endpoint = "payments"), item));
}

#[test]
fn mediator_serving() {
    let item = quote! {
        struct Till {
            payments: Payments,
        }
    };
    snapshot!("mediator_serving", mediator::attribute(quote!(serves(PaymentsApi)), item));
}

#[test]
fn classify() {
    let item = quote! {
        enum CardError {
            Declined,
            #[class(transient)]
            GatewayBusy(u8),
            #[class(unknown, code = "card.lost")]
            Lost { at: u64 },
            #[class(transparent)]
            Bank(BankError),
        }
    };
    snapshot!("classify", classify::derive(item));
}
