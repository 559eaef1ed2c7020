//! The layers of the runtime: what is lower does not know what is higher.

mod paths;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{File, Item, UseTree};

/// The modules, lowest layer first.
const LAYERS: &[&[&str]] = &[
    &["error", "id", "time", "observe", "message"],
    &["buffer", "codec", "envelope"],
    &["describe", "handler", "pipeline", "behaviors", "mediator", "scope", "stream"],
    &["transport", "store"],
    &["contract", "wire", "remote", "delivery", "eventsourcing", "flow"],
    &["cluster"],
    &["app", "testing"],
];

/// Dispatch and the ports do not know each other; they meet above both.
const DISPATCH: usize = 2;
const PORTS: usize = 3;
const APP: usize = 6;

/// What only `app` names.
const ADAPTERS: &[&str] = &["memory", "unix", "tcp", "quic", "websocket", "nats", "redis", "link", "durable", "sql"];

/// They gather from all layers, and no layer names them.
const GATHERING: &[&str] = &["lib", "prelude", "rules", "__private"];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The modules of names that `lib.rs` hands on, so that `crate::Error` counts as `crate::error`.
type HandedOn = BTreeMap<String, String>;

fn handed_on(lib: &File) -> HandedOn {
    fn leaves(tree: &UseTree, of: &str, names: &mut HandedOn) {
        let mut add = |name: String| names.insert(name, of.to_owned());
        match tree {
            UseTree::Path(path) => leaves(&path.tree, of, names),
            UseTree::Name(name) => drop(add(name.ident.to_string())),
            UseTree::Rename(rename) => drop(add(rename.rename.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, of, names)),
            UseTree::Glob(_) => {}
        }
    }
    let mut names = HandedOn::new();
    for item in &lib.items {
        if let Item::Use(item) = item
            && let UseTree::Path(path) = &item.tree
        {
            leaves(&path.tree, &path.ident.to_string(), &mut names);
        }
    }
    names
}

