//! Sends, and serves nobody.

fn main() {
    println!("{}", served::run());
}
