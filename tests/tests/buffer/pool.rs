use catga::buffer::{BufferPool, PoolLimits, Sink, Tier, TierStats};

fn limited(tier: Tier, kept: usize) -> BufferPool {
    BufferPool::with_limits(PoolLimits::new().keep(tier, kept))
}

#[test]
fn the_tier_is_the_smallest_that_fits() {
    let pool = BufferPool::new();
    let of = |bytes| {
        let buffer = pool.get(bytes);
        (buffer.tier(), buffer.capacity())
    };
    assert_eq!(of(0), (Tier::Small, 4096));
    assert_eq!(of(4096), (Tier::Small, 4096));
    assert_eq!(of(4097), (Tier::Medium, 65_536));
    assert_eq!(of(65_536), (Tier::Medium, 65_536));
    assert_eq!(of(65_537), (Tier::Large, 131_072));
    // The one that was kept.
    assert_eq!(of(100_000), (Tier::Large, 131_072));
    assert_eq!(of(131_073), (Tier::Large, 262_144));
}

#[test]
fn no_more_is_kept_than_the_limit_says() {
    for kept in [0, 1, 3] {
        let pool = limited(Tier::Small, kept);
        drop([(); 4].map(|()| pool.get(1)));
        assert_eq!(pool.kept(Tier::Small), kept);
        let expected = TierStats { in_use: 0, hits: 0, misses: 4, high_water: 4, freed: 4 - kept as u64 };
        assert_eq!(pool.stats()[Tier::Small], expected);
        drop([(); 4].map(|()| pool.get(1)));
        let stats = pool.stats()[Tier::Small];
        assert_eq!((stats.hits, stats.misses), (kept as u64, 8 - kept as u64));
        assert_eq!(pool.stats().total(), stats);
    }
}

#[test]
fn a_large_buffer_is_kept_up_to_its_limit() {
    let pool = BufferPool::with_limits(PoolLimits::new().largest_kept(262_144));
    drop(pool.get(262_144));
    assert_eq!(pool.kept(Tier::Large), 1);
    pool.trim();
    drop(pool.get(262_145));
    assert_eq!(pool.kept(Tier::Large), 0);
    assert_eq!(pool.stats()[Tier::Large].freed, 1);
}

#[test]
fn too_small_a_large_buffer_makes_place_for_a_larger() {
    let pool = limited(Tier::Large, 1);
    drop(pool.get(70_000));
    drop(pool.get(200_000));
    let stats = pool.stats()[Tier::Large];
    assert_eq!((stats.hits, stats.misses, stats.freed), (0, 2, 1));
    assert_eq!(pool.get(200_000).capacity(), 262_144);
    assert_eq!(pool.stats()[Tier::Large].hits, 1);
}

#[test]
fn what_is_kept_is_bounded_in_bytes() {
    let limits =
        PoolLimits::new().keep(Tier::Small, 2).keep(Tier::Medium, 1).keep(Tier::Large, 1).largest_kept(200_000);
    assert_eq!(limits.kept_bytes(), 2 * 4096 + 65_536 + 200_000);
    assert_eq!(PoolLimits::default().kept_bytes(), 16 << 20);
    assert_eq!(PoolLimits::new().keep(Tier::Medium, usize::MAX).kept_bytes(), usize::MAX);
}

#[test]
fn who_asks_for_more_than_allowed_gets_what_is_allowed() {
    let pool = BufferPool::with_limits(PoolLimits::new().largest(100_000));
    let buffer = pool.get(usize::MAX);
    assert_eq!((buffer.tier(), buffer.capacity()), (Tier::Large, 100_000));
    let pool = BufferPool::with_limits(PoolLimits::new().largest(10));
    assert_eq!((pool.get(usize::MAX).tier(), pool.get(0).capacity()), (Tier::Small, 10));
    let pool = BufferPool::with_limits(PoolLimits::new().largest(0));
    assert_eq!(pool.get(0).capacity(), 1);
}

#[test]
fn trimming_frees_what_nobody_uses() {
    let pool = BufferPool::new();
    let held = pool.get(1);
    drop((pool.get(1), pool.get(5_000), pool.get(100_000)));
    assert_eq!(Tier::ALL.map(|tier| pool.kept(tier)), [1, 1, 1]);
    pool.trim();
    assert_eq!(Tier::ALL.map(|tier| pool.kept(tier)), [0, 0, 0]);
    drop(held);
    assert_eq!(Tier::ALL.map(|tier| pool.kept(tier)), [1, 0, 0]);
}

#[test]
fn a_clone_is_the_same_pool() {
    let pool = BufferPool::new();
    let clone = pool.clone();
    let mut buffer = clone.get(1);
    assert_eq!(pool.stats()[Tier::Small].in_use, 1);
    drop((pool, clone));
    // The buffer has a handle of its own.
    buffer.put(b"still here").unwrap();
    assert_eq!(*buffer, *b"still here");
    assert_eq!(buffer.pool().stats()[Tier::Small].in_use, 1);
}

#[test]
fn the_high_water_stays() {
    let pool = BufferPool::new();
    drop([(); 3].map(|()| pool.get(1)));
    drop(pool.get(1));
    let stats = pool.stats()[Tier::Small];
    assert_eq!((stats.in_use, stats.high_water), (0, 3));
    assert_eq!(stats.reuse_percent(), 25.0);
    assert_eq!(pool.stats()[Tier::Large].reuse_percent(), 100.0);
}
