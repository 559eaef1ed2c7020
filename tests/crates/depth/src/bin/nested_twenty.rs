//! Twenty mediators inside of one another: too deep for the default recursion limit.

#![cfg_attr(feature = "raised", recursion_limit = "1024")]

#[cfg(not(feature = "boxed"))]
depth::nested! {
    L01 L02 L03 L04 L05 L06 L07 L08 L09 L10
    L11 L12 L13 L14 L15 L16 L17 L18 L19 L20
}

#[cfg(feature = "boxed")]
depth::nested! {
    #[pipeline(Boxed)]
    L01 L02 L03 L04 L05 L06 L07 L08 L09 L10
    L11 L12 L13 L14 L15 L16 L17 L18 L19 L20
}
