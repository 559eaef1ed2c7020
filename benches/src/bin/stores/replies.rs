//! Idempotency: 64 callers whose commands come for the first time (a claim, then the reply with the effect: two
//! commits), and once more (the recorded reply). Beside the durable store raw redb writes and reads the same rows;
//! beside the one in memory is the durable one.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use catga::store::{Claiming, Durable, Idempotency, Memory, Recorded, Store, Table};
use catga::time::SystemRandom;
use catga_benches::turns::{self, Compared, Taken, compare};
use tokio::runtime::Runtime;

use crate::raw::{Raw, row};
use crate::{CALLERS, SLICE, Shown, callers, folder};

const REPLIES: Idempotency = Idempotency::new("pay");
const EFFECTS: Table<u64, u64> = Table::new("effects");
const REPLY: [u8; 32] = [7; 32];

pub(crate) fn shown(runtime: &Runtime) -> Vec<Shown> {
    let at = folder();
    let raw = Raw::new(redb::Database::create(at.path().join("raw.redb")).expect("a database"));
    let durable: Store = Store::new(Durable::open(at.path().join("a.store")).expect("a file")).expect("a store");
    let memory: Store = Store::new(Memory::new(&SystemRandom)).expect("a store");
    let [raw_next, durable_next, memory_next] = [0; 3].map(AtomicU64::new);
    let raw_first = |each| raw_first(runtime, &raw, &raw_next, each);
    let durable_first = |each| first(runtime, &durable, &durable_next, each);
    let memory_first = |each| first(runtime, &memory, &memory_next, each);
    let each = turns::fitting(SLICE, raw_first);
    let firsts = compare(each, raw_first, durable_first);
    let of_memory = compare(each, durable_first, memory_first);
    // All that is asked for again is there on each side.
    let raw_again = |each| raw_again(runtime, &raw, &raw_next, each);
    let durable_again = |each| again(runtime, &durable, &durable_next, each);
    let memory_again = |each| again(runtime, &memory, &memory_next, each);
    let each = turns::fitting(SLICE, raw_again);
    let agains = compare(each, raw_again, durable_again);
    let of_memory_again = compare(each, durable_again, memory_again);
    let shown = |what: &str, compared: &Compared| Shown::of(&format!("idempotency: 64 callers, {what}"), compared);
    vec![
        shown("first call, beside raw redb", &firsts),
        shown("repeated call, beside raw redb", &agains),
        shown("first call in memory, beside durable", &of_memory),
        shown("repeated call in memory, beside durable", &of_memory_again),
    ]
}

fn number(caller: u64, number: u64) -> u64 {
    (caller << 32) + number
}

fn first(runtime: &Runtime, store: &Store, next: &AtomicU64, each: u64) -> Taken {
    let from = next.fetch_add(each, Relaxed);
    Taken::by(CALLERS * each, || {
        callers(runtime, |caller| {
            let store = store.clone();
            async move {
                for at in from..from + each {
                    let effect = number(caller, at);
                    let key = effect.to_be_bytes();
                    let claim = match REPLIES.claim(&store, &key, 1, caller).await.expect("a claim") {
                        Claiming::Yours(claim) => claim,
                        Claiming::Done(_) => panic!("it is the first"),
                    };
                    let mut tx = store.begin().expect("a transaction");
                    EFFECTS.put(&mut tx, &effect, &at).expect("an effect");
                    let reply = Recorded { codec: "messagepack".into(), schema: 1, reply: REPLY.into() };
                    REPLIES.complete(&mut tx, &key, claim, reply).expect("a reply");
                    tx.commit().await.expect("a commit");
                }
            }
        });
    })
}

fn again(runtime: &Runtime, store: &Store, next: &AtomicU64, each: u64) -> Taken {
    let there = next.load(Relaxed);
    Taken::by(CALLERS * each, || {
        callers(runtime, |caller| {
            let store = store.clone();
            async move {
                for at in 0..each {
                    let key = number(caller, at % there).to_be_bytes();
                    match REPLIES.claim(&store, &key, 1, caller).await.expect("a reply") {
                        Claiming::Done(recorded) => assert_eq!(recorded.reply, REPLY),
                        Claiming::Yours(_) => panic!("it was there before"),
                    }
                    tokio::task::yield_now().await;
                }
            }
        });
    })
}

/// What is kept of a command: its request, its owner, until when, and the reply.
type Kept = (u64, u64, u64, Option<(String, u64, Vec<u8>)>);

fn raw_key(kind: u8, number: u64) -> Vec<u8> {
    [&[kind][..], b"pay\0", &number.to_be_bytes()].concat()
}

fn raw_first(runtime: &Runtime, raw: &Raw, next: &AtomicU64, each: u64) -> Taken {
    let from = next.fetch_add(each, Relaxed);
    Taken::by(CALLERS * each, || {
        callers(runtime, |caller| {
            let raw = raw.clone();
            async move {
                for at in from..from + each {
                    let effect = number(caller, at);
                    let (key, age) = (raw_key(1, effect), raw_key(2, effect));
                    assert!(raw.read::<Kept>(&key).is_none(), "it is the first");
                    let claimed: Kept = (1, caller, at, None);
                    raw.write(vec![row(key.clone(), &claimed), row(age.clone(), &())]).await;
                    let claimed: Kept = raw.read(&key).expect("the claim");
                    let done: Kept = (claimed.0, caller, at, Some(("messagepack".into(), 1, REPLY.into())));
                    let aged = [raw_key(2, effect), vec![1]].concat();
                    let effect = row(raw_key(3, effect), &at);
                    raw.write(vec![effect, (age, None), row(aged, &()), row(key, &done)]).await;
                }
            }
        });
    })
}

fn raw_again(runtime: &Runtime, raw: &Raw, next: &AtomicU64, each: u64) -> Taken {
    let there = next.load(Relaxed);
    Taken::by(CALLERS * each, || {
        callers(runtime, |caller| {
            let raw = raw.clone();
            async move {
                for at in 0..each {
                    let kept: Kept = raw.read(&raw_key(1, number(caller, at % there))).expect("it is there");
                    assert_eq!(kept.3.expect("the reply").2, REPLY);
                    tokio::task::yield_now().await;
                }
            }
        });
    })
}
