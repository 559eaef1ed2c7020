use super::request::{Written, untransported, write};
use super::{Crosses, Remote};
use crate::contract::Includes;
use crate::error::Failure;
use crate::message::{Event, Message, Outcome};
use crate::scope::{Context, Scope};
use crate::transport::{Delivers, Parcel};
use crate::wire::Told;

/// Done when the transport has taken it. An event is not late: it has no budget.
#[diagnostic::do_not_recommend]
impl<E, C, T> Crosses<E, C, T> for Told
where
    E: for<'a> Message<Kind = Event, In<'a> = &'a E, Reply = (), Error = Failure>,
    C: Includes<E, Way = Self>,
    T: Delivers,
{
    #[inline]
    async fn cross<S: Scope>(remote: &Remote<T, C>, input: E::In<'_>, cx: &mut Context<S>) -> Outcome<E> {
        let Written { bytes, id, key } = write::<E, C, S, T>(remote, input, cx, None)?;
        let parcel = Parcel { bytes, id: id.get(), key };
        remote.transport.publish(remote.endpoint_of::<E>(), parcel).await.map_err(untransported)
    }
}
