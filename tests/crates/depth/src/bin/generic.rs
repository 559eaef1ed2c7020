//! As many hops of a generic mediator as the default recursion limit takes; one more does not compile.

#[cfg(not(feature = "one_more"))]
depth::chain! {
    generic []
    First A M02 H02 M03 H03 M04 H04 M05 H05 M06 H06 M07 H07 M08 H08 M09 H09 M10 H10
    M11 H11
}

#[cfg(feature = "one_more")]
depth::chain! {
    generic []
    First A M02 H02 M03 H03 M04 H04 M05 H05 M06 H06 M07 H07 M08 H08 M09 H09 M10 H10
    M11 H11 M12 H12
}
