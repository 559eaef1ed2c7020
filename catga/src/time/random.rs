/// Where a mediator's chance comes from: the port behind `#[mediator(random = self.random)]`.
///
/// It spreads retries and makes ids; it is not for secrets.
pub trait Random: Send + Sync {
    /// 64 random bits.
    fn next(&self) -> u64;

    /// A number from 0 up to `bound`, both included.
    fn up_to(&self, bound: u64) -> u64 {
        match bound.checked_add(1) {
            // Lemire's multiplication; its bias over 64 bits is below one in a billion for any wait.
            Some(span) => ((u128::from(self.next()) * u128::from(span)) >> 64) as u64,
            None => self.next(),
        }
    }
}

impl<R: Random + ?Sized> Random for &R {
    fn next(&self) -> u64 {
        (**self).next()
    }

    fn up_to(&self, bound: u64) -> u64 {
        (**self).up_to(bound)
    }
}

#[cfg(feature = "alloc")]
impl<R: Random + ?Sized> Random for alloc::sync::Arc<R> {
    fn next(&self) -> u64 {
        (**self).next()
    }

    fn up_to(&self, bound: u64) -> u64 {
        (**self).up_to(bound)
    }
}

/// No chance: always the largest number, so that a spread wait is as long as it may be. The default
/// where there is no `std`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRandom;

impl Random for NoRandom {
    fn next(&self) -> u64 {
        u64::MAX
    }
}

/// The thread's own generator, seeded by the system.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

#[cfg(feature = "std")]
impl Random for SystemRandom {
    fn next(&self) -> u64 {
        fastrand::u64(..)
    }
}
