//! What the fuzz targets check, of bytes that nearly are messages and of any.

use catga::codec::{Encode, Json, MessagePack, Postcard, Protobuf};
use catga_tests::damaged;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{checks, values};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..300)) {
        checks::postcard(&bytes);
        checks::json(&bytes);
        checks::messagepack(&bytes);
        checks::protobuf(&bytes);
        checks::batch(&bytes);
        checks::base64(&bytes);
        checks::zstd(&bytes);
        checks::lz4(&bytes);
    }

    #[test]
    fn damaged_messages(
        value in values::everything(),
        proto in values::protos(),
        damages in vec(any::<(usize, u8, u8)>(), 0..4),
    ) {
        checks::postcard(&damaged(Postcard::to_vec(&value).unwrap(), &damages));
        checks::json(&damaged(Json::to_vec(&value).unwrap(), &damages));
        checks::messagepack(&damaged(MessagePack::to_vec(&value).unwrap(), &damages));
        checks::protobuf(&damaged(Protobuf::to_vec(&proto).unwrap(), &damages));
        let mut bytes = Vec::new();
        Postcard::encode_batch(&value.choices, &mut bytes).unwrap();
        checks::batch(&damaged(bytes, &damages));
    }

    #[test]
    fn damaged_compressions(
        bytes in vec(0..4_u8, 0..3000),
        damages in vec(any::<(usize, u8, u8)>(), 0..4),
    ) {
        use catga::codec::compression::{Compression, Lz4, Zstd};
        let mut room = vec![0; Zstd::bound(bytes.len())];
        let len = Zstd::default().compress(&bytes, &mut room).unwrap();
        checks::zstd(&damaged(room[..len].to_vec(), &damages));
        let mut room = vec![0; Lz4::bound(bytes.len())];
        let len = Lz4::default().compress(&bytes, &mut room).unwrap();
        checks::lz4(&damaged(room[..len].to_vec(), &damages));
    }
}

/// Some of them are at the bounds, so that the targets need not find those first.
#[test]
fn seeds_reach_the_bounds() {
    use catga::codec::compression::{Compression, CompressionError, Lz4, Zstd};

    let seed = |name: &str| {
        std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name)).unwrap()
    };
    fn expanded<C: Compression + Default>(bytes: &[u8]) -> Result<usize, CompressionError> {
        let mut expanded = Vec::new();
        C::default().expand_within(bytes, checks::LIMIT, &mut expanded).map(|()| expanded.len())
    }
    let large = Err(CompressionError::Large { limit: checks::LIMIT });
    assert_eq!(expanded::<Lz4>(&seed("lz4/limit")), Ok(checks::LIMIT));
    assert_eq!(expanded::<Lz4>(&seed("lz4/beyond")), large);
    assert_eq!(expanded::<Zstd>(&seed("zstd/limit")), Ok(checks::LIMIT));
    assert_eq!(expanded::<Zstd>(&seed("zstd/beyond")), large);
    assert_eq!(expanded::<Zstd>(&seed("zstd/blocks")), Ok(90_000));
    for window in ["lz4/window", "zstd/window"] {
        assert!(seed(window).len() > 64 << 10);
    }
    let many = seed("batch/many");
    let many: catga::codec::Batch<'_, Postcard, checks::Choice> = catga::codec::Decode::decode_batch(&many);
    assert_eq!(many.filter(Result::is_ok).count(), 1_500);
}

/// The seeds that the fuzz targets begin with are taken as what they are.
#[test]
fn seeds() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    type Target = (&'static str, fn(&[u8]));
    let targets: [Target; 8] = [
        ("postcard", checks::postcard),
        ("json", checks::json),
        ("messagepack", checks::messagepack),
        ("protobuf", checks::protobuf),
        ("batch", checks::batch),
        ("base64", checks::base64),
        ("zstd", checks::zstd),
        ("lz4", checks::lz4),
    ];
    for (target, check) in targets {
        let seeds = std::fs::read_dir(folder.join(target)).unwrap();
        let count = seeds.map(|seed| check(&std::fs::read(seed.unwrap().path()).unwrap())).count();
        assert!(count > 1, "{target} has no seeds");
    }
}
