//! Every mediator handles the messages that nobody sends.

use core::future::Future;

use futures_core::Stream;

use super::audience::Nobody;
use super::nested::no_rows;
use super::way::NoWay;
use super::{Dispatches, Opens, Tells};
use crate::message::{Key, Never, NeverEvent, NeverRows, Outcome, RowOf, hash};
use crate::scope::{Context, Inside, Mediator};
use crate::stream::Ticket;

impl<A: Mediator> Dispatches<Never, Key<{ hash("catga::Never") }>> for A {
    type Way = NoWay;
}

impl<A: Mediator> Tells<NeverEvent, Key<{ hash("catga::NeverEvent") }>> for A {
    type Audience = Nobody;
}

impl<A: Mediator> Opens<NeverRows, Key<{ hash("catga::NeverRows") }>> for A {
    fn admit(
        &self,
        ticket: Ticket<'_, NeverRows>,
        _: &mut Context<Inside<'_, A>>,
    ) -> impl Future<Output = Outcome<NeverRows>> + Send {
        ticket.admit()
    }

    fn rows<'f>(&'f self, _: NeverRows, _: Context<Inside<'f, A>>) -> impl Stream<Item = RowOf<NeverRows>> + Send {
        no_rows()
    }
}
