use crate::time::Clock;

/// A behavior with a state that may be forgotten, as a [`PerKey`](super::PerKey) does with those of keys that nobody
/// asks for.
#[diagnostic::on_unimplemented(
    message = "CATGA103: `{Self}` cannot be kept for each key",
    label = "does not say when it may be forgotten",
    note = "write `impl Idle for {Self}`; one without a state needs no key, and stands in the pipeline itself"
)]
pub trait Idle {
    /// Whether nothing is lost when a new one stands in its place: no call is in it, and it remembers nothing that
    /// would count.
    fn is_idle(&self, clock: &impl Clock) -> bool;
}
