//! The pages of the rules: `catga/rules` and `catga::rules`, made from the texts and the cases.
//! `UPDATE_EXPECT=1` writes them.

#[path = "../cases/mod.rs"]
mod cases;
mod page;
mod texts;
mod titles;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cases::Case;
use expect_test::expect_file;
use page::page;
use texts::{Texts, texts};
use titles::{BY_RUSTC, TITLES, WITHOUT_A_CASE};

/// The cases of each rule.
fn cases() -> BTreeMap<String, Vec<Case>> {
    let mut cases = BTreeMap::<String, Vec<Case>>::new();
    for case in Case::errors().into_iter().chain(Case::warnings()) {
        cases.entry(case.id.clone()).or_default().push(case);
    }
    cases
}

/// Every id that something knows.
fn ids(texts: &Texts, cases: &BTreeMap<String, Vec<Case>>) -> BTreeSet<String> {
    let by_rustc = BY_RUSTC.iter().map(|(id, _)| (*id).to_owned());
    texts.keys().chain(cases.keys()).cloned().chain(by_rustc).collect()
}

#[test]
fn every_rule_has_a_title_and_a_case_or_a_reason() {
    let (texts, cases) = (texts(), cases());
    let ids = ids(&texts, &cases);
    assert!(ids.len() >= 55, "there are {} rules", ids.len());
    let titled: BTreeSet<String> = TITLES.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(ids, titled, "the rules, and those with a title");
    for id in ids {
        let is_excused = WITHOUT_A_CASE.iter().any(|(excused, _)| *excused == id);
        assert!(cases.contains_key(&id) != is_excused, "{id} has neither a case nor a reason, or both");
        let is_by_rustc = BY_RUSTC.iter().any(|(rustc, _)| *rustc == id);
        assert!(texts.contains_key(&id) != is_by_rustc, "{id} has neither a text of ours nor one of rustc's, or both");
    }
}

#[test]
fn the_pages_are_those_of_the_catalogue() {
    let (texts, cases) = (texts(), cases());
    for (id, title) in TITLES {
        let of_it = cases.get(*id).map_or(&[][..], Vec::as_slice);
        let texts = texts.get(*id).map_or(&[][..], Vec::as_slice);
        expect_file![pages().join(format!("{id}.md"))].assert_eq(&page(id, title, texts, of_it));
    }
    expect_file![pages().join("README.md")].assert_eq(&page::table(&cases));
    expect_file![pages().join("../src/rules.rs")].assert_eq(&page::module());
}

#[test]
fn there_is_no_page_without_a_rule() {
    for file in fs::read_dir(pages()).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(name == "README" || TITLES.iter().any(|(id, _)| *id == name), "{} is no rule's", file.display());
    }
}

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../catga/rules")
}
