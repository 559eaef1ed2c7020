/// One entry of a pipeline: how the chain reaches its behavior.
pub trait Entry<'h>: Copy + Send + Sync {
    /// The behavior.
    type Behavior: 'h;

    /// Reaches it.
    fn reach(self) -> &'h Self::Behavior;
}

/// A field: `self.breaker`.
impl<'h, B: Sync> Entry<'h> for &'h B {
    type Behavior = B;

    #[inline]
    fn reach(self) -> &'h B {
        self
    }
}

/// A constant: `Retry::times(3)`, as a closure of no size. As a reference it would add eight bytes a
/// link; a constant with state has no `&'static` and does not compile (E0515).
#[derive(Clone, Copy)]
pub struct Constant<F>(pub F);

impl<'h, B: Sync + 'static, F: Fn() -> &'static B + Copy + Send + Sync> Entry<'h> for Constant<F> {
    type Behavior = B;

    #[inline]
    fn reach(self) -> &'h B {
        (self.0)()
    }
}
