use core::convert::Infallible;
use core::pin::pin;
use core::time::Duration;

use alloc::string::{String, ToString as _};

use super::handed::Handed;
use super::keeper::{Keeper, Unfinished};
use super::once::once;
use super::run::{DeliveryOf, Run, Taken};
use crate::contract::Contract;
use crate::delivery::last_poll::last_poll;
use crate::delivery::{Admitted, DeadLetters, Inbox, Letter};
use crate::envelope::Envelope;
use crate::error::{Classify as _, Error, Failure, Panic};
use crate::scope::Mediator;
use crate::time::{Cancel, Clock as _};
use crate::transport::{Delivers, Delivery as _, Parcel};
use crate::wire::{Extends, Serves, contain};

pub(super) type KeeperOf<'r, T, A> = Keeper<'r, DeliveryOf<T>, A>;

impl<'r, T, L, E, I, A> Run<'r, T, L, E, I, A>
where
    T: Delivers,
    L: DeadLetters,
    I: Inbox,
    A: Mediator,
    E: Extends<A::Extension>,
{
    /// One delivery, from its place to its end. It is settled in one way or another, or dropped, and then it
    /// comes again.
    pub(super) async fn work<C: Serves<A>>(&self, taken: Taken<DeliveryOf<T>>) {
        let Taken { endpoint, deadline, delivery } = taken;
        let counts = &self.consumer.counts;
        let mut keeper = Keeper::new(delivery, deadline, self.app);
        let _place = match keeper.during(self.stopping, self.hand.enter()).await {
            Ok(place) => place,
            Err(Unfinished::Lost) => return counts.lost.add(),
            Err(Unfinished::Stopped) => {
                counts.returned.add();
                return self.give_back(keeper, Duration::ZERO).await;
            }
        };
        let parcel = keeper.delivery.parcel().clone();
        let handled = match once::<C>(&parcel.bytes) {
            Some(arrival) => match self.admit(&mut keeper, arrival).await {
                Ok(Ok(Admitted::New(claim))) => self.handle_once::<C>(&mut keeper, &parcel, claim).await,
                Ok(Ok(Admitted::Repeat)) => return self.repeat(keeper).await,
                Ok(Ok(Admitted::InHand(after))) => return self.give_back(keeper, after).await,
                Ok(Err(failure)) => Ok(Err(failure)),
                Err(unfinished) => Err(unfinished),
            },
            None => self.handle::<C>(&mut keeper, &parcel, Handed::default()).await,
        };
        match handled {
            Ok(Ok(())) => match keeper.delivery.ack().await {
                Ok(()) => counts.done.add(),
                Err(_) => counts.lost.add(),
            },
            Ok(Err(failure)) => self.fail::<C>(keeper, endpoint, &parcel, failure).await,
            Err(unfinished) => self.leave(keeper, unfinished).await,
        }
    }

    /// Handles it until its end, or until it has to be dropped; then it is told so first.
    pub(super) async fn handle<C: Serves<A>>(
        &self,
        keeper: &mut KeeperOf<'r, T, A>,
        parcel: &Parcel,
        handed: Handed<'_>,
    ) -> Result<Result<(), Failure>, Unfinished> {
        let attempt = keeper.delivery.attempt();
        let cancel = Cancel::new();
        let dispatching = self.consumer.dispatch::<C, A>(self.app, &parcel.bytes, (attempt, &cancel), handed);
        let mut handling = pin!(contain(dispatching));
        let unfinished = match keeper.during(self.over, handling.as_mut()).await {
            Ok(handled) => return Ok(handled.unwrap_or_else(|panic| Err(panicked(panic)))),
            Err(unfinished) => unfinished,
        };
        cancel.cancel();
        match last_poll(handling).await {
            Some(Ok(Ok(()))) => Ok(Ok(())),
            _ => Err(unfinished),
        }
    }

    /// It comes again, or it goes to the dead letters.
    async fn fail<C: Contract>(
        &self,
        mut keeper: KeeperOf<'r, T, A>,
        endpoint: &'static str,
        parcel: &Parcel,
        failure: Failure,
    ) {
        let counts = &self.consumer.counts;
        let attempt = keeper.delivery.attempt();
        let again = match T::CAPABILITIES.redelivers {
            true => self.consumer.redelivery.again(attempt, &failure, self.app.random()),
            // What does not come again cannot be tried again.
            false => None,
        };
        if let Some(after) = again {
            counts.retried.add();
            return self.give_back(keeper, after).await;
        }
        let burying = contain(self.bury::<C>(endpoint, parcel, attempt, &failure));
        match keeper.during(self.over, burying).await {
            Ok(Ok(Ok(()))) => {
                counts.buried.add();
                // Where this is lost it comes again, and may be kept twice.
                if keeper.delivery.ack().await.is_err() {
                    counts.lost.add();
                }
            }
            Ok(_) => {
                counts.unburied.add();
                self.give_back(keeper, self.consumer.redelivery.unburied(attempt)).await;
            }
            Err(unfinished) => self.leave(keeper, unfinished).await,
        }
    }

    async fn bury<C: Contract>(
        &self,
        endpoint: &str,
        parcel: &Parcel,
        attempts: u32,
        failure: &Failure,
    ) -> Result<(), Failure> {
        let letter = Letter {
            parcel,
            name: name::<C>(parcel),
            endpoint,
            group: &self.consumer.group,
            attempts,
            code: failure.code(),
            class: failure.class(),
            error: &chain(failure),
            unix_ms: self.app.clock().unix_ms(),
        };
        self.consumer.letters.bury(letter).await
    }

    /// Leaves it unfinished.
    async fn leave(&self, keeper: KeeperOf<'r, T, A>, unfinished: Unfinished) {
        match unfinished {
            Unfinished::Lost => self.consumer.counts.lost.add(),
            Unfinished::Stopped => {
                self.consumer.counts.cut.add();
                self.give_back(keeper, Duration::ZERO).await;
            }
        }
    }

    pub(super) async fn give_back(&self, keeper: KeeperOf<'r, T, A>, after: Duration) {
        if keeper.delivery.refuse(after).await.is_err() {
            self.consumer.counts.lost.add();
        }
    }
}

/// What the contract calls a message.
fn name<C: Contract>(parcel: &Parcel) -> Option<&'static str> {
    let key = Envelope::decode(&parcel.bytes).ok()?.key;
    C::MEMBERS.iter().find(|member| member.key == key).map(|member| member.message.name)
}

#[cold]
pub(super) fn panicked(panic: Panic) -> Failure {
    Failure::from_error(Error::<Infallible>::Panicked(panic))
}

/// An error and what it came from, each that the text before does not say already.
fn chain(error: &(dyn core::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let said = source.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = source.source();
    }
    text
}
