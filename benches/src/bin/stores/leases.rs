//! Leases: 64 owners that take one each, and hold it on. Beside it raw redb reads a row, and writes one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use catga::store::{Durable, Lease, Store};
use catga_benches::turns::{self, Taken, compare};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use crate::raw::{Raw, row};
use crate::{CALLERS, SLICE, Shown, callers, folder};

const HOUR: Duration = Duration::from_secs(3_600);

pub(crate) fn shown(runtime: &Runtime) -> Vec<Shown> {
    [("acquire", true), ("renew", false)].map(|(name, is_new)| shown_of(runtime, name, is_new)).into()
}

fn name(caller: u64, number: u64) -> String {
    format!("lease-{caller}-{number}")
}

fn shown_of(runtime: &Runtime, what: &str, is_new: bool) -> Shown {
    let at = folder();
    let raw = Raw::new(redb::Database::create(at.path().join("raw.redb")).expect("a database"));
    let store: Store = Store::new(Durable::open(at.path().join("a.store")).expect("a file")).expect("a store");
    let (raw_next, next) = (AtomicU64::new(0), AtomicU64::new(0));
    // What is held on is held over all slices, on either side.
    let held: Arc<Vec<Mutex<Option<Lease>>>> = Arc::new((0..CALLERS).map(|_| Mutex::default()).collect());
    let raw_slice = |each: u64| {
        let first = raw_next.fetch_add(each, Relaxed);
        Taken::by(CALLERS * each, || {
            callers(runtime, |caller| {
                let raw = raw.clone();
                async move {
                    for number in first..first + each {
                        let key = name(caller, if is_new { number } else { 0 }).into_bytes();
                        let held: Option<(u64, u64)> = raw.read(&key);
                        assert!(held.is_none() || !is_new, "it is free");
                        raw.write(vec![row(key, &(caller, number))]).await;
                    }
                }
            });
        })
    };
    let slice = |each: u64| {
        let first = next.fetch_add(each, Relaxed);
        Taken::by(CALLERS * each, || {
            callers(runtime, |caller| {
                let (store, held) = (store.clone(), Arc::clone(&held));
                async move {
                    let mut lease = held[caller as usize].lock().await;
                    for number in first..first + each {
                        if is_new {
                            Lease::acquire(&store, &name(caller, number), caller, HOUR).await.expect("a lease");
                            continue;
                        }
                        match &mut *lease {
                            Some(lease) => lease.renew(&store, HOUR).await.expect("it is held on"),
                            none => {
                                let new = Lease::acquire(&store, &name(caller, 0), caller, HOUR).await;
                                *none = Some(new.expect("a lease"));
                            }
                        }
                    }
                }
            });
        })
    };
    let each = turns::fitting(SLICE, raw_slice);
    Shown::of(&format!("leases: 64 owners, {what}"), &compare(each, raw_slice, slice))
}
