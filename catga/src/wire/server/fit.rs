use core::convert::Infallible;

use crate::buffer::Buffer;
use crate::envelope::{Envelope, Kind};
use crate::error::{Error, Failure};
use crate::wire::WireError;
use crate::wire::failure::write_failure;

/// Whether an answer fits into the transport. Where it does not, that takes its place: whoever asked is told what
/// became of it, and not that there is no answer.
pub(super) fn fit(answer: &mut Buffer, limit: usize) -> bool {
    let bytes = answer.len();
    if bytes <= limit {
        return true;
    }
    // It bears the marks of what it answers.
    let head = Envelope::decode(answer).map(|answer| {
        let mut head = Envelope::new(Kind::Failure, answer.id, answer.key, answer.codec);
        head.version = answer.version;
        head
    });
    let failure = Error::<Infallible>::Transport(Failure::from_error(WireError::AnswerTooLarge { bytes, limit }));
    let mut written = answer.pool().get(0);
    if let Ok(head) = head
        && write_failure(&head, &failure, &mut written).is_ok()
    {
        *answer = written;
    }
    false
}
