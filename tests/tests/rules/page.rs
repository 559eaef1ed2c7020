//! What the pages look like.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use crate::cases::Case;
use crate::titles::{BY_RUSTC, NOTES, TITLES, WITHOUT_A_CASE};

/// The page of one rule.
pub fn page(id: &str, title: &str, texts: &[String], cases: &[Case]) -> String {
    let mut page = format!("# {id}: {title}\n");
    for text in texts {
        let _ = write!(page, "\n```text\n{text}\n```\n");
    }
    if let Some((_, remedy)) = by_rustc(id) {
        let _ = write!(page, "\nrustc says so itself. {remedy}\n");
    }
    if let Some((_, note)) = NOTES.iter().find(|(noted, _)| *noted == id) {
        let _ = write!(page, "\n{note}\n");
    }
    if let Some((_, reason)) = WITHOUT_A_CASE.iter().find(|(excused, _)| *excused == id) {
        let _ = write!(page, "\nThere is no program to show: {reason}.\n");
    }
    for case in cases {
        let (wrong, printed, mended) = (wrong(case), printed(case), mended(case));
        let what = capital(&case.what);
        let _ = write!(page, "\n## {what}\n\n```rs\n{wrong}\n```\n\nprints\n\n```text\n{printed}\n```\n");
        let _ = write!(page, "\nMended:\n\n```rs\n{mended}\n```\n");
    }
    page
}

/// All rules.
pub fn table(cases: &BTreeMap<String, Vec<Case>>) -> String {
    let mut table = "# Rules\n\nWhat a program can get wrong, and what the compiler says about it. A rule is one error at the token that is \
                     wrong, with the rule's id, or rustc's own error, or a warning. The cases are under `tests/ui`, and those of warnings \
                     under `tests/crates/warned`: a program that is wrong, what it prints, and the same program mended.\n\n\
                     | id | what is wrong | said by | cases |\n|---|---|---|---|\n"
        .to_owned();
    for (id, title) in TITLES {
        let of_it = cases.get(*id).map_or(&[][..], Vec::as_slice);
        let is_warning = of_it.iter().any(Case::is_warning);
        let by = match by_rustc(id) {
            Some(_) => "rustc",
            None if is_warning => "catga, as a warning",
            None => "catga",
        };
        let names: Vec<String> = of_it
            .iter()
            .map(|case| if is_warning { case.name.clone() } else { format!("{}/{}", case.group, case.name) })
            .collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let _ = writeln!(table, "| [{id}] | {title} | {by} | {names} |");
    }
    table.push('\n');
    for (id, _) in TITLES {
        let _ = writeln!(table, "[{id}]: {id}.md");
    }
    table
}

/// The module of the pages. The links of the table are files for who reads it there, and modules here: what is
/// said first counts.
pub fn module() -> String {
    let mut module = String::new();
    for (id, _) in TITLES {
        let _ = writeln!(module, "//! [{id}]: mod@{id}");
    }
    module.push_str(
        "//!\n#![doc = include_str!(\"../rules/README.md\")]\n#![allow(non_snake_case, reason = \"ids are written as they are printed\")]\n",
    );
    for (id, _) in TITLES {
        let _ = write!(module, "\n#[doc = include_str!(\"../rules/{id}.md\")]\npub mod {id} {{}}\n");
    }
    module
}

fn by_rustc(id: &str) -> Option<&'static (&'static str, &'static str)> {
    BY_RUSTC.iter().find(|(rustc, _)| *rustc == id)
}

/// As it stands, so that the lines of what it prints are right.
fn wrong(case: &Case) -> String {
    fs::read_to_string(&case.wrong).unwrap().trim_end().to_owned()
}

/// Without the head, which says what was wrong.
fn mended(case: &Case) -> String {
    let text = fs::read_to_string(case.mended()).unwrap();
    let lines = text.trim_end().lines().skip_while(|line| line.starts_with("//!") || line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// As a user sees it, whose program is his own.
fn printed(case: &Case) -> String {
    let text = fs::read_to_string(case.output()).unwrap();
    let (group, name) = (&case.group, &case.name);
    let text = text.replace(&format!("ui/{group}/fail/{name}.rs"), "src/main.rs");
    let text = text.replace(&format!("warned/src/fail/{name}.rs"), "src/main.rs");
    let text = text.replace("$DIR/", "").replace("$WORKSPACE/", "").replace(&format!("fail::{name}::"), "");
    text.trim_end().to_owned()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
