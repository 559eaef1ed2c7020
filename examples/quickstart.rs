//! One screen of Catga: a command, an event, two handler sets and a mediator.

use catga::prelude::*;

/// Greets somebody, and answers with the greeting.
#[command(reply = String)]
pub struct Greet {
    name: String,
}

/// Somebody was greeted.
#[event]
pub struct Greeted {
    name: String,
}

struct Greeter;

#[handler]
impl Greeter {
    // The bounds on the context say what this handler may publish.
    async fn greet(&self, command: Greet, cx: &mut Context<impl Publishes<Greeted>>) -> String {
        let greeting = format!("hello, {}", command.name);
        // An event's handlers answer nothing; what fails is theirs to report.
        let _told = cx.publish(Greeted { name: command.name }).await;
        greeting
    }
}

struct Journal;

#[handler]
impl Journal {
    fn on_greeted(&self, event: &Greeted) {
        println!("{} was greeted", event.name);
    }
}

#[mediator]
#[pipeline(Timeout::secs(1))]
struct App {
    greeter: Greeter,
    journal: Journal,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let app = App { greeter: Greeter, journal: Journal };
    let greeting = app.send(Greet { name: "world".into() }).await?;
    println!("{greeting}");
    Ok(())
}
