//! What a mediator is warned of, where its types show it.

use super::sound::is_inside;
use crate::handler::Named;
use crate::message::Message;

/// Whether the command `M`, which the set `H` handles, may do more when it comes again than it did the first time: it does
/// not say that it may be repeated, and neither does a behavior around it, in the set's own pipelines or `outside` of them.
/// `hash` is of its ident.
///
/// What is critical is guarded wherever it is handled, in another process too.
pub const fn repeats_unguarded<H: Named, M: Message>(hash: u64, outside: bool) -> bool {
    !M::REPEATABLE && !M::CRITICAL && !outside && !is_inside::<H>(hash)
}

/// Whether something was found, as a type, to choose what is printed. `Finding::<true>::repeated_send` is of a trait that
/// the mediator's expansion has, with the text; `Finding::<false>::repeated_send` is [`NotFound`]'s.
#[derive(Debug)]
pub struct Finding<const IS_FOUND: bool>;

/// It was not.
pub trait NotFound {
    /// Prints nothing.
    #[allow(non_upper_case_globals, reason = "it is called what the warning is")]
    const repeated_send: () = ();
}

impl NotFound for Finding<false> {}
