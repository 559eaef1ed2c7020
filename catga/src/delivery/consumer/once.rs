use core::pin::pin;

use futures_util::future::{Either, select};

use super::handed::Handed;
use super::keeper::Unfinished;
use super::run::Run;
use super::work::{KeeperOf, panicked};
use crate::contract::{Contract, Member};
use crate::delivery::said::said;
use crate::delivery::{Admitted, Arrival, DeadLetters, Inbox};
use crate::envelope::{Envelope, WireKey};
use crate::error::Failure;
use crate::id::Id;
use crate::message::Qos;
use crate::scope::Mediator;
use crate::time::{Clock as _, Random as _, Timer as _};
use crate::transport::{Delivers, Delivery as _, Parcel};
use crate::wire::{Extends, Serves, contain};

/// What an inbox tells a message by.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) key: WireKey,
    pub(super) id: Id,
    pub(super) sent: Option<u64>,
    pub(super) fingerprint: u64,
}

impl Told {
    /// As it comes to a group; the owner is a number by chance.
    pub(super) fn arrival(self, group: &str, owner: u64) -> Arrival<'_> {
        let Self { key, id, sent, fingerprint } = self;
        Arrival { group, key, id, sent, fingerprint, owner }
    }
}

/// The message, where it has to be handled once. What is none, or is of no known type, is not handled at all.
pub(super) fn once<C: Contract>(bytes: &[u8]) -> Option<Told> {
    if !const { asks_for_once(C::MEMBERS) } {
        return None;
    }
    let envelope = Envelope::decode(bytes).ok()?;
    let Envelope { key, id, sent, .. } = envelope;
    let is_it = |member: &&Member| member.key == key && member.qos == Qos::ExactlyOnce;
    C::MEMBERS.iter().find(is_it)?;
    Some(Told { key, id, sent, fingerprint: said(&envelope) })
}

const fn asks_for_once(members: &[Member]) -> bool {
    let mut at = 0;
    while at < members.len() {
        if matches!(members[at].qos, Qos::ExactlyOnce) {
            return true;
        }
        at += 1;
    }
    false
}

impl<'r, T, L, E, I, A> Run<'r, T, L, E, I, A>
where
    T: Delivers,
    L: DeadLetters,
    I: Inbox,
    A: Mediator,
    E: Extends<A::Extension>,
{
    /// Asks the inbox for it, and keeps the delivery meanwhile.
    pub(super) async fn admit(
        &self,
        keeper: &mut KeeperOf<'r, T, A>,
        told: Told,
    ) -> Result<Result<Admitted<I::Claim>, Failure>, Unfinished> {
        let arrival = told.arrival(&self.consumer.group, self.app.random().next());
        let claiming = keeper.during(self.over, contain(self.consumer.inbox.claim(arrival))).await?;
        Ok(claiming.unwrap_or_else(|panic| Err(panicked(panic))))
    }

    /// Handles what was claimed. Only when the inbox keeps it is it handled.
    pub(super) async fn handle_once<C: Serves<A>>(
        &self,
        keeper: &mut KeeperOf<'r, T, A>,
        parcel: &Parcel,
        claim: I::Claim,
    ) -> Result<Result<(), Failure>, Unfinished> {
        let inbox = &self.consumer.inbox;
        let handled = {
            let renewing = pin!(renewing(self.app, inbox, &claim));
            let handed = Handed::of(inbox, &claim);
            match select(pin!(self.handle::<C>(keeper, parcel, handed)), renewing).await {
                Either::Left((handled, _)) => handled,
                // Somebody else has it.
                Either::Right(_) => return Err(Unfinished::Lost),
            }
        };
        match handled {
            // Not hurried by the grace: a handler that has succeeded and is not recorded runs again.
            Ok(Ok(())) => {
                let kept = keeper.beside(contain(inbox.keep(claim))).await;
                Ok(kept.unwrap_or_else(|panic| Err(panicked(panic))))
            }
            failed => {
                // Where it panics, the claim ends with its lease.
                let _free = keeper.beside(contain(inbox.release(claim))).await;
                failed
            }
        }
    }

    /// It was handled before.
    pub(super) async fn repeat(&self, keeper: KeeperOf<'r, T, A>) {
        let counts = &self.consumer.counts;
        match keeper.delivery.ack().await {
            Ok(()) => counts.repeated.add(),
            Err(_) => counts.lost.add(),
        }
    }
}

/// Renews a claim for as long as this is polled; ends when it is lost, or could not be renewed for as long as it lasts.
pub(super) async fn renewing<A: Mediator, I: Inbox>(app: &A, inbox: &I, claim: &I::Claim) {
    let (clock, timer) = (app.clock(), app.timer());
    let lease = inbox.lease();
    let mut ends = clock.now().later(lease);
    loop {
        timer.sleep(lease / 3).await;
        let asked = clock.now();
        let too_late = pin!(timer.sleep(ends.since(asked)));
        match select(pin!(contain(inbox.renew(claim))), too_late).await {
            Either::Left((Ok(Ok(true)), _)) => ends = asked.later(lease),
            Either::Left((Ok(Ok(false)), _)) | Either::Right(_) => return,
            // It may be asked again, while there is time.
            Either::Left((Ok(Err(_)) | Err(_), _)) if clock.now() < ends => {}
            Either::Left((Ok(Err(_)) | Err(_), _)) => return,
        }
    }
}
