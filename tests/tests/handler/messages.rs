//! Messages of every shape: unit, tuple and named structs, enums, generic ones, and what they say of
//! themselves.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Mutex;

use catga::message::MessageInfo;
use catga::prelude::*;

#[command(reply = i64)]
enum Move {
    Stay,
    By(i64),
    To { place: i64 },
}

#[command]
struct Save<T: Clone>(T);

#[query(reply = Vec<T>)]
#[derive(Clone)]
struct Saved<T: Clone> {
    at_most: usize,
    _of: std::marker::PhantomData<T>,
}

#[event(name = "chess.moved", version = 3)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moved {
    Up,
    Down,
}

#[query(reply = [u8; N], name = "filled")]
struct Filled<const N: usize>(u8);

#[derive(Default)]
struct Board {
    place: Mutex<i64>,
    bytes: Mutex<Vec<u8>>,
    names: Mutex<Vec<String>>,
    moved: Mutex<Vec<Moved>>,
}

#[handler]
impl Board {
    fn go(&self, cmd: Move) -> i64 {
        let mut place = self.place.lock().unwrap();
        match cmd {
            Move::Stay => {}
            Move::By(by) => *place += by,
            Move::To { place: to } => *place = to,
        }
        *place
    }

    fn save_byte(&self, cmd: Save<u8>) {
        self.bytes.lock().unwrap().push(cmd.0);
    }

    async fn save_name(&self, cmd: Save<String>) {
        self.names.lock().unwrap().push(cmd.0);
    }

    fn saved_bytes(&self, query: Saved<u8>) -> Vec<u8> {
        self.bytes.lock().unwrap().iter().take(query.at_most).copied().collect()
    }

    async fn saved_names(&self, query: Saved<String>) -> Vec<String> {
        self.names.lock().unwrap().iter().take(query.at_most).cloned().collect()
    }

    fn filled(&self, query: Filled<4>) -> [u8; 4] {
        [query.0; 4]
    }

    fn on_moved(&self, event: &Moved) {
        self.moved.lock().unwrap().push(*event);
    }
}

#[mediator]
#[derive(Default)]
struct Game {
    board: Board,
}

fn all<T: Clone>() -> Saved<T> {
    Saved { at_most: usize::MAX, _of: std::marker::PhantomData }
}

#[tokio::test]
async fn an_enum_is_one_message_with_one_handler() {
    let game = Game::default();
    assert_eq!(game.send(Move::By(3)).await, Ok(3));
    assert_eq!(game.send(Move::To { place: -2 }).await, Ok(-2));
    assert_eq!(game.send(Move::Stay).await, Ok(-2));
    game.publish(Moved::Up).await.unwrap();
    game.publish(Moved::Down).await.unwrap();
    assert_eq!(*game.board.moved.lock().unwrap(), [Moved::Up, Moved::Down]);
}

#[tokio::test]
async fn a_generic_message_is_handled_type_by_type() {
    let game = Game::default();
    game.send(Save(1_u8)).await.unwrap();
    game.send(Save("ann".to_string())).await.unwrap();
    game.send(Save(2_u8)).await.unwrap();
    assert_eq!(game.send(all::<u8>()).await, Ok(vec![1, 2]));
    assert_eq!(game.send(Saved::<u8> { at_most: 1, ..all() }).await, Ok(vec![1]));
    assert_eq!(game.send(all::<String>()).await, Ok(vec!["ann".to_string()]));
    assert_eq!(game.send(Filled::<4>(9)).await, Ok([9; 4]));
}

#[test]
fn a_message_says_what_it_is_at_compile_time() {
    const SAVE: MessageInfo = <Save<u8> as Message>::INFO;
    const MOVED: MessageInfo = <Moved as Message>::INFO;
    assert_eq!((SAVE.name, SAVE.version, SAVE.ident, SAVE.kind), ("Save", 1, "Save", "command"));
    assert_eq!((MOVED.name, MOVED.version, MOVED.ident, MOVED.kind), ("chess.moved", 3, "Moved", "event"));
    assert_eq!(<Filled<4> as Message>::INFO.kind, "query");
    assert_eq!(SAVE.module, module_path!());
    assert!(SAVE.file.ends_with("messages.rs"));
    const { assert!(SAVE.line > 1 && SAVE.line < MOVED.line) };
}

#[test]
fn queries_may_be_repeated_and_commands_say_so() {
    #[command(idempotent)]
    struct Set;
    const { assert!(<Saved<u8> as Message>::REPEATABLE) };
    const { assert!(!<Save<u8> as Message>::REPEATABLE && <Set as Message>::REPEATABLE) };
}

/// Generic code over messages, with what they say of themselves.
fn describe<M: Message>(known: &mut BTreeMap<&'static str, &'static str>)
where
    M::Reply: Debug,
{
    known.insert(M::INFO.name, M::INFO.kind);
}

#[test]
fn generic_code_takes_any_message() {
    let mut known = BTreeMap::new();
    describe::<Move>(&mut known);
    describe::<Moved>(&mut known);
    assert_eq!(known, BTreeMap::from([("Move", "command"), ("chess.moved", "event")]));
}
