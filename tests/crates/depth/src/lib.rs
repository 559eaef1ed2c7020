//! Chains of handlers of which each sends to the next.

/// A chain with these messages and sets, first to last, in a mediator with this pipeline; its `main`
/// sends down the chain and expects one more a hop.
#[macro_export]
macro_rules! chain {
    ($(#[$pipeline:meta])* [$($state:ident: $ty:ty = $value:expr)?] $($message:ident $set:ident)*) => {
        use ::catga::prelude::*;

        $(
            #[command(reply = u64)]
            #[derive(Clone)]
            pub struct $message(u64);

            pub struct $set;
        )*

        $crate::hop!($($message $set)*);

        #[mediator]
        $(#[$pipeline])*
        #[allow(non_snake_case)]
        pub struct Chain {
            $($state: $ty,)?
            $($set: $set,)*
        }

        #[tokio::main(flavor = "current_thread")]
        async fn main() {
            let chain = Chain { $($state: $value,)? $($set: $set,)* };
            let hops = [$(stringify!($set)),*].len() as u64;
            assert_eq!(chain.send(First(0)).await, Ok(hops));
            println!("{hops} hops");
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! hop {
    ($message:ident $set:ident) => {
        #[handler]
        impl $set {
            async fn handle(&self, command: $message) -> u64 {
                // It waits, so that no hop is folded away.
                tokio::task::yield_now().await;
                command.0 + 1
            }
        }
    };
    ($message:ident $set:ident $next:ident $next_set:ident $($rest:ident)*) => {
        #[handler]
        impl $set {
            async fn handle(&self, command: $message, cx: &mut Context<impl Sends<$next>>) -> u64 {
                match cx.send($next(command.0 + 1)).await {
                    Ok(hops) => hops,
                    Err(_) => 0,
                }
            }
        }

        $crate::hop!($next $next_set $($rest)*);
    };
}
