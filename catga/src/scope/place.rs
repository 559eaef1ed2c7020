use super::{Frame, Mediator};

/// A message on its way through a mediator: made once a send, in its future, and pointed to from there on.
pub(crate) struct Place<'a, A: Mediator> {
    pub(super) app: &'a A,
    pub(super) frame: Frame<'a>,
    pub(super) extension: Option<&'a A::Extension>,
}

impl<'a, A: Mediator> Place<'a, A> {
    #[inline]
    pub(crate) const fn new(app: &'a A, frame: Frame<'a>, extension: Option<&'a A::Extension>) -> Self {
        Self { app, frame, extension }
    }

    #[inline]
    pub(crate) const fn frame(&self) -> &Frame<'a> {
        &self.frame
    }

    /// The mediator.
    #[inline]
    pub(crate) const fn app(&self) -> &'a A {
        self.app
    }

    pub(crate) fn set_frame(&mut self, frame: Frame<'a>) {
        self.frame = frame;
    }
}
