//! The file beside the program.

use std::fs;
use std::path::PathBuf;

use catga::contract::schema::{Accept, SchemaError, check, text};
use catga::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::golden::PaymentsApi;

#[command]
#[derive(Serialize, Deserialize)]
struct Loose;

#[contract]
struct LooseApi(Loose);

#[command]
#[derive(Serialize, Deserialize, Schema)]
struct Tight;

#[contract(schema)]
struct TightApi(Tight);

fn file(text: Option<&str>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schema/payments_api.txt");
    if let Some(text) = text {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    (folder, file)
}

const ALL: [Accept; 3] = [Accept::Nothing, Accept::Compatible, Accept::Breaking];

#[test]
fn the_same_passes_and_is_not_written() {
    let checked_in = text::<PaymentsApi>().replace('\n', "\r\n");
    for accept in ALL {
        let (_folder, file) = file(Some(&checked_in));
        check::<PaymentsApi>(&file, accept).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), checked_in, "{accept:?}");
    }
}

#[test]
fn what_is_missing_is_written_and_said() {
    for accept in ALL {
        let (_folder, file) = file(None);
        let outcome = check::<PaymentsApi>(&file, accept);
        match accept {
            Accept::Nothing => assert!(matches!(outcome, Err(SchemaError::New { .. })), "{outcome:?}"),
            _ => outcome.unwrap(),
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), text::<PaymentsApi>());
        check::<PaymentsApi>(&file, Accept::Nothing).unwrap();
    }
}

#[test]
fn a_compatible_change_is_written_where_it_is_asked_for() {
    let now = text::<PaymentsApi>();
    let was = now.split("\n[card.charged").next().unwrap();
    for accept in ALL {
        let (_folder, file) = file(Some(was));
        let outcome = check::<PaymentsApi>(&file, accept);
        if accept == Accept::Nothing {
            let error = outcome.unwrap_err();
            assert!(matches!(&error, SchemaError::Stale { differences, .. } if differences.len() == 2), "{error:?}");
            assert!(error.to_string().contains("\n  - message card.charged added (compatible)\n"), "{error}");
            assert_eq!(fs::read_to_string(&file).unwrap(), was);
        } else {
            outcome.unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), now);
        }
    }
}

#[test]
fn a_breaking_change_is_written_only_as_such() {
    let now = text::<PaymentsApi>();
    let was = now.replace("card.charged.cents: u64\n", "card.charged.cents: u32\ncard.charged.at: u64\n");
    for accept in ALL {
        let (_folder, file) = file(Some(&was));
        let outcome = check::<PaymentsApi>(&file, accept);
        if accept == Accept::Breaking {
            outcome.unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), now);
        } else {
            let error = outcome.unwrap_err();
            assert!(matches!(&error, SchemaError::Breaking { differences, .. } if differences.len() == 2), "{error:?}");
            let text = error.to_string();
            assert!(text.contains("card.charged.cents: u32 became u64: "), "{text}");
            assert!(text.contains("card.charged: field at removed: "), "{text}");
            assert_eq!(fs::read_to_string(&file).unwrap(), was);
        }
    }
}

#[test]
fn another_order_is_compatible() {
    let now = text::<PaymentsApi>();
    let blocks: Vec<&str> = now.split("\n[").collect();
    let was = [blocks[0], blocks[4], blocks[3], blocks[2], blocks[1]].join("\n[");
    let (_folder, file) = file(Some(&was));
    let error = check::<PaymentsApi>(&file, Accept::Nothing).unwrap_err();
    assert!(matches!(&error, SchemaError::Stale { differences, .. } if differences.is_empty()), "{error:?}");
    check::<PaymentsApi>(&file, Accept::Compatible).unwrap();
}

#[test]
fn another_file_is_written_over_only_where_all_is_accepted() {
    let other = "# notes\nsomething else\n";
    let (_folder, file) = file(Some(other));
    for accept in [Accept::Nothing, Accept::Compatible] {
        let error = check::<PaymentsApi>(&file, accept).unwrap_err();
        assert!(matches!(&error, SchemaError::Malformed { error, .. } if error.line == 2), "{error:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), other);
    }
    check::<PaymentsApi>(&file, Accept::Breaking).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), text::<PaymentsApi>());
}

#[test]
fn a_contract_without_a_schema_has_none_to_check() {
    let (_folder, file) = file(None);
    let error = check::<LooseApi>(&file, Accept::Breaking).unwrap_err();
    assert!(matches!(error, SchemaError::Missing { contract: "LooseApi" }), "{error:?}");
    assert!(!file.exists());
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = check::<TightApi>(folder.path(), Accept::Breaking).unwrap_err();
    assert!(matches!(error, SchemaError::File { .. }), "{error:?}");
}

#[test]
fn the_macro_takes_the_file_beside_its_package() {
    catga::assert_schema!(TightApi, "tests/contract_schema/tight_api.txt");
}

#[test]
#[should_panic(expected = "Tight: struct became unit struct: ")]
fn the_macro_panics_with_what_changed() {
    catga::assert_schema!(TightApi, "tests/contract_schema/other_api.txt");
}
