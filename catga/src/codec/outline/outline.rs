use serde_core::Deserialize;

use super::asked::Asked;

/// How often a type is asked at most: an enum shows one of its variants each time, and those within it one of theirs.
const TIMES: u32 = 1_024;
/// How often it is asked again besides, as a part refuses what is made up for it.
const RETRIES: u32 = 4_096;

/// The outline of a type: it is read from made-up parts, and what it asks for is counted in. Never zero.
///
/// For [`Decode::outline`](crate::codec::Decode::outline) of a format that is built on serde and writes no names, as
/// [`Postcard`](crate::codec::Postcard) is one. It is a walk of microseconds, of milliseconds where a type is large, that
/// allocates, so whoever needs it often keeps it. It is the same in every build and on every machine.
///
/// Two types have one outline where their fields have the same names, order and kinds, and their enums the same variants:
/// the names of types are no part of it, as nothing depends on them. What is `#[serde(with = ..)]` is seen as what
/// it reads. A part that is read from a text or a number and takes none of those that are made up (dates, addresses and
/// ids do) is seen as far as that, and behind it the names of fields alone. Of a type that is part of itself 16 levels of
/// lists and options are looked at, and two of an enum. What has more than a thousand variants, those of the enums in
/// them counted with them, is seen as far as that.
///
/// ```
/// use catga::codec::outline;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Charge { cents: u32, card: String }
///
/// mod since {
///     #[derive(serde::Deserialize)]
///     pub struct Charge { card: String, cents: u32 }
/// }
///
/// assert_ne!(outline::<Charge>(), outline::<since::Charge>());
/// ```
///
/// Source: the idea is that of `serde-reflection`; the hash is FNV-1a, 64 bits, folded, each name behind its length.
pub fn outline<'de, T: Deserialize<'de>>() -> u32 {
    let mut asked = Asked::new();
    let (mut times, mut retries) = (0, 0);
    while times < TIMES {
        let begun = asked.begin();
        if T::deserialize(&mut asked).is_err() {
            if retries < RETRIES && asked.refused(begun) {
                retries += 1;
                continue;
            }
            asked.cut();
        }
        times += 1;
        if asked.is_seen() {
            break;
        }
    }
    asked.number()
}
