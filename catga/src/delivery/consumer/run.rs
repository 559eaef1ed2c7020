use core::time::Duration;
use std::collections::VecDeque;
use std::sync::PoisonError;

use super::consumer::Consumer;
use super::hand::Hand;
use super::{Mutex, MutexGuard};
use crate::delivery::count::Counted;
use crate::time::Cancel;
use crate::transport::{Delivers, Subscription};

/// What the lanes and the work of one run share.
pub(super) struct Run<'r, T: Delivers, L, E, I, A> {
    pub(super) consumer: &'r Consumer<T, L, E, I>,
    pub(super) app: &'r A,
    pub(super) hand: &'r Hand,
    /// Nothing that waits for its place begins.
    pub(super) stopping: &'r Cancel,
    /// The grace is over.
    pub(super) over: &'r Cancel,
    /// What the lanes have taken, on its way to be worked on.
    pub(super) taken: &'r Mutex<VecDeque<Taken<DeliveryOf<T>>>>,
}

pub(super) type DeliveryOf<T> = <<T as Delivers>::Subscription as Subscription>::Delivery;

/// A delivery, and where it is from.
pub(super) struct Taken<D> {
    pub(super) endpoint: &'static str,
    pub(super) deadline: Option<Duration>,
    pub(super) delivery: D,
}

impl<T: Delivers, L, E, I, A> Run<'_, T, L, E, I, A> {
    /// Hands a delivery to the crew.
    pub(super) fn give(&self, taken: Taken<DeliveryOf<T>>) {
        self.hand.hold();
        self.lock().push_back(taken);
    }

    /// A delivery that was given is in hand until this is dropped.
    pub(super) fn hold(&self) -> InHand<'_> {
        InHand { hand: self.hand, _counted: self.consumer.counts.in_hand.counted() }
    }

    /// What was given first, of what was given and not received.
    pub(super) fn receive(&self) -> Option<Taken<DeliveryOf<T>>> {
        self.lock().pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Taken<DeliveryOf<T>>>> {
        // Nothing that may panic runs under the lock.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct InHand<'r> {
    hand: &'r Hand,
    _counted: Counted<'r>,
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.hand.release();
    }
}
