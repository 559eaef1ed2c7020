use core::task::{Context, Poll};
#[cfg(feature = "std")]
use std::sync::Arc;

use super::Bulkhead;
#[cfg(feature = "std")]
use super::line::Joined;

/// One of a bulkhead's places; dropping it gives it back.
#[derive(Debug)]
pub(in crate::behaviors) struct Place<'b>(&'b Bulkhead);

impl<'b> Place<'b> {
    /// A place that has been taken.
    #[inline]
    pub(super) const fn of(bulkhead: &'b Bulkhead) -> Self {
        Self(bulkhead)
    }
}

impl Drop for Place<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.give();
    }
}

/// A place that may outlive who has taken it.
#[cfg(feature = "std")]
#[derive(Debug)]
pub(in crate::behaviors) struct Kept(Arc<Bulkhead>);

#[cfg(feature = "std")]
impl Place<'_> {
    /// The same place, as one of the bulkhead that it is of.
    pub(in crate::behaviors) fn kept(self, bulkhead: &Arc<Bulkhead>) -> Kept {
        core::mem::forget(self);
        Kept(Arc::clone(bulkhead))
    }
}

#[cfg(feature = "std")]
impl Drop for Kept {
    fn drop(&mut self) {
        self.0.give();
    }
}

/// One who wants a place, and stands in line from the first poll on. Dropping it leaves the line.
#[derive(Debug)]
pub(in crate::behaviors) struct Wait<'b> {
    bulkhead: &'b Bulkhead,
    #[cfg(feature = "std")]
    ticket: Option<u64>,
}

impl<'b> Wait<'b> {
    pub(super) const fn new(bulkhead: &'b Bulkhead) -> Self {
        Self {
            bulkhead,
            #[cfg(feature = "std")]
            ticket: None,
        }
    }

    /// A place, or nothing where the line is full.
    #[cfg(feature = "std")]
    pub(in crate::behaviors) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Place<'b>>> {
        let line = self.bulkhead.line();
        match self.ticket {
            Some(ticket) if !line.is_served(ticket, cx.waker()) => return Poll::Pending,
            Some(_) => self.ticket = None,
            None => match line.join(cx.waker()) {
                Joined::Taken => {}
                Joined::Refused => return Poll::Ready(None),
                Joined::Waits(ticket) => {
                    self.ticket = Some(ticket);
                    return Poll::Pending;
                }
            },
        }
        Poll::Ready(Some(Place::of(self.bulkhead)))
    }

    /// Nobody waits without `std`: who finds no place is refused.
    #[cfg(not(feature = "std"))]
    pub(in crate::behaviors) fn poll(&mut self, _: &mut Context<'_>) -> Poll<Option<Place<'b>>> {
        Poll::Ready(self.bulkhead.enter())
    }
}

#[cfg(feature = "std")]
impl Drop for Wait<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.bulkhead.line().leave(ticket);
        }
    }
}
