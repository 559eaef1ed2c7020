//! As many handler sets in one mediator as it takes, and with a feature one more.

use catga::prelude::*;

/// A message, its handler set and a field for each name.
macro_rules! mediator {
    ($($name:ident)*) => {
        mod messages {
            use catga::prelude::*;
            $(#[query(reply = &'static str)] pub struct $name;)*
        }

        mod sets {
            use catga::prelude::*;
            $(
                pub struct $name;

                #[handler]
                impl $name {
                    fn answer(&self, _: super::messages::$name) -> &'static str {
                        stringify!($name)
                    }
                }
            )*
        }

        #[mediator]
        #[allow(non_snake_case)]
        struct Many {
            $($name: sets::$name,)*
        }

        #[cfg(feature = "too_many")]
        fn main() {}

        #[cfg(not(feature = "too_many"))]
        fn main() {
            use futures_util::FutureExt as _;

            let many = Many { $($name: sets::$name,)* };
            $(assert_eq!(many.send(messages::$name).now_or_never(), Some(Ok(stringify!($name))));)*
            println!("fields: {} sets answer", [$(stringify!($name)),*].len());
        }
    };
}

#[cfg(not(any(feature = "most", feature = "too_many")))]
mediator! {
    A00 A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19
    A20 A21 A22 A23 A24 A25 A26 A27 A28 A29 A30 A31 A32 A33 A34 A35 A36 A37 A38 A39
    A40 A41 A42 A43 A44 A45 A46 A47 A48 A49 A50 A51 A52 A53 A54 A55 A56 A57 A58 A59
    A60 A61 A62 A63 A64 A65 A66 A67 A68 A69 A70 A71 A72 A73 A74 A75 A76 A77 A78 A79
    A80 A81 A82 A83 A84 A85 A86 A87 A88 A89 A90 A91 A92 A93 A94 A95 A96 A97 A98 A99
}

#[cfg(all(feature = "most", not(feature = "too_many")))]
mediator! {
    A00 A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19
    A20 A21 A22 A23 A24 A25 A26 A27 A28 A29 A30 A31 A32 A33 A34 A35 A36 A37 A38 A39
    A40 A41 A42 A43 A44 A45 A46 A47 A48 A49 A50 A51 A52 A53 A54 A55 A56 A57 A58 A59
    A60 A61 A62 A63 A64 A65 A66 A67 A68 A69 A70 A71 A72 A73 A74 A75 A76 A77 A78 A79
    A80 A81 A82 A83 A84 A85 A86 A87 A88 A89 A90 A91 A92 A93 A94 A95 A96 A97 A98 A99
    B00 B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B13 B14 B15 B16 B17 B18 B19
}

#[cfg(feature = "too_many")]
mediator! {
    A00 A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19
    A20 A21 A22 A23 A24 A25 A26 A27 A28 A29 A30 A31 A32 A33 A34 A35 A36 A37 A38 A39
    A40 A41 A42 A43 A44 A45 A46 A47 A48 A49 A50 A51 A52 A53 A54 A55 A56 A57 A58 A59
    A60 A61 A62 A63 A64 A65 A66 A67 A68 A69 A70 A71 A72 A73 A74 A75 A76 A77 A78 A79
    A80 A81 A82 A83 A84 A85 A86 A87 A88 A89 A90 A91 A92 A93 A94 A95 A96 A97 A98 A99
    B00 B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B13 B14 B15 B16 B17 B18 B19
    C00
}
