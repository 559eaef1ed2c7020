//! The paths of a file that begin with `crate`, `super` or `self`, as modules of the crate.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{File, Ident, ItemMod, ItemUse, Macro, Path, UseTree, VisRestricted};

/// A path of the crate, without `crate`.
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// All of a file that is the module `module`, in the order in which they stand.
pub fn of_file(file: &File, module: Vec<String>) -> Vec<Named> {
    let mut paths = Paths { module, found: Vec::new() };
    paths.visit_file(file);
    paths.found
}

struct Paths {
    /// Where we are.
    module: Vec<String>,
    found: Vec<Named>,
}

impl Paths {
    fn add(&mut self, segments: &[String], at: Span) {
        let path = match segments.first().map(String::as_str) {
            Some("crate") => segments[1..].to_vec(),
            Some("super" | "self") => {
                let ups = segments.iter().filter(|segment| *segment == "super").count();
                let names = segments.iter().filter(|segment| *segment != "super" && *segment != "self");
                let base = &self.module[..self.module.len().saturating_sub(ups)];
                base.iter().chain(names).cloned().collect()
            }
            _ => return,
        };
        self.found.push(Named { path, line: at.start().line });
    }

    fn add_tree(&mut self, prefix: &[String], tree: &UseTree) {
        let with = |ident: &Ident| [prefix, &[ident.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) => self.add(&with(&name.ident), name.ident.span()),
            UseTree::Rename(rename) => self.add(&with(&rename.ident), rename.ident.span()),
            UseTree::Glob(glob) => self.add(prefix, glob.star_token.spans[0]),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(prefix, tree)),
        }
    }

    /// What a macro is given is no syntax yet: every run of `a::b` in its tokens counts.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut run: Vec<Ident> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.add_run(&mut run);
                    }
                    run.push(ident);
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => {
                    // `crate::{a, b}` in a macro: each is a path of its own.
                    let prefix: Vec<String> = run.iter().map(Ident::to_string).collect();
                    match syn::parse2::<Trees>(group.stream()) {
                        Ok(Trees(trees)) if colons == 2 => trees.iter().for_each(|tree| self.add_tree(&prefix, tree)),
                        _ => self.add_tokens(group.stream()),
                    }
                    self.add_run(&mut run);
                }
                _ => self.add_run(&mut run),
            }
            colons = 0;
        }
        self.add_run(&mut run);
    }

    fn add_run(&mut self, run: &mut Vec<Ident>) {
        if let Some(first) = run.first().filter(|_| run.len() > 1) {
            let at = first.span();
            let segments: Vec<String> = run.iter().map(Ident::to_string).collect();
            self.add(&segments, at);
        }
        run.clear();
    }
}

struct Trees(Vec<UseTree>);

impl syn::parse::Parse for Trees {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let trees = input.parse_terminated(<UseTree as syn::parse::Parse>::parse, syn::Token![,])?;
        Ok(Self(trees.into_iter().collect()))
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.module.push(module.ident.to_string());
        syn::visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.add(&segments, path.segments[0].ident.span());
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invoked: &'ast Macro) {
        self.visit_path(&invoked.path);
        self.add_tokens(invoked.tokens.clone());
    }

    /// `pub(in crate::error)` says who may see, and names nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}
