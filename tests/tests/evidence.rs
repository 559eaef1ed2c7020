//! The README claims no figure that the long runs have not shown.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines behind a heading, up to the next one.
fn section<'p>(page: &'p str, heading: &str) -> Vec<&'p str> {
    let lines = page.lines().skip_while(|line| *line != heading).skip(1);
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    assert!(!lines.is_empty(), "there is no `{heading}`");
    lines
}

/// The cells of a table's rows, without its head.
fn table<'p>(lines: &[&'p str]) -> Vec<Vec<&'p str>> {
    let rows = lines.iter().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// Numbers of two places are one, however they are written: `1 255`, `1255.0`.
fn number(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|letter| *letter != ' ').collect();
    let number: f64 = text.parse().ok()?;
    Some(number.to_string())
}

#[test]
fn what_was_tried_is_what_was_counted() {
    let (readme, evidence) = (page("../README.md"), page("EVIDENCE.md"));
    let counted: BTreeSet<(&str, Option<String>)> =
        table(&section(&evidence, "## counts")).into_iter().map(|row| (row[0], number(row[1]))).collect();
    let claims = table(&section(&readme, "## What was tried"));
    assert!(claims.len() >= 8, "{claims:?}");
    for claim in claims {
        let claim = (claim[0], number(claim[1]));
        assert!(claim.1.is_some() && counted.contains(&claim), "{claim:?} is not in tests/EVIDENCE.md");
    }
}

/// Rows of the README's table against the peers name the rows of the figures that they show.
#[test]
fn figures_are_those_that_were_measured() {
    let (readme, evidence) = (page("../README.md"), page("EVIDENCE.md"));
    let lines = section(&evidence, "## figures");
    let measured = |name: &str| -> Vec<String> {
        let row = lines.iter().find(|line| {
            line.strip_prefix(name).is_some_and(|rest| {
                rest.starts_with("  ") && rest.trim_start().starts_with(|digit: char| digit.is_ascii_digit())
            })
        });
        let row = row.unwrap_or_else(|| panic!("there is no figure of `{name}`"));
        row[name.len()..].split_whitespace().map(|figure| number(figure).unwrap()).collect()
    };
    let claims = table(&section(&readme, "## Against the peers"));
    assert!(claims.len() >= 10, "{claims:?}");
    for claim in &claims {
        let [name, figures @ ..] = claim.as_slice() else { panic!("{claim:?}") };
        let figures: Vec<String> = figures.iter().map(|figure| number(figure).unwrap()).collect();
        let name = name.replace("**", "");
        assert_eq!(measured(&name), figures, "{name}");
    }
}
