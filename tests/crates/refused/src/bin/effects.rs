//! The effects of what is no store.

use std::sync::Arc;

use catga::delivery::unanswered;
use catga::store::Store;

struct Main;

async fn open(db: &Arc<Store<Main>>) -> usize {
    unanswered(db, None, 10).await.map_or(0, |open| open.len())
}

fn main() {
    drop(open);
}
