//! The same under a production pipeline.

#[cfg(not(feature = "one_more"))]
depth::chain! {
    generic
    #[pipeline(Trace, Validate, Timeout::secs(2), Retry::times(3), self.breaker)]
    [breaker: CircuitBreaker = CircuitBreaker::new(3, std::time::Duration::from_secs(1))]
    First A M02 H02 M03 H03 M04 H04 M05 H05
}

#[cfg(feature = "one_more")]
depth::chain! {
    generic
    #[pipeline(Trace, Validate, Timeout::secs(2), Retry::times(3), self.breaker)]
    [breaker: CircuitBreaker = CircuitBreaker::new(3, std::time::Duration::from_secs(1))]
    First A M02 H02 M03 H03 M04 H04 M05 H05 M06 H06
}
