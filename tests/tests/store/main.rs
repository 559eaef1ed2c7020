//! Stores: one suite over every engine, crashes of a simulated disk, and faults that the suite must find.

mod bank;
mod disk;
mod disk_errors;
mod engines;
mod faults;
mod files;
mod flips;
mod history;
mod keyed;
mod keys;
#[cfg(unix)]
mod kills;
mod operate;
mod parts;
mod ports;
mod power_loss;
#[cfg(target_os = "linux")]
mod restores;
mod suite;
mod tables;
