//! Which scenario of the conformance suite runs on which store: each of the groups A to G and L, and K2 and K4, is a test
//! by its number, or is not applicable for a reason. The tests are found by their names: `f4_what_was_not_marked..` is F4.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// The groups, and how many scenarios each has.
const GROUPS: [(&str, u32); 8] = [("a", 13), ("b", 6), ("c", 9), ("d", 10), ("e", 5), ("f", 10), ("g", 10), ("l", 14)];
const ALONE: [&str; 2] = ["k2", "k4"];

/// What runs on a store: folders and files of tests, whose scenarios all do.
struct Engine {
    name: &'static str,
    tests: &'static [&'static str],
    /// The suite that `catga::testing` ships runs on it: where its result is asserted.
    suite: &'static str,
    not_applicable: &'static [(&'static [&'static str], &'static str)],
}

const EVERY_STORE: &str = "delivery";
const EMBEDDED: [&str; 4] = [EVERY_STORE, "tests/delivery_transaction", "tests/store/suite", "tests/store/ports"];

const GROUPS_OF_SUBSCRIBERS: (&[&str], &str) = (
    &["a5", "a9"],
    "an outbox has one group of subscribers, the handlers of the mediator: each by itself, and `heard.rs` shows that",
);
const FLUSH: (&[&str], &str) = (&["c5"], "a commit is the flush: nothing that was committed waits for a close (F3)");
const DEADLINE: (&[&str], &str) = (&["d9"], "a row never inherits the deadline of the request that wrote it");
const NO_DISK: (&[&str], &str) = (&["a10", "k2", "k4", "l11"], "nothing outlives the process");

const ENGINES: [Engine; 4] = [
    Engine {
        name: "memory",
        tests: &EMBEDDED,
        suite: "tests/store_conformance/embedded.rs",
        not_applicable: &[
            GROUPS_OF_SUBSCRIBERS,
            FLUSH,
            DEADLINE,
            NO_DISK,
            (&["l10"], "it has no SQL"),
            (&["l12"], "it has no backup"),
        ],
    },
    Engine {
        name: "durable",
        tests: &[
            EVERY_STORE,
            "tests/delivery_transaction",
            "tests/store",
            "tests/simulation",
            "tests/delivery_kill.rs",
            "tests/delivery_releases.rs",
        ],
        suite: "tests/store_conformance/embedded.rs",
        not_applicable: &[GROUPS_OF_SUBSCRIBERS, FLUSH, DEADLINE, (&["l10"], "it has no SQL")],
    },
    Engine {
        name: "postgres",
        tests: &[EVERY_STORE, "sql"],
        suite: "sql/conformance.rs",
        not_applicable: &[GROUPS_OF_SUBSCRIBERS, FLUSH, DEADLINE, SQL_MEMBERS],
    },
    Engine {
        name: "sqlite",
        tests: &[EVERY_STORE, "sql"],
        suite: "sql/conformance.rs",
        not_applicable: &[GROUPS_OF_SUBSCRIBERS, FLUSH, DEADLINE, SQL_MEMBERS],
    },
];

const SQL_MEMBERS: (&[&str], &str) = (&["l1"], "the database has its own group commit");

/// Every scenario's number, as names of tests begin with it.
fn numbers() -> Vec<String> {
    let groups = GROUPS.iter().flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}{number}")));
    groups.chain(ALONE.map(str::to_owned)).collect()
}

/// The tests of some files, by what their names begin with.
struct Found {
    engine: &'static str,
    tests: BTreeMap<String, BTreeSet<String>>,
}

impl Found {
    fn add(&mut self, name: &str) {
        let is_of_another = |other: &&str| *other != self.engine && name.contains(other);
        if ["postgres", "sqlite"].iter().any(is_of_another) {
            return;
        }
        for part in name.split('_').take_while(|part| is_number(part)) {
            self.tests.entry(part.to_owned()).or_default().insert(name.to_owned());
        }
    }

    fn read(&mut self, path: &Path) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                self.read(&entry.unwrap().path());
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
            self.visit_file(&file);
        }
    }
}

/// `f4`
fn is_number(part: &str) -> bool {
    let mut letters = part.chars();
    letters.next().is_some_and(|group| group.is_ascii_lowercase())
        && part.len() > 1
        && letters.all(|digit| digit.is_ascii_digit())
}

impl Visit<'_> for Found {
    fn visit_item_fn(&mut self, function: &syn::ItemFn) {
        self.add(&function.sig.ident.to_string());
        visit::visit_item_fn(self, function);
    }

    // `killed!(sqlite, k4_programs_on_sqlite_are_killed, ..)`
    fn visit_macro(&mut self, called: &syn::Macro) {
        called.tokens.clone().into_iter().for_each(|token| {
            if let proc_macro2::TokenTree::Ident(name) = token {
                self.add(&name.to_string());
            }
        });
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The numbers that the suite runs by its table.
fn of_suite(is_durable: bool) -> BTreeSet<String> {
    let suite = root().join("../catga/src/testing/conformance/stores/suite.rs");
    let text = fs::read_to_string(suite).unwrap();
    let (ran, _) = text.split_once("\n    elsewhere {\n").unwrap();
    let lines = ran.lines().filter(|line| is_durable || !line.contains("Durability: "));
    let ids = lines.filter_map(|line| line.trim().strip_prefix('"')?.split_once('"'));
    ids.map(|(id, _)| id.to_lowercase()).collect()
}

#[test]
fn each_scenario_is_a_test_on_each_store_or_is_not_applicable() {
    let (mut all, mut missing, mut both) = (BTreeMap::new(), Vec::new(), Vec::new());
    for Engine { name, tests, suite: runs, not_applicable } in &ENGINES {
        assert!(root().join(runs).exists(), "{runs}");
        let suite = of_suite(*name != "memory");
        assert!(suite.len() > 30, "{suite:?}");
        let mut found = Found { engine: name, tests: BTreeMap::new() };
        tests.iter().for_each(|path| found.read(&root().join(path)));
        let off: BTreeMap<&str, &str> =
            not_applicable.iter().flat_map(|(ids, why)| ids.iter().map(move |id| (*id, *why))).collect();
        let mut ran = 0;
        for number in numbers() {
            let is_run = found.tests.contains_key(&number) || suite.contains(&number);
            match (is_run, off.get(&number[..])) {
                (true, None) => ran += 1,
                (false, Some(why)) => println!("{name:<8} {number:<4} not applicable: {why}"),
                (false, None) => missing.push(format!("{name} {number}")),
                (true, Some(_)) => both.push(format!("{name} {number}")),
            }
        }
        all.insert(*name, ran);
    }
    assert_eq!((missing, both), (Vec::<String>::new(), Vec::<String>::new()), "missing, and not applicable but there");
    let expected = [("memory", 69), ("durable", 74), ("postgres", 74), ("sqlite", 74)];
    assert_eq!(all, expected.into(), "how many of {} are run", numbers().len());
}
