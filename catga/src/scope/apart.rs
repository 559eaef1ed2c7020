use core::future::Future;

use super::capability::{Answerable, AsValue};
use super::{Alone, Inside, SendIn, Sent};
use crate::mediator::Handles;
use crate::message::{Message, Outcome};

/// A message that is sent apart from the transaction around its sender: `cx.send(Apart(ChargeCard { .. }))`, where the
/// context has `Sends<Apart<ChargeCard>>`.
///
/// What a handler sends is never part of its transaction, but a message whose own pipeline opens one of the same store is
/// refused, as that is taken for a mistake (CATGA116). `Apart` says that it is none: the message runs in a transaction
/// beside the one that is open, and commits by itself.
///
/// - **What it has committed stays**, whatever becomes of the transaction around its sender: a declined attempt that must
///   be recorded, a number that may not be given out again.
/// - **It sees nothing of the transaction around**, which has not committed. Where it writes what that has read, the one
///   around is a `Conflict`, and sends it anew when it is run again: with the same id, so that an
///   `Idempotent` target answers from its record.
/// - **It waits for no key.** Who has it may be the message around it. Two that write the same at once conflict, which a
///   `Retry` around its transaction mends.
/// - **A database that takes one transaction at a time** (SQLite) refuses it with `catga.store.nested`. On PostgreSQL a
///   row that the transaction around has locked is waited for 5 s, and then it is `catga.store.overloaded`.
///
/// Where no transaction is open around its sender, it is a send like any other.
///
/// ```
/// # #[cfg(all(feature = "wire", feature = "store"))] mod example {
/// use catga::prelude::*;
/// use catga::store::{Memory, Store, Table};
/// use catga::time::SystemRandom;
/// use serde::{Deserialize, Serialize};
///
/// struct Main;
///
/// const TRIES: Table<u32, u32> = Table::new("tries");
///
/// #[command]
/// #[derive(Serialize, Deserialize)]
/// struct Pay { account: u32 }
///
/// /// Counts, whether or not it is paid in the end.
/// #[command]
/// #[derive(Serialize, Deserialize)]
/// struct Count { account: u32 }
///
/// struct Payments;
///
/// #[handler]
/// impl Payments {
///     async fn pay(&self, cmd: Pay, cx: &mut Context<impl Within<Main> + Sends<Apart<Count>>>) -> Result<(), Error> {
///         cx.send(Apart(Count { account: cmd.account })).await?;
///         Err(Error::Cancelled)
///     }
///
///     async fn count(&self, cmd: Count, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
///         let tries = TRIES.get(cx.tx(), &cmd.account).await.map_err(Error::refused)?.unwrap_or(0);
///         TRIES.put(cx.tx(), &cmd.account, &(tries + 1)).map_err(Error::refused)
///     }
/// }
///
/// #[mediator(serves)]
/// struct Shop {
///     #[pipeline(commands: Transactional(self.db))]
///     payments: Payments,
///     db: Store<Main>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] pub async fn main() {
/// let shop = Shop { payments: Payments, db: Store::new(Memory::new(&SystemRandom)).unwrap() };
/// assert!(shop.send(Pay { account: 7 }).await.is_err());
/// assert_eq!(TRIES.get(&mut shop.db.begin().unwrap(), &7).await.unwrap(), Some(1));
/// # }
/// # }
/// # fn main() {
/// #     #[cfg(all(feature = "wire", feature = "store"))]
/// #     example::main();
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Apart<M>(pub M);

impl<M: Message> Answerable<AsValue> for Apart<M> {
    type Answer = Outcome<M>;
}

// A transaction may be open around who has sent the message here.
#[diagnostic::do_not_recommend]
impl<M: Sent, A: Handles<M>> SendIn<Apart<M>> for Inside<'_, A>
where
    Apart<M>: Answerable<AsValue, Answer = Outcome<M>>,
{
    fn send(&self, Apart(message): Apart<M>) -> impl Future<Output = Outcome<M>> + Send {
        self.mediator().enter(message, self.frame_ref().nested_apart(), self.extension_of())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Sent, A: Handles<M>> SendIn<Apart<M>> for Alone<'_, A>
where
    Apart<M>: Answerable<AsValue, Answer = Outcome<M>>,
{
    fn send(&self, Apart(message): Apart<M>) -> impl Future<Output = Outcome<M>> + Send {
        SendIn::<M>::send(self, message)
    }
}
