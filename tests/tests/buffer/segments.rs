use std::io::{Read, Write};

use bytes::{Buf, Bytes};
use catga::buffer::{BufferPool, Full, PoolLimits, Segments, Sink, Tier};
use proptest::prelude::*;

use super::pattern;

#[test]
fn a_payload_larger_than_a_buffer_streams_through_few() {
    let pool = BufferPool::new();
    let all = pattern(10 << 20);
    let mut stream = Segments::new(&pool, Tier::Medium, 256 << 10);
    let (mut written, mut read) = (0, Vec::new());
    while read.len() < all.len() {
        let taken = stream.write(&all[written..]).unwrap();
        written += taken;
        assert!(written == all.len() || stream.room() == 0);
        read.extend_from_slice(&stream.next_bytes().unwrap());
    }
    assert!(stream.is_empty());
    assert_eq!(read, all);
    let stats = pool.stats()[Tier::Medium];
    // 256 KiB, and one that is read.
    assert!(stats.high_water <= 5, "{stats:?}");
    assert_eq!((stats.in_use, stats.hits + stats.misses), (0, 160));
    assert!(stats.misses <= 5, "{stats:?}");
}

#[test]
fn it_takes_all_of_a_piece_or_none() {
    let pool = BufferPool::new();
    let mut body = Segments::new(&pool, Tier::Small, 5_000);
    body.put(&pattern(4_999)).unwrap();
    assert_eq!(body.put(b"ab"), Err(Full));
    assert_eq!((body.len(), body.room()), (4_999, 1));
    body.put(b"a").unwrap();
    assert_eq!(body.write(b"b").unwrap(), 0);
    body.advance(10);
    assert_eq!(body.write(b"more than ten").unwrap(), 10);
    assert_eq!(body.len(), 5_000);
}

#[test]
fn buffers_go_back_as_they_are_read() {
    let pool = BufferPool::new();
    let in_use = || pool.stats()[Tier::Small].in_use;
    let mut body = Segments::new(&pool, Tier::Small, usize::MAX);
    body.put(&pattern(3 * 4096)).unwrap();
    assert_eq!(in_use(), 3);
    body.advance(4_095);
    assert_eq!((in_use(), body.chunk().len()), (3, 1));
    body.advance(1);
    assert_eq!((in_use(), body.chunk().len()), (2, 4096));
    let bytes: Bytes = body.next_bytes().unwrap();
    assert_eq!(bytes, &pattern(2 * 4096)[4096..]);
    assert_eq!(in_use(), 2);
    drop(bytes);
    body.clear();
    assert_eq!((in_use(), body.len(), body.next_bytes()), (0, 0, None));
    assert_eq!(body.chunk(), b"");
    body.put(b"again").unwrap();
    drop(body);
    assert_eq!(in_use(), 0);
}

#[test]
#[should_panic(expected = "6 bytes are to be skipped, and 5 remain")]
fn more_than_all_cannot_be_skipped() {
    let mut body = Segments::new(&BufferPool::new(), Tier::Small, 100);
    body.put(b"12345").unwrap();
    body.advance(6);
}

#[test]
fn buffers_that_may_not_be_full_are_enough() {
    let pool = BufferPool::with_limits(PoolLimits::new().largest(10));
    let mut body = Segments::new(&pool, Tier::Large, 1_000);
    body.put(&pattern(35)).unwrap();
    assert_eq!(body.segments().map(<[u8]>::len).collect::<Vec<_>>(), [10, 10, 10, 5]);
}

#[derive(Clone, Debug)]
enum Step {
    Put(usize),
    Advance(usize),
    Read(usize),
    Next,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_usize..10_000).prop_map(Step::Put),
        (0_usize..10_000).prop_map(Step::Advance),
        (0_usize..10_000).prop_map(Step::Read),
        Just(Step::Next),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn it_is_a_queue_of_bytes(steps in prop::collection::vec(step(), 0..40)) {
        let limit = 30_000;
        let pool = BufferPool::new();
        let mut chain = Segments::new(&pool, Tier::Small, limit);
        let (mut model, mut next) = (Vec::new(), 0_u8);
        for step in steps {
            match step {
                Step::Put(length) => {
                    let piece: Vec<u8> = (0..length).map(|at| next.wrapping_add(at as u8)).collect();
                    next = next.wrapping_add(101);
                    let fits = model.len() + length <= limit;
                    prop_assert_eq!(chain.put(&piece).is_ok(), fits);
                    if fits {
                        model.extend(piece);
                    }
                }
                Step::Advance(length) => {
                    let length = length.min(model.len());
                    chain.advance(length);
                    model.drain(..length);
                }
                Step::Read(length) => {
                    let mut into = vec![0; length];
                    let read = chain.read(&mut into).unwrap();
                    prop_assert_eq!(read, length.min(model.len()));
                    prop_assert!(model.drain(..read).eq(into[..read].iter().copied()));
                }
                Step::Next => {
                    let bytes = chain.next_bytes().unwrap_or_default();
                    prop_assert_eq!(bytes.is_empty(), model.is_empty());
                    prop_assert!(model.drain(..bytes.len()).eq(bytes.iter().copied()));
                }
            }
            prop_assert_eq!(chain.segments().collect::<Vec<_>>().concat(), &model[..]);
            prop_assert_eq!((chain.len(), chain.remaining(), chain.room()), (model.len(), model.len(), limit - model.len()));
            let in_use = pool.stats()[Tier::Small].in_use as usize;
            prop_assert!(in_use <= model.len() / 4096 + 2, "{in_use} buffers for {} bytes", model.len());
        }
    }
}
