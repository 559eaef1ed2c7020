//! The warnings of `#[handler]`: each once, at the user's token, and silenced by its name.

mod cases;
mod fixture;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cases::Case;
use expect_test::expect_file;
use fixture::Fixture;
use serde_json::Value;

/// A warning: its id, and the file, the line and the column that it points to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Warning {
    id: String,
    file: String,
    line: usize,
    column: usize,
}

#[test]
fn each_warning_is_printed_once_at_its_token_and_where_it_is_allowed_not_at_all() {
    let mut printed: Vec<Warning> = printed().iter().map(warning).collect();
    printed.retain(|warning| !warning.file.contains("/fail/"));
    printed.sort();
    assert_eq!(printed, expected());
}

#[test]
fn each_wrong_program_prints_its_warning() {
    let printed = printed();
    for case in Case::warnings() {
        let of_it = |message: &&Value| case.wrong.ends_with(warning(message).file.trim_start_matches("warned/"));
        let [message] = printed.iter().filter(of_it).collect::<Vec<_>>()[..] else { panic!("{}", case.name) };
        let Warning { id, line, column, .. } = warning(message);
        assert_eq!(id, case.id, "{}", case.name);
        assert!(case.is_at(line, column), "{} points to line {line}, column {column}", case.name);
        let text = message["rendered"].as_str().unwrap();
        // Said at the first warning of a kind alone.
        let text = text.lines().filter(|line| !line.ends_with("on by default")).collect::<Vec<_>>().join("\n");
        expect_file![case.output()].assert_eq(&format!("{}\n", text.trim_end_matches(['\n', ' ', '|'])));
        assert!(case.mended().is_file(), "{} is missing", case.mended().display());
    }
}

/// Neither does rustc: what it prints of the crate is ours, or the other tests fail.
#[test]
fn clippy_says_nothing_of_what_is_warned_of() {
    let all = ["--", "--warn", "clippy::all", "--warn", "clippy::pedantic"];
    let (ours, clippys): (Vec<_>, Vec<_>) =
        said("clippy", &all).into_iter().partition(|message| message["message"].as_str().unwrap().contains("CATGA"));
    assert!(!ours.is_empty() && !clippys.is_empty());
    let lines: BTreeSet<_> = ours.iter().map(warning).map(|warning| (warning.file, warning.line)).collect();
    for message in clippys {
        let places = message["spans"].as_array().unwrap().iter();
        for place in places.filter(|place| place["is_primary"] == true) {
            let line = usize::try_from(place["line_start"].as_u64().unwrap()).unwrap();
            let file = place["file_name"].as_str().unwrap().to_owned();
            assert!(!lines.contains(&(file, line)), "{}", message["rendered"].as_str().unwrap());
        }
    }
}

/// What the crate of warnings prints.
fn printed() -> Vec<Value> {
    said("check", &[])
}

/// What a command of cargo says of it.
fn said(command: &str, more: &[&str]) -> Vec<Value> {
    let arguments = [&[command, "--package", "warned", "--message-format=json"], more].concat();
    let messages = Fixture::new("crates").succeed(&arguments);
    let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_the_crate = messages.filter(|message| {
        let is_its = message["target"]["name"] == "warned" && message["reason"] == "compiler-message";
        is_its && message["message"]["spans"].as_array().is_some_and(|spans| !spans.is_empty())
    });
    of_the_crate.map(|message| message["message"].clone()).collect()
}

fn warning(message: &Value) -> Warning {
    let text = message["message"].as_str().unwrap();
    let begin = text.find("CATGA").unwrap_or_else(|| panic!("a warning that is not ours: {text}"));
    let spans = message["spans"].as_array().unwrap();
    let primary: Vec<&Value> = spans.iter().filter(|span| span["is_primary"] == true).collect();
    let [at] = primary[..] else { panic!("{text} points to {} places", primary.len()) };
    let number = |of: &str| usize::try_from(at[of].as_u64().unwrap()).unwrap();
    Warning {
        id: text[begin..begin + 8].to_owned(),
        file: at["file_name"].as_str().unwrap().to_owned(),
        line: number("line_start"),
        column: number("column_start"),
    }
}

/// What its sources say: `//~ CATGA080 sleep`.
fn expected() -> Vec<Warning> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/warned/src");
    let mut expected = Vec::new();
    for file in fs::read_dir(sources).unwrap().map(|file| file.unwrap().path()).filter(|file| file.is_file()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for (line, text) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let Some((code, said)) = text.split_once(" //~ ") else { continue };
            let (id, token) = said.split_once(' ').unwrap();
            let column = code.rfind(&format!("{token}(")).or_else(|| code.rfind(token)).unwrap() + 1;
            expected.push(Warning { id: id.to_owned(), file: format!("warned/src/{name}"), line: line + 1, column });
        }
    }
    expected.sort();
    expected
}
