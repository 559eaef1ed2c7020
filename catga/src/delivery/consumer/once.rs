use core::pin::pin;

use futures_util::future::{Either, select};

use super::handed::Handed;
use super::keeper::Unfinished;
use super::run::Run;
use super::work::{KeeperOf, panicked};
use crate::contract::{Contract, Member};
use crate::delivery::{Admitted, Arrival, DeadLetters, Inbox};
use crate::envelope::{Envelope, WireKey};
use crate::error::Failure;
use crate::id::Id;
use crate::message::{Qos, fnv};
use crate::scope::Mediator;
use crate::time::{Clock as _, Random as _, Timer as _};
use crate::transport::{Delivers, Delivery as _, Parcel};
use crate::wire::{Extends, Serves, contain};

/// What an inbox tells a message by.
#[derive(Clone, Copy)]
pub(super) struct Told {
    key: WireKey,
    id: Id,
    sent: Option<u64>,
    fingerprint: u64,
}

/// The message, where it has to be handled once. What is none, or is of no known type, is not handled at all.
pub(super) fn once<C: Contract>(bytes: &[u8]) -> Option<Told> {
    if !const { asks_for_once(C::MEMBERS) } {
        return None;
    }
    let envelope = Envelope::decode(bytes).ok()?;
    let Envelope { key, id, version, sent, .. } = envelope;
    let is_it = |member: &&Member| member.key == key && member.qos == Qos::ExactlyOnce;
    C::MEMBERS.iter().find(is_it)?;
    // What is written anew with each attempt does not belong to what it says.
    let fingerprint = fnv::onto(key.0 ^ u64::from(version), envelope.body);
    Some(Told { key, id, sent, fingerprint })
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
        let Told { key, id, sent, fingerprint } = told;
        let owner = self.app.random().next();
        let arrival = Arrival { group: &self.consumer.group, key, id, sent, fingerprint, owner };
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
            let renewing = pin!(self.renewed(&claim));
            let handed = Handed::of(inbox, &claim);
            match select(pin!(self.handle::<C>(keeper, parcel, handed)), renewing).await {
                Either::Left((handled, _)) => handled,
                // Somebody else has it.
                Either::Right(_) => return Err(Unfinished::Lost),
            }
        };
        match handled {
            // Not hurried by the grace: a handler that has succeeded and is not recorded runs again.
            Ok(Ok(())) => Ok(contain(inbox.keep(claim)).await.unwrap_or_else(|panic| Err(panicked(panic)))),
            failed => {
                // Where it panics, the claim ends with its lease.
                let _free = contain(inbox.release(claim)).await;
                failed
            }
        }
    }

    /// Ends when the claim is lost, or could not be renewed for as long as it lasts.
    async fn renewed(&self, claim: &I::Claim) {
        let (inbox, clock, timer) = (&self.consumer.inbox, self.app.clock(), self.app.timer());
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

    /// It was handled before.
    pub(super) async fn repeat(&self, keeper: KeeperOf<'r, T, A>) {
        let counts = &self.consumer.counts;
        match keeper.delivery.ack().await {
            Ok(()) => counts.repeated.add(),
            Err(_) => counts.lost.add(),
        }
    }
}
