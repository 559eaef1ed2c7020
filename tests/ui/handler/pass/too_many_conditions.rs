//! CATGA038: the methods stand under seven different conditions.

use catga::prelude::*;

#[command]
pub struct Do1;

#[command]
pub struct Do2;

#[command]
pub struct Do3;

#[command]
pub struct Do4;

#[command]
pub struct Do5;

#[command]
pub struct Do6;

#[command]
pub struct Do7;

pub struct Work;

#[handler]
impl Work {
    #[cfg(not(target_os = "windows"))]
    fn do1(&self, _command: Do1) {}

    #[cfg(not(target_os = "macos"))]
    fn do2(&self, _command: Do2) {}

    #[cfg(not(target_os = "android"))]
    fn do3(&self, _command: Do3) {}

    #[cfg(not(target_os = "ios"))]
    fn do4(&self, _command: Do4) {}

    #[cfg(not(target_os = "freebsd"))]
    fn do5(&self, _command: Do5) {}

    #[cfg(not(target_os = "netbsd"))]
    fn do6(&self, _command: Do6) {}

    #[cfg(not(target_os = "netbsd"))]
    fn do7(&self, _command: Do7) {}
}

fn main() {}
