use core::hash::Hash;

use crate::message::Message;

/// Which key a message belongs to: a user, a tenant, the host that it is for. `X` is the mediator's extension: what a
/// caller sends along.
#[diagnostic::on_unimplemented(
    message = "CATGA104: `{Self}` has no key `{K}` for `{M}`",
    label = "no key for `{M}`",
    note = "write `impl KeyOf<{M}, {K}, {X}> for {Self}`"
)]
pub trait KeyOf<M: Message, K, X = ()>: Send + Sync {
    /// The message's key. `caller` is what was sent along; `None` where nothing was.
    fn key(&self, message: &M, caller: Option<&X>) -> K;
}

/// What tells callers or messages apart, as a key of a [`PerKey`](super::PerKey).
#[diagnostic::on_unimplemented(
    message = "CATGA105: `{Self}` cannot be the key of a `PerKey`",
    label = "not `Clone`, `Eq` and `Hash`, or not shared by threads",
    note = "derive `Clone`, `PartialEq`, `Eq` and `Hash` for `{Self}`, or take what has them"
)]
pub trait IsKey: Eq + Hash + Clone + Send + Sync {}

#[diagnostic::do_not_recommend]
impl<K: Eq + Hash + Clone + Send + Sync> IsKey for K {}

macro_rules! behind {
    ($($pointer:ty),*) => {$(
        impl<M: Message, K, X, F: KeyOf<M, K, X> + ?Sized> KeyOf<M, K, X> for $pointer {
            #[inline]
            fn key(&self, message: &M, caller: Option<&X>) -> K {
                (**self).key(message, caller)
            }
        }
    )*};
}

behind!(&F, alloc::sync::Arc<F>);
