//! What may be wrong with a transport.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The control: with it everything passes.
    Nothing,
    // What is published.
    DropsEveryTenth,
    DuplicatesEveryTenth,
    SwapsNeighbours,
    MixesEndpoints,
    CorruptsBytes,
    LosesIds,
    LosesKeys,
    IgnoresKeys,
    OneKeyForAll,
    DropsEmptyBodies,
    DropsTheOversize,
    DropsWhenFull,
    TakesAfterClose,
    TakesForNobody,
    // Groups.
    OneGroupForAll,
    AGroupForEach,
    GroupsNeverLapse,
    /// All members of a group but its first sit on their first parcel, and what is behind it goes on.
    MembersHoldBack,
    // Settling.
    ForgetsAcks,
    AcksBeforeTheHandler,
    AcksWhatIsDropped,
    AcksWhatIsRefused,
    AcceptsStaleAcks,
    AcceptsStaleRefusals,
    IgnoresDelays,
    ForgetsWhatIsDelayed,
    NeverComesAgain,
    ComesAgainTooSoon,
    DoesNotExtend,
    SaysAttemptOne,
    CountsFromZero,
    LosesWhatWasRead,
    SubscriptionEndsEarly,
    // Closing.
    LosesOnClose,
    SecondCloseHangs,
    CancelledCloseReopens,
    CloseForgetsTheBlocked,
    SaysSomethingIsLeft,
    IgnoresTheGrace,
    // Requests.
    CrossesAnswers,
    CorruptsAnswers,
    LosesAnswers,
    ForgetsTheUnanswered,
    NobodyIsCancelled,
    IgnoresBudgets,
    RefusalIsUnknown,
    AsksTwice,
    MixesRequests,
    WaitsForListeners,
    SecondListenerIsDeaf,
    UnboundedInFlight,
    CutsRequests,
    // Streams.
    DropsAnItem,
    DuplicatesAnItem,
    SwapsItems,
    EndsAsIfFinished,
    UnboundedItems,
    /// What is not read of one stream takes the room of the others.
    OneBufferForAll,
    NobodyIsStopped,
}
