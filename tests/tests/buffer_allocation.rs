//! What pooled buffers and envelopes allocate, and that nothing grows. A binary of its own, as it has an allocator
//! of its own, which counts what each thread asks for and gives back.

use std::sync::Mutex;
use std::thread;

use bytes::{Buf, Bytes};
use catga::buffer::{Buffer, BufferPool, PoolLimits, Segments, Sink, Tier};
use catga::codec::CodecId;
use catga::envelope::{Envelope, Headers, Kind, WireKey};
use catga::id::Id;
use catga_tests::counting::{self, Counting};

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often this thread allocated in there, and how many bytes more it holds.
fn counted(work: impl FnOnce()) -> (u64, i64) {
    let (((), kept), allocations) = counting::counted(|| counting::kept(work));
    (allocations, kept)
}

const ROUNDS: usize = 100_000;
const SIZES: [usize; 8] = [0, 64, 4096, 4097, 20_000, 65_536, 65_537, 131_072];
static PIECE: [u8; 131_072] = [7; 131_072];

fn round(pool: &BufferPool, round: usize) -> Buffer {
    let size = SIZES[round % SIZES.len()];
    // Every other one grows into its tier.
    let mut buffer = pool.get(if round % 16 < 8 { size } else { 0 });
    buffer.put(&PIECE[..size.min(16)]).unwrap();
    buffer.reserve(size.saturating_sub(16));
    buffer
}

#[test]
fn in_the_steady_state_nothing_is_allocated() {
    let pool = BufferPool::new();
    let (_, made) = counted(|| drop((0..SIZES.len()).map(|at| round(&pool, at)).collect::<Vec<_>>()));
    assert!(made > 0);
    let steady = counted(|| (0..ROUNDS).for_each(|at| drop(round(&pool, at))));
    assert_eq!(steady, (0, 0));
    assert_eq!(pool.stats().total().in_use, 0);
}

#[test]
fn a_hand_over_is_one_small_allocation_that_is_given_back() {
    let pool = BufferPool::new();
    drop(round(&pool, 1));
    let steady = counted(|| {
        for _ in 0..ROUNDS {
            let bytes = round(&pool, 1).into_bytes();
            let slice = bytes.slice(3..);
            drop((bytes, slice));
        }
    });
    assert_eq!(steady, (ROUNDS as u64, 0));
    let (once, held) = counted(|| std::mem::forget(round(&pool, 1).into_bytes()));
    assert!(once == 1 && held <= 64, "{held} bytes");
    assert_eq!(pool.stats().total().in_use, 1);
}

#[test]
fn a_stream_through_segments_allocates_its_list_once() {
    let pool = BufferPool::new();
    let mut body = Segments::new(&pool, Tier::Medium, 1 << 20);
    let mut stream = |rounds| {
        for _ in 0..rounds {
            body.put(&PIECE).unwrap();
            body.put(&PIECE).unwrap();
            body.advance(PIECE.len());
        }
        body.clear();
    };
    stream(3);
    assert_eq!(counted(|| (0..1_000).for_each(|_| stream(3))), (0, 0));
}

#[test]
fn a_pool_that_is_gone_holds_nothing() {
    let gone = counted(|| {
        let pool = BufferPool::new();
        let held: Vec<Bytes> = (0..100).map(|at| round(&pool, at).into_bytes()).collect();
        (0..100).for_each(|at| drop(round(&pool, at)));
        drop(pool);
        drop(held);
    });
    assert_eq!(gone.1, 0);
}

/// Eight threads hand their buffers to each other, so that they are returned by others than those who got them.
fn exchange(pool: &BufferPool) -> i64 {
    let slots: [Mutex<Option<Bytes>>; 8] = Default::default();
    let work = |number: usize| {
        let work = || {
            for at in 0..ROUNDS / slots.len() {
                let bytes = round(pool, at * 5 + number).into_bytes();
                let before = slots[(at + number) % slots.len()].lock().unwrap().replace(bytes);
                drop(before);
            }
        };
        counted(work).1
    };
    let (work, slots) = (&work, &slots);
    let held: i64 = thread::scope(|scope| {
        let threads: Vec<_> = (0..slots.len()).map(|number| scope.spawn(move || work(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    held + counted(|| slots.iter().for_each(|slot| drop(slot.lock().unwrap().take()))).1
}

#[test]
fn threads_leave_what_the_pool_keeps_and_nothing_else() {
    // So few that many are freed.
    let limits = PoolLimits::new().keep(Tier::Small, 6).keep(Tier::Medium, 4).keep(Tier::Large, 2);
    for limits in [limits, PoolLimits::new()] {
        let pool = BufferPool::with_limits(limits);
        let mut held = 0;
        for _ in 0..2 {
            held += exchange(&pool);
            assert_eq!(pool.stats().total().in_use, 0);
            // All large ones are of the smallest size here.
            let kept = Tier::ALL.map(|tier| pool.kept(tier) * tier.size()).iter().sum::<usize>();
            assert_eq!(held, kept as i64);
            assert!(kept <= limits.kept_bytes());
        }
    }
}

#[test]
fn an_envelope_allocates_nothing() {
    let pool = BufferPool::new();
    drop(pool.get(0));
    let (allocations, _) = counted(|| {
        let pairs = [("tenant", "acme"), ("language", "fr")];
        let mut envelope = Envelope::new(Kind::Command, Id::new(7), WireKey::of("Place"), CodecId(1));
        envelope.headers = Headers::of(&pairs);
        envelope.ordering = Some(b"customer 4");
        let mut buffer = pool.get(0);
        envelope.encode_head(&mut buffer).unwrap();
        buffer.put(b"body").unwrap();
        let received = Envelope::decode(&buffer).unwrap();
        assert!(received.headers.get("language") == Some("fr") && received.body == b"body");
    });
    assert_eq!(allocations, 0);
}
