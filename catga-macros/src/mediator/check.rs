//! What idents show: each mistake is reported once, here, and a stub keeps rustc quiet about the rest.

use syn::Ident;

use super::checked::{Checked, CheckedSlot, Doubt};
use super::circle;
use super::model::Mediator;
use super::slot::{Given, Nested, Slot};
use crate::catalogue;
use crate::errors::Errors;
use crate::near::is_almost;
use crate::pipeline::Entry;

pub(super) fn check(mediator: Mediator, sets: Vec<Given>, errors: &Errors) -> Checked {
    let mut slots: Vec<CheckedSlot> = Vec::new();
    let kept: Vec<bool> = sets.iter().map(|given| given.is_kept).collect();
    let remote = sets.iter().map(|given| given.is_remote).collect();
    // What one that is not open handles is not known.
    let is_broken = sets.iter().any(|given| given.is_broken || given.is_closed);
    for (set, given) in sets.into_iter().enumerate() {
        if given.is_closed {
            let ty = &mediator.sets[set].ty;
            errors.at(ty, catalogue::closed_mediator(quote::ToTokens::to_token_stream(ty)));
        }
        let mut is_reported = false;
        if given.is_kept {
            unknown_entries(&mediator, set, &given.slots, errors);
        }
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
                None => slots.push(CheckedSlot { set, slot, number: slots.len(), is_stub: false }),
            }
        }
    }
    let doubts = mark_missing(&mediator, &mut slots, is_broken, errors);
    if !is_broken {
        circle::mark(&mediator, &mut slots, &kept, errors);
    }
    let is_reported = is_broken || !errors.is_empty() || !doubts.is_empty();
    Checked { mediator, slots, kept, remote, doubts, is_reported, mistake: None }
}

/// Behaviors that a handler may do without wherever it is, whether they are around it or not.
pub(super) const KNOWN: &[&str] = &[
    "Authorize",
    "AuthorizeAsync",
    "AutoBatch",
    "Boxed",
    "Bulkhead",
    "Cache",
    "CatchPanic",
    "CircuitBreaker",
    "Fallback",
    "Hedge",
    "Log",
    "Metrics",
    "RateLimit",
    "Retry",
    "Timeout",
    "Trace",
    "Transactional",
    "Validate",
];

/// `without(Typo)` on a handler of this crate. A set may be a field of several mediators, and only some have what
/// it does without: so a name counts as wrong where it is almost that of an entry or a behavior.
fn unknown_entries(mediator: &Mediator, set: usize, slots: &[Slot], errors: &Errors) {
    let mut reported: Vec<&Ident> = Vec::new();
    for name in slots.iter().flat_map(|slot| &slot.missing) {
        let around = mediator.pipeline.entries.iter().chain(&mediator.sets[set].pipeline.entries);
        let names: Vec<String> = around.map(Entry::name).chain(KNOWN.iter().map(|&known| known.to_owned())).collect();
        let is_known = names.iter().any(|known| name == known);
        let is_almost = names.iter().any(|known| is_almost(&name.to_string(), known));
        if !is_known && is_almost && !reported.contains(&name) {
            // The user's own token, and not the macro that handed it over.
            let at = name.span().resolved_at(mediator.ident.span());
            errors.push(syn::Error::new(at, catalogue::unknown_entry(name)));
            reported.push(name);
        }
    }
}

/// What a handler's context asks for and no field has.
fn mark_missing(mediator: &Mediator, slots: &mut [CheckedSlot], is_broken: bool, errors: &Errors) -> Vec<Doubt> {
    let known = |slot: &CheckedSlot| (slot.slot.way(), slot.slot.ident.to_string());
    let known: Vec<(Nested, String)> = slots.iter().map(known).collect();
    // No parameter may be used in a constant.
    let is_plain = mediator.generics.params.is_empty();
    let mut doubts = Vec::new();
    let is_unheard = |event: &str| {
        let mut unheard = mediator.options.unheard.iter().filter_map(|path| path.segments.last());
        unheard.any(|last| last.ident == event)
    };
    let mut reported: Vec<String> = Vec::new();
    for checked in slots.iter_mut() {
        for capability in &checked.slot.capabilities {
            let message = capability.message.to_string();
            let is_event = capability.word == "publishes";
            let way = match capability.word.to_string().as_str() {
                "publishes" => Nested::Hears,
                "streams" => Nested::Yields,
                _ => Nested::Answers,
            };
            let is_extension = capability.word == "reads";
            if capability.word == "enqueues" {
                // Another process may handle it; what may be stored is for the types to say.
                continue;
            }
            if is_extension && mediator.options.extension.is_some() {
                // Whether it is the same is for the types to say.
                continue;
            }
            let is_known = known.iter().any(|(known, ident)| *known == way && *ident == message);
            if !is_extension && is_known || is_event && is_unheard(&message) {
                continue;
            }
            checked.is_stub = true;
            if is_broken || reported.contains(&message) {
                continue;
            }
            let who = format!("`{}`", checked.slot.name);
            let other = known.iter().find(|(_, ident)| is_plain && *ident == message).map(|(other, _)| *other);
            let text = match (way, other) {
                _ if is_extension => catalogue::no_extension(who, &message, &mediator.ident),
                (Nested::Hears, None) => catalogue::nobody_hears(who, &message, &mediator.ident),
                (Nested::Hears, Some(_)) => catalogue::publishes_command(who, &message),
                (_, Some(Nested::Hears)) => catalogue::sends_event(who, &message),
                (Nested::Yields, Some(_)) => catalogue::streams_query(who, &message),
                (Nested::Answers, Some(_)) => catalogue::sends_rows(who, &message),
                (_, None) => catalogue::no_handler(who, &message, &mediator.ident),
            };
            if is_plain && !is_extension {
                doubts.push(Doubt { set: checked.set, text });
            } else {
                errors.at(&mediator.sets[checked.set].ty, text);
            }
            reported.push(message);
        }
    }
    doubts
}
