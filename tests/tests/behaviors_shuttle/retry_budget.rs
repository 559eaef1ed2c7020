//! A budget of retries between threads.

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread;

#[path = "../../../catga/src/behaviors/retry/budget.rs"]
mod budget;

use budget::{Budget, RetryBudget, Taken};

/// A budget that several have.
struct Of<'b>(&'b RetryBudget);

impl Budget for Of<'_> {
    fn begin(&self) {
        self.0.begin();
    }

    fn take(&self) -> bool {
        self.0.take()
    }

    fn put_back(&self) {
        self.0.put_back();
    }
}

/// Of two that are there and three halves that are put in, three are taken, and never more.
#[test]
fn no_more_than_there_is() {
    shuttle::check_random(
        || {
            let budget = Arc::new(RetryBudget::new(2, 50));
            let callers: Vec<_> = (0..3)
                .map(|_| {
                    let budget = Arc::clone(&budget);
                    thread::spawn(move || {
                        let first = usize::from(budget.take());
                        budget.begin();
                        first + usize::from(budget.take())
                    })
                })
                .collect();
            let taken: usize = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
            assert!(taken <= 3, "{taken} were taken");
            // Two are taken by the first two takes at the latest, so there is room for what is put in but for the
            // half of one who was there before anybody took.
            assert!(taken >= 2, "{taken} were taken");
        },
        super::ROUNDS,
    );
}

/// What did not run is there again, and no more than that.
#[test]
fn what_is_put_back_is_not_lost() {
    shuttle::check_random(
        || {
            let budget = Arc::new(RetryBudget::new(2, 0));
            let callers: Vec<_> = (0..3)
                .map(|caller| {
                    let budget = Arc::clone(&budget);
                    thread::spawn(move || {
                        let Some(taken) = Taken::out_of(Of(&budget)) else { return 0 };
                        thread::yield_now();
                        if caller == 0 {
                            taken.spend();
                            return 1;
                        }
                        0
                    })
                })
                .collect();
            let spent: u32 = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
            assert_eq!(budget.left(), 2 - spent);
        },
        super::ROUNDS,
    );
}
