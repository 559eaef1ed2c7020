use super::Consumer;
use super::handed::Handed;
use crate::envelope::Envelope;
use crate::error::Failure;
use crate::scope::Mediator;
use crate::time::Cancel;
use crate::wire::{Arrived, Extends, Serves, WireError, receive_decoded};

impl<T, L, E, I> Consumer<T, L, E, I> {
    /// One attempt at a message, by the mediator's handlers.
    pub(super) async fn dispatch<C, A>(
        &self,
        app: &A,
        bytes: &[u8],
        (attempt, cancel): (u32, &Cancel),
        handed: Handed<'_>,
    ) -> Result<(), Failure>
    where
        A: Mediator,
        C: Serves<A>,
        E: Extends<A::Extension>,
    {
        let mut envelope = Envelope::decode(bytes).map_err(|error| Failure::from_error(WireError::from(error)))?;
        envelope.attempt = attempt;
        let extension = self.extends.extend(&envelope);
        let press = Some(&self.press);
        let arrived = Arrived { extension: extension.as_ref(), press, ..Arrived::new(&envelope).cancel(Some(cancel)) };
        let roll = handed.roll();
        match receive_decoded::<C, A>(app, &roll.on(arrived)).await.map_err(Failure::from_error)? {
            // With a reply that cannot be read, and nobody waits for it.
            Err(_) if roll.was_done() => Ok(()),
            received => received,
        }
    }
}
