//! Five hops under a production pipeline with the default recursion limit.

depth::chain! {
    #[pipeline(Trace, Validate, Timeout::secs(2), Retry::times(3), self.breaker)]
    [breaker: CircuitBreaker = CircuitBreaker::new(3, std::time::Duration::from_secs(1))]
    First A M02 H02 M03 H03 M04 H04 M05 H05
}
