//! Smaller bytes, and no more of them than is allowed.

use catga::codec::compression::{Compression, CompressionError, CompressionId, Expander, Lz4, THRESHOLD, Zstd};
use proptest::collection::vec;
use proptest::prelude::*;
use zstd_safe::zstd_sys::ZSTD_EndDirective::{ZSTD_e_continue, ZSTD_e_end};
use zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer};

/// More than the limit of any test here, and much less than a bomb.
const LIMIT: usize = 1 << 20;

/// So many megabytes of zeros as zstd has them, and whether it says so itself.
fn zstd_bomb(pieces: u64, says: bool) -> Vec<u8> {
    let zeros = vec![0; 1 << 20];
    let mut context = CCtx::create();
    context.set_parameter(CParameter::CompressionLevel(1)).unwrap();
    let size = says.then_some(pieces << 20);
    context.set_pledged_src_size(size).unwrap();
    let mut bomb = vec![0; 1 << 20];
    let mut len = 0;
    for piece in 1..=pieces {
        let mut input = InBuffer::around(&zeros);
        let end = if piece == pieces { ZSTD_e_end } else { ZSTD_e_continue };
        loop {
            let mut output = OutBuffer::around_pos(&mut bomb[..], len);
            let left = context.compress_stream2(&mut output, &mut input, end).unwrap();
            len = output.pos();
            if input.pos() == zeros.len() && (end == ZSTD_e_continue || left == 0) {
                break;
            }
        }
    }
    bomb.truncate(len);
    bomb
}

/// A block of one byte again and again, which is what LZ4 makes the most of; it says `size` of itself.
fn lz4_bomb(size: u32) -> Vec<u8> {
    let mut bomb = size.to_le_bytes().to_vec();
    // A literal, and a copy from one byte before of 4 + 15 + n * 255 + 0 bytes.
    bomb.extend_from_slice(&[0x1f, 0, 1, 0]);
    bomb.resize(900_000, 255);
    bomb.push(0);
    bomb
}

#[test]
fn a_bomb_stops_at_the_limit() {
    for (pieces, says) in [(1024, true), (64, false)] {
        let bomb = zstd_bomb(pieces, says);
        assert_eq!(Zstd::claimed_size(&bomb), Ok(says.then_some(1 << 30)));
        assert!(bomb.len() < 1_000_000, "{}", bomb.len());
        let mut expanded = Vec::new();
        let result = Zstd::default().expand_within(&bomb, LIMIT, &mut expanded);
        assert_eq!(result, Err(CompressionError::Large { limit: LIMIT }));
        assert!(expanded.is_empty() && expanded.capacity() <= LIMIT);
        let result = Zstd::default().expand(&bomb, &mut vec![0; 5_000]);
        assert_eq!(result, Err(CompressionError::Large { limit: 5_000 }));
    }
    for (claim, error) in [
        (200_000_000, CompressionError::Large { limit: LIMIT }),
        (u32::MAX, CompressionError::Malformed { compression: "lz4" }),
        // It is more than it says, and not more than that is taken.
        (1_000, CompressionError::Malformed { compression: "lz4" }),
    ] {
        let mut expanded = Vec::new();
        assert_eq!(Lz4::default().expand_within(&lz4_bomb(claim), LIMIT, &mut expanded), Err(error));
        assert!(expanded.is_empty() && expanded.capacity() <= LIMIT);
    }
}

/// Frames one behind the other: only the first says how much it is.
#[test]
fn many_frames_stop_at_the_limit() {
    let zeros = vec![0; LIMIT / 2];
    let mut room = vec![0; Zstd::bound(zeros.len())];
    let len = Zstd::default().compress(&zeros, &mut room).unwrap();
    let mut expanded = Vec::new();
    Zstd::default().expand_within(&room[..len].repeat(2), LIMIT, &mut expanded).unwrap();
    assert_eq!(expanded.len(), LIMIT);
    let result = Zstd::default().expand_within(&room[..len].repeat(3), LIMIT, &mut expanded);
    assert_eq!(result, Err(CompressionError::Large { limit: LIMIT }));
    assert!(expanded.capacity() <= LIMIT);
}

