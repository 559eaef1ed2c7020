//! What a handler enqueues in a transaction: it is done later, by the handler that the table names.

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};
use serde_json::Value;

struct Main;

#[command]
#[derive(Serialize, Deserialize)]
struct PlaceOrder;

#[command]
#[derive(Serialize, Deserialize)]
struct ShipOrder;

struct Orders;

#[handler]
impl Orders {
    async fn place(
        &self,
        _: PlaceOrder,
        cx: &mut Context<impl Within<Main> + Enqueues<ShipOrder>>,
    ) -> Result<(), Error> {
        cx.enqueue(ShipOrder).await.map(drop).map_err(Error::refused)
    }

    fn ship(&self, _: ShipOrder) {}
}

#[mediator(serves)]
#[pipeline(commands: Transactional(self.db))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
}

#[test]
fn what_is_enqueued_is_told_in_every_form() {
    let table = Shop::describe();
    assert!(table.to_string().contains("\n      enqueues ShipOrder\n"), "{table}");
    let json: Value = serde_json::from_str(&table.json().to_string()).unwrap();
    let (place, ship) = (&json["messages"][0], &json["messages"][1]);
    assert_eq!((&place["ident"], &ship["ident"]), (&Value::from("PlaceOrder"), &Value::from("ShipOrder")));
    assert_eq!(place["handlers"][0]["enqueues"], Value::from(vec![ship["id"].clone()]));
    assert_eq!(place["handlers"][0]["sends"], Value::from(Vec::<Value>::new()), "it is no send");
    assert!(table.mermaid().to_string().contains("h0 -.->|enqueues| m1"), "{}", table.mermaid());
    let explained = Shop::explain::<PlaceOrder>().to_string();
    let behind = explained.split_once("enqueues ShipOrder\n").unwrap().1;
    assert!(
        behind.trim_start().starts_with("commands: Transactional(self.db) > Orders::ship in `orders`"),
        "{explained}"
    );
}
