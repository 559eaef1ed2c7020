//! A mediator that consumes endpoints, on the memory transport and on virtual time. The numbers in the names are
//! those of the conformance suite. Every scenario that can be run on a broken transport is, in `faults`.

/// Scenarios, each a test on a transport without a fault.
macro_rules! sound {
    ($($scenario:ident)*) => {
        mod sound {
            $(
                #[test]
                fn $scenario() {
                    super::$scenario(crate::faulty::Fault::Nothing);
                }
            )*
        }
    };
}

mod delivered;
mod faults;
mod faulty;
mod kept;
mod lifecycle;
mod once;
mod order;
mod parts;
mod retried;
mod world;
