use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use super::report::Line;
use super::tools::Checked;
use super::{Backend, Report, Verdict, closing, deliver, lifecycle, order, requests as asking, retry, streams};
use crate::transport::{Capabilities, Transport};

/// How many scenarios [`requests`] runs.
pub const REQUESTS: usize = 21;

/// How many scenarios [`deliveries`] runs on a transport with these capabilities.
pub const fn deliveries_of(has: Capabilities) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < NEEDS.len() {
        count += NEEDS[at].is_met(has) as usize;
        at += 1;
    }
    count
}

/// What a scenario is about.
#[derive(Clone, Copy)]
pub(super) enum Needs {
    Nothing,
    Redelivery,
    Groups,
    #[cfg(feature = "wire")]
    GroupsAndRedelivery,
    /// That a group without subscribers ends.
    Lapses,
    Delays,
    Order,
    /// Order that outlives a delivery that failed.
    OrderAndRedelivery,
    OrderAndDelays,
    Durability,
    /// What no transport sees: messages, their types, and what a handler answered.
    Consumer,
}

impl Needs {
    pub(super) const fn is_met(self, has: Capabilities) -> bool {
        match self {
            Self::Nothing => true,
            Self::Redelivery => has.redelivers,
            Self::Groups => has.groups,
            #[cfg(feature = "wire")]
            Self::GroupsAndRedelivery => has.groups && has.redelivers,
            Self::Lapses => has.groups && has.lapses,
            Self::Delays => has.redelivers && has.delays,
            Self::Order => has.orders,
            Self::OrderAndRedelivery => has.orders && has.redelivers,
            Self::OrderAndDelays => has.orders && has.redelivers && has.delays,
            Self::Durability => has.durable && has.redelivers,
            Self::Consumer => false,
        }
    }

    pub(super) const fn whose(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Redelivery => "it does not redeliver",
            Self::Groups => "it has no groups",
            #[cfg(feature = "wire")]
            Self::GroupsAndRedelivery => "it has no groups, or does not redeliver",
            Self::Lapses => "its groups stay",
            Self::Delays => "it does not delay",
            Self::Order | Self::OrderAndRedelivery | Self::OrderAndDelays => "it does not keep order and redeliver",
            Self::Durability => "it is not durable",
            Self::Consumer => "a consumer's: see `consumers`",
        }
    }
}

pub(super) async fn run<B: Backend>(backend: &B, scenario: impl Future<Output = Checked> + Send) -> Verdict {
    let (mut scenario, mut give_up) = (pin!(scenario), pin!(backend.give_up()));
    let checked = poll_fn(|cx| match scenario.as_mut().poll(cx) {
        Poll::Ready(checked) => Poll::Ready(Some(checked)),
        Poll::Pending => give_up.as_mut().poll(cx).map(|()| None),
    });
    match checked.await {
        Some(Ok(duplicates)) => Verdict::Passed { duplicates },
        Some(Err(why)) => Verdict::Failed(why),
        None => Verdict::Failed("it waits for what does not come".into()),
    }
}

macro_rules! suites {
    (
        requests { $($rid:literal $rtitle:literal: $rscenario:path,)* }
        deliveries { $($id:literal $title:literal $needs:ident: $scenario:path,)* }
        consumers { $($cid:literal $ctitle:literal,)* }
    ) => {
        /// Holds the transport to [`Requests`](crate::transport::Requests) and
        /// [`Listens`](crate::transport::Listens).
        pub async fn requests<B: Backend>(backend: &B) -> Report {
            let mut report = Report { allowed: backend.duplicates(), ..Report::default() };
            $(
                let verdict = Box::pin(run(backend, $rscenario(backend))).await;
                report.lines.push(Line { id: $rid, title: $rtitle, verdict });
            )*
            report
        }

        /// Holds the transport to [`Delivers`](crate::transport::Delivers), as far as it declares it.
        pub async fn deliveries<B: Backend>(backend: &B) -> Report {
            let mut report = Report { allowed: backend.duplicates(), ..Report::default() };
            let has = <B::Publisher as Transport>::CAPABILITIES;
            $(
                let verdict = if Needs::$needs.is_met(has) {
                    Box::pin(run(backend, $scenario(backend))).await
                } else {
                    Verdict::NotApplicable(Needs::$needs.whose())
                };
                report.lines.push(Line { id: $id, title: $title, verdict });
            )*
            $(
                let verdict = Verdict::NotApplicable(Needs::Consumer.whose());
                report.lines.push(Line { id: $cid, title: $ctitle, verdict });
            )*
            report
        }

        const NEEDS: &[Needs] = &[$(Needs::$needs),*];
        const _: () = assert!(REQUESTS == [$($rid),*].len());
    };
}

