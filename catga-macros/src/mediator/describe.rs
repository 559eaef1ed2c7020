//! The table of a mediator: one constant, which nothing reads unless it is asked. Its handler sets bring
//! their own parts.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::expand::Expansion;
use super::model::Set;
use crate::pipeline::{self, Pipeline};

impl Expansion<'_> {
    pub(super) fn described(&self) -> TokenStream {
        let p = &self.p;
        let mediator = &self.checked.mediator;
        let (name, at) = (mediator.ident.unraw().to_string(), mediator.ident.span());
        let place = quote_spanned!(at=> (#p::core::module_path!(), #p::core::file!(), #p::core::line!()));
        let pipeline = self.pipeline(&mediator.pipeline);
        let fields = mediator.sets.iter().map(|set| self.field(set));
        let unheard = &mediator.options.unheard;
        let unheard = (!unheard.is_empty()).then(|| quote!(.unheard(&[#(<#unheard as #p::Message>::INFO),*])));
        let hears = mediator.options.hears.iter().filter_map(|path| path.segments.last());
        let hears: Vec<String> = hears.map(|last| last.ident.unraw().to_string()).collect();
        let hears = (!hears.is_empty()).then(|| quote!(.hears(&[#(#hears),*])));
        let table = quote! {
            const TABLE: &'static #p::Table =
                &#p::Table::new(#name, #place, #pipeline, &[#(#fields),*]) #unheard #hears;
        };
        self.implement(at, quote!(#p::Described), table)
    }

    fn field(&self, set: &Set) -> TokenStream {
        let p = &self.p;
        let (name, ty, pipeline) = (set.field.unraw().to_string(), &set.own, self.pipeline(&set.pipeline));
        quote!(#p::Field::new(#name, #pipeline, <#ty as #p::Named>::PART))
    }

    fn pipeline(&self, pipeline: &Pipeline) -> TokenStream {
        let p = &self.p;
        pipeline::describe(pipeline, p).unwrap_or_else(|| quote!(#p::Pipeline::EMPTY))
    }
}
