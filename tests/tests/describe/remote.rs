//! What another process handles: a contract in the place of a handler set.

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga_tests::Mark;
use serde_json::Value;

mod messages {
    use catga::prelude::*;
    use serde::{Deserialize, Serialize};

    #[command(name = "bank.charge")]
    #[derive(Serialize, Deserialize)]
    pub struct Charge;

    #[command]
    #[derive(Serialize, Deserialize)]
    pub struct Save<T: Send + Sync + 'static>(pub T);

    #[event]
    #[derive(Serialize, Deserialize)]
    pub struct Expired;
}

use messages::{Charge, Expired, Save};

#[command]
pub struct Pay;

#[contract]
pub struct BankApi(
    // One a line, as its line is what is told.
    Charge,
    Save<u8>,
    #[event] Expired,
);

pub struct Till;

#[handler]
impl Till {
    async fn pay(&self, _: Pay, cx: &mut Context<impl Sends<Charge> + Sends<Save<u8>> + Publishes<Expired>>) {
        let _charged = cx.send(Charge).await;
        let _saved = cx.send(Save(1_u8)).await;
        let _told = cx.publish(Expired).await;
    }
}

#[mediator]
pub struct Shop {
    pub till: Till,
    #[pipeline(Mark("field"))]
    pub bank: Remote<Memory, BankApi>,
}

/// The line of this file with a text.
fn line_of(text: &str) -> usize {
    include_str!("remote.rs").lines().position(|line| line.trim_end() == text).unwrap() + 1
}

#[test]
fn a_remote_message_is_handled_where_the_contract_lists_it() {
    let text = Shop::describe().to_string();
    for (handler, listed) in
        [("Charge", "    Charge,"), ("Save", "    Save<u8>,"), ("Expired", "    #[event] Expired,")]
    {
        let line = line_of(listed);
        let place = format!("BankApi::{handler} in `bank` (tests/tests/describe/remote.rs:{line})\n");
        assert!(text.contains(&place), "{place}{text}");
    }
    assert!(text.contains("command Charge, \"bank.charge\" ("), "{text}");
    assert!(text.contains("command Save<u8> ("), "{text}");
    let explained = Shop::explain::<Charge>().to_string();
    assert!(explained.contains("\n  Mark(\"field\") (field bank)\n  BankApi::Charge in `bank`"), "{explained}");
}

#[test]
fn who_sends_what_reaches_across_the_contract() {
    let json: Value = serde_json::from_str(&Shop::describe().json().to_string()).unwrap();
    let id = |ident: &str| {
        let messages = json["messages"].as_array().unwrap();
        messages.iter().find(|message| message["ident"] == ident).unwrap()["id"].clone()
    };
    let pay = &json["messages"][0]["handlers"][0];
    assert_eq!(pay["sends"], Value::from(vec![id("Charge"), id("Save")]));
    assert_eq!(pay["publishes"], Value::from(vec![id("Expired")]));
    let drawn = Shop::describe().mermaid().to_string();
    assert!(drawn.contains("h1[\"BankApi::Charge\"]") && drawn.contains("h0 -->|sends| m1"), "{drawn}");
}