suites! {
    requests {
        "R1" "bytes arrive as they were sent, both ways": asking::round_trip,
        "R2" "each caller gets its own answer": asking::no_crossing,
        "R3" "no answer is an answer": asking::unanswered,
        "R4" "a caller that goes is noticed": asking::cancelled,
        "R5" "a budget ends the wait": asking::budget,
        "R6" "nobody listens": asking::nobody,
        "R7" "requests in flight are bounded, and more wait": asking::bounded,
        "R8" "a refusal is transient": asking::refused,
        "R9" "what is too large": asking::oversize,
        "R10" "listeners share": asking::shared,
        "R11" "endpoints are apart": asking::isolated,
        "S1" "items come in order, and end": streams::in_order,
        "S2" "a slow reader holds up the sender": streams::slow_reader,
        "S3" "a reader that goes is noticed": streams::dropped_reader,
        "S4" "a stream that breaks off": streams::dropped_sender,
        "S5" "a budget ends the stream": streams::budget,
        "S6" "a stream that is not read holds up no other": streams::two_at_once,
        "C7" "stopped while a request is handled": closing::drains,
        "C7c" "stopped for good when the grace is over": closing::cut,
        "C7d" "the caller's side stops": closing::caller_closes,
        "C3r" "ten concurrent closes": closing::ten_closes,
    }
    deliveries {
        "A1" "payload, id and key round trip" Nothing: deliver::round_trip,
        "A2" "unicode, empty and oversize" Nothing: deliver::sizes,
        "A3" "each parcel once for a group of three" Groups: deliver::shared,
        "A3b" "five hundred publishers at once" Nothing: deliver::many_publishers,
        "A4" "endpoints are apart" Nothing: deliver::isolated,
        "A5" "each group gets all" Groups: deliver::each_group,
        "A6" "refused twice, delivered a third time" Redelivery: deliver::refused_twice,
        "A7" "redelivered after the deadline, not before" Redelivery: deliver::deadline,
        "A7b" "a stale ack does not complete a later attempt" Redelivery: deliver::stale_ack,
        "A8" "attempts are counted on" Redelivery: deliver::attempts,
        "A9" "a new group sees old parcels, or not, as declared" Groups: deliver::newcomer,
        "A9b" "a group that nobody comes back to lapses" Lapses: deliver::lapses,
        "A10" "what was confirmed survives a restart" Durability: deliver::restart,
        "B1" "first in, first out by key" Order: order::per_key,
        "B2" "kept under retry" OrderAndRedelivery: order::under_retry,
        "B3" "kept when concurrency changes" Order: order::changed_concurrency,
        "B4" "kept after a consumer crashed" OrderAndRedelivery: order::crashed_consumer,
        "B5" "a poisoned key holds up no other" OrderAndDelays: order::poisoned_key,
        "B6" "a batching sender keeps order" Order: order::batching_sender,
        "C1" "close twice" Nothing: lifecycle::twice,
        "C2" "close while blocked" Nothing: lifecycle::while_blocked,
        "C3" "ten concurrent closes" Nothing: lifecycle::ten_closes,
        "C4" "close and reopen in the middle" Groups: lifecycle::reopen_mid_stream,
        "C5" "closing flushes 10 000" Nothing: lifecycle::flushes,
        "C6" "start after stop" Nothing: lifecycle::start_after_stop,
        "C7b" "stop in the error path" Redelivery: lifecycle::while_delivered,
        "C8" "a cancelled stop" Nothing: lifecycle::cancelled_close,
        "C9" "pause under pressure, then resume" Nothing: lifecycle::pressure,
        "D1" "retried at once" Redelivery: retry::immediate,
        "D2" "retried after a delay, counters as specified" Delays: retry::delayed,
        "D2b" "a stale refusal changes nothing" Redelivery: retry::settled_once,
    }
    consumers {
        "A11" "unknown type: dead letter",
        "A12" "undecodable bytes: dead letter, the stream goes on",
        "A13" "a message of another type is not handled as this one",
        "D3" "exhausted: dead letter with the error",
        "D4" "policy matches or not",
        "D5" "the error path fails",
        "D6" "headers changed in a failed attempt do not leak",
        "D7" "replay is processed once",
        "D8" "edit and replay",
        "D9" "expired",
        "D10" "a panic is contained, the consumer lives",
    }
}