/// What one file breaks: `file:line: what`.
fn violations(name: &str, file: &File, handed_on: &HandedOn) -> Vec<String> {
    let mut module: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    let own = module[0].clone();
    if GATHERING.contains(&own.as_str()) {
        return Vec::new();
    }
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    let Some(own_layer) = layer(&own) else {
        return vec![format!("{name}:1: `{own}` has no layer; give it one")];
    };
    let breaks = |path: &[String]| {
        let first = path.first()?;
        let top = handed_on.get(first).unwrap_or(first);
        // Exported macros, which live at the root.
        if first.starts_with("__catga_") || top == "catga_macros" || *top == own {
            return None;
        }
        if GATHERING.contains(&top.as_str()) {
            return Some(format!("`{own}` names `{top}`, which gathers from all layers"));
        }
        let Some(layer) = layer(top) else { return Some(format!("`{top}` has no layer; give it one")) };
        let adapter = path.iter().skip(1).find(|name| layer == PORTS && ADAPTERS.contains(&name.as_str()));
        match adapter {
            _ if layer > own_layer => Some(format!("`{own}` (L{own_layer}) names `{top}` (L{layer})")),
            _ if (own_layer, layer) == (PORTS, DISPATCH) => {
                Some(format!("the port `{own}` names `{top}`, and ports do not know dispatch"))
            }
            Some(adapter) if own_layer < APP => Some(format!("`{own}` names the adapter `{top}::{adapter}`")),
            _ => None,
        }
    };
    let named = paths::of_file(file, module);
    named.iter().filter_map(|named| Some(format!("{name}:{}: {}", named.line, breaks(&named.path)?))).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn read(path: &Path) -> File {
    let text = fs::read_to_string(path).unwrap();
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn lower_layers_do_not_name_higher_ones() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catga/src");
    let handed_on = handed_on(&read(&src.join("lib.rs")));
    let files = sources(&src);
    assert!(files.len() > 50, "the sources were not found");
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            violations(&name, &read(path), &handed_on)
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// What the check says of a file with this name and this text.
fn check(name: &str, text: &str) -> Vec<String> {
    let handed_on = handed_on(&syn::parse_str("pub use error::{Class, Error}; pub use scope::Context;").unwrap());
    violations(name, &syn::parse_str(text).unwrap(), &handed_on)
}

#[test]
fn a_planted_violation_is_found() {
    let planted = [
        ("time/clock.rs", "\nuse crate::mediator::Handles;", "time/clock.rs:2: `time` (L0) names `mediator` (L2)"),
        ("time/clock.rs", "use {crate::{id::Id, scope}};", "time/clock.rs:1: `time` (L0) names `scope` (L2)"),
        ("time/clock.rs", "use super::super::scope::*;", "time/clock.rs:1: `time` (L0) names `scope` (L2)"),
        (
            "time/clock.rs",
            "mod a { fn f(_: super::super::super::flow::Flow) {} }",
            "time/clock.rs:1: `time` (L0) names `flow` (L4)",
        ),
        ("time/mod.rs", "use super::app::Health;", "time/mod.rs:1: `time` (L0) names `app` (L6)"),
        ("time/mod.rs", "fn f() { crate::Context::new(()); }", "time/mod.rs:1: `time` (L0) names `scope` (L2)"),
        (
            "time/mod.rs",
            "impl crate::wire::A for <B as C<crate::id::Id>>::D {}",
            "time/mod.rs:1: `time` (L0) names `wire` (L4)",
        ),
        ("id/id.rs", "link! { a => $crate::scope::Context, 1 }", "id/id.rs:1: `id` (L0) names `scope` (L2)"),
        ("id/id.rs", "link! { use crate::{error::Error, flow}; }", "id/id.rs:1: `id` (L0) names `flow` (L4)"),
        (
            "store/sql.rs",
            "use crate::scope::Scope;",
            "store/sql.rs:1: the port `store` names `scope`, and ports do not know dispatch",
        ),
        ("flow/step.rs", "use crate::store::redis::Redis;", "flow/step.rs:1: `flow` names the adapter `store::redis`"),
        (
            "flow/step.rs",
            "use crate::store::embedded::memory::Memory;",
            "flow/step.rs:1: `flow` names the adapter `store::memory`",
        ),
        (
            "flow/step.rs",
            "use crate::prelude::*;",
            "flow/step.rs:1: `flow` names `prelude`, which gathers from all layers",
        ),
        ("flow/step.rs", "use crate::novelty::New;", "flow/step.rs:1: `novelty` has no layer; give it one"),
        ("novelty.rs", "", "novelty.rs:1: `novelty` has no layer; give it one"),
    ];
    for (name, text, found) in planted {
        assert_eq!(check(name, text), [found], "{text}");
    }
}

#[test]
fn what_is_lower_may_be_named() {
    let allowed = [
        ("mediator/nested.rs", "use crate::{Error, time::Clock}; use super::{Handles, super::scope};"),
        ("time/clock.rs", "use super::Instant; /// [`crate::mediator`]\nstruct A(self::B);"),
        ("store/redis.rs", "use crate::{store::memory::Memory, codec, error::Class};"),
        ("app/presets.rs", "use crate::store::redis::Redis;"),
        ("flow/step.rs", "pub(in crate::app) struct A;"),
        ("prelude.rs", "pub use crate::app::App;"),
    ];
    for (name, text) in allowed {
        assert_eq!(check(name, text), [""; 0], "{text}");
    }
}

/// Each member has the lints of the workspace, and what users build on has stricter ones besides.
#[test]
fn every_member_has_the_shared_lints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let members = manifest.lines().find_map(|line| line.strip_prefix("members = [")).unwrap();
    let members: Vec<&str> =
        members.trim_end_matches(']').split(',').map(|name| name.trim().trim_matches('"')).collect();
    assert!(members.contains(&"catga") && members.contains(&"benches") && members.len() >= 6, "{members:?}");
    for member in members {
        let manifest = fs::read_to_string(root.join(member).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"), "`{member}` has lints of its own, or none");
        for shared in ["version", "edition", "rust-version", "license"] {
            assert!(manifest.contains(&format!("\n{shared}.workspace = true\n")), "`{member}` has its own {shared}");
        }
    }
    for program in ["catga/src/lib.rs", "catga-macros/src/lib.rs", "examples/order_system/main.rs"] {
        let text = fs::read_to_string(root.join(program)).unwrap();
        for lint in ["missing_docs", "unreachable_pub", "clippy::unwrap_used", "clippy::panic", "clippy::print_stdout"]
        {
            assert!(text.lines().any(|line| line.starts_with("#![warn(") && line.contains(lint)), "{program}: {lint}");
        }
    }
}
