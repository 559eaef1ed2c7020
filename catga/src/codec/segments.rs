use super::DecodeError;

/// The pieces as one: the only one that has bytes as it is, or all of them, copied.
pub(super) fn join<'de, I>(segments: I, scratch: &'de mut [u8]) -> Result<&'de [u8], DecodeError>
where
    I: IntoIterator<Item = &'de [u8]>,
{
    let mut segments = segments.into_iter().filter(|segment| !segment.is_empty());
    let first = segments.next().unwrap_or_default();
    let Some(second) = segments.next() else { return Ok(first) };
    let mut end = 0;
    for segment in [first, second].into_iter().chain(segments) {
        let begin = end;
        end += segment.len();
        if let Some(room) = scratch.get_mut(begin..end) {
            room.copy_from_slice(segment);
        }
    }
    scratch.get(..end).ok_or(DecodeError::Scratch { needed: end })
}
