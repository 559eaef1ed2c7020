//! Every fault is caught, and by the scenario that is about it.

use catga::testing::conformance::{self, Verdict};

use crate::broken::{Backed, Fault};
use crate::memory::{CONSUMERS, DELIVERIES};

#[tokio::test(start_paused = true)]
async fn a_wrapper_without_a_fault_passes() {
    let backend = Backed::new(Fault::Nothing);
    conformance::requests(&backend).await.check(conformance::REQUESTS).unwrap();
    conformance::deliveries(&backend).await.check(DELIVERIES).unwrap();
    conformance::consumers(&backend).await.check(CONSUMERS).unwrap();
}

macro_rules! caught {
    ($suite:ident, all of $all:ident: $($test:ident $fault:ident by $($id:literal)+;)*) => {
        /// The scenarios that catch something.
        const $all: &[&str] = &[$($($id),+),*];
    $(
        #[tokio::test(start_paused = true)]
        async fn $test() {
            let report = conformance::$suite(&Backed::new(Fault::$fault)).await;
            let failed = report.failed();
            for id in [$($id),+] {
                assert!(failed.contains(&id), "{id} did not catch `{:?}`:\n{report}", Fault::$fault);
            }
            assert!(report.check(report.executed()).is_err());
        }
    )*};
}

/// A scenario that nothing fails would pass whatever a transport does.
#[tokio::test(start_paused = true)]
async fn every_scenario_catches_a_fault() {
    let backend = Backed::new(Fault::Nothing);
    let reports = [
        (conformance::requests(&backend).await, CAUGHT_REQUESTS),
        (conformance::deliveries(&backend).await, CAUGHT_DELIVERIES),
        (conformance::consumers(&backend).await, CAUGHT_CONSUMERS),
    ];
    for (report, caught) in reports {
        let ran = report.verdicts().filter(|(_, verdict)| !matches!(verdict, Verdict::NotApplicable(_)));
        let idle: Vec<_> = ran.map(|(id, _)| id).filter(|id| !caught.contains(id)).collect();
        assert!(idle.is_empty(), "{idle:?} catch nothing");
    }
}

caught! {
    deliveries, all of CAUGHT_DELIVERIES:
    drops DropsEveryTenth by "A3" "B1" "C5";
    duplicates DuplicatesEveryTenth by "A3b" "C5" "B6";
    swaps_neighbours SwapsNeighbours by "B1" "B6";
    mixes_endpoints MixesEndpoints by "A4";
    corrupts_bytes CorruptsBytes by "A2" "C5";
    loses_ids LosesIds by "A1";
    loses_keys LosesKeys by "A1" "B1";
    ignores_keys IgnoresKeys by "B4" "B5";
    one_key_for_all OneKeyForAll by "B5" "A7";
    drops_empty_bodies DropsEmptyBodies by "A2";
    drops_the_oversize DropsTheOversize by "A2";
    drops_when_full DropsWhenFull by "A3b" "B1" "C5" "C9";
    takes_after_close TakesAfterClose by "C1" "C3" "C8";
    takes_for_nobody TakesForNobody by "A9";
    one_group_for_all OneGroupForAll by "A5";
    a_group_for_each AGroupForEach by "A3" "C4";
    groups_never_lapse GroupsNeverLapse by "A9b";
    members_hold_back MembersHoldBack by "B3";
    forgets_acks ForgetsAcks by "A7" "B1" "C9";
    acks_before_the_handler AcksBeforeTheHandler by "A6" "A7" "B4" "D1";
    acks_what_is_dropped AcksWhatIsDropped by "A8" "B4";
    acks_what_is_refused AcksWhatIsRefused by "A6" "B2" "D1" "D2" "C7b";
    accepts_stale_acks AcceptsStaleAcks by "A7" "A7b";
    accepts_stale_refusals AcceptsStaleRefusals by "D2b";
    ignores_delays IgnoresDelays by "B5" "D2";
    forgets_what_is_delayed ForgetsWhatIsDelayed by "B5" "D2";
    never_comes_again NeverComesAgain by "A8" "B4";
    comes_again_too_soon ComesAgainTooSoon by "D2";
    does_not_extend DoesNotExtend by "A7";
    says_attempt_one SaysAttemptOne by "A6" "A8" "D1" "D2";
    counts_from_zero CountsFromZero by "A1" "A6";
    loses_what_was_read LosesWhatWasRead by "A3" "B1" "C5";
    subscription_ends_early SubscriptionEndsEarly by "B1" "C5";
    loses_on_close LosesOnClose by "C3" "C5" "C7b";
    second_close_hangs SecondCloseHangs by "C1" "C3";
    cancelled_close_reopens CancelledCloseReopens by "C8";
    close_forgets_the_blocked CloseForgetsTheBlocked by "C1" "C2";
    says_something_is_left SaysSomethingIsLeft by "C1" "C5" "C6";
}

caught! {
    requests, all of CAUGHT_REQUESTS:
    crosses_answers CrossesAnswers by "R2";
    corrupts_answers CorruptsAnswers by "R1";
    loses_answers LosesAnswers by "R1" "R2" "C7";
    forgets_the_unanswered ForgetsTheUnanswered by "R3";
    nobody_is_cancelled NobodyIsCancelled by "R4" "S3";
    ignores_budgets IgnoresBudgets by "R5" "S5";
    refusal_is_unknown RefusalIsUnknown by "R8";
    asks_twice AsksTwice by "R1";
    mixes_requests MixesRequests by "R11";
    waits_for_listeners WaitsForListeners by "R6";
    unbounded_in_flight UnboundedInFlight by "R7";
    cuts_requests CutsRequests by "C7" "C7d";
    ignores_the_grace IgnoresTheGrace by "C7c";
    another_close_hangs SecondCloseHangs by "C3r";
    takes_the_oversize DropsTheOversize by "R9";
    second_listener_is_deaf SecondListenerIsDeaf by "R10";
    drops_an_item DropsAnItem by "S1";
    duplicates_an_item DuplicatesAnItem by "S1";
    swaps_items SwapsItems by "S1";
    ends_as_if_finished EndsAsIfFinished by "S4";
    unbounded_items UnboundedItems by "S2";
    one_buffer_for_all OneBufferForAll by "S6";
    nobody_is_stopped NobodyIsStopped by "S3";
}

caught! {
    consumers, all of CAUGHT_CONSUMERS:
    a_consumer_of_what_drops DropsEveryTenth by "A11" "A13";
    a_consumer_of_what_drops_the_empty DropsEmptyBodies by "A12";
    a_consumer_of_what_says_attempt_one SaysAttemptOne by "D3" "D4" "D6" "D9" "D10";
    a_consumer_of_what_acks_refusals AcksWhatIsRefused by "D3" "D4" "D5" "D6" "D9" "D10";
    a_consumer_of_what_loses_ids LosesIds by "A11" "D3" "D7" "D8";
}
