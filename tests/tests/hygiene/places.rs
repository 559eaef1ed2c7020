//! Where declarations stand.

use catga::prelude::*;

use super::now;

#[query(reply = u8)]
struct Ask;

#[query(reply = u8)]
struct Other;

struct One;

#[handler]
impl One {
    fn ask(&self, _: Ask) -> u8 {
        1
    }
}

struct Two;

#[handler]
impl Two {
    fn ask(&self, _: Ask) -> u8 {
        2
    }

    fn other(&self, _: Other) -> u8 {
        3
    }
}

#[mediator]
struct First {
    one: One,
}

#[mediator]
struct Second {
    two: Two,
}

#[test]
fn two_mediators_stand_in_one_module() {
    let (first, second) = (First { one: One }, Second { two: Two });
    assert_eq!((now(first.send(Ask)), now(second.send(Ask))), (Ok(1), Ok(2)));
    assert_eq!(now(second.send(Other)), Ok(3));
}

#[test]
fn one_set_stands_in_two_mediators() {
    #[mediator]
    struct Third {
        one: One,
        second: Second2,
    }

    #[mediator(nested)]
    struct Second2 {
        other: Three,
    }

    struct Three;

    #[handler]
    impl Three {
        fn other(&self, _: Other) -> u8 {
            4
        }
    }

    let third = Third { one: One, second: Second2 { other: Three } };
    assert_eq!((now(third.send(Ask)), now(third.send(Other))), (Ok(1), Ok(4)));
}

#[test]
fn everything_stands_in_a_function() {
    #[command(reply = u8)]
    struct Put(u8);

    #[event]
    struct Was;

    struct Shelf;

    #[handler]
    impl Shelf {
        async fn put(&self, command: Put, cx: &mut Context<impl Publishes<Was>>) -> u8 {
            cx.publish(Was).await.map_or(0, |()| command.0)
        }

        fn on_was(&self, _: &Was) {}
    }

    #[mediator]
    #[pipeline(Validate)]
    struct App {
        shelf: Shelf,
    }

    let app = App { shelf: Shelf };
    assert_eq!(now(app.send(Put(3))), Ok(3));
}

/// The messages are in a private module of a private module: nobody else can name them. They are as
/// visible as their set all the same (E0446).
mod outer {
    pub(super) mod inner {
        use catga::prelude::*;

        mod messages {
            use catga::prelude::*;

            #[query(reply = u8)]
            pub struct Hidden;

            #[event]
            pub struct Seen;
        }

        pub(in crate::places) struct Set;

        #[handler]
        impl Set {
            async fn hidden(&self, _: messages::Hidden, cx: &mut Context<impl Publishes<messages::Seen>>) -> u8 {
                cx.publish(messages::Seen).await.map_or(0, |()| 5)
            }

            fn on_seen(&self, _: &messages::Seen) {}
        }

        /// What asks without knowing the mediator.
        pub(in crate::places) async fn ask(app: &impl super::super::Answers) -> u8 {
            app.hidden().await
        }

        impl super::super::Answers for super::super::App {
            async fn hidden(&self) -> u8 {
                self.send(messages::Hidden).await.unwrap_or(0)
            }
        }
    }
}

trait Answers {
    async fn hidden(&self) -> u8;
}

#[mediator]
struct App {
    set: outer::inner::Set,
}

#[test]
fn messages_stand_in_a_private_module() {
    assert_eq!(now(outer::inner::ask(&App { set: outer::inner::Set })), 5);
}

/// Sets are found under the names that imports give them.
mod imported {
    use catga::prelude::*;

    use super::One as Renamed;

    #[mediator]
    pub(super) struct App {
        pub(super) one: Renamed,
    }
}

#[test]
fn a_set_has_another_name_where_it_is_imported() {
    assert_eq!(now(imported::App { one: One }.send(Ask)), Ok(1));
}

#[test]
fn raw_identifiers_are_names() {
    #[command(reply = u8)]
    struct r#Type {
        r#type: u8,
    }

    struct r#Loop;

    #[handler]
    impl r#Loop {
        fn r#match(&self, r#in: r#Type) -> u8 {
            r#in.r#type
        }
    }

    #[mediator]
    struct r#App {
        r#loop: r#Loop,
    }

    assert_eq!(now(r#App { r#loop: r#Loop }.send(r#Type { r#type: 3 })), Ok(3));
    // On the wire it is called what it is called.
    assert_eq!((r#Type::INFO.name, r#Type::INFO.ident), ("Type", "Type"));
}

#[test]
fn a_macro_declares_all_of_it() {
    macro_rules! app {
        ($app:ident $message:ident $set:ident = $answer:expr) => {
            #[query(reply = u8)]
            struct $message;

            struct $set;

            #[handler]
            #[pipeline(Validate)]
            impl $set {
                fn answer(&self, _: $message) -> u8 {
                    $answer
                }
            }

            #[mediator]
            #[pipeline(Trace)]
            struct $app {
                set: $set,
            }
        };
    }

    app!(Made Question Answerer = 6);
    assert_eq!(now(Made { set: Answerer }.send(Question)), Ok(6));
}
