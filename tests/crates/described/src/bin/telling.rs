//! The same, and asks.

use catga::prelude::*;

fn main() {
    println!("{}", described::run());
    print!("{}", described::Books::describe());
}
