//! What expansions name. Nothing here is part of the API.

pub use core;
pub use core::future::Future;
pub use core::marker::Send;
pub use futures_core::Stream;
#[cfg(feature = "tracing")]
pub use tracing;

pub use catga_macros::{Mediator, compose};

pub use crate::buffer::Sink;
#[cfg(feature = "alloc")]
pub use crate::codec::compression::is_compression;
pub use crate::codec::{EncodeError, KeyBytes, Keyed, is_codec};
pub use crate::describe::{Capability, Described, Entry, Field, HandlerInfo, HandlerSet, Part, Pipeline, Table};
pub use crate::error::{Checks, Class, Classify, Failure, PublishError, Valid, is_error};
pub use crate::handler::{
    ByReference, ByValue, Candidate, Checked, Handler, Impls, IsNoSet, IsSet, Method, More, Named, OneImpl, Single,
    Slot, Sound, StreamHandler, answer, answer_now, asked, check, is_message, is_sent, is_sent_answer, is_sent_message,
    is_set, is_shared, is_shared_message, is_shared_within, is_single, rows,
};
pub use crate::id::ids_fit;
pub use crate::mediator::{
    At, Audience, Both, Dispatches, Ear, Finding, Holds, Names, Nested, NestedEars, NoWay, Nobody, NotFound, One,
    Opens, Piped, Pipes, Tells, Unanswered, all_doubled, all_ported, doubled, guarded, handled, heard, lay_out,
    nested_rows, no_rows, ported, repeats_unguarded, twinned, yielded,
};
pub use crate::message::{
    ByDefault, ByKey, Called, Command, Event, FanOut, Faultless, Faulty, First, Key, Kind, Message, MessageInfo,
    Outcome, Qos, Query, RowOf, Rows, Stream as StreamQuery, Taken, Unkeyed, Wire, critical, distinct, number, ridden,
    wire,
};
pub use crate::pipeline::{
    AnyKind, Asks, AsksInVain, Broken, Chain, Commands, Constant, End, EndMethod, Events, Fit, Fits, IsFit, IsUnfit,
    Next, On, Open, Opener, Opening, OpensNothing, Pair, PairIsOne, PairIsTwo, Pick, PickBuilt, PickInto, PickPlain,
    Probe, Queries, Said, StreamQueries, Whole, end, fits, is_fit, is_in_bound, nests, nothing, opens, plain, run,
    said,
};
pub use crate::scope::{
    Call, Context, Dispatched, Extended, Inside, Mediator as MediatorPorts, Publishes, Scope, Sends, Streams,
};
pub use crate::stream::Ticket;

#[cfg(feature = "wire")]
mod wires {
    pub use crate::codec::compression::{ChooseCompression, Uncompressed};
    pub use crate::codec::{Choose, Postcard};
    pub use crate::contract::{Calls, Contract, ContractSlot, Includes, Member, Shape, Shaped, apart, honoured};
    pub use crate::envelope::{Fingerprint, WireKey};
    pub use crate::mediator::{Handles, Hears, Yields};
    pub use crate::message::OnWire;
    pub use crate::wire::{
        Arrived, Asked, Ending, Index, Outlines, Rowed, Serves, Told, WireError, ask, is_marked, tell,
    };
    pub use alloc::boxed::Box;
}
#[cfg(feature = "wire")]
pub use wires::*;

#[cfg(feature = "std")]
mod ports {
    pub use crate::id::RandomIds as DefaultIds;
    pub use crate::time::{SystemClock as DefaultClock, SystemRandom as DefaultRandom};
}
#[cfg(not(feature = "std"))]
mod ports {
    pub use crate::id::NoIds as DefaultIds;
    pub use crate::time::{NoClock as DefaultClock, NoRandom as DefaultRandom};
}
pub use ports::*;

#[cfg(not(feature = "tokio"))]
pub use crate::time::NoTimer as DefaultTimer;
#[cfg(feature = "tokio")]
pub use crate::time::TokioTimer as DefaultTimer;

/// The span of a message with fields of its own; the macro crate knows no features, so one of two
/// twins decides.
#[cfg(feature = "tracing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __catga_span {
    ([$($private:tt)*] $this:ident { $($fields:tt)* }) => {
        fn span(&$this, ids: $($private)*::TraceIds) -> $($private)*::tracing::Span {
            $($private)*::tracing::info_span!(
                "message",
                otel.name = <Self as $($private)*::Message>::INFO.name,
                message.kind = <Self as $($private)*::Message>::INFO.kind,
                message.id = ids.message.get(),
                message.correlation = ids.correlation.get(),
                message.causation = ids.causation.get(),
                error.code = $($private)*::tracing::field::Empty,
                $($fields)*
            )
        }
    };
}

/// Without tracing there are no spans.
#[cfg(not(feature = "tracing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __catga_span {
    ($($anything:tt)*) => {};
}

/// What is written where the feature `wire` is there, and where it is not.
#[cfg(feature = "wire")]
#[doc(hidden)]
#[macro_export]
macro_rules! __catga_wired {
    ({ $($items:tt)* } { $($missing:tt)* }) => { $($items)* };
}

/// The same without it.
#[cfg(not(feature = "wire"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __catga_wired {
    ({ $($items:tt)* } { $($missing:tt)* }) => { $($missing)* };
}

pub use crate::__catga_span as span;
pub use crate::__catga_wired as wired;
#[cfg(feature = "tracing")]
pub use crate::message::TraceIds;
