//! A client of rust-analyzer, over its standard input and output.
//!
//! Source: Language Server Protocol, version 3.17; `experimental/serverStatus` is rust-analyzer's own.

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// How long it may say nothing before something is wrong with it. Nothing is measured by it.
const SILENCE: Duration = Duration::from_secs(300);

pub struct Client {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    next: u64,
}

/// A place in a file: its line and its column, from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: PathBuf,
    pub line: u64,
    pub column: u64,
}

impl Client {
    /// Starts it in the workspace `root`, for the package `package`, and waits until it has read everything.
    pub fn start(root: &Path, package: &str, target: &Path) -> Self {
        let mut server = Command::new(&*RUST_ANALYZER)
            .current_dir(root)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("rust-analyzer starts");
        let (input, output) = (server.stdin.take().unwrap(), server.stdout.take().unwrap());
        let (send, messages) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = receive(&mut output) {
                if send.send(message).is_err() {
                    break;
                }
            }
        });
        let mut client = Self { server, input, messages, next: 0 };
        // Proc macros are built for the one package, and nothing is checked besides.
        let build = ["cargo", "check", "--quiet", "--package", package, "--message-format=json"];
        client.request(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "rootUri": uri(root),
                "capabilities": {
                    "experimental": { "serverStatusNotification": true },
                    "textDocument": { "hover": { "contentFormat": ["plaintext"] } },
                },
                "initializationOptions": {
                    "checkOnSave": false,
                    "cachePriming": { "enable": false },
                    "cargo": { "buildScripts": { "overrideCommand": build } },
                },
            }),
        );
        client.notify("initialized", &json!({}));
        client
            .wait(|message| message["method"] == "experimental/serverStatus" && message["params"]["quiescent"] == true);
        client
    }

    /// Opens a file.
    pub fn open(&mut self, file: &Path) {
        let text = fs::read_to_string(file).unwrap();
        let document = json!({ "uri": uri(file), "languageId": "rust", "version": 1, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Writes another text into an open file; nothing is saved. The version is above that of each text before.
    pub fn change(&mut self, file: &Path, version: u64, text: &str) {
        let document = json!({ "uri": uri(file), "version": version });
        self.notify(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
    }

    /// What it offers at a place, by its names.
    pub fn completions(&mut self, at: &Place) -> Vec<String> {
        let offered = self.request("textDocument/completion", &at.parameters());
        let items = if offered.is_array() { &offered } else { &offered["items"] };
        let names = items.as_array().into_iter().flatten().filter_map(|item| {
            let name = item["filterText"].as_str().or(item["label"].as_str())?;
            Some(name.split(['(', ' ', '…']).next().unwrap_or_default().to_owned())
        });
        names.collect()
    }

    /// Where it goes from a place: go-to-definition.
    pub fn definitions(&mut self, at: &Place) -> Vec<Place> {
        let found = self.request("textDocument/definition", &at.parameters());
        let found = if found.is_object() { json!([found]) } else { found };
        let places = found.as_array().into_iter().flatten().map(|found| {
            let (file, range) = match &found["targetUri"] {
                Value::Null => (&found["uri"], &found["range"]),
                file => (file, &found["targetSelectionRange"]),
            };
            let number = |name: &str| range["start"][name].as_u64().unwrap() + 1;
            let file = PathBuf::from(file.as_str().unwrap().strip_prefix("file://").unwrap());
            Place { file, line: number("line"), column: number("character") }
        });
        places.collect()
    }

    /// What it shows at a place.
    pub fn hover(&mut self, at: &Place) -> String {
        let shown = self.request("textDocument/hover", &at.parameters());
        shown["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    fn request(&mut self, method: &str, parameters: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        let answer = self.wait(|message| message["id"] == id && message["method"].is_null());
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }

    fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("rust-analyzer listens");
        self.input.flush().expect("rust-analyzer listens");
    }

    /// The next message of which this is true; what it asks for meanwhile it is given: nothing.
    fn wait(&mut self, mut is_it: impl FnMut(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(SILENCE).expect("rust-analyzer says something");
            if is_it(&message) {
                return message;
            }
            if !message["id"].is_null() && !message["method"].is_null() {
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _gone = self.server.kill();
        let _gone = self.server.wait();
    }
}

impl Place {
    fn parameters(&self) -> Value {
        let position = json!({ "line": self.line - 1, "character": self.column - 1 });
        json!({ "textDocument": { "uri": uri(&self.file) }, "position": position })
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// One message: headers, an empty line, and so many bytes of JSON.
fn receive(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", bytes)) => length = bytes.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// The toolchain's own, which is installed where it is not there yet: once, as two installations at a time are in each
/// other's way.
static RUST_ANALYZER: LazyLock<PathBuf> = LazyLock::new(|| {
    rustup(&["component", "add", "rust-analyzer"]);
    PathBuf::from(rustup(&["which", "rust-analyzer"]))
});

fn rustup(arguments: &[&str]) -> String {
    let output = Command::new("rustup").args(arguments).output().expect("rustup starts");
    assert!(output.status.success(), "rustup {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
