//! Locks by key.

use std::sync::{Arc, Mutex};

use catga::store::{ErrorKind, KeyedLocks};
use futures_util::FutureExt as _;
use tokio::task::JoinSet;

use crate::suite::block_on;

#[test]
fn first_come_first_served() {
    block_on(async {
        let locks = KeyedLocks::default();
        let order = Arc::new(Mutex::new(Vec::new()));
        let held = locks.lock(b"a").await.unwrap();
        let mut waiting = JoinSet::new();
        for number in 0..20 {
            let (locks, order) = (locks.clone(), Arc::clone(&order));
            waiting.spawn(async move {
                let _held = locks.lock(b"a").await.unwrap();
                order.lock().unwrap().push(number);
            });
            // Lets it line up.
            tokio::task::yield_now().await;
        }
        assert!(order.lock().unwrap().is_empty());
        let other = locks.lock(b"b").now_or_never();
        assert!(other.is_some(), "another key is free");
        drop(held);
        waiting.join_all().await;
        assert!(order.lock().unwrap().iter().copied().eq(0..20));
        drop(other);
        assert!(locks.is_empty(), "keys that nobody holds are forgotten");
    });
}

#[test]
fn who_gives_up_is_not_waited_for() {
    block_on(async {
        let locks = KeyedLocks::default();
        let held = locks.lock(b"a").await.unwrap();
        let mut gives_up = Box::pin(locks.lock(b"a"));
        assert!(gives_up.as_mut().now_or_never().is_none());
        let mut stays = Box::pin(locks.lock(b"a"));
        assert!(stays.as_mut().now_or_never().is_none());
        drop(gives_up);
        drop(held);
        let held = stays.as_mut().now_or_never().unwrap().unwrap();
        drop(stays);
        assert_eq!(locks.len(), 1);
        drop(held);
        assert!(locks.is_empty());
    });
}

#[test]
fn too_long_a_line_is_refused() {
    block_on(async {
        let locks = KeyedLocks::new(2);
        let held = locks.lock(b"a").await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..2 {
            let mut wait = Box::pin(locks.lock(b"a"));
            assert!(wait.as_mut().now_or_never().is_none());
            waiting.push(wait);
        }
        let refused = locks.lock(b"a").now_or_never().unwrap();
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Overloaded);
        waiting.pop();
        assert!(locks.lock(b"a").now_or_never().is_none(), "there is room again");
        drop(held);
    });
}
