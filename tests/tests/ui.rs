//! What a wrong program prints: one error each, at the user's own token, with the id of its rule; and
//! the same program mended. `TRYBUILD=overwrite` writes the outputs anew.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn wrong_programs_fail_with_their_error_and_mended_ones_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/fail/*.rs");
    cases.pass("ui/*/pass/*.rs");
}

/// Rules that rustc itself enforces, with the code of its error.
const BY_RUSTC: &[(&str, &str)] = &[("stateful_constant", "E0515"), ("not_constant", "E0015")];

#[test]
fn every_mistake_is_one_error_with_the_id_of_its_rule() {
    let outputs = files("stderr");
    assert!(outputs.len() >= 35, "the catalogue has {} cases", outputs.len());
    for output in outputs {
        let text = fs::read_to_string(&output).unwrap();
        let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("error")).collect();
        let name = output.file_stem().unwrap().to_string_lossy().into_owned();
        assert_eq!(errors.len(), 1, "{name} prints {} errors:\n{text}", errors.len());
        match BY_RUSTC.iter().find(|(rule, _)| *rule == name) {
            Some((_, code)) => assert!(errors[0].contains(code), "{name}: {}", errors[0]),
            None => assert!(errors[0].contains(&id(&output)), "{name}: {}", errors[0]),
        }
        let at = text.lines().find(|line| line.trim_start().starts_with("-->")).unwrap();
        assert!(at.contains("/fail/"), "{name} points elsewhere than at the user's file: {at}");
        assert!(text.lines().count() <= 27, "{name} prints {} lines", text.lines().count());
        for internal in ["__private", "__Catga", "__catga"] {
            assert!(!text.contains(internal), "{name} shows `{internal}`:\n{text}");
        }
    }
}

#[test]
fn every_wrong_program_stands_beside_its_mended_one() {
    for program in files("rs").iter().filter(|file| file.to_string_lossy().contains("/fail/")) {
        let mended = PathBuf::from(program.to_string_lossy().replace("/fail/", "/pass/"));
        assert!(mended.is_file(), "{} is missing", mended.display());
    }
}

/// The id that a case's first line names.
fn id(output: &Path) -> String {
    let program = fs::read_to_string(output.with_extension("rs")).unwrap();
    let id =
        program.trim_start_matches("//! ").chars().take_while(|letter| letter.is_alphanumeric()).collect::<String>();
    assert!(id.starts_with("CATGA"), "{} does not name its rule", output.display());
    id
}

fn files(extension: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let groups = fs::read_dir(root).unwrap().map(|group| group.unwrap().path());
    let sides = groups.flat_map(|group| [group.join("fail"), group.join("pass")]);
    let files = sides.flat_map(|side| fs::read_dir(side).unwrap().map(|file| file.unwrap().path()));
    let mut files: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|own| own == extension)).collect();
    files.sort();
    files
}
