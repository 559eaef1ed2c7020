use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use super::super::report::Line;
use super::super::{Report, Verdict};
use super::tools::Checked;
use super::{StoreBackend, StoreCapabilities, idempotency, inbox, letters, outbox, schedule, transactions};

/// What a scenario is about.
#[derive(Clone, Copy)]
enum Needs {
    Nothing,
    Durability,
}

impl Needs {
    const fn is_met(self, has: StoreCapabilities) -> bool {
        match self {
            Self::Nothing => true,
            Self::Durability => has.durable,
        }
    }
}

/// How many scenarios [`stores`] runs on a store with these capabilities.
pub const fn stores_of(has: StoreCapabilities) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < NEEDS.len() {
        count += NEEDS[at].is_met(has) as usize;
        at += 1;
    }
    count
}

async fn run<B: StoreBackend>(backend: &B, scenario: impl Future<Output = Checked> + Send) -> Verdict {
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

macro_rules! suite {
    (
        stores { $($id:literal $title:literal $needs:ident: $scenario:path,)* }
        elsewhere { $($oid:literal $otitle:literal $whose:literal,)* }
    ) => {
        /// Holds a store to the ports of [`store::port`](crate::store::port).
        pub async fn stores<B: StoreBackend>(backend: &B) -> Report {
            let mut report = Report::default();
            $(
                let verdict = if Needs::$needs.is_met(B::CAPABILITIES) {
                    Box::pin(run(backend, $scenario(backend))).await
                } else {
                    Verdict::NotApplicable("it is not durable")
                };
                report.lines.push(Line { id: $id, title: $title, verdict });
            )*
            $(report.lines.push(Line { id: $oid, title: $otitle, verdict: Verdict::NotApplicable($whose) });)*
            report
        }

        const NEEDS: &[Needs] = &[$(Needs::$needs),*];
    };
}

suite! {
    stores {
        "A10" "what was acknowledged survives a crash" Durability: outbox::acknowledged,
        "E1" "not before due" Nothing: schedule::not_before,
        "E2" "late after downtime, in order" Nothing: schedule::after_downtime,
        "E3" "cancelled" Nothing: schedule::cancelled,
        "E4" "moved" Nothing: schedule::moved,
        "E5" "the receiver is down when it is due" Nothing: schedule::receiver_down,
        "E6" "each time of what recurs is a message of its own" Nothing: schedule::recurring,
        "E7" "a schedule is bounded" Nothing: schedule::bounded,
        "F1" "rollback emits nothing" Nothing: outbox::rolled_back,
        "F2" "commit emits" Nothing: outbox::committed,
        "F3" "killed between commit and dispatch" Durability: outbox::killed_before_dispatch,
        "F4" "killed between dispatch and mark: the same id" Nothing: outbox::killed_before_mark,
        "F5" "two relays, no double claim" Nothing: outbox::two_relays,
        "F6" "one bad message does not block the batch" Nothing: outbox::one_bad_message,
        "F7" "an outage of an hour is not terminal" Nothing: outbox::outage,
        "F8" "adding a duplicate is harmless" Nothing: outbox::added_twice,
        "F9" "a backlog is delivered once, in order" Nothing: outbox::backlog,
        "F10" "first in, first out by key under backlog and retry" Nothing: outbox::in_order,
        "F11" "an outbox is bounded" Nothing: outbox::bounded,
        "G1" "a duplicate gets the cached reply" Nothing: idempotency::cached,
        "G2" "concurrent duplicates on two nodes: one runs" Nothing: idempotency::two_nodes,
        "G3" "killed between effect and ack" Durability: idempotency::killed_before_ack,
        "G4" "duplicates within a batch" Nothing: idempotency::within_a_batch,
        "G5" "an id older than retention is never new" Nothing: inbox::older,
        "G6" "dedup per id and destination" Nothing: idempotency::by_destination,
        "G7" "a stale mark does not complete a newer delivery" Nothing: outbox::stale_mark,
        "G8" "a fence never goes back" Nothing: idempotency::fences_grow,
        "G9" "a caller that vanishes does not block the key" Nothing: idempotency::vanished,
        "G10" "failures are not cached" Nothing: idempotency::failures,
        "G11" "a part is recorded once, with its effect" Nothing: inbox::parts,
        "G12" "replies are trimmed by retention, and counted" Nothing: inbox::trimmed,
        "L5" "cancelled before the hand-over, and after" Nothing: transactions::cancelled,
        "L6" "one attempt's rows" Nothing: transactions::attempts,
        "L7" "nested on one store" Nothing: transactions::nested,
        "L9" "older than its maximum age" Nothing: transactions::too_old,
        "L13" "what nobody knows is held" Nothing: outbox::held,
        "L14" "ids after a restart, and two processes with one worker's number" Nothing: transactions::reserved_ids,
        "I2" "a lease is one owner's, and fenced" Nothing: transactions::leases,
        "D3" "a dead letter is kept as it came, and discarded once" Nothing: letters::kept,
        "D7" "a dead letter is replayed once" Nothing: letters::replayed,
        "D8" "a dead letter is edited and replayed" Nothing: letters::edited,
        "D11" "what consumers give up is one letter, however often" Nothing: letters::given_up_again,
        "D12" "letters of consumers are bounded" Nothing: letters::bounded,
        "D13" "what is done of a letter goes with it" Nothing: letters::settled,
        "X1" "effects outside of the store" Nothing: transactions::effects,
        "X2" "answers are forgotten when their own retention has passed" Nothing: transactions::old_answers,
    }
    elsewhere {
        "L1" "members of one commit group conflict" "asked of the store's own tables",
        "L2" "write skew" "asked of the store's own tables",
        "L3" "phantom in a range read" "asked of the store's own tables",
        "L4" "one hot key" "asked of the store's own tables",
        "L8" "two stores of one type" "asked of a mediator",
        "L10" "a swallowed SQL error" "asked of the store's own connection",
        "L11" "a storage error with callers in flight" "asked of the store's own disk",
        "L12" "a restored copy" "asked of the store's own backup",
    }
}
