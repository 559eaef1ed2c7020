//! What idents show: each mistake is reported once, here, and a stub keeps rustc quiet about the rest.

use super::model::Mediator;
use super::slot::{Given, Nested, Shape, Slot};
use crate::catalogue;
use crate::errors::Errors;

/// A mediator whose slots have been looked at.
pub(super) struct Checked {
    pub(super) mediator: Mediator,
    pub(super) slots: Vec<CheckedSlot>,
    /// Which of its sets warn where no mediator has them.
    pub(super) kept: Vec<bool>,
    /// Something is wrong with it, and was reported.
    pub(super) is_reported: bool,
}

pub(super) struct CheckedSlot {
    /// The set that it belongs to.
    pub(super) set: usize,
    pub(super) slot: Slot,
    /// Reported: a stub stands for it.
    pub(super) is_stub: bool,
}

pub(super) fn check(mediator: Mediator, sets: Vec<Given>, errors: &Errors) -> Checked {
    let mut slots: Vec<CheckedSlot> = Vec::new();
    let kept = sets.iter().map(|given| given.is_kept).collect();
    let is_broken = sets.iter().any(|given| given.is_broken);
    for (set, given) in sets.into_iter().enumerate() {
        if given.is_closed {
            let ty = &mediator.sets[set].ty;
            errors.at(ty, catalogue::closed_mediator(quote::ToTokens::to_token_stream(ty)));
        }
        let mut is_reported = false;
        for slot in given.slots {
            let first =
                slots.iter().find(|other| !slot.is_event() && !other.slot.is_event() && other.slot.same_message(&slot));
            match first {
                // A set that stands twice is one mistake, however many messages it has.
                Some(_) if is_reported => {}
                Some(first) => {
                    let what = catalogue::duplicate(&slot.key, &first.slot.name, &mediator.ident);
                    errors.at(&mediator.sets[set].ty, what);
                    is_reported = true;
                }
                None => slots.push(CheckedSlot { set, slot, is_stub: false }),
            }
        }
    }
    mark_missing(&mediator, &mut slots, is_broken, errors);
    Checked { mediator, slots, kept, is_reported: is_broken || !errors.is_empty() }
}

/// What a handler's context asks for and no field has.
fn mark_missing(mediator: &Mediator, slots: &mut [CheckedSlot], is_broken: bool, errors: &Errors) {
    let known: Vec<(bool, String)> =
        slots.iter().map(|checked| (checked.slot.is_event(), checked.slot.ident.to_string())).collect();
    let is_unheard = |event: &str| {
        let mut unheard = mediator.options.unheard.iter().filter_map(|path| path.segments.last());
        unheard.any(|last| last.ident == event)
    };
    let mut reported: Vec<String> = Vec::new();
    for checked in slots.iter_mut() {
        for capability in &checked.slot.capabilities {
            let message = capability.message.to_string();
            let is_event = capability.word == "publishes";
            let is_extension = capability.word == "reads";
            if is_extension && mediator.options.extension.is_some() {
                // Whether it is the same is for the types to say.
                continue;
            }
            let is_known = known.iter().any(|(event, ident)| *event == is_event && *ident == message);
            if !is_extension && is_known || is_event && is_unheard(&message) {
                continue;
            }
            checked.is_stub = true;
            if is_broken || reported.contains(&message) {
                continue;
            }
            let who = format!("`{}`", checked.slot.name);
            let what = if is_extension {
                catalogue::no_extension(who, &message, &mediator.ident)
            } else if is_event {
                catalogue::nobody_hears(who, &message, &mediator.ident)
            } else {
                catalogue::no_handler(who, &message, &mediator.ident)
            };
            errors.at(&mediator.sets[checked.set].ty, what);
            reported.push(message);
        }
    }
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
