//! What may be wrong with an engine.

macro_rules! faults {
    ($($fault:ident,)*) => {
        /// What is wrong with an engine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($fault,)*
        }

        pub const FAULTS: &[Fault] = &[$(Fault::$fault,)*];
    };
}

faults! {
    ChecksNoPoints,
    ChecksNoRanges,
    ChecksNothing,
    ChecksWithoutTheGroup,
    IgnoresNeeds,
    LosesTheLastWrite,
    LosesTheFirstWrite,
    KeepsTheFirstWriteAlone,
    LosesTheLastMember,
    LosesDeletes,
    AppliesBackwards,
    AppliesTwice,
    AppliesOneGroupLate,
    AppliesConflicts,
    AnswersConflictForCommitted,
    AnswersCommittedForConflict,
    AnswersUnknown,
    AnswersInAnotherOrder,
    AnswersTooFew,
    OneConflictIsEverybodys,
    SplitsGroups,
    PanicsSometimes,
    SequencesStandStill,
    SequencesGoBack,
    HeadStandsStill,
    SnapshotsMove,
    SnapshotsAreOld,
    SnapshotsAreNewerThanTheySay,
    ScansSkipTheFirst,
    ScansSkipTheLast,
    ScansRunOver,
    ScansEndEarly,
    ScansIgnoreTheDirection,
    ReadsMiss,
    ReadsTakeAnotherRow,
    ReadsFlipABit,
    ReadsFindWhatIsGone,
    ForgetsWhatIsOld,
    ChecksTheFirstPointAlone,
    ChecksTheFirstNeedAlone,
    LosesLateWrites,
    AnswersFailedForCommitted,
    ReadsLoseTheLastByte,
    ScansRepeatARow,
}
