//! Writes a mediator of a thousand messages, and the contract of all of them.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const MESSAGES: usize = 999;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut text = String::new();
    let mut names = String::from("Ask");
    let mut handlers = String::new();
    for n in 0..MESSAGES {
        let _ = writeln!(text, "#[command] #[derive(Serialize, Deserialize)] pub struct Message{n}(u64);");
        let _ = write!(names, ", Message{n}");
        let _ = writeln!(handlers, "    fn handle_{n}(&self, command: Message{n}) {{ let _ = command.0; }}");
    }
    let _ = writeln!(text, "#[derive(Default)] pub struct Others;\n#[handler]\nimpl Others {{\n{handlers}}}");
    let _ = writeln!(text, "#[contract]\npub struct ManyApi({names});");
    let _ = writeln!(text, "#[mediator]\n#[derive(Default)]\npub struct Many {{ quotes: Quotes, others: Others }}");
    let out = env::var_os("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&out).join("many.rs"), text).expect("it can be written");
}
