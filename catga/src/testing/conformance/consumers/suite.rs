use super::super::report::Line;
use super::super::suite::{Needs, run};
use super::super::{Backend, Report, Verdict};
use super::{kept, retried};
use crate::transport::{Capabilities, Transport};

/// How many scenarios [`consumers`] runs on a transport with these capabilities.
pub const fn consumers_of(has: Capabilities) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < NEEDS.len() {
        count += NEEDS[at].is_met(has) as usize;
        at += 1;
    }
    count
}

macro_rules! suite {
    ($($id:literal $title:literal $needs:ident: $scenario:path,)*) => {
        /// Holds the transport to what a [`Consumer`](crate::delivery::Consumer) makes of it: the consumer, its mediator and
        /// its dead letters are Catga's, and stand on a transport of yours.
        pub async fn consumers<B: Backend>(backend: &B) -> Report {
            let mut report = Report { allowed: backend.duplicates(), ..Report::default() };
            let has = <B::Subscriber as Transport>::CAPABILITIES;
            $(
                let verdict = if Needs::$needs.is_met(has) {
                    Box::pin(run(backend, $scenario(backend))).await
                } else {
                    Verdict::NotApplicable(Needs::$needs.whose())
                };
                report.lines.push(Line { id: $id, title: $title, verdict });
            )*
            report
        }

        const NEEDS: &[Needs] = &[$(Needs::$needs),*];
    };
}

suite! {
    "A11" "unknown type: dead letter" Groups: kept::unknown_type,
    "A12" "undecodable bytes: dead letter, the stream goes on" Groups: kept::undecodable,
    "A13" "a message of another type is not handled as this one" Groups: kept::another_type,
    "D3" "exhausted: dead letter with the error" GroupsAndRedelivery: retried::exhausted,
    "D4" "policy matches or not" GroupsAndRedelivery: retried::by_class,
    "D5" "the error path fails" GroupsAndRedelivery: retried::unburied,
    "D6" "headers changed in a failed attempt do not leak" GroupsAndRedelivery: retried::unchanged,
    "D7" "replay is processed once" Groups: retried::replayed,
    "D8" "edit and replay" Groups: retried::edited,
    "D9" "expired" GroupsAndRedelivery: retried::expired,
    "D10" "a panic is contained, the consumer lives" GroupsAndRedelivery: retried::panicked,
}
