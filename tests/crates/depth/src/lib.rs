//! Chains of handlers of which each sends to the next.

/// A chain with these messages and sets, first to last, in a mediator with this pipeline; its `main`
/// sends down the chain and expects one more a hop. That of a `generic` mediator is not laid out beforehand.
#[macro_export]
macro_rules! chain {
    ($(#[$pipeline:meta])* [$($state:ident: $ty:ty = $value:expr)?] $($message:ident $set:ident)*) => {
        $crate::chain! { @ [] [] $(#[$pipeline])* [$($state: $ty = $value)?] $($message $set)* }
    };
    (generic $(#[$pipeline:meta])* [$($state:ident: $ty:ty = $value:expr)?] $($message:ident $set:ident)*) => {
        $crate::chain! {
            @ [T: Clone + Send + Sync + 'static] [#[state] kept: T = 7_u8]
            $(#[$pipeline])* [$($state: $ty = $value)?] $($message $set)*
        }
    };
    (
        @ [$($parameter:ident: $($bound:tt)*)?] [$(#[$own:ident] $kept:ident: $kind:ty = $held:expr)?]
        $(#[$pipeline:meta])* [$($state:ident: $ty:ty = $value:expr)?] $($message:ident $set:ident)*
    ) => {
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
        pub struct Chain $(<$parameter: $($bound)*>)? {
            $(#[$own] $kept: $kind,)?
            $($state: $ty,)?
            $($set: $set,)*
        }

        #[tokio::main(flavor = "current_thread")]
        async fn main() {
            let chain = Chain { $($kept: $held,)? $($state: $value,)? $($set: $set,)* };
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

/// A chain of events: each is heard by a set that publishes the next. Its last handler says how many there were.
#[macro_export]
macro_rules! events {
    ($(#[$pipeline:meta])* $($event:ident $set:ident)*) => {
        use ::catga::prelude::*;

        $(
            #[event]
            pub struct $event(u64);

            pub struct $set;
        )*

        $crate::heard!($($event $set)*);

        #[mediator]
        $(#[$pipeline])*
        #[allow(non_snake_case)]
        pub struct Chain {
            $($set: $set,)*
        }

        #[tokio::main(flavor = "current_thread")]
        async fn main() {
            let chain = Chain { $($set: $set,)* };
            assert!(chain.publish(First(0)).await.is_ok());
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! heard {
    ($event:ident $set:ident) => {
        #[handler]
        impl $set {
            async fn hear(&self, event: &$event) {
                tokio::task::yield_now().await;
                println!("{} hops", event.0 + 1);
            }
        }
    };
    ($event:ident $set:ident $next:ident $next_set:ident $($rest:ident)*) => {
        #[handler]
        impl $set {
            async fn hear(&self, event: &$event, cx: &mut Context<impl Publishes<$next>>) {
                assert!(cx.publish($next(event.0 + 1)).await.is_ok());
            }
        }

        $crate::heard!($next $next_set $($rest)*);
    };
}

/// Mediators inside of one another, the innermost last; a command goes through all of them.
#[macro_export]
macro_rules! nested {
    ($(#[$pipeline:meta])* $outer:ident $($inner:ident)*) => {
        use ::catga::prelude::*;

        #[command(reply = u64)]
        pub struct Deep;

        pub struct Ground;

        #[handler]
        impl Ground {
            async fn handle(&self, _: Deep) -> u64 {
                tokio::task::yield_now().await;
                0
            }
        }

        $crate::inside! { [$(#[$pipeline])*] $outer $($inner)* }

        #[tokio::main(flavor = "current_thread")]
        async fn main() {
            assert_eq!($outer::new().send(Deep).await, Ok(0));
            println!("{} hops", [stringify!($outer), $(stringify!($inner)),*].len());
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! inside {
    ([$(#[$pipeline:meta])*] $one:ident) => {
        #[mediator(nested)]
        $(#[$pipeline])*
        pub struct $one {
            inner: Ground,
        }

        impl $one {
            fn new() -> Self {
                Self { inner: Ground }
            }
        }
    };
    ([$(#[$pipeline:meta])*] $one:ident $next:ident $($rest:ident)*) => {
        $crate::inside! { [$(#[$pipeline])*] $next $($rest)* }

        #[mediator(nested)]
        $(#[$pipeline])*
        pub struct $one {
            inner: $next,
        }

        impl $one {
            fn new() -> Self {
                Self { inner: $next::new() }
            }
        }
    };
}
