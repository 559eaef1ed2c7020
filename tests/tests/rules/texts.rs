//! The texts of the rules, where they are written: literals that begin with an id.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::LitStr;

/// What is printed for each id, in the order of the sources.
pub type Texts = BTreeMap<String, Vec<String>>;

/// Those of the macros and of the runtime.
pub fn texts() -> Texts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut texts = Texts::new();
    let mut files = Vec::new();
    for folder in ["catga-macros/src", "catga/src"] {
        sources(&root.join(folder), &mut files);
    }
    files.sort();
    for file in files {
        let tokens: TokenStream = fs::read_to_string(&file).unwrap().parse().unwrap();
        search(tokens, &mut texts);
    }
    texts
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn search(tokens: TokenStream, texts: &mut Texts) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for tree in &trees {
        match tree {
            TokenTree::Group(group) => search(group.stream(), texts),
            tree => {
                let Some(text) = literal(tree).filter(|text| text.starts_with("CATGA0") || text.starts_with("CATGA1")) else { continue };
                let mut text = text.replace('_', if text.contains(' ') { "_" } else { " " });
                // The label and the note of an attribute stand beside its message.
                for name in ["label", "note"] {
                    let beside =
                        trees.windows(3).find(|trees| matches!(&trees[0], TokenTree::Ident(own) if own == name));
                    if let Some(beside) = beside.and_then(|trees| literal(&trees[2])) {
                        text = format!("{text}\n{name}: {beside}");
                    }
                }
                let known = texts.entry(text[..8].to_owned()).or_default();
                if !known.contains(&text) {
                    known.push(text);
                }
            }
        }
    }
}

fn literal(tree: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = tree else { return None };
    syn::parse_str::<LitStr>(&literal.to_string()).ok().map(|literal| literal.value())
}
