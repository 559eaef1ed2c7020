use crate::message::Message;

/// Which key a message belongs to: a user, a tenant, the host that it is for. `X` is the mediator's extension: what a
/// caller sends along.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no key `{K}` for `{M}`",
    label = "no key for `{M}`",
    note = "write `impl KeyOf<{M}, {K}, {X}> for {Self}`"
)]
pub trait KeyOf<M: Message, K, X = ()>: Send + Sync {
    /// The message's key. `caller` is what was sent along; `None` where nothing was.
    fn key(&self, message: &M, caller: Option<&X>) -> K;
}

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
