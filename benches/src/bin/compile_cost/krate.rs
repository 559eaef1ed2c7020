use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// In which way the same messages are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Style {
    /// Methods that are called.
    Plain,
    Catga,
    /// With five behaviors around everything.
    CatgaPiped,
    Medi,
}

/// The methods of one handler set.
const METHODS: usize = 50;

/// What all styles have in common: the error, the state behind a handler set.
const COMMON: &str = "\
#[derive(Debug)]
pub enum Refused {
    NoName,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(\"no name\")
    }
}

impl std::error::Error for Refused {}
";

/// The body of every handler.
const BODY: &str = "\
        if message.name.is_empty() {
            return Err(Refused::NoName);
        }
        let length = message.name.len() as u64;
        Ok(set.seen.fetch_add(length, Ordering::Relaxed) + message.id)
";

impl Style {
    pub(crate) const ALL: [Self; 4] = [Self::Plain, Self::Catga, Self::CatgaPiped, Self::Medi];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Plain => "plain functions",
            Self::Catga => "catga",
            Self::CatgaPiped => "catga, 5 behaviors",
            Self::Medi => "medi-rs",
        }
    }

    pub(crate) fn package(self, messages: usize) -> String {
        let style = match self {
            Self::Plain => "plain",
            Self::Catga => "catga",
            Self::CatgaPiped => "catga-piped",
            Self::Medi => "medi",
        };
        format!("{style}-{messages}")
    }

    /// A crate of so many messages, as paths and texts.
    pub(crate) fn files(self, messages: usize) -> Vec<(String, String)> {
        let sets: Vec<Vec<usize>> = (0..messages).collect::<Vec<_>>().chunks(METHODS).map(<[_]>::to_vec).collect();
        let mut files = vec![
            ("Cargo.toml".into(), self.manifest(messages)),
            ("src/lib.rs".into(), self.root(sets.len())),
            ("src/sends.rs".into(), self.sends(&sets)),
        ];
        for (set, numbers) in sets.iter().enumerate() {
            files.push((format!("src/set{set}.rs"), self.set(set, numbers)));
        }
        files
    }

    fn manifest(self, messages: usize) -> String {
        let package = self.package(messages);
        let dependency = match self {
            Self::Plain => String::new(),
            Self::Catga | Self::CatgaPiped => format!("catga = {{ path = {:?} }}", repository().join("catga")),
            Self::Medi => "medi-rs = \"3.2\"".into(),
        };
        format!("[package]\nname = \"{package}\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n")
    }

    /// The root of the crate: its handler sets, composed.
    fn root(self, sets: usize) -> String {
        let mut text = format!("{COMMON}\n");
        for set in 0..sets {
            let _ = writeln!(text, "pub mod set{set};");
        }
        let _ = writeln!(text, "pub mod sends;\n");
        let fields: String = (0..sets).map(|set| format!("    pub set{set}: set{set}::Set{set},\n")).collect();
        match self {
            Self::Plain => {
                let _ = writeln!(text, "pub struct Shop {{\n{fields}}}");
            }
            Self::Catga => {
                let _ = writeln!(text, "impl catga::Classify for Refused {{}}\n");
                let _ = writeln!(text, "#[catga::mediator]\npub struct Shop {{\n{fields}}}");
            }
            Self::CatgaPiped => {
                let _ = writeln!(text, "impl catga::Classify for Refused {{}}\n");
                let _ = writeln!(text, "use catga::prelude::*;\n");
                let _ = writeln!(text, "#[mediator]");
                let _ = writeln!(text, "#[pipeline(Trace, Validate, Timeout::secs(2), Retry::times(3), self.breaker)]");
                let _ = writeln!(text, "pub struct Shop {{\n    pub breaker: CircuitBreaker,\n{fields}}}");
            }
            Self::Medi => {
                let modules: Vec<String> = (0..sets).map(|set| format!("manifest{set}")).collect();
                for (set, module) in modules.iter().enumerate() {
                    let _ = writeln!(text, "pub(crate) use set{set}::{module};");
                }
                let modules = modules.join(", ");
                let _ = writeln!(
                    text,
                    "\nmedi_rs::mediator! {{\n    pub struct Shop {{\n        event_queue_capacity: 1;\n        \
                     event_workers: 1;\n        modules: [{modules}];\n    }}\n}}"
                );
            }
        }
        text
    }

    /// A handler set and its messages.
    fn set(self, set: usize, numbers: &[usize]) -> String {
        let mut text = String::from("use std::sync::atomic::{AtomicU64, Ordering};\n\nuse crate::Refused;\n\n");
        let is_catga = matches!(self, Self::Catga | Self::CatgaPiped);
        if is_catga {
            text.push_str("use catga::{command, handler, query};\n\n");
        }
        if self == Self::Medi {
            text.push_str("use std::sync::Arc;\n\nuse medi_rs::{MediCommand, medi_handler, medi_module};\n\n");
        }
        for &number in numbers {
            match self {
                Self::Plain => {}
                Self::Catga | Self::CatgaPiped => {
                    let kind = if number % 2 == 0 { "command" } else { "query" };
                    let _ = writeln!(text, "#[{kind}(reply = u64, error = Refused)]\n#[derive(Clone)]");
                }
                Self::Medi => {
                    let _ = writeln!(
                        text,
                        "#[derive(MediCommand)]\n#[medi_command(return_type = u64, error_type = Refused)]"
                    );
                }
            }
            if matches!(self, Self::Plain | Self::Medi) {
                text.push_str("#[derive(Clone)]\n");
            }
            let _ = writeln!(text, "pub struct Message{number} {{\n    pub id: u64,\n    pub name: String,\n}}\n");
        }
        if self == Self::Medi {
            let _ = writeln!(text, "#[derive(Clone)]\npub struct Set{set} {{\n    pub seen: Arc<AtomicU64>,\n}}\n");
            for number in numbers {
                let _ = writeln!(
                    text,
                    "#[medi_handler]\npub async fn handle{number}(set: Set{set}, message: Message{number}) -> Result<u64, Refused> {{\n{BODY}}}\n"
                );
            }
            let routes: String = numbers
                .iter()
                .map(|number| format!("        crate::set{set}::Message{number} => crate::set{set}::handle{number};\n"))
                .collect();
            let _ = writeln!(
                text,
                "medi_module! {{\n    manifest manifest{set};\n    resources {{ set{set}: crate::set{set}::Set{set}; }}\n    commands {{\n{routes}    }}\n}}"
            );
            return text;
        }
        let _ = writeln!(text, "pub struct Set{set} {{\n    pub seen: AtomicU64,\n}}\n");
        if is_catga {
            text.push_str("#[handler]\n");
        }
        let _ = writeln!(text, "impl Set{set} {{");
        for number in numbers {
            let _ = writeln!(
                text,
                "    pub async fn handle{number}(&self, message: Message{number}) -> Result<u64, Refused> {{\n        let set = self;\n{BODY}    }}\n"
            );
        }
        text.push_str("}\n");
        text
    }

    /// A function for each message that sends it.
    fn sends(self, sets: &[Vec<usize>]) -> String {
        let (uses, error) = match self {
            Self::Plain | Self::Medi => ("", "crate::Refused"),
            Self::Catga | Self::CatgaPiped => ("use catga::prelude::*;\n\n", "Error<crate::Refused>"),
        };
        let mut text = format!("{uses}use crate::Shop;\n\n");
        for (set, numbers) in sets.iter().enumerate() {
            for number in numbers {
                let call = match self {
                    Self::Plain => format!("shop.set{set}.handle{number}"),
                    _ => "shop.send".into(),
                };
                let _ = writeln!(
                    text,
                    "pub async fn send{number}(shop: &Shop, id: u64, name: String) -> Result<u64, {error}> {{\n    \
                     {call}(crate::set{set}::Message{number} {{ id, name }}).await\n}}\n"
                );
            }
        }
        text
    }
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
