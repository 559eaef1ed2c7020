//! A bucket between threads.

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread;

#[path = "../../../catga/src/behaviors/rate_limit/bucket.rs"]
mod bucket;

use bucket::Bucket;

#[test]
fn exactly_the_burst() {
    shuttle::check_random(
        || {
            let bucket = Arc::new(Bucket::full());
            let takers: Vec<_> = (0..3)
                .map(|_| {
                    let bucket = Arc::clone(&bucket);
                    thread::spawn(move || (0..2).filter(|_| bucket.take(100, 10, 30).is_ok()).count())
                })
                .collect();
            let taken: usize = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
            assert_eq!(taken, 4);
            assert_eq!(bucket.take(100, 10, 30), Err(10));
        },
        super::ROUNDS,
    );
}
