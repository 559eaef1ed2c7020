//! Twenty hops of a generic mediator under a production pipeline: too deep for the default recursion limit. A higher
//! limit takes them, and so does the default where each is cut off on the heap.

#![cfg_attr(feature = "raised", recursion_limit = "1024")]

#[cfg(not(feature = "boxed"))]
depth::chain! {
    generic
    #[pipeline(Trace, Validate, Timeout::secs(2), Retry::times(3), self.breaker)]
    [breaker: CircuitBreaker = CircuitBreaker::new(3, std::time::Duration::from_secs(1))]
    First A M02 H02 M03 H03 M04 H04 M05 H05 M06 H06 M07 H07 M08 H08 M09 H09 M10 H10
    M11 H11 M12 H12 M13 H13 M14 H14 M15 H15 M16 H16 M17 H17 M18 H18 M19 H19 M20 H20
}

#[cfg(feature = "boxed")]
depth::chain! {
    generic
    #[pipeline(Boxed, Trace, Validate, Timeout::secs(2), Retry::times(3), self.breaker)]
    [breaker: CircuitBreaker = CircuitBreaker::new(3, std::time::Duration::from_secs(1))]
    First A M02 H02 M03 H03 M04 H04 M05 H05 M06 H06 M07 H07 M08 H08 M09 H09 M10 H10
    M11 H11 M12 H12 M13 H13 M14 H14 M15 H15 M16 H16 M17 H17 M18 H18 M19 H19 M20 H20
}
