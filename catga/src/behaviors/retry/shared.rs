//! Budgets behind a pointer.

use super::Budget;

macro_rules! behind {
    ($(#[$gate:meta])? $pointer:ty) => {
        $(#[$gate])?
        impl<B: Budget + ?Sized> Budget for $pointer {
            #[inline]
            fn begin(&self) {
                (**self).begin();
            }

            #[inline]
            fn take(&self) -> bool {
                (**self).take()
            }

            #[inline]
            fn put_back(&self) {
                (**self).put_back();
            }
        }
    };
}

behind!(&B);
behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<B>);
