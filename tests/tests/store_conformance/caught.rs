//! Each fault is found, by the scenario that is about it; and there is no scenario that finds none.

use std::collections::BTreeSet;
use std::time::Duration;

use catga::store::Store;
use catga::testing::VirtualClock;
use catga::testing::conformance::{Report, StoreBackend, StoreCapabilities, Verdict, stores, stores_of};

use crate::broken::{Broken, Fault};
use crate::embedded::{InFiles, InMemory};

struct Breaking<B>(B, Fault);

impl<B: StoreBackend<Store = Store>> StoreBackend for Breaking<B> {
    type Store = Broken;

    const CAPABILITIES: StoreCapabilities = B::CAPABILITIES;

    async fn open(&self) -> Broken {
        Broken::new(self.0.open().await, self.1)
    }

    async fn node(&self, of: &Broken) -> Broken {
        of.clone()
    }

    async fn advance(&self, by: Duration) {
        self.0.advance(by).await;
    }

    async fn give_up(&self) {
        self.0.give_up().await;
    }

    async fn reopen(&self, store: Broken) -> Option<Broken> {
        if self.1 == Fault::ForgetsAtACrash {
            return Some(self.open().await);
        }
        self.0.reopen(store.whole()).await.map(|store| Broken::new(store, self.1))
    }
}

/// What each of them is to be found by.
const FOUND: &[(Fault, &[&str])] = &[
    (Fault::LosesCommits, &["F2"]),
    (Fault::ReversesATransaction, &["F7"]),
    (Fault::ForgetsMarks, &["F2"]),
    (Fault::MarksForWhoIsLate, &["G7"]),
    (Fault::HoldsNoKey, &["G7"]),
    (Fault::ParksNothing, &["F6"]),
    (Fault::HoldsNothing, &["L13"]),
    (Fault::GivesUpAfterTen, &["F7"]),
    (Fault::TakesAnyNumber, &["F11"]),
    (Fault::KeepsEveryAttempt, &["L6"]),
    (Fault::AddsTwice, &["F8"]),
    (Fault::SendsEarly, &["E1"]),
    (Fault::ForgetsWhatIsLater, &["E1"]),
    (Fault::CancelsNothing, &["E3"]),
    (Fault::MovesNothing, &["E4"]),
    (Fault::RecursOnce, &["E6"]),
    (Fault::SchedulesAnyNumber, &["E7"]),
    (Fault::CachesFailures, &["G10"]),
    (Fault::RunsEveryRepeat, &["G2", "G4"]),
    (Fault::ForgetsReplies, &["G1"]),
    (Fault::AnswersAnyRequest, &["G1"]),
    (Fault::HasOneScope, &["G6"]),
    (Fault::RecordsForWhoIsLate, &["G9"]),
    (Fault::HasOneFence, &["G8"]),
    (Fault::NestsTransactions, &["L7"]),
    (Fault::RenewsForWhoIsLate, &["I2"]),
    (Fault::GuardsNothing, &["I2"]),
    (Fault::ForgetsReservations, &["L14"]),
    (Fault::ReservesForWhoIsLate, &["L14"]),
    (Fault::CallsEffectsAgain, &["X1"]),
    (Fault::ForgetsParkedEffects, &["X1"]),
    (Fault::LosesWhatIsMany, &["F9"]),
    (Fault::CountsToAThousand, &["F9"]),
    (Fault::AddsAtOnce, &["F1", "L5", "L6"]),
    (Fault::NeverExpires, &["L9"]),
    (Fault::RoundsTimes, &["E1", "E2"]),
    (Fault::RecordsNoPart, &["G11"]),
    (Fault::TakesRepeats, &["G5"]),
    (Fault::TakesWhatIsOld, &["G5"]),
    (Fault::TrimsNothing, &["G12"]),
    (Fault::TrimsWhatIsNew, &["G12"]),
    (Fault::CountsNoAttempts, &["E5", "F7"]),
    (Fault::MarksAtClaim, &["F4"]),
    (Fault::ClaimsForAll, &["F5"]),
    (Fault::RequeuesAtTheEnd, &["F10"]),
    (Fault::LosesLetters, &["D3", "D7", "D8"]),
    (Fault::ReplaysAgain, &["D7"]),
    (Fault::EditsNothing, &["D8"]),
    (Fault::DiscardsNothing, &["D3"]),
    (Fault::LosesWhatIsBuried, &["D11", "D12"]),
    (Fault::BuriesTwice, &["D11", "D12"]),
    (Fault::HasOneLetter, &["D11"]),
    (Fault::BuriesAnyNumber, &["D12"]),
    (Fault::SettlesTheLetterAlone, &["D13"]),
    (Fault::TrimsNoAnswers, &["X2"]),
    (Fault::HasOneRetention, &["X2"]),
];

/// On a disk.
const FOUND_THERE: &[(Fault, &[&str])] = &[(Fault::ForgetsAtACrash, &["A10", "F3", "G3"])];

fn is_found(report: &Report, fault: Fault, by: &[&str]) {
    let missed: Vec<&&str> = by.iter().filter(|id| !report.failed().contains(id)).collect();
    assert!(missed.is_empty(), "{fault:?} is not found by {missed:?}, but by {:?}", report.failed());
}

#[tokio::test(start_paused = true)]
async fn every_fault_is_found() {
    let sound = stores(&Breaking(InMemory(VirtualClock::new()), Fault::None)).await;
    assert_eq!(sound.failed(), Vec::<&str>::new(), "{sound}");
    let sound = stores(&Breaking(InFiles::new(), Fault::None)).await;
    assert_eq!(sound.failed(), Vec::<&str>::new(), "{sound}");
    let mut finders = BTreeSet::new();
    for (fault, by) in FOUND {
        let report = stores(&Breaking(InMemory(VirtualClock::new()), *fault)).await;
        is_found(&report, *fault, by);
        finders.extend(by.iter().copied());
    }
    for (fault, by) in FOUND_THERE {
        let report = stores(&Breaking(InFiles::new(), *fault)).await;
        is_found(&report, *fault, by);
        finders.extend(by.iter().copied());
    }
    assert_eq!((FOUND.len(), FOUND_THERE.len()), (56, 1));
    // Each scenario is one of those that find a fault.
    let runs = sound.verdicts().filter(|(_, verdict)| !matches!(verdict, Verdict::NotApplicable(_)));
    let all: BTreeSet<&str> = runs.map(|(id, _)| id).collect();
    assert_eq!(finders, all);
    assert_eq!(finders.len(), stores_of(InFiles::CAPABILITIES));
}
