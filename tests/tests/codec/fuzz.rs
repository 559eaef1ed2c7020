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