fn there_and_back<C: Compression + Default>(compression: &mut C, bytes: &[u8]) {
    let mut room = vec![0; C::bound(bytes.len())];
    let len = compression.compress(bytes, &mut room).unwrap();
    let smaller = &room[..len];
    assert_eq!(C::claimed_size(smaller), Ok(Some(bytes.len() as u64)));
    let mut back = vec![0; bytes.len()];
    assert_eq!(compression.expand(smaller, &mut back), Ok(bytes.len()));
    assert_eq!(back, bytes);
    // As much as there is, and not a byte less.
    let mut expanded = Vec::new();
    assert_eq!(compression.expand_within(smaller, bytes.len(), &mut expanded), Ok(()));
    assert_eq!(expanded, bytes);
    if let Some(limit) = bytes.len().checked_sub(1) {
        let large = Err(CompressionError::Large { limit });
        assert_eq!(compression.expand_within(smaller, limit, &mut expanded), large);
        assert_eq!(compression.expand(smaller, &mut back[..limit]), large.map(|()| 0));
    }
    for cut in [0, 1, len / 2, len - 1] {
        let result = compression.expand_within(&smaller[..cut], bytes.len(), &mut expanded);
        assert_eq!(result, Err(CompressionError::Malformed { compression: C::NAME }), "{cut} of {len}");
    }
    let needed = C::bound(bytes.len());
    assert_eq!(compression.compress(bytes, &mut room[..needed - 1]), Err(CompressionError::Short { needed }));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// One after the other through the same memory.
    #[test]
    fn any_bytes_come_back(parts in vec(vec(0..8_u8, 0..5_000), 1..4), noise in vec(any::<u8>(), 0..5_000)) {
        let (mut zstd, mut lz4) = (Zstd::default(), Lz4::default());
        for bytes in parts.iter().chain([&noise]) {
            there_and_back(&mut zstd, bytes);
            there_and_back(&mut lz4, bytes);
        }
    }
}

#[test]
fn large_ones_come_back() {
    let text: Vec<u8> = (0..300_000_u32).flat_map(|n| (n / 7).to_string().into_bytes()).collect();
    for level in [-5, 1, 19] {
        there_and_back(&mut Zstd::level(level), &text);
    }
    let mut lz4 = Lz4::default();
    there_and_back(&mut lz4, &text);
    there_and_back(&mut lz4, &text[..2_000]);
}

fn left_alone<C: Compression + Default>() {
    let mut compression = C::default();
    let mut over = |bytes: &[u8]| {
        let mut room = vec![0; C::bound(bytes.len())];
        compression.compress_over(THRESHOLD, bytes, &mut room).unwrap().map(<[u8]>::len)
    };
    assert_eq!(over(&[0; THRESHOLD - 1]), None);
    assert!(over(&[0; THRESHOLD]).is_some_and(|len| len < 40));
    // Nothing repeats.
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    })
    .take(4_000)
    .collect();
    assert_eq!(over(&noise), None);
}

#[test]
fn what_is_small_or_does_not_get_smaller_is_left_alone() {
    left_alone::<Zstd>();
    left_alone::<Lz4>();
}

#[test]
fn the_number_says_how() {
    let mut expander = Expander::at_most(10_000);
    let mut scratch = Vec::new();
    let bytes = [9; 4_000];
    let same = expander.expand(CompressionId::NONE, &bytes, &mut scratch).unwrap();
    assert!(std::ptr::eq(same, &bytes[..]));
    let mut room = vec![0; 20_000];
    let len = Zstd::default().compress(&bytes, &mut room).unwrap();
    assert_eq!(expander.expand(CompressionId(1), &room[..len], &mut scratch), Ok(&bytes[..]));
    let len = Lz4::default().compress(&bytes, &mut room).unwrap();
    assert_eq!(expander.expand(CompressionId(2), &room[..len], &mut scratch), Ok(&bytes[..]));
    let unknown = CompressionError::Unknown { id: CompressionId(9) };
    assert_eq!(expander.expand(CompressionId(9), &bytes, &mut scratch), Err(unknown));
    let len = Zstd::default().compress(&[0; 10_001], &mut room).unwrap();
    let large = CompressionError::Large { limit: 10_000 };
    assert_eq!(expander.expand(Zstd::ID, &room[..len], &mut scratch), Err(large));
}

/// A library that writes other bytes still reads these.
#[test]
fn bytes_of_today_are_read_tomorrow() {
    let expected = b"to be or not to be or not to be or not to be".repeat(3);
    let zstd = [
        40, 181, 47, 253, 32, 132, 229, 0, 0, 104, 116, 111, 32, 98, 101, 32, 111, 114, 32, 110, 111, 116, 32, 5, 0,
        224, 0, 208, 0, 56, 64, 168, 6, 128, 102, 126, 1,
    ];
    let lz4 = [
        132, 0, 0, 0, 223, 116, 111, 32, 98, 101, 32, 111, 114, 32, 110, 111, 116, 32, 13, 0, 12, 15, 31, 0, 12, 9, 70,
        0, 15, 44, 0, 19, 96, 32, 116, 111, 32, 98, 101,
    ];
    let mut expanded = Vec::new();
    Zstd::default().expand_within(&zstd, 1_000, &mut expanded).unwrap();
    assert_eq!(expanded, expected);
    Lz4::default().expand_within(&lz4, 1_000, &mut expanded).unwrap();
    assert_eq!(expanded, expected);
}
