//! Dead letters.

use catga::store::{DeadLetter, ErrorKind};

use super::world::{EFFECTS, LETTERS, World, effect, world};
use crate::engines::Make;
use crate::suite::{block_on, kind, scenarios};

scenarios! {
    d8_dead_letters,
    d7_replayed_once,
}

pub fn letter(id: u64) -> DeadLetter {
    DeadLetter {
        id,
        name: "placed".into(),
        source: "shop".into(),
        key: b"k".to_vec(),
        body: vec![0xff, 0, id as u8],
        errors: vec!["handler failed".into(), "disk".into()],
        attempts: 5,
        first_ms: 10,
        last_ms: 20,
        group: String::new(),
        fingerprint: 0,
    }
}

fn d8_dead_letters(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        for id in (0..6).step_by(2) {
            let mut tx = store.begin().unwrap();
            LETTERS.put(&mut tx, &letter(id)).unwrap();
            LETTERS.put(&mut tx, &letter(id + 1)).unwrap();
            tx.commit().await.unwrap();
        }
        let all = LETTERS.list(&store, None, 100).unwrap();
        assert!(all.iter().map(|(_, letter)| letter.id).eq(0..6));
        let (third, shown) = &all[2];
        assert_eq!((shown, &LETTERS.show(&store, *third).unwrap()), (&letter(2), &letter(2)), "as it came");
        let rest = LETTERS.list(&store, Some(*third), 2).unwrap();
        assert!(rest.iter().map(|(_, letter)| letter.id).eq([3, 4]));
        LETTERS.edit(&store, *third, b"mended".to_vec()).await.unwrap();
        assert_eq!(LETTERS.show(&store, *third).unwrap(), DeadLetter { body: b"mended".to_vec(), ..letter(2) });
        LETTERS.discard(&store, *third).await.unwrap();
        for outcome in [LETTERS.discard(&store, *third).await, LETTERS.edit(&store, *third, vec![]).await] {
            assert_eq!(kind(outcome), Some(ErrorKind::Missing));
        }
        assert_eq!(LETTERS.list(&store, None, 100).unwrap().len(), 5);
    });
}

fn d7_replayed_once(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let mut tx = store.begin().unwrap();
        LETTERS.put(&mut tx, &letter(1)).unwrap();
        tx.commit().await.unwrap();
        let (id, _) = LETTERS.list(&store, None, 1).unwrap()[0];
        let mut both = Vec::new();
        for _ in 0..2 {
            let mut tx = store.begin().unwrap();
            assert_eq!(LETTERS.take(&mut tx, id).unwrap(), letter(1), "with its id");
            let sum = EFFECTS.get(&mut tx, "x").await.unwrap().unwrap_or_default();
            EFFECTS.put(&mut tx, "x", &(sum + 1)).unwrap();
            both.push(tx.commit());
        }
        let second = both.pop().unwrap();
        both.pop().unwrap().await.unwrap();
        assert_eq!(kind(second.await), Some(ErrorKind::Conflict));
        assert_eq!(effect(&store, "x").await, 1);
        assert_eq!(kind(LETTERS.take(&mut store.begin().unwrap(), id)), Some(ErrorKind::Missing));
    });
}
