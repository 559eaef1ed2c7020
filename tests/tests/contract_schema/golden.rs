//! The text of a contract.

use catga::codec::Json;
use catga::contract::Contract as _;
use catga::contract::schema::{compare, text};
use catga::prelude::*;
use expect_test::expect;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Schema, Debug, Classify)]
pub enum CardError {
    Declined,
    Limit { cents: u64 },
}

impl std::fmt::Display for CardError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for CardError {}

#[derive(Serialize, Deserialize, Schema)]
pub struct Receipt {
    pub id: u64,
}

impl From<Receipt> for u64 {
    fn from(receipt: Receipt) -> Self {
        receipt.id
    }
}

#[command(name = "ChargeCard", reply = u64, error = CardError)]
#[derive(Serialize, Deserialize, Schema)]
pub struct ChargeCardV1 {
    pub cents: u32,
}

#[command(version = 2, reply = Receipt, error = CardError, upcasts = ChargeCardV1)]
#[derive(Serialize, Deserialize, Schema)]
pub struct ChargeCard {
    pub cents: u64,
    pub note: Option<String>,
}

impl From<ChargeCardV1> for ChargeCard {
    fn from(old: ChargeCardV1) -> Self {
        Self { cents: old.cents.into(), note: None }
    }
}

#[event(name = "card.charged", codec = Json, endpoint = "charged")]
#[derive(Serialize, Deserialize, Schema)]
pub struct CardCharged {
    pub cents: u64,
}

#[query(stream = Receipt)]
#[derive(Serialize, Deserialize, Schema)]
pub struct Receipts;

#[contract(endpoint = "payments", schema)]
pub struct PaymentsApi(ChargeCard, #[event] CardCharged, #[stream] Receipts);

#[test]
fn a_contract_says_all_that_programs_have_to_agree_on() {
    expect![[r#"
        # PaymentsApi: what its programs have agreed on; `assert_schema!` compares it, `CATGA_SCHEMA=write` writes it.

        [ChargeCard version 2]
        type = ChargeCard
        kind = command
        codec = postcard, by position
        endpoint = payments
        ChargeCard: struct
        ChargeCard.cents: u64
        ChargeCard.note: option<string>
        ChargeCard reply: struct
        ChargeCard reply.id: u64
        ChargeCard error: enum
        ChargeCard error::Declined: unit
        ChargeCard error::Limit: struct
        ChargeCard error::Limit.cents: u64

        [ChargeCard version 1, upcast]
        type = ChargeCardV1
        kind = command
        codec = postcard, by position
        endpoint = payments
        ChargeCard: struct
        ChargeCard.cents: u32
        ChargeCard reply: u64
        ChargeCard error: enum
        ChargeCard error::Declined: unit
        ChargeCard error::Limit: struct
        ChargeCard error::Limit.cents: u64

        [card.charged version 1]
        type = CardCharged
        kind = event
        codec = json, by name
        endpoint = charged
        card.charged: struct
        card.charged.cents: u64

        [Receipts version 1]
        type = Receipts
        kind = stream
        codec = postcard, by position
        endpoint = payments
        Receipts: unit struct
        Receipts row: struct
        Receipts row.id: u64
    "#]]
    .assert_eq(&text::<PaymentsApi>());
}

#[test]
fn a_text_is_read_as_it_was_written() {
    let text = text::<PaymentsApi>();
    assert_eq!(compare(&text, &text), Ok(vec![]));
    let on_windows = text.replace('\n', "\r\n");
    assert_eq!(compare(&on_windows, &text), Ok(vec![]));
}

#[test]
fn every_line_is_one() {
    let text = text::<PaymentsApi>();
    for (line, wrong) in [(3, "[ChargeCard]"), (4, "tpye = ChargeCard"), (8, "ChargeCard"), (10, "<<<<<<< main")] {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[line - 1] = wrong;
        let error = compare(&lines.join("\n"), &text).unwrap_err();
        assert_eq!(error.line, line, "{wrong}");
    }
}

#[test]
fn each_version_has_a_number_of_its_own() {
    let [charge, charged, receipts] = PaymentsApi::MEMBERS else { panic!("three messages") };
    let of = |version| charge.shape.and_then(|shape| shape.of(version)).map(|shape| shape.fingerprint);
    assert_eq!(of(2), Some(charge.schema));
    assert_ne!(of(1), of(2));
    assert_eq!(of(3), None);
    let numbers = [charge.schema, charged.schema, receipts.schema];
    assert!(numbers.iter().all(|number| !number.is_unknown()));
    // They travel, so they never change.
    expect!["1a11fcc2 794cefa4 29334ed8"]
        .assert_eq(&format!("{:08x} {:08x} {:08x}", numbers[0].0, numbers[1].0, numbers[2].0));
}
