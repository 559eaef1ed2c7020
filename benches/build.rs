//! Writes mediators of ten and of a thousand messages, and the contracts of all of them.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var_os("OUT_DIR").expect("cargo says where");
    for (file, messages) in [("ten.rs", 10), ("thousand.rs", 1_000)] {
        fs::write(Path::new(&out).join(file), served(messages)).expect("it can be written");
    }
}

/// So many messages, of which `Ask` is one.
fn served(messages: usize) -> String {
    let mut text = String::new();
    let mut names = String::from("Ask");
    let mut handlers = String::new();
    for n in 1..messages {
        let _ = writeln!(text, "#[command] #[derive(Serialize, Deserialize)] pub struct Message{n}(u64);");
        let _ = write!(names, ", Message{n}");
        let _ = writeln!(handlers, "    fn handle_{n}(&self, command: Message{n}) {{ let _ = command.0; }}");
    }
    let _ = writeln!(text, "#[derive(Default)] pub struct Others;\n#[handler]\nimpl Others {{\n{handlers}}}");
    let _ = writeln!(text, "#[contract]\npub struct Api({names});");
    let _ = writeln!(text, "#[mediator]\n#[derive(Default)]\npub struct Desk {{ quotes: Quotes, others: Others }}");
    text
}
