use super::model::Mediator;
use super::slot::{Nested, Shape, Slot};

/// A mediator whose slots have been looked at.
pub(super) struct Checked {
    pub(super) mediator: Mediator,
    pub(super) slots: Vec<CheckedSlot>,
    /// Which of its sets warn where no mediator has them.
    pub(super) kept: Vec<bool>,
    /// Which of its sets another process serves.
    pub(super) remote: Vec<bool>,
    pub(super) doubts: Vec<Doubt>,
    /// Something is wrong with it, and was reported.
    pub(super) is_reported: bool,
    /// What is wrong with the struct itself: of that struct nothing else is said.
    pub(super) mistake: Option<proc_macro2::TokenStream>,
}

/// What a handler asks for and no field seems to have. Where a handler calls its message by another name, or
/// takes it in the wrong way, that is the mistake, and the types know.
pub(super) struct Doubt {
    /// The set that asks.
    pub(super) set: usize,
    /// What is wrong where all handlers are right.
    pub(super) text: String,
}

pub(super) struct CheckedSlot {
    /// The set that it belongs to.
    pub(super) set: usize,
    pub(super) slot: Slot,
    /// Its place among all.
    pub(super) number: usize,
    /// Reported: a stub stands for it.
    pub(super) is_stub: bool,
}

impl Checked {
    pub(super) fn answering(&self) -> impl Iterator<Item = &CheckedSlot> {
        self.shaped(|shape| matches!(shape, Shape::Answers | Shape::Nested(Nested::Answers, _)))
    }

    pub(super) fn hearing(&self) -> impl Iterator<Item = &CheckedSlot> {
        self.shaped(|shape| matches!(shape, Shape::Hears | Shape::Nested(Nested::Hears, _)))
    }

    pub(super) fn yielding(&self) -> impl Iterator<Item = &CheckedSlot> {
        self.shaped(|shape| matches!(shape, Shape::Yields | Shape::Nested(Nested::Yields, _)))
    }

    fn shaped(&self, is: impl Fn(Shape) -> bool) -> impl Iterator<Item = &CheckedSlot> {
        self.slots.iter().filter(move |checked| is(checked.slot.shape))
    }
}
