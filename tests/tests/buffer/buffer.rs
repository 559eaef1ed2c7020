use std::io::Write;

use bytes::{BufMut, Bytes};
use catga::buffer::{Buffer, BufferPool, Full, PoolLimits, Sink, Tier};
use proptest::prelude::*;

use super::pattern;

fn in_use(pool: &BufferPool) -> [u64; 3] {
    Tier::ALL.map(|tier| pool.stats()[tier].in_use)
}

#[test]
fn it_moves_up_as_it_grows() {
    let pool = BufferPool::new();
    let mut buffer = pool.get(1);
    let all = pattern(300_000);
    let mut tiers = Vec::new();
    for piece in all.chunks(1_000) {
        buffer.put(piece).unwrap();
        let in_use = in_use(&pool);
        assert_eq!(in_use.iter().sum::<u64>(), 1, "it is of one tier");
        assert_eq!(in_use[buffer.tier() as usize], 1);
        tiers.push((buffer.tier(), buffer.capacity()));
    }
    tiers.dedup();
    let expected = [
        (Tier::Small, 4096),
        (Tier::Medium, 65_536),
        (Tier::Large, 131_072),
        (Tier::Large, 262_144),
        (Tier::Large, 524_288),
    ];
    assert_eq!(tiers, expected);
    assert_eq!(*buffer, *all);
    drop(buffer);
    assert_eq!(in_use(&pool), [0, 0, 0]);
    // What it has outgrown is there for others; but for the first large one, which it found too small itself.
    assert_eq!(Tier::ALL.map(|tier| pool.kept(tier)), [1, 1, 2]);
}

#[test]
fn it_is_full_at_the_limit_and_stays_as_it_is() {
    for largest in [100, 4096, 5_000, 65_536, 200_000] {
        let pool = BufferPool::with_limits(PoolLimits::new().largest(largest));
        let mut buffer = pool.get(0);
        buffer.put(&pattern(largest - 1)).unwrap();
        assert_eq!(buffer.put(b"ab"), Err(Full));
        buffer.reserve(usize::MAX);
        assert_eq!(buffer.extend_zeroed(usize::MAX).err(), Some(Full));
        assert_eq!(*buffer, *pattern(largest - 1));
        buffer.put(b"a").unwrap();
        assert_eq!(buffer.put(b"b"), Err(Full));
        assert_eq!((buffer.len(), buffer.capacity()), (largest, largest));
        assert!(buffer.write(b"b").is_err());
        buffer.clear();
        buffer.put(b"b").unwrap();
    }
}

#[test]
fn reserving_moves_once() {
    let pool = BufferPool::new();
    let mut buffer = pool.get(0);
    buffer.put(b"head").unwrap();
    buffer.reserve(70_000);
    assert_eq!((buffer.tier(), &*buffer), (Tier::Large, &b"head"[..]));
    buffer.reserve(10);
    assert_eq!(pool.stats().total().misses, 2);
}

#[test]
fn a_returned_buffer_comes_back_empty() {
    let pool = BufferPool::new();
    let mut buffer = pool.get(0);
    buffer.put(b"secret").unwrap();
    drop(buffer);
    let mut buffer = pool.get(0);
    assert_eq!(*buffer, *b"");
    assert_eq!(buffer.extend_zeroed(6).unwrap(), [0; 6]);
    buffer[2] = 7;
    buffer.truncate(3);
    assert_eq!(*buffer, [0, 0, 7]);
    assert_eq!(pool.stats()[Tier::Small].hits, 1);
}

#[test]
fn handed_over_bytes_are_the_same_memory_and_come_back() {
    let pool = BufferPool::new();
    let mut buffer = pool.get(0);
    buffer.put(b"head and body").unwrap();
    let address = buffer.as_ptr();
    let bytes: Bytes = buffer.into();
    assert_eq!(bytes.as_ptr(), address);
    let body = bytes.slice(9..);
    let clone = body.clone();
    drop((bytes, body));
    assert_eq!((in_use(&pool), pool.kept(Tier::Small)), ([1, 0, 0], 0));
    assert_eq!(clone, &b"body"[..]);
    drop(clone);
    assert_eq!((in_use(&pool), pool.kept(Tier::Small)), ([0, 0, 0], 1));
    assert_eq!(pool.get(0).as_ptr(), address);
    // Of nothing, there is nothing to hold.
    let empty = pool.get(0).into_bytes();
    assert_eq!((empty.len(), in_use(&pool)), (0, [0, 0, 0]));
}

#[test]
fn it_is_read_into_without_growing() {
    let pool = BufferPool::with_limits(PoolLimits::new().largest(5_000));
    let mut buffer = pool.get(0);
    buffer.put(b"head").unwrap();
    assert_eq!(buffer.room().remaining_mut(), 4092);
    buffer.room().put_slice(b"body");
    assert_eq!(*buffer, *b"headbody");
    buffer.reserve(4096);
    assert_eq!(buffer.room().remaining_mut(), 4992);
}

#[test]
fn buffers_travel_between_threads() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Buffer>();
    travels::<BufferPool>();
    travels::<catga::buffer::Segments>();
}

#[test]
fn its_bytes_are_not_shown() {
    let mut buffer = BufferPool::new().get(0);
    buffer.put(b"secret").unwrap();
    assert_eq!(format!("{buffer:?}"), "Buffer(6 of 4096 bytes, Small)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn it_holds_what_a_vec_holds(
        begin in 0_usize..5_000,
        pieces in prop::collection::vec((any::<u8>(), prop_oneof![0_usize..100, 0_usize..70_000]), 0..12),
    ) {
        let largest = 150_000;
        let pool = BufferPool::with_limits(PoolLimits::new().largest(largest));
        let (mut buffer, mut vec) = (pool.get(begin), Vec::new());
        for (byte, length) in pieces {
            let piece = vec![byte; length];
            let fits = vec.len() + length <= largest;
            prop_assert_eq!(buffer.put(&piece), if fits { Ok(()) } else { Err(Full) });
            if fits {
                vec.extend_from_slice(&piece);
            }
            prop_assert_eq!(&*buffer, &*vec);
            prop_assert!(buffer.capacity() <= largest);
            prop_assert_eq!(in_use(&pool).iter().sum::<u64>(), 1);
        }
        drop(buffer);
        prop_assert_eq!(in_use(&pool), [0, 0, 0]);
    }
}
