//! As many events that set off the next as the default recursion limit takes; one more does not check.

#[cfg(not(feature = "one_more"))]
depth::events! {
    First A M02 H02 M03 H03 M04 H04 M05 H05 M06 H06 M07 H07
}

#[cfg(feature = "one_more")]
depth::events! {
    First A M02 H02 M03 H03 M04 H04 M05 H05 M06 H06 M07 H07 M08 H08
}
