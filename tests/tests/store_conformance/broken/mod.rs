//! A store that does not keep one of its promises.

mod drains;
mod holds;
mod remembers;
mod tx;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use catga::store::port::Transacts;
use catga::store::{ErrorKind, KeyedLocks, Outbox, Store, StoreError, StoreId};
use tokio::sync::watch;

pub use self::tx::BrokenTx;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    LosesCommits,
    ReversesATransaction,
    ForgetsMarks,
    MarksForWhoIsLate,
    HoldsNoKey,
    ParksNothing,
    HoldsNothing,
    GivesUpAfterTen,
    TakesAnyNumber,
    KeepsEveryAttempt,
    AddsTwice,
    SendsEarly,
    ForgetsWhatIsLater,
    CancelsNothing,
    MovesNothing,
    RecursOnce,
    SchedulesAnyNumber,
    CachesFailures,
    RunsEveryRepeat,
    ForgetsReplies,
    AnswersAnyRequest,
    HasOneScope,
    RecordsForWhoIsLate,
    HasOneFence,
    NestsTransactions,
    RenewsForWhoIsLate,
    GuardsNothing,
    ForgetsReservations,
    ReservesForWhoIsLate,
    CallsEffectsAgain,
    ForgetsParkedEffects,
    LosesWhatIsMany,
    CountsToAThousand,
    AddsAtOnce,
    NeverExpires,
    RoundsTimes,
    RecordsNoPart,
    TakesRepeats,
    TakesWhatIsOld,
    TrimsNothing,
    TrimsWhatIsNew,
    CountsNoAttempts,
    MarksAtClaim,
    ClaimsForAll,
    RequeuesAtTheEnd,
    LosesLetters,
    ReplaysAgain,
    EditsNothing,
    DiscardsNothing,
    LosesWhatIsBuried,
    BuriesTwice,
    HasOneLetter,
    BuriesAnyNumber,
    SettlesTheLetterAlone,
    TrimsNoAnswers,
    HasOneRetention,
    ForgetsAtACrash,
}

#[derive(Clone, Debug)]
pub struct Broken {
    store: Store,
    fault: Fault,
    count: Arc<AtomicU64>,
}

impl Broken {
    pub fn new(store: Store, fault: Fault) -> Self {
        Self { store, fault, count: Arc::default() }
    }

    /// The store as it is.
    pub fn whole(self) -> Store {
        self.store
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }
}

/// What is late is told that all is well.
fn unless_late(is_broken: bool, outcome: Result<(), StoreError>) -> Result<(), StoreError> {
    match outcome {
        Err(error) if is_broken && error.kind() == ErrorKind::Lost => Ok(()),
        outcome => outcome,
    }
}

impl Transacts for Broken {
    type Marker = ();
    type Tx = BrokenTx;

    async fn store_id(&self) -> Result<StoreId, StoreError> {
        self.store.store_id().await
    }

    fn turns(&self) -> &KeyedLocks {
        self.store.turns()
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.store.head()
    }

    fn look_every(&self) -> Option<Duration> {
        None
    }

    async fn begin_tx(&self, open: &[StoreId]) -> Result<BrokenTx, StoreError> {
        let open = if self.is(Fault::NestsTransactions) { &[] } else { open };
        let tx = self.store.begin_tx(open).await?;
        Ok(BrokenTx::new(tx, self))
    }

    async fn takes_in(&self, outbox: &Outbox, key: Option<&[u8]>) -> Result<(), StoreError> {
        if self.is(Fault::TakesAnyNumber) { Ok(()) } else { self.store.takes_in(outbox, key).await }
    }
}
