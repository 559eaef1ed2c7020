//! `#[mediator]`, in three steps. The attribute makes the struct's attributes those of a derive, as a
//! derive sees its fields after `cfg`. The derive finds the handler sets among the fields and calls the
//! hidden macro of the first, which calls that of the next. The last calls `compose!`, which then knows
//! every slot and expands.

mod attribute;
mod check;
mod checked;
mod circle;
mod describe;
mod dispatch;
mod double;
mod ears;
mod evidence;
mod expand;
mod fields;
mod fitted;
mod hand_over;
mod layout;
mod model;
mod names;
mod opens;
mod parameters;
mod parse;
mod ports;
mod repeated;
mod rows;
mod serve;
mod site;
mod slot;
mod sound;

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

pub(crate) use attribute::attribute;

use crate::catalogue;
use crate::errors::Errors;
use crate::pipeline::text;

/// More than this and rustc's recursion limit is met while the sets hand over.
const SETS: usize = 120;

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let hand_over = errors.take(syn::parse2(item.clone())).and_then(|input| {
        let model = parse::parse(&input, &errors)?;
        if let Some(set) = model.sets.get(SETS) {
            errors.at(&set.field, catalogue::too_many_fields());
        }
        // Rustc says of the struct that it has no such lifetime, and would of each place where the type stands.
        let is_elided = model.sets.iter().any(|set| has_elided(set.arguments.clone()));
        Some(if errors.is_empty() && !is_elided { hand_over(model, &item) } else { stub(model, errors.first()) })
    });
    let errors = errors.into_compile_errors();
    quote!(#hand_over #errors)
}

/// Whether a lifetime is `'_`.
fn has_elided(tokens: TokenStream) -> bool {
    let mut trees = tokens.into_iter().peekable();
    let mut is_elided = false;
    while let Some(tree) = trees.next() {
        is_elided |= match tree {
            TokenTree::Group(group) => has_elided(group.stream()),
            TokenTree::Punct(tick) if tick.as_char() == '\'' => {
                matches!(trees.peek(), Some(TokenTree::Ident(name)) if name == "_")
            }
            _ => false,
        };
    }
    is_elided
}

/// A mediator with which something is wrong, that was reported: everything may be sent to it.
fn stub(model: model::Mediator, mistake: Option<TokenStream>) -> TokenStream {
    let model = model::Mediator { sets: Vec::new(), ..model };
    let checked = checked::Checked { mistake, ..unasked(model, true) };
    let (begin, rest) = (expand::begin(&checked), expand::expand(&checked));
    quote!(#begin #rest)
}

/// A mediator whose handler sets were not asked.
fn unasked(mediator: model::Mediator, is_reported: bool) -> checked::Checked {
    let (slots, kept, remote, doubts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    checked::Checked { mediator, slots, kept, remote, doubts, is_reported, mistake: None }
}

fn hand_over(model: model::Mediator, item: &TokenStream) -> TokenStream {
    let p = model.options.krate.private();
    let unasked = unasked(model, false);
    let begin = expand::begin(&unasked);
    let mut sets = unasked.mediator.sets.iter();
    let Some(first) = sets.next() else {
        return quote!(#begin #p::compose! { [] () { #item } });
    };
    let (path, arguments) = (&first.path, &first.arguments);
    let paths = sets.clone().map(|set| &set.path);
    let generics = sets.map(|set| &set.arguments);
    quote!(#begin #path! { [] (#arguments) #([#paths] (#generics))* [#p::compose] () { #item } })
}

pub(crate) fn compose(input: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let expansion = errors.take(syn::parse2::<slot::HandedOver>(input)).and_then(|handed| {
        // What the derive has reported already is not reported again.
        let reported = Errors::new();
        let model = parse::parse(&handed.item, &reported);
        drop(reported.into_compile_errors());
        let mut model = model?;
        parameters::check(&model, &handed.sets, &errors);
        if !errors.is_empty() {
            return Some(stub(model, None));
        }
        if let Some((set, _)) = model.sets.iter().zip(&handed.sets).find(|(_, given)| given.is_no_contract) {
            errors.at(&set.ty, catalogue::no_contract(text(set.arguments.clone())));
            let model = model::Mediator { sets: Vec::new(), ..model };
            return Some(expand::expand(&unasked(model, true)));
        }
        parameters::complete(&mut model, &handed.sets);
        ask(&mut model, &handed.sets);
        Some(expand::expand(&check::check(model, handed.sets, &errors)))
    });
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors)
}

/// Asks of the sets with arguments whether they are some. A generic mediator cannot: no parameter may be used in a constant.
fn ask(model: &mut model::Mediator, sets: &[slot::Given]) {
    if !model.generics.params.is_empty() {
        return;
    }
    for (number, (set, given)) in model.sets.iter_mut().zip(sets).enumerate() {
        // Those of parameters may have been left out.
        if !set.arguments.is_empty() || !given.needs.is_empty() {
            let (own, asks) = (text(set.without_pointers()), parameters::asks(set, given).join(" and "));
            let text = match () {
                () if given.is_remote => catalogue::no_transport(own),
                () if asks.is_empty() => catalogue::other_set(own),
                () => catalogue::unfit_set(own, asks),
            };
            set.ask(format_ident!("_S{number}"), text);
        }
    }
}
