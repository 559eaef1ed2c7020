//! Drives the example `order_system` as its users do: the built program in a process of its own, over
//! real HTTP.

/// Runs tests, each a function of the running program, in all of the program's layouts; patient, or as it is said.
macro_rules! everywhere {
    ($($test:ident),* $(,)?) => { everywhere!(PATIENT: $($test),*); };
    ($patience:ident: $($test:ident),* $(,)?) => {$(
        mod $test {
            use crate::program::{Layout, Program, $patience};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn one_mediator() {
                super::$test(Program::start(Layout::OneMediator, $patience)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn two_mediators() {
                super::$test(Program::start(Layout::TwoMediators, $patience)).await;
            }

            #[cfg(unix)]
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn two_processes() {
                super::$test(Program::start(Layout::TwoProcesses, $patience)).await;
            }
        }
    )*};
}

#[cfg(unix)]
mod backup;
mod data;
mod flow;
mod folder;
mod graph;
#[cfg(unix)]
mod killed;
#[cfg(unix)]
mod kills;
#[cfg(unix)]
mod ledger;
mod load;
#[cfg(unix)]
mod payments;
mod process;
mod program;
mod refusals;
#[path = "../../order_system/refused.rs"]
mod refused;
mod running;
mod stored;
mod trouble;
