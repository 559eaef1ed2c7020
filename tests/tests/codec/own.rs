//! A format of a user's own: for types with a size, their bytes as they are on a device's bus.

use catga::buffer::Sink;
use catga::codec::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError};

struct Bus;

impl Codec for Bus {
    const ID: CodecId = CodecId(40);
    const NAME: &'static str = "bus";
    const NAMED: bool = false;
}

/// What a type has to know for it: the format may bring a trait of its own.
trait OnBus: Sized {
    const SIZE: usize;

    fn write(&self, into: &mut impl FnMut(&[u8]) -> Result<(), EncodeError>) -> Result<(), EncodeError>;
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl<T: OnBus> Encode<T> for Bus {
    fn encode<S: Sink>(value: &T, sink: &mut S) -> Result<(), EncodeError> {
        value.write(&mut |bytes| sink.put(bytes).map_err(EncodeError::from))
    }

    fn size_hint(_: &T) -> usize {
        T::SIZE
    }

    fn encoded_size(_: &T) -> Result<usize, EncodeError> {
        Ok(T::SIZE)
    }
}

impl<T: OnBus> Decode<'_, T> for Bus {
    fn decode(bytes: &[u8]) -> Result<T, DecodeError> {
        match bytes.len().checked_sub(T::SIZE) {
            None => Err(DecodeError::Truncated),
            Some(0) => T::read(bytes).ok_or(DecodeError::Malformed { codec: Self::NAME }),
            Some(bytes) => Err(DecodeError::Trailing { bytes }),
        }
    }
}

#[derive(Debug, PartialEq)]
struct Turn {
    motor: u8,
    degrees: i16,
}

impl OnBus for Turn {
    const SIZE: usize = 3;

    fn write(&self, into: &mut impl FnMut(&[u8]) -> Result<(), EncodeError>) -> Result<(), EncodeError> {
        into(&[self.motor])?;
        into(&self.degrees.to_be_bytes())
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (motor, degrees) = bytes.split_first()?;
        let degrees = i16::from_be_bytes(degrees.try_into().ok()?);
        (*motor < 4).then_some(Self { motor: *motor, degrees })
    }
}

#[test]
fn it_has_what_ours_have() {
    let turn = || Turn { motor: 2, degrees: -90 };
    assert_eq!(Bus::to_vec(&turn()), Ok(vec![2, 0xff, 0xa6]));
    assert_eq!(Bus::try_encode(&turn(), &mut [0; 2]), Err(EncodeError::Short { needed: 3 }));
    assert_eq!(Bus::encode(&turn(), &mut heapless::Vec::<u8, 2>::new()), Err(EncodeError::Full));
    assert_eq!(Bus::decode_segments([&[2, 0xff][..], &[0xa6]], &mut [0; 3]), Ok(turn()));
    assert_eq!(Bus::decode(&[4, 0, 0]), Err::<Turn, _>(DecodeError::Malformed { codec: "bus" }));
    assert_eq!(Bus::decode(&[2, 0]), Err::<Turn, _>(DecodeError::Truncated));

    let mut bytes = Vec::new();
    assert_eq!(Bus::encode_batch(&[turn(), turn()], &mut bytes), Ok(2));
    assert_eq!(bytes, [3, 2, 0xff, 0xa6, 3, 2, 0xff, 0xa6]);
    let turns: Result<Vec<Turn>, _> = Bus::decode_batch(&bytes).collect();
    assert_eq!(turns, Ok(vec![turn(), turn()]));
}
