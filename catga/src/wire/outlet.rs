use core::future::{Future, pending, ready};

use crate::buffer::Sink;

/// Where answers go: they are written to its sink, and each is sent on when it is whole.
pub trait Outlet: Send {
    /// What takes the bytes.
    type Sink: Sink + Send;

    /// The sink, empty at the start of each answer.
    fn sink(&mut self) -> &mut Self::Sink;

    /// Takes back what was written of an answer that was not finished.
    fn restart(&mut self);

    /// Sends what was written as one row of several. `false` where nobody reads any more.
    fn row(&mut self) -> impl Future<Output = bool> + Send;

    /// Waits until nobody reads any more. Cancel safe.
    fn gone(&mut self) -> impl Future<Output = ()> + Send {
        pending()
    }
}

/// A buffer that takes one answer.
#[derive(Debug, Default)]
pub struct Whole<S>(pub S);

macro_rules! whole {
    ($($buffer:ty)*) => {$(
        impl Outlet for Whole<$buffer> {
            type Sink = $buffer;

            #[inline]
            fn sink(&mut self) -> &mut Self::Sink {
                &mut self.0
            }

            fn restart(&mut self) {
                self.0.clear();
            }

            fn row(&mut self) -> impl Future<Output = bool> + Send {
                // There is room for one answer, and rows are many.
                ready(false)
            }
        }
    )*};
}

whole! { alloc::vec::Vec<u8> crate::buffer::Buffer }
