//! The bytes of each format: a library that writes others is noticed here, before a store is.

use catga::codec::{Decode, Encode, Json, MessagePack, Postcard, Protobuf};

use crate::checks::{Everything, Proto};
use crate::values::{example, example_proto};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn postcard() {
    let bytes = Postcard::to_vec(&example()).unwrap();
    assert_eq!(
        hex(&bytes),
        concat!(
            "01ac02f0a204ffffffffffffffffff01ffffffffffffffffffffffffffffffffffff03ffd704dfc508ffffffffffffff",
            "ffff01ffffffffffffffffffffffffffffffffffff030000003f00000000000002c00102c39f0961202271756f746522",
            "03007fff000500010702f80374776f0301000201ffff03040002036f6e65020374776f0300",
        )
    );
    assert_eq!(Postcard::decode(&bytes), Ok(example()));
}

#[test]
fn json() {
    let bytes = Json::to_vec(&example()).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&bytes),
        concat!(
            r#"{"unsigned":[1,300,70000,18446744073709551615,340282366920938463463374607431768211455],"#,
            r#""signed":[-1,-300,-70000,-9223372036854775808,-170141183460469231731687303715884105728],"#,
            r#""single":0.5,"#,
            r#""double":-2.25,"#,
            r#""flag":true,"#,
            r#""letter":"ß","#,
            r#""text":"a \"quote\"","#,
            r#""bytes":[0,127,255],"#,
            r#""nothing":null,"#,
            r#""note":null,"#,
            r#""choices":["Unit",{"One":7},{"Two":[-8,"two"]},{"Named":{"flag":false,"#,
            r#""list":[1,65535]}},{"Within":"Unit"}],"#,
            r#""named":{"one":1,"#,
            r#""two":-2},"#,
            r#""within":null}"#,
        )
    );
    assert_eq!(Json::decode(&bytes), Ok::<Everything, _>(example()));
}

#[test]
fn messagepack() {
    let bytes = MessagePack::to_vec(&example()).unwrap();
    assert_eq!(
        hex(&bytes),
        concat!(
            "8da8756e7369676e65649501cd012cce00011170cfffffffffffffffffc410ffffffffffffffffffffffffffffffffa6",
            "7369676e656495ffd1fed4d2fffeee90d38000000000000000c41080000000000000000000000000000000a673696e67",
            "6c65ca3f000000a6646f75626c65cbc002000000000000a4666c6167c3a66c6574746572a2c39fa474657874a9612022",
            "71756f746522a56279746573c403007fffa76e6f7468696e67c0a46e6f7465c0a763686f6963657395a4556e697481a3",
            "4f6e650781a354776f92f8a374776f81a54e616d656482a4666c6167c2a46c6973749201cdffff81a657697468696ea4",
            "556e6974a56e616d656482a36f6e6501a374776ffea677697468696ec0",
        )
    );
    assert_eq!(MessagePack::decode(&bytes), Ok(example()));
}

#[test]
fn protobuf() {
    let bytes = Protobuf::to_vec(&example_proto()).unwrap();
    assert_eq!(
        hex(&bytes),
        concat!(
            "08ac0210d7041900000000000002c0220961202271756f7465222a03007fff32040203d8043a070a036f6e6510013a10",
            "0a0374776f10feffffffffffffffff014202680152050a01780a005d07000000650000003f6801",
        )
    );
    assert_eq!(Protobuf::decode(&bytes), Ok::<Proto, _>(example_proto()));
}
