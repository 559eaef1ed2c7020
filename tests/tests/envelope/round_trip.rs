use std::path::Path;

use catga::buffer::{Full, Sink, Slice};
use catga::envelope::{Envelope, EnvelopeError, MAX_HEAD};
use proptest::prelude::*;

use super::{any, check};

/// Counts the bytes that were asked for.
#[derive(Default)]
struct Short(Vec<u8>, usize);

impl Sink for Short {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        if self.0.len() + bytes.len() > self.1 {
            return Err(Full);
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_encoded_is_decoded(any in any::envelope()) {
        any.lend(|envelope| {
            let mut bytes = Vec::new();
            envelope.encode(&mut bytes).unwrap();
            let size = envelope.head_size().unwrap();
            prop_assert!(size <= MAX_HEAD);
            prop_assert_eq!(bytes.len(), size + envelope.body.len());
            let decoded = Envelope::decode(&bytes).unwrap();
            prop_assert_eq!(decoded, envelope);
            prop_assert_eq!(decoded.headers.len(), envelope.headers.len());
            for (name, _) in envelope.headers {
                prop_assert_eq!(decoded.headers.get(name), envelope.headers.get(name));
            }
            // A decoded one is encoded as it came: who passes it on changes nothing.
            let mut again = Vec::new();
            decoded.encode_head(&mut again).unwrap();
            again.extend_from_slice(decoded.body);
            prop_assert_eq!(again, bytes);
            Ok(())
        })?;
    }

    #[test]
    fn every_truncation_of_the_header_is_one(any in any::envelope()) {
        any.lend(|envelope| {
            let mut bytes = Vec::new();
            envelope.encode(&mut bytes).unwrap();
            for end in 0..envelope.head_size().unwrap() {
                let found = Envelope::decode(&bytes[..end]);
                prop_assert!(matches!(found, Err(EnvelopeError::Truncated { .. })), "{end}: {found:?}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_sink_that_ends_says_so(any in any::envelope(), part in 0.0..1.0) {
        any.lend(|envelope| {
            let size = envelope.head_size().unwrap() + envelope.body.len();
            let mut short = Short(Vec::new(), (size as f64 * part) as usize);
            prop_assert_eq!(envelope.encode(&mut short), Err(EnvelopeError::Full));
            let mut bytes = vec![0; size];
            let mut slice = Slice::new(&mut bytes);
            envelope.encode(&mut slice).unwrap();
            prop_assert_eq!(slice.finish().map(|whole| whole.len()), Ok(size));
            Ok(())
        })?;
    }

    #[test]
    fn the_attempt_is_counted_in_place(any in any::envelope(), attempt in 1..=u32::MAX) {
        any.lend(|mut envelope| {
            let mut bytes = Vec::new();
            envelope.encode(&mut bytes).unwrap();
            Envelope::set_attempt(&mut bytes, attempt).unwrap();
            envelope.attempt = attempt;
            prop_assert_eq!(Envelope::decode(&bytes), Ok(envelope));
            Ok(())
        })?;
    }

    #[test]
    fn any_bytes_are_an_envelope_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check::envelope(&bytes);
    }

    /// Bytes of an envelope with some of them changed, which come further than any bytes do.
    #[test]
    fn changed_bytes_are_an_envelope_or_an_error(
        any in any::envelope(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = any.lend(|envelope| super::bytes(&envelope));
        for (at, byte) in changes {
            let at = at.index(bytes.len().min(160));
            bytes[at] = byte;
        }
        check::envelope(&bytes);
    }
}

/// Those that the fuzz target begins with.
#[test]
fn seeds_are_envelopes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/envelope");
    let seeds = std::fs::read_dir(folder).unwrap().map(|seed| std::fs::read(seed.unwrap().path()).unwrap());
    let count = seeds.map(|seed| assert!(Envelope::decode(&seed).is_ok(), "{seed:?}")).count();
    assert!(count > 1, "there are no seeds");
}
