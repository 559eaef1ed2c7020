//! A send that comes back to where it began, by way of a box: a table that is followed has an end.

use std::pin::Pin;

use catga::prelude::*;
use serde_json::Value;

#[command(reply = u64)]
struct Factorial(u64);

struct Numbers;

#[handler]
impl Numbers {
    async fn factorial(&self, cmd: Factorial, cx: &mut Context<impl Sends<Factorial>>) -> u64 {
        if cmd.0 == 0 {
            return 1;
        }
        let less: Pin<Box<dyn Future<Output = Outcome<Factorial>> + Send + '_>> =
            Box::pin(cx.send(Factorial(cmd.0 - 1)));
        cmd.0 * less.await.unwrap_or(0)
    }
}

#[mediator]
struct Cycle {
    numbers: Numbers,
}

#[tokio::test]
async fn a_cycle_is_told_as_far_as_it_is_of_use() {
    assert_eq!(Cycle { numbers: Numbers }.send(Factorial(3)).await, Ok(6));
    let explained = Cycle::explain::<Factorial>().to_string();
    assert!((3..20).contains(&explained.matches("sends Factorial").count()), "{explained}");
    assert!(explained.ends_with("  ..\n"), "{explained}");
    let json: Value = serde_json::from_str(&Cycle::describe().json().to_string()).unwrap();
    assert_eq!(json["messages"][0]["handlers"][0]["sends"][0], json["messages"][0]["id"]);
    assert!(Cycle::describe().mermaid().to_string().contains("h0 -->|sends| m0"));
}
