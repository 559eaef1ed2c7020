//! What was parked is parked still when the file is opened again.

use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::testing::VirtualClock;

use crate::bank::Backing;
use crate::durable::effects::shop::{CHARGE, Policy, attempt, killed, open, over, pay};

#[tokio::test]
async fn a_parked_effect_outlives_its_process() {
    let (on, clock) = (Backing::file(), VirtualClock::new());
    let before = over(on.simulated(&clock), clock);
    killed(&before, pay(Policy::Park)).await;
    let key = before.payments.gateway.keys()[0].clone();
    drop(before);
    let clock = VirtualClock::new();
    let app = over(on.simulated(&clock), clock);
    // The new clock is behind the old one or not: the lease is of the store's time.
    app.clock.advance(Duration::from_secs(60));
    let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    assert_eq!(told.code(), "catga.delivery.effect_parked");
    let [parked] = &open(&app).await[..] else { panic!("one") };
    assert_eq!(CHARGE.key(&app.db, parked).await.unwrap().as_str(), key);
    assert_eq!(key.len(), 52 + CHARGE.name().len(), "as the docs of `EffectKey` have it: {key}");
    assert_eq!(app.payments.gateway.calls(), 0);
}
