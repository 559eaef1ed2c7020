//! What finds a type at run time has no place here: its names do not occur.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

const BANNED: &[&str] = &["TypeId", "type_name", "type_name_of_val", "inventory", "linkme"];

/// Panic payloads are `dyn Any`, and nothing else is.
const PAYLOADS: &[&str] = &["catga/src/error/panic.rs", "catga/src/mediator/contain.rs"];

/// The idents of a text, with `dyn core::any::Any` as one.
fn idents(tokens: TokenStream, found: &mut Vec<(String, usize)>) {
    let mut after_dyn = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => idents(group.stream(), found),
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                match ident.to_string().as_str() {
                    "dyn" => after_dyn = true,
                    "Any" if after_dyn => found.push(("dyn Any".into(), line)),
                    other => found.push((other.into(), line)),
                }
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => continue,
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        after_dyn = false;
    }
}

fn banned(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    idents(text.parse().unwrap(), &mut found);
    let is_banned = |ident: &str| BANNED.contains(&ident) || ident == "dyn Any" && !PAYLOADS.contains(&name);
    found
        .iter()
        .filter(|(ident, _)| is_banned(ident))
        .map(|(ident, line)| format!("{name}:{line}: `{ident}`"))
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn nothing_is_found_by_its_type_at_run_time() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = ["catga/src", "catga-macros/src"].map(|folder| sources(&root.join(folder))).concat();
    assert!(files.len() > 80, "the sources were not found");
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            banned(&name, &fs::read_to_string(path).unwrap())
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_registry_is_a_dependency() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for manifest in ["catga/Cargo.toml", "catga-macros/Cargo.toml"] {
        let text = fs::read_to_string(root.join(manifest)).unwrap();
        for registry in ["inventory", "linkme", "ctor"] {
            assert!(!text.contains(registry), "{manifest}: `{registry}`");
        }
    }
}

#[test]
fn a_planted_name_is_found() {
    assert_eq!(banned("a.rs", "\nfn f() { m!(core::any::TypeId::of::<u8>()) }"), ["a.rs:2: `TypeId`"]);
    assert_eq!(banned("a.rs", "fn f(_: &(dyn core::any::Any + Send)) {}"), ["a.rs:1: `dyn Any`"]);
    assert_eq!(banned("a.rs", "fn f(_: &dyn Any) {}"), ["a.rs:1: `dyn Any`"]);
    assert_eq!(banned("catga/src/error/panic.rs", "fn f(_: &dyn Any) {}"), [""; 0]);
    assert_eq!(banned("a.rs", "// TypeId\n/// `type_name`\nfn any(a: Any, b: &dyn Error) { \"inventory\" }"), [""; 0]);
}
