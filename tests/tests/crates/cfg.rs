//! `#[cfg]` on messages, methods and fields: what is there answers, under every combination of features.

use crate::fixture::Fixture;

fn answers_with(features: &str) {
    let arguments = ["run", "--quiet", "--package", "switches", "--features", features];
    assert_eq!(Fixture::new("crates").succeed(&arguments), "switches: all answers are right\n");
}

#[test]
fn without_features() {
    answers_with("");
}

#[test]
fn with_one_feature() {
    answers_with("fast");
    answers_with("small");
}

#[test]
fn with_all_features() {
    answers_with("fast,small");
}

/// What the mediator of `shop` handles, where the features of `orders` are on; the program asserts the answers.
fn handled_with(features: &str) -> Vec<String> {
    let arguments = ["run", "--quiet", "--package", "shop", "--bin", "switched", "--features", features];
    let description = Fixture::new("crates").succeed(&arguments);
    let heads = description.lines().map(str::trim);
    let heads =
        heads.filter(|line| ["command ", "query ", "event ", "through "].iter().any(|head| line.starts_with(head)));
    heads.map(|line| line.split(" (").next().unwrap_or(line).to_owned()).collect()
}

#[test]
fn features_of_the_handlers_crate_decide_what_a_mediator_of_another_handles() {
    assert_eq!(handled_with(""), ["query CountWrapped"]);
    assert_eq!(handled_with("orders_gifts"), ["query CountWrapped", "command Wrap", "event Wrapped"]);
    assert_eq!(handled_with("orders_returns"), ["query CountWrapped", "command TakeBack"]);
    let all = ["query CountWrapped", "command Wrap", "command WrapTwo", "command TakeBack", "event Wrapped"];
    let mut handled = handled_with("orders_gifts,orders_returns,asks_for_gifts");
    handled.sort_unstable();
    let mut all = all.map(str::to_owned);
    all.sort_unstable();
    assert_eq!(handled, all);
}

#[test]
fn a_pipeline_of_the_handlers_crate_is_there_under_its_condition() {
    assert_eq!(handled_with("orders_patience"), ["query CountWrapped", "through Retry::times(3) > Timeout::secs(1)"]);
}

/// The one error of a program that misses what is off.
#[track_caller]
fn missed_with(feature: &str, error: &str, token: &str) {
    let build = ["build", "--quiet", "--package", "shop", "--bin", "switched", "--features", feature];
    let errors = Fixture::new("crates").fail(&build);
    let heads: Vec<&str> = errors.lines().filter(|line| line.starts_with("error")).collect();
    assert!(
        heads.len() == 2 && heads[0].contains(error),
        "one mistake is one error, and one line of cargo's:\n{errors}"
    );
    let source = include_str!("../../crates/shop/src/bin/switched.rs");
    let at = errors.lines().find_map(|line| line.trim_start().strip_prefix("--> shop/src/bin/switched.rs:")).unwrap();
    let (line, column) = at.split_once(':').unwrap();
    let line = source.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap();
    assert!(line[column.parse::<usize>().unwrap() - 1..].starts_with(token), "{errors}");
}

#[test]
fn what_is_off_is_missed_where_it_is_sent() {
    missed_with("sends_gifts", "CATGA001: nothing in `Desk` handles `Wrap`", "Wrap {");
    missed_with("publishes_gifts", "CATGA005: nobody in `Desk` hears `Wrapped`", "Wrapped {");
    missed_with(
        "asks_for_gifts",
        "CATGA001: `Asking::wrap_two` sends `Wrap`, and nothing in `Desk` handles it",
        "Asking",
    );
}
