//! Evidence that a mediator handles a message, asked for without a send.

use super::{Handles, Hears, Yields};
use crate::message::{Message, Rows};

/// `A` handles the command or query `M`.
pub fn handled<A: Handles<M>, M: Message>() {}

/// `A` hears the event `E`.
pub fn heard<A: Hears<E>, E: Message>() {}

/// `A` answers the stream query `Q`.
pub fn yielded<A: Yields<Q>, Q: Rows>() {}
