//! An editor in a program with our macros: names lead to what the user wrote, and show what the user said of it.
//! It asks rust-analyzer, as editors do.

mod client;
#[path = "../fixture/mod.rs"]
mod fixture;

use std::fs;
use std::path::PathBuf;

use client::{Client, Place};
use fixture::Fixture;

/// A name in a line of the program, the line where it leads, and what is shown of it.
struct Name {
    line: &'static str,
    name: &'static str,
    leads_to: &'static str,
    shows: &'static str,
}

const NAMES: &[Name] = &[
    // A message where it is sent, published, taken, and said to be published.
    Name {
        line: "shop.send(PlaceOrder { cents: 1 }).await",
        name: "PlaceOrder",
        leads_to: "pub struct PlaceOrder {",
        shows: "Places an order.",
    },
    Name {
        line: "shop.send(PlaceOrder { cents: 1 }).await",
        name: "cents",
        leads_to: "pub cents: u64,",
        shows: "What it comes to.",
    },
    Name {
        line: "cx.publish(OrderPlaced).await",
        name: "OrderPlaced",
        leads_to: "pub struct OrderPlaced;",
        shows: "An order was placed.",
    },
    Name {
        line: "pub async fn place(",
        name: "PlaceOrder",
        leads_to: "pub struct PlaceOrder {",
        shows: "Places an order.",
    },
    Name {
        line: "pub async fn place(",
        name: "OrderPlaced",
        leads_to: "pub struct OrderPlaced;",
        shows: "An order was placed.",
    },
    // A handler's method in a unit test, and what is in its body.
    Name {
        line: "orders.place(PlaceOrder { cents: 2 }",
        name: "place",
        leads_to: "pub async fn place(",
        shows: "Writes it down.",
    },
    Name { line: "Receipt(command.cents)", name: "cents", leads_to: "pub cents: u64,", shows: "What it comes to." },
    Name {
        line: "pub async fn place(",
        name: "Receipt",
        leads_to: "pub struct Receipt(pub u64);",
        shows: "Says what was paid.",
    },
    Name {
        line: "#[command(reply = Receipt)]",
        name: "Receipt",
        leads_to: "pub struct Receipt(pub u64);",
        shows: "Says what was paid.",
    },
    // Entries of pipelines: of the mediator, of its field, of the set, and of a method; types and fields.
    Name { line: "#[pipeline(Pass, self.gate)]", name: "Pass", leads_to: "pub struct Pass;", shows: "Passes on." },
    Name {
        line: "#[pipeline(Pass, self.gate)]",
        name: "gate",
        leads_to: "pub gate: CircuitBreaker,",
        shows: "Closed at night.",
    },
    Name {
        line: "#[pipeline(commands: Inner)]",
        name: "Inner",
        leads_to: "pub struct Inner;",
        shows: "Passes on inside of that.",
    },
    Name {
        line: "#[pipeline(self.breaker, Inner)]",
        name: "Inner",
        leads_to: "pub struct Inner;",
        shows: "Passes on inside of that.",
    },
    Name {
        line: "#[pipeline(Innermost::new())]",
        name: "Innermost",
        leads_to: "pub struct Innermost;",
        shows: "Passes on inside of all.",
    },
    Name {
        line: "#[pipeline(Innermost::new())]",
        name: "new",
        leads_to: "pub const fn new() -> Self {",
        shows: "Makes one.",
    },
    Name {
        line: "#[pipeline(self.breaker, Inner)]",
        name: "breaker",
        leads_to: "pub breaker: CircuitBreaker,",
        shows: "Opens when the book is away.",
    },
    // A mediator's field: the field itself, and its type where it is declared.
    Name {
        line: "&shop.orders.breaker",
        name: "orders",
        leads_to: "pub orders: Orders,",
        shows: "Everything about orders.",
    },
    Name { line: "pub orders: Orders,", name: "Orders", leads_to: "pub struct Orders {", shows: "Keeps the book." },
    Name { line: "by_itself(orders: &Orders", name: "Shop", leads_to: "pub struct Shop {", shows: "The whole shop." },
];

#[test]
fn names_lead_to_the_users_own_lines_and_show_the_users_own_words() {
    let crates = Fixture::new("crates");
    // What rust-analyzer would have to wait for otherwise.
    crates.succeed(&["check", "--quiet", "--package", "editing"]);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("crates/editing");
    let file = root.join("src/lib.rs");
    let program = fs::read_to_string(&file).unwrap();
    let find = |line: &str, name: &str| {
        let mut lines = program.lines().enumerate().filter(|(_, own)| own.contains(line));
        let (number, own) = lines.next().unwrap_or_else(|| panic!("there is no line `{line}`"));
        assert!(lines.next().is_none(), "there are two lines `{line}`");
        // The last part of the line is meant where it has the name twice.
        let column = own.rfind(name).unwrap_or_else(|| panic!("`{name}` is not in `{own}`"));
        Place { file: file.clone(), line: number as u64 + 1, column: column as u64 + 1 }
    };
    let mut editor = Client::start(&root, "editing", crates.target());
    editor.open(&file);
    let mut wrong = Vec::new();
    for Name { line, name, leads_to, shows } in NAMES {
        let at = find(line, name);
        let led: Vec<(PathBuf, u64)> = editor.definitions(&at).into_iter().map(|at| (at.file, at.line)).collect();
        let expected = program.lines().position(|own| own.contains(leads_to)).unwrap() as u64 + 1;
        if led != [(file.clone(), expected)] {
            wrong.push(format!("`{name}` in `{line}` leads to {led:?}, not to line {expected}"));
        }
        let shown = editor.hover(&at);
        if !shown.contains(shows) {
            wrong.push(format!("`{name}` in `{line}` shows `{shown}`, not `{shows}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A line as it is being written, `|` where the cursor is, in the place of another, and what is offered there.
struct Unfinished {
    line: &'static str,
    becomes: &'static str,
    offers: &'static str,
}

const UNFINISHED: &[Unfinished] = &[
    // A field of the set, and what a context has, in a body that does not parse.
    Unfinished { line: "        Receipt(command.cents)", becomes: "        self.|", offers: "breaker" },
    Unfinished { line: "        Receipt(command.cents)", becomes: "        cx.|", offers: "publish" },
    // A message, where it is sent.
    Unfinished {
        line: "    shop.send(PlaceOrder { cents: 1 }).await",
        becomes: "    shop.send(PlaceO|).await",
        offers: "PlaceOrder",
    },
];

#[test]
fn what_is_being_written_is_completed() {
    let crates = Fixture::new("crates");
    crates.succeed(&["check", "--quiet", "--package", "editing"]);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("crates/editing");
    let file = root.join("src/lib.rs");
    let program = fs::read_to_string(&file).unwrap();
    let mut editor = Client::start(&root, "editing", crates.target());
    editor.open(&file);
    let mut wrong = Vec::new();
    for (version, Unfinished { line, becomes, offers }) in (2..).zip(UNFINISHED) {
        assert_eq!(program.matches(line).count(), 1, "there is one line `{line}`");
        let number = program.lines().position(|own| own == *line).unwrap() as u64 + 1;
        let column = becomes.find('|').unwrap() as u64 + 1;
        editor.change(&file, version, &program.replace(line, &becomes.replace('|', "")));
        let offered = editor.completions(&Place { file: file.clone(), line: number, column });
        if !offered.iter().any(|name| name == offers) {
            wrong.push(format!("`{becomes}` offers {offered:?}, and not `{offers}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
