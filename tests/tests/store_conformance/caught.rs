//! Each fault is found, by the scenario that is about it.

use std::time::Duration;

use catga::testing::VirtualClock;
use catga::testing::conformance::{StoreBackend, StoreCapabilities, stores};

use crate::broken::{Broken, Fault};
use crate::embedded::InMemory;

struct Breaking(InMemory, Fault);

impl StoreBackend for Breaking {
    type Store = Broken;

    const CAPABILITIES: StoreCapabilities = InMemory::CAPABILITIES;

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
}

/// What each of them is to be found by.
const FOUND: &[(Fault, &str)] = &[
    (Fault::LosesCommits, "F2"),
    (Fault::ReversesATransaction, "F7"),
    (Fault::ForgetsMarks, "F2"),
    (Fault::MarksForWhoIsLate, "G7"),
    (Fault::HoldsNoKey, "G7"),
    (Fault::ParksNothing, "F6"),
    (Fault::HoldsNothing, "L13"),
    (Fault::GivesUpAfterTen, "F7"),
    (Fault::TakesAnyNumber, "F11"),
    (Fault::KeepsEveryAttempt, "L6"),
    (Fault::AddsTwice, "F8"),
    (Fault::SendsEarly, "E1"),
    (Fault::ForgetsWhatIsLater, "E1"),
    (Fault::CancelsNothing, "E3"),
    (Fault::MovesNothing, "E4"),
    (Fault::RecursOnce, "E6"),
    (Fault::SchedulesAnyNumber, "E7"),
    (Fault::CachesFailures, "G10"),
    (Fault::RunsEveryRepeat, "G2"),
    (Fault::ForgetsReplies, "G1"),
    (Fault::AnswersAnyRequest, "G1"),
    (Fault::HasOneScope, "G6"),
    (Fault::RecordsForWhoIsLate, "G9"),
    (Fault::HasOneFence, "G8"),
    (Fault::NestsTransactions, "L7"),
    (Fault::RenewsForWhoIsLate, "I2"),
    (Fault::GuardsNothing, "I2"),
    (Fault::ForgetsReservations, "L14"),
    (Fault::ReservesForWhoIsLate, "L14"),
    (Fault::CallsEffectsAgain, "X1"),
    (Fault::ForgetsParkedEffects, "X1"),
];

#[tokio::test(start_paused = true)]
async fn every_fault_is_found() {
    let sound = stores(&Breaking(InMemory(VirtualClock::new()), Fault::None)).await;
    assert_eq!(sound.failed(), Vec::<&str>::new(), "{sound}");
    for (fault, by) in FOUND {
        let report = stores(&Breaking(InMemory(VirtualClock::new()), *fault)).await;
        assert!(report.failed().contains(by), "{fault:?} is not found by {by}, but by {:?}", report.failed());
    }
    assert_eq!(FOUND.len(), 31);
}
