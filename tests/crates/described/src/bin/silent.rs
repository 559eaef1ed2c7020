//! Handles a message, and does not ask what handles it.

fn main() {
    println!("{}", described::run());
}
