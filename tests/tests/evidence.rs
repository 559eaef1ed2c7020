//! The README claims no figure that the long runs have not shown.

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;

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

/// A number, however it is written: `1 255`, `1255.0`.
fn number(text: &str) -> f64 {
    let digits: String = text.chars().filter(|letter| *letter != ' ').collect();
    digits.parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

#[test]
fn what_was_tried_is_what_was_counted() {
    let (readme, evidence) = (page("../README.md"), page("EVIDENCE.md"));
    let lines = section(&evidence, "## counts");
    let counted: Vec<(&str, f64)> = table(&lines).into_iter().map(|row| (row[0], number(row[1]))).collect();
    let claims = table(&section(&readme, "## What was tried"));
    assert!(claims.len() >= 8, "{claims:?}");
    for claim in claims {
        assert!(counted.contains(&(claim[0], number(claim[1]))), "{claim:?} is not in tests/EVIDENCE.md");
    }
}

/// Targets that are not met yet.
const MISSED: [&str; 1] = ["catga, the same with 1 000 messages: times the plain calls' instructions"];

/// Rows of the README's table against the peers have the names of the rows that were measured.
#[test]
fn figures_are_those_that_were_measured() {
    let (readme, evidence) = (page("../README.md"), page("EVIDENCE.md"));
    let lines = section(&evidence, "## figures");
    let measured = |name: &str| -> Vec<f64> {
        let is_row = |rest: &&str| {
            rest.starts_with("  ") && rest.trim_start().starts_with(|letter: char| letter.is_ascii_digit())
        };
        let row = lines.iter().find_map(|line| line.strip_prefix(name).filter(is_row));
        let row = row.unwrap_or_else(|| panic!("there is no figure of `{name}`"));
        row.split_whitespace().map(number).collect()
    };
    let missed = lines.iter().filter(|line| line.ends_with("MISSED")).filter_map(|line| line.split("  ").next());
    assert_eq!(missed.collect::<Vec<_>>(), MISSED, "targets that are missed");
    let claims = table(&section(&readme, "## Against the peers"));
    assert!(claims.len() >= 10, "{claims:?}");
    for claim in &claims {
        let [name, figures @ ..] = claim.as_slice() else { panic!("{claim:?}") };
        let name = name.replace("**", "");
        let measured = measured(&name);
        assert_eq!(measured.len(), figures.len(), "{name}");
        for (measured, claimed) in measured.into_iter().zip(figures) {
            // To the nearest whole number, which is what one reads.
            assert!((measured - number(claimed)).abs() <= 0.5, "{name}: claimed {claimed}, measured {measured}");
        }
    }
}

/// What the README says of the compiler's time is what was measured: the targets of `compile_cost` hold, and its prose
/// has their figures to one place.
#[test]
fn what_the_compiler_takes_is_what_was_measured() {
    let (readme, evidence) = (page("../README.md"), page("EVIDENCE.md"));
    let lines = section(&evidence, "## figures");
    // A row: style, messages, seconds, times the plain functions.
    let times = |style: &str, messages: &str| -> f64 {
        let row = lines.iter().filter_map(|line| line.strip_prefix(style).filter(|rest| rest.starts_with("  ")));
        let row = row.map(|rest| rest.split_whitespace().collect::<Vec<_>>()).find(|cells| cells[0] == messages);
        let row = row.unwrap_or_else(|| panic!("there is no row of {style} with {messages} messages"));
        number(row[2])
    };
    let prose = section(&readme, "## Against the peers").join(" ");
    let claims = [
        format!(
            "`cargo check` of 400 commands with a handler and a send each takes about {:.1} times the plain functions, and of 1 000 about {:.1}",
            times("catga", "400"),
            times("catga", "1000")
        ),
        format!("medi-rs takes about {:.1} and {:.1}", times("medi-rs", "400"), times("medi-rs", "1000")),
        format!(
            "with five behaviors around each it is about {:.1} and {:.1}",
            times("catga, 5 behaviors", "400"),
            times("catga, 5 behaviors", "1000")
        ),
    ];
    for claim in claims {
        assert!(prose.contains(&claim), "the README does not say: {claim}");
    }
    let targets = [("400", 4.0), ("1000", 6.0)];
    for (messages, most) in targets {
        assert!(
            times("catga", messages) <= most && times("catga", messages) < times("medi-rs", messages),
            "{messages}"
        );
    }
}

/// Runs the script of the long runs with a cargo that does nothing, and fails at what has this in its arguments: whether
/// the script succeeds, and the page that is there afterwards.
#[cfg(unix)]
fn long_run(fails_at: &str) -> (bool, String) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("tests")).unwrap();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("long.sh"), path("tests/long.sh")).unwrap();
    fs::write(path("tests/EVIDENCE.md"), "## counts\n\nbefore\n\n## fuzz\n\nkept\n").unwrap();
    let cargo =
        format!("#!/bin/sh\ncase \"$*\" in *'{fails_at}'*) exit 1;; esac\necho \"| $* | 1 |\" >>\"$CATGA_EVIDENCE\"\n");
    fs::write(path("cargo"), cargo).unwrap();
    fs::set_permissions(path("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut all = vec![folder.path().to_owned()];
    all.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    let ran = Command::new("bash")
        .arg(path("tests/long.sh"))
        .arg("counts")
        .env("PATH", std::env::join_paths(all).unwrap())
        .output()
        .unwrap();
    (ran.status.success(), fs::read_to_string(path("tests/EVIDENCE.md")).unwrap())
}

/// A long run in which a test fails says so, and writes no page without what that test counts.
#[cfg(unix)]
#[test]
fn a_long_run_that_fails_leaves_the_page() {
    let (succeeds, page) = long_run("no such thing");
    assert!(succeeds && page.contains("## counts\n\n| what | counted |") && page.contains("## fuzz\n\nkept"), "{page}");
    for test in ["--test store", "--test simulation", "--test sql", "--test order_system"] {
        let (succeeds, page) = long_run(test);
        assert!(!succeeds && page.starts_with("## counts\n\nbefore"), "{test}: {page}");
    }
}
