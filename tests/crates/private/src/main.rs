//! A public mediator of private parts, as any struct may have them.

pub mod shop {
    use catga::prelude::*;

    struct Orders;

    #[query(reply = u8)]
    struct Ask;

    #[event]
    struct Asked;

    #[handler]
    impl Orders {
        fn ask(&self, _: Ask) -> u8 {
            7
        }

        fn on_asked(&self, _: &Asked) {}
    }

    #[mediator]
    pub struct Shop {
        orders: Orders,
    }

    pub fn ask() -> Option<u8> {
        use futures_util::FutureExt as _;

        let shop = Shop { orders: Orders };
        assert!(shop.publish(Asked).now_or_never()?.is_ok());
        shop.send(Ask).now_or_never()?.ok()
    }
}

fn main() {
    assert_eq!(shop::ask(), Some(7));
    println!("private: all answers are right");
}
