//! As many mediators inside of one another as the default recursion limit takes; one more does not check.

#[cfg(not(feature = "one_more"))]
depth::nested! { L01 L02 L03 L04 L05 L06 L07 L08 L09 L10 L11 L12 }

#[cfg(feature = "one_more")]
depth::nested! { L01 L02 L03 L04 L05 L06 L07 L08 L09 L10 L11 L12 L13 }
