//! The warnings of `#[handler]`: each once, at the user's token, and silenced by its name.

mod fixture;

use std::fs;
use std::path::Path;

use fixture::Fixture;
use serde_json::Value;

/// A warning: its id, and the file, the line and the column that it points to.
type Warning = (String, String, u64, u64);

#[test]
fn each_warning_is_printed_once_at_its_token_and_where_it_is_allowed_not_at_all() {
    let mut printed = printed("warned");
    printed.sort();
    assert_eq!(printed, expected("warned"));
}

/// What a crate of `tests/crates` prints.
fn printed(package: &str) -> Vec<Warning> {
    let messages = Fixture::new("crates").succeed(&["check", "--package", package, "--message-format=json"]);
    let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_the_crate = messages.filter(|message| {
        let is_its = message["target"]["name"] == package && message["reason"] == "compiler-message";
        is_its && message["message"]["spans"].as_array().is_some_and(|spans| !spans.is_empty())
    });
    of_the_crate.map(|message| warning(&message["message"])).collect()
}

fn warning(message: &Value) -> Warning {
    let text = message["message"].as_str().unwrap();
    let begin = text.find("CATGA").unwrap_or_else(|| panic!("a warning that is not ours: {text}"));
    let spans = message["spans"].as_array().unwrap();
    let primary: Vec<&Value> = spans.iter().filter(|span| span["is_primary"] == true).collect();
    let [at] = primary[..] else { panic!("{text} points to {} places", primary.len()) };
    let file = Path::new(at["file_name"].as_str().unwrap()).file_name().unwrap().to_string_lossy().into_owned();
    (text[begin..begin + 8].to_owned(), file, at["line_start"].as_u64().unwrap(), at["column_start"].as_u64().unwrap())
}

/// What its sources say: `//~ CATGA080 sleep`.
fn expected(package: &str) -> Vec<Warning> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates").join(package).join("src");
    let mut expected = Vec::new();
    for file in fs::read_dir(sources).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for (line, text) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let Some((code, said)) = text.split_once(" //~ ") else { continue };
            let (id, token) = said.split_once(' ').unwrap();
            let column = code.rfind(&format!("{token}(")).or_else(|| code.rfind(token)).unwrap() + 1;
            expected.push((id.to_owned(), name.clone(), line as u64 + 1, column as u64));
        }
    }
    expected.sort();
    expected
}
