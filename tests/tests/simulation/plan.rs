//! What is run, and what is wrong with it on purpose.

use std::time::Duration;

use crate::machine::Kind;

/// What is wrong with the system, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// A consumer acknowledges what it takes, and then handles it.
    AcksBeforeCommit,
    /// A relay marks a row, and then publishes it.
    MarksBeforePublishing,
    /// The row of the inbox is in a transaction before that of the effect.
    InboxApart,
    /// What the inbox says is not listened to.
    InboxIgnored,
    /// The store does not check who holds a claim.
    FencesIgnored,
    /// The store does not check what was read.
    ReadsUnchecked,
    /// The store says of conflicts that they are committed.
    ConflictsAreDone,
    /// What is published stays in the outbox.
    MarksForgotten,
    /// What is due later is known to the process alone.
    TimersInMemory,
    /// Every attempt is the first.
    AttemptsForgotten,
    /// What is refused is acknowledged.
    RefusalsAreAcks,
    /// The disk says that it has synced, and has not.
    DiskLies,
    /// The broker loses what it has taken.
    ParcelsLost,
    /// The broker does not know of keys.
    KeysIgnored,
    /// A caller that knows nothing of its order orders anew.
    OrdersAnew,
    /// Each attempt at a request has another id.
    RequestsAnew,
    /// The reply of a request is not recorded with its effect.
    RepliesForgotten,
    /// What a handler has done of a message is not recorded with its effect.
    PartsForgotten,
    /// What an inbox forgets leaves no watermark.
    WatermarksForgotten,
    /// A machine compares another machine's time with its own.
    TimesCompared,
}

/// What a run is.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub kind: Kind,
    pub bug: Option<Bug>,
    /// Whether anything goes wrong by chance.
    pub chaos: bool,
    pub callers: u64,
    /// Of each caller.
    pub orders: u64,
    /// Of each caller, too.
    pub credits: u64,
    /// Instead of what chance breaks: a machine is started anew every few seconds.
    pub restarts: bool,
    /// Whether the clocks of the machines differ, and jump.
    pub skewed: bool,
    /// How long a commit takes at most.
    pub sync: Duration,
}
