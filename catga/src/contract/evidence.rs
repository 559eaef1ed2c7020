//! What is checked of contracts when they are compiled.

use super::Member;
use crate::message::{Qos, Text, collision};

/// Calls a contract over a transport.
pub trait Calls {
    /// The highest quality of service that the transport honours.
    const HONOURS: Qos;
    /// The contract's messages.
    const MEMBERS: &'static [Member];
}

/// Checks that a transport honours what the messages ask for.
///
/// # Panics
/// Where it does not; at compile time, with what to do.
#[track_caller]
pub const fn honoured(honours: Qos, members: &[Member]) {
    let mut at = 0;
    while at < members.len() {
        let Member { message, qos, .. } = members[at];
        if !honours.honours(qos) {
            unhonoured(message.ident, qos, honours);
        }
        at += 1;
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
const fn unhonoured(message: &str, asked: Qos, honoured: Qos) -> ! {
    let text = Text::of(
        "CATGA098: `{message}` asks for QoS {asked}, and this transport honours {honoured}; use one that honours it, or lower it: `#[event(qos = {honoured})]`",
        &[message, level(asked), level(honoured), level(honoured)],
    );
    panic!("{}", text.get())
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
