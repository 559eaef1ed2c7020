//! Checks the contract of another crate with a file that is named at run time.

fn main() {
    let file = std::env::args().nth(1).expect("a file");
    catga::assert_schema!(agreed::AgreedApi, &file);
}

#[test]
fn the_contract_is_the_one_that_is_checked_in() {
    catga::assert_schema!(agreed::AgreedApi, "schema/agreed_api.txt");
}
