//! What a wrong program prints: one error each, at the user's own token, with the id of its rule; and
//! the same program mended. `TRYBUILD=overwrite` writes the outputs anew.

mod cases;

use std::fs;

use cases::Case;

#[test]
fn wrong_programs_fail_with_their_error_and_mended_ones_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/fail/*.rs");
    cases.pass("ui/*/pass/*.rs");
}

/// Rules that rustc itself enforces, with what its error says.
const BY_RUSTC: &[(&str, &str)] = &[
    ("duplicate_argument_alias", "E0119"),
    ("field_alias", "cannot find macro `Bank`"),
    ("not_imported", "cannot find attribute `mediator`"),
    ("pipeline_not_imported", "cannot find attribute `pipeline`"),
    ("on_a_method", "cannot find macro `Payments`"),
    ("private_set", "E0573"),
    ("undeclared_parameter", "E0425"),
    ("unknown_context", "E0425"),
    ("unknown_type", "cannot find macro `Order`"),
    ("unknown_unheard", "E0425"),
    ("unknown_message", "E0425"),
    ("unknown_message_in_module", "E0425"),
    ("private_message", "E0446"),
    ("unmarked_impl", "cannot find macro `Payments`"),
    ("not_constant", "E0015"),
    ("not_send", "future cannot be sent between threads safely"),
    ("unknown_capability", "E0425"),
    ("remote_of_no_contract", "cannot find macro `PaymentsApi`"),
    ("too_many_arguments", "E0107"),
    ("no_arguments", "E0107"),
    ("remote_of_one", "E0107"),
    ("undeclared_argument", "E0425"),
    ("unmarked_and_made", "cannot find macro `Payments`"),
    ("publishes_nothing", "E0599"),
    ("traced_field", "E0609"),
];

/// The most lines of an output.
const LINES: usize = 20;

/// What a user has not written, and need not know: names of expansions and of the runtime's insides.
const INTERNALS: [&str; 7] = ["__private", "__Catga", "__catga", "__CATGA", "_catga::", "{constant#", "pipeline::link"];

#[test]
fn every_mistake_is_one_error_with_the_id_of_its_rule() {
    let cases = Case::errors();
    assert!(cases.len() >= 150, "the catalogue has {} cases", cases.len());
    for case in cases {
        let name = &case.name;
        let text = fs::read_to_string(case.output()).unwrap();
        let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("error")).collect();
        assert_eq!(errors.len(), 1, "{name} prints {} errors:\n{text}", errors.len());
        match BY_RUSTC.iter().find(|(rule, _)| rule == name) {
            Some((_, said)) => assert!(errors[0].contains(said), "{name}: {}", errors[0]),
            None => assert!(errors[0].contains(&case.id), "{name}: {}", errors[0]),
        }
        assert!(text.lines().count() <= LINES, "{name} prints {} lines", text.lines().count());
        for internal in INTERNALS {
            assert!(!text.contains(internal), "{name} shows `{internal}`:\n{text}");
        }
    }
}

#[test]
fn every_error_points_to_the_token_that_is_wrong() {
    for case in Case::errors() {
        let text = fs::read_to_string(case.output()).unwrap();
        let at = text.lines().find_map(|line| line.trim_start().strip_prefix("--> ")).unwrap();
        let [file, line, column] = at.splitn(3, ':').collect::<Vec<_>>()[..] else { panic!("no place: {at}") };
        assert!(case.wrong.ends_with(file), "{} points to {file}", case.name);
        let is_there = case.is_at(line.parse().unwrap(), column.parse().unwrap());
        assert!(is_there, "{} points to {at}, which is not `{}`", case.name, case.token);
    }
}

#[test]
fn every_wrong_program_stands_beside_its_mended_one() {
    for case in Case::errors() {
        assert!(case.mended().is_file(), "{} is missing", case.mended().display());
    }
}
