//! A body that is being written, as an editor sees it all the time.

mod fixture;

use fixture::Fixture;

#[test]
fn a_handler_whose_body_does_not_parse_is_still_known() {
    let errors = Fixture::new("crates").fail(&["check", "--package", "unfinished"]);
    let of_the_body = errors.matches("unexpected token: `}`").count();
    assert!(of_the_body > 0, "{errors}");
    assert!(!errors.contains("CATGA"), "{errors}");
    // rustc parses an attribute's item before the macro and after it, and says the same both times; the type of
    // the body is all that it adds.
    assert!(!errors.contains("cannot find"), "{errors}");
}

#[test]
fn a_field_and_a_signature_that_do_not_parse_are_errors_of_rustc_alone() {
    let errors = Fixture::new("crates").fail(&["check", "--package", "unfinished_fields"]);
    // Rustc parses what an attribute leaves once more, and where that has lost an attribute of ours, it ends elsewhere.
    let of_theirs = errors.lines().filter(|line| line.starts_with("error: expected type, found")).count();
    assert!((2..=4).contains(&of_theirs), "{errors}");
    assert!(!errors.contains("CATGA") && !errors.contains("cannot find"), "{errors}");
    let said = errors.lines().filter(|line| line.starts_with("error")).count();
    // How many there were is one more.
    assert_eq!(said, of_theirs + 1, "{errors}");
}
