use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;
use std::sync::PoisonError;

use super::closing::Closing;
use super::{Arc, RwLock, TransportError};
use crate::transport::Endpoint;

/// What there is at each endpoint, made when it is first named. Nothing is hashed on a look-up: an
/// endpoint brings its hash along.
#[derive(Debug)]
pub(in crate::transport) struct Registry<T> {
    places: RwLock<Places<T>>,
}

type Places<T> = HashMap<u64, Vec<Named<T>>, BuildHasherDefault<Given>>;
type Named<T> = (Box<str>, Arc<T>);

impl<T> Registry<T> {
    pub(in crate::transport) fn new() -> Self {
        Self { places: RwLock::new(Places::default()) }
    }

    /// What is there, if it was made.
    #[inline]
    pub(in crate::transport) fn find(&self, endpoint: Endpoint<'_>) -> Option<Arc<T>> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        let named = places.get(&endpoint.name_hash())?;
        named.iter().find(|(name, _)| **name == *endpoint.name()).map(|(_, place)| Arc::clone(place))
    }

    /// What is there, made where it is new, unless the transport closes.
    ///
    /// Whether it does is looked at when the place is there: who closes before that is seen here, and who closes after
    /// it finds the place in [`all`](Self::all), and closes it too.
    ///
    /// # Errors
    /// `Closed`.
    pub(in crate::transport) fn open(
        &self,
        endpoint: Endpoint<'_>,
        closing: &Closing,
        make: impl FnOnce() -> T,
    ) -> Result<Arc<T>, TransportError> {
        let place = self.find_or_make(endpoint, make);
        if closing.has_begun() { Err(TransportError::Closed) } else { Ok(place) }
    }

    fn find_or_make(&self, endpoint: Endpoint<'_>, make: impl FnOnce() -> T) -> Arc<T> {
        if let Some(place) = self.find(endpoint) {
            return place;
        }
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        let named = places.entry(endpoint.name_hash()).or_default();
        // Somebody may have made it since.
        if let Some((_, place)) = named.iter().find(|(name, _)| **name == *endpoint.name()) {
            return Arc::clone(place);
        }
        let place = Arc::new(make());
        named.push((endpoint.name().into(), Arc::clone(&place)));
        place
    }

    /// Keeps what is to be kept.
    pub(in crate::transport) fn retain(&self, mut keep: impl FnMut(&T) -> bool) {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, named| {
            named.retain(|(_, place)| keep(place));
            !named.is_empty()
        });
    }

    /// Everything that was made.
    pub(in crate::transport) fn all(&self) -> Vec<Arc<T>> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        places.values().flatten().map(|(_, place)| Arc::clone(place)).collect()
    }
}

/// A hash that was made before, or a small number.
#[derive(Debug, Default)]
pub(in crate::transport) struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u32(&mut self, number: u32) {
        // Maps look at the highest bits too.
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
