//! Messages that were given up.

use catga::store::{DeadLetter, ErrorKind};
use catga_tests::scenarios;

use super::super::world::fresh;
use super::{DEAD, OUTBOX};

scenarios! { 1:
    d7_d8_dead_letters_are_listed_edited_replayed_once_and_discarded
}

pub fn letter(id: u64) -> DeadLetter {
    DeadLetter {
        id,
        name: "placed".into(),
        source: "here".into(),
        key: b"a".to_vec(),
        body: vec![0, 255],
        errors: vec!["refused".into(), "as it\nis".into()],
        attempts: 3,
        first_ms: 1,
        last_ms: 2,
        group: String::new(),
        fingerprint: 0,
    }
}

async fn d7_d8_dead_letters_are_listed_edited_replayed_once_and_discarded() {
    let (_place, db, _) = fresh().await;
    let mut tx = db.begin().await.unwrap();
    for id in 1..=3 {
        tx.bury(&DEAD, &letter(id)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let all = db.letters(&DEAD, None, 10).await.unwrap();
    assert_eq!(all.iter().map(|(_, letter)| letter.clone()).collect::<Vec<_>>(), [letter(1), letter(2), letter(3)]);
    assert_eq!(db.letters(&DEAD, Some(all[0].0), 1).await.unwrap(), all[1..2]);
    assert_eq!(db.letter(&DEAD, all[1].0).await.unwrap(), letter(2));
    db.edit(&DEAD, all[0].0, b"edited").await.unwrap();
    assert_eq!(db.letter(&DEAD, all[0].0).await.unwrap(), DeadLetter { body: b"edited".to_vec(), ..letter(1) });
    let two =
        futures_util::future::join(db.replay(&DEAD, all[0].0, &OUTBOX), db.replay(&DEAD, all[0].0, &OUTBOX)).await;
    assert!(two.0.is_ok() != two.1.is_ok(), "once");
    let claimed = db.claim(&mut OUTBOX.relay(1), 10).await.unwrap();
    assert_eq!((claimed[0].rows[0].message.id, &claimed[0].rows[0].message.body[..]), (1, &b"edited"[..]));
    db.discard(&DEAD, all[1].0).await.unwrap();
    assert_eq!(db.discard(&DEAD, all[1].0).await.unwrap_err().kind(), ErrorKind::Missing);
    assert_eq!(db.letter(&DEAD, all[1].0).await.unwrap_err().kind(), ErrorKind::Missing);
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.exhume(&DEAD, all[2].0).await.unwrap(), letter(3));
    drop(tx);
    assert_eq!(db.letters(&DEAD, None, 10).await.unwrap(), all[2..], "a rollback keeps it");
}
