use std::convert::Infallible;
use std::future::Future;
use std::sync::atomic::AtomicU64;

use medi_rs::{DecoratorNext, MediCommand, medi_handler, medi_module, mediator};

use crate::row::{Case, Row};
use crate::work;
use crate::work::{out_of_line, seed};

pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<Bare>(), Row::of::<Three>(), Row::of::<Five>(), Row::of::<Nested>()]
}

#[derive(MediCommand)]
#[medi_command(return_type = u64)]
pub(crate) struct Find {
    q: u64,
}

/// Resources of a handler that does not name its mediator are cloned; over a reference that is free.
#[derive(Clone)]
pub(crate) struct Desk {
    seed: &'static AtomicU64,
}

#[medi_handler]
async fn find(desk: Desk, query: Find) -> Result<u64, Infallible> {
    Ok(work!(desk.seed, query.q))
}

medi_module! {
    manifest medi_desk;
    resources { desk: Desk; }
    commands { Find => crate::rows::medi::find; }
}

mediator! {
    pub(crate) struct BareMediator {
        event_queue_capacity: 1;
        event_workers: 1;
        modules: [medi_desk];
    }
}

async fn pass<C: Send, N: DecoratorNext<C>>(command: C, next: N) -> Result<N::Response, N::Error> {
    next.call(command).await
}

mediator! {
    pub(crate) struct ThreeMediator {
        event_queue_capacity: 1;
        event_workers: 1;
        modules: [medi_desk];
        decorators: [crate::rows::medi::pass, crate::rows::medi::pass, crate::rows::medi::pass];
    }
}

mediator! {
    pub(crate) struct FiveMediator {
        event_queue_capacity: 1;
        event_workers: 1;
        modules: [medi_desk];
        decorators: [
            crate::rows::medi::pass,
            crate::rows::medi::pass,
            crate::rows::medi::pass,
            crate::rows::medi::pass,
            crate::rows::medi::pass,
        ];
    }
}

#[derive(MediCommand)]
#[medi_command(return_type = u64)]
pub(crate) struct Relay {
    q: u64,
}

#[medi_handler]
async fn relay(mediator: &NestedMediator, command: Relay) -> Result<u64, Infallible> {
    mediator.send(Find { q: command.q }).await
}

medi_module! {
    manifest medi_relay;
    commands { Relay => crate::rows::medi::relay; }
}

mediator! {
    pub(crate) struct NestedMediator {
        event_queue_capacity: 1;
        event_workers: 1;
        modules: [medi_desk, medi_relay];
    }
}

macro_rules! case {
    ($case:ident, $mediator:ident, $message:ident, $name:literal) => {
        struct $case;

        impl Case for $case {
            const NAME: &'static str = $name;
            type App = $mediator;
            type Output = Result<u64, Infallible>;

            fn app() -> $mediator {
                let desk = Desk { seed: Box::leak(Box::new(seed())) };
                out_of_line(find(desk.clone(), Find { q: 0 }));
                $mediator::builder().desk(desk).build()
            }

            fn future(app: &$mediator, q: u64) -> impl Future<Output = Self::Output> {
                app.send($message { q })
            }

            fn answer(output: Self::Output) -> u64 {
                output.unwrap_or(0)
            }
        }
    };
}

case!(Bare, BareMediator, Find, "medi-rs");
case!(Three, ThreeMediator, Find, "medi-rs, 3 decorators");
case!(Five, FiveMediator, Find, "medi-rs, 5 decorators");
case!(Nested, NestedMediator, Relay, "medi-rs, a handler that sends");
