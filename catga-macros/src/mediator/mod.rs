//! `#[mediator]`, in three steps. The attribute makes the struct's attributes those of a derive, as a
//! derive sees its fields after `cfg`. The derive finds the handler sets among the fields and calls the
//! hidden macro of the first, which calls that of the next. The last calls `compose!`, which then knows
//! every slot and expands.

mod attribute;
mod check;
mod circle;
mod describe;
mod dispatch;
mod double;
mod ears;
mod evidence;
mod expand;
mod fields;
mod hand_over;
mod layout;
mod model;
mod names;
mod opens;
mod parameters;
mod parse;
mod ports;
mod rows;
mod serve;
mod site;
mod slot;
mod sound;

use proc_macro2::TokenStream;
use quote::quote;

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
        Some(if errors.is_empty() { hand_over(model, &item) } else { stub(model, errors.first()) })
    });
    let errors = errors.into_compile_errors();
    quote!(#hand_over #errors)
}

/// A mediator with which something is wrong, that was reported: everything may be sent to it.
fn stub(model: model::Mediator, mistake: Option<TokenStream>) -> TokenStream {
    let model = model::Mediator { sets: Vec::new(), ..model };
    let checked = check::Checked { mistake, ..unasked(model, true) };
    let (begin, rest) = (expand::begin(&checked), expand::expand(&checked));
    quote!(#begin #rest)
}

/// A mediator whose handler sets were not asked.
fn unasked(mediator: model::Mediator, is_reported: bool) -> check::Checked {
    let (slots, kept, remote, doubts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    check::Checked { mediator, slots, kept, remote, doubts, is_reported, mistake: None }
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
        Some(expand::expand(&check::check(model, handed.sets, &errors)))
    });
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors)
}
