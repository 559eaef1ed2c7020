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
