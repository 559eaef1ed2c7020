//! What is checked of contracts when they are compiled.

use super::Member;
use crate::message::{MessageInfo, Qos, Sentence, collision};

/// Calls a contract over a transport.
pub trait Calls {
    /// The highest quality of service that the transport honours.
    const HONOURS: Qos;
    /// The contract's messages.
    const MEMBERS: &'static [Member];
}

/// Checks that a transport honours what the messages ask for. Of an event that is to be once in effect it does the
/// half that is a transport's, at least once; the other half is the inbox of whoever consumes it.
///
/// # Panics
/// Where it does not; at compile time, with what to do.
#[track_caller]
pub const fn honoured(honours: Qos, members: &[Member]) {
    let mut at = 0;
    while at < members.len() {
        let Member { message, qos, .. } = members[at];
        let is_event = matches!(message.kind.as_bytes(), b"event");
        if !honours.honours(if is_event { shared(qos) } else { qos }) {
            unhonoured(&message, qos, honours);
        }
        at += 1;
    }
}

/// What a transport does of it.
const fn shared(qos: Qos) -> Qos {
    match qos {
        Qos::ExactlyOnce => Qos::AtLeastOnce,
        qos => qos,
    }
}

/// Checks that a consumer over such a transport, with an inbox or without, honours what the messages ask for.
///
/// # Panics
/// Where it does not; at compile time, with what to do.
#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
pub(crate) const fn consumed(transport: Qos, has_inbox: bool, members: &[Member]) {
    let mut at = 0;
    while at < members.len() {
        let Member { message, qos, .. } = members[at];
        if !transport.honours(shared(qos)) {
            unhonoured(&message, qos, transport);
        }
        if matches!(qos, Qos::ExactlyOnce) && !has_inbox {
            let text = Sentence::of(
                "CATGA120: `{message}` asks for QoS 2, which is the consumer's inbox, and this consumer has none; give it one: `.inbox(..)`, or lower it: `#[{kind}(qos = 1)]`",
                &[message.ident, attribute(message.kind)],
            );
            panic!("{}", text.get())
        }
        at += 1;
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
const fn unhonoured(message: &MessageInfo, asked: Qos, honoured: Qos) -> ! {
    let text = Sentence::of(
        "CATGA098: `{message}` asks for QoS {asked}, and this transport honours {honoured}; use one that honours it, or lower it: `#[{kind}(qos = {honoured})]`",
        &[message.ident, level(asked), level(honoured), attribute(message.kind), level(honoured)],
    );
    panic!("{}", text.get())
}

const fn attribute(kind: &'static str) -> &'static str {
    match kind.as_bytes() {
        b"stream" => "query",
        _ => kind,
    }
}

const fn level(qos: Qos) -> &'static str {
    match qos {
        Qos::AtMostOnce => "0",
        Qos::AtLeastOnce => "1",
        Qos::ExactlyOnce => "2",
    }
}

/// Checks that no two messages of a contract are one on the wire.
///
/// # Panics
/// Where two are; at compile time, with what to do.
#[track_caller]
pub const fn apart(members: &[Member]) {
    let mut at = 0;
    while at < members.len() {
        let mut other = 0;
        while other < at {
            let (a, b) = (&members[other], &members[at]);
            if a.key.0 == b.key.0 && a.message.version == b.message.version {
                collision(a.message.ident, b.message.ident);
            }
            other += 1;
        }
        at += 1;
    }
}
