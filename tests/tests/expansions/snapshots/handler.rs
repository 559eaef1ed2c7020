impl Orders {
    async fn place(
        &self,
        command: PlaceOrder,
        #[cfg(doc)]
        cx: &mut Context<impl Sends<ChargeCard> + Publishes<Placed>>,
        #[cfg(not(doc))]
        cx: &mut Sound<
            Context<impl Sends<ChargeCard> + Publishes<Placed>>,
            { true & is_message::<ChargeCard>() & asked(<Self as Named>::RIGHT) },
        >,
    ) -> Result<u64, OrderError> {}
    #[cfg(feature = "find")]
    fn find(&self, query: Find) -> Option<u64> {}
    fn list(&self, query: ListOrders) -> impl Stream<Item = u64> {}
    fn on_placed(&self, event: &Placed) {}
    fn helper(&self, id: u64) -> u64 {}
}
const _: () = {
    use ::catga::__private as _catga;
    const _SHARED: _catga::core::primitive::bool = _catga::is_shared::<
        <Orders as _catga::Checked<{ _catga::is_sent::<Orders>() }>>::Message,
    >();
    const THE_MESSAGE_OF_place: _catga::core::primitive::bool = _catga::check::<
        PlaceOrder,
    >(6381223824940661108u64, _catga::Taken::Value, "PlaceOrder", _SHARED);
    type _M0 = <PlaceOrder as _catga::Checked<{ THE_MESSAGE_OF_place }>>::Message;
    impl<__CatgaTag: ?_catga::core::marker::Sized> _catga::Slot<__CatgaTag, 0usize>
    for Orders {
        type Message = _M0;
    }
    impl<
        AnyScope: for<> Sends<
                <ChargeCard as _catga::Checked<
                    { true & _catga::is_message::<ChargeCard>() },
                >>::Message,
            >
            + for<> Publishes<
                <Placed as _catga::Checked<
                    { true & _catga::asked(<Orders as _catga::Named>::RIGHT) },
                >>::Message,
            > + _catga::Dispatched,
    > _catga::Handler<_M0, AnyScope, PlaceOrder> for Orders {
        fn handle(
            &self,
            __input: <_M0 as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M0>> + _catga::Send {
            _catga::answer::<_M0, _, _>(Self::place(self, __input, __cx))
        }
    }
    #[cfg(feature = "find")]
    const THE_MESSAGE_OF_find: _catga::core::primitive::bool = _catga::check::<
        Find,
    >(15131573050882670842u64, _catga::Taken::Value, "Find", _SHARED);
    #[cfg(feature = "find")]
    type _M1 = <Find as _catga::Checked<{ THE_MESSAGE_OF_find }>>::Message;
    #[cfg(feature = "find")]
    impl<__CatgaTag: ?_catga::core::marker::Sized> _catga::Slot<__CatgaTag, 1usize>
    for Orders {
        type Message = _M1;
    }
    #[cfg(feature = "find")]
    impl<AnyScope: _catga::Dispatched> _catga::Handler<_M1, AnyScope, Find> for Orders {
        fn handle(
            &self,
            __input: <_M1 as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M1>> + _catga::Send {
            _catga::answer_now::<_M1, _, _>(move || Self::find(self, __input))
        }
    }
    const THE_MESSAGE_OF_list: _catga::core::primitive::bool = _catga::check::<
        ListOrders,
    >(4003887045821063264u64, _catga::Taken::Rows, "ListOrders", _SHARED);
    type _M2 = <ListOrders as _catga::Checked<{ THE_MESSAGE_OF_list }>>::Message;
    impl<__CatgaTag: ?_catga::core::marker::Sized> _catga::Slot<__CatgaTag, 2usize>
    for Orders {
        type Message = _M2;
    }
    impl<AnyScope: _catga::Dispatched> _catga::Handler<_M2, AnyScope, ListOrders>
    for Orders {
        fn handle(
            &self,
            __input: <_M2 as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M2>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M2,
                AnyScope,
                _,
            >(_catga::Chain::<_M2, AnyScope>::end(_catga::Open).whole(), __input, __cx)
        }
    }
    impl<AnyScope: _catga::Dispatched> _catga::StreamHandler<_M2, AnyScope, ListOrders>
    for Orders {
        fn rows(
            &self,
            __query: _M2,
            __cx: _catga::Context<AnyScope>,
        ) -> impl _catga::Stream<Item = _catga::RowOf<_M2>> + _catga::Send {
            _catga::rows::<_M2, _, _>(Self::list(self, __query))
        }
    }
    const THE_MESSAGE_OF_on_placed: _catga::core::primitive::bool = _catga::check::<
        Placed,
    >(69789772989547240u64, _catga::Taken::Reference, "Placed", _SHARED);
    type _M3 = <Placed as _catga::Checked<{ THE_MESSAGE_OF_on_placed }>>::Message;
    impl<__CatgaTag: ?_catga::core::marker::Sized> _catga::Slot<__CatgaTag, 3usize>
    for Orders {
        type Message = _M3;
    }
    impl<AnyScope: _catga::Dispatched> _catga::Handler<_M3, AnyScope, Placed>
    for Orders {
        fn handle(
            &self,
            __input: <_M3 as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M3>> + _catga::Send {
            _catga::answer_now::<_M3, _, _>(move || Self::on_placed(self, __input))
        }
    }
    impl _catga::Named for Orders {
        type Nothing = ();
        const RIGHT: _catga::core::primitive::bool = {
            use _catga::{OneImpl as _, Single as _};
            let _asked = (Self::WIRE, { true & _catga::is_message::<ChargeCard>() });
            !Self::__CATGA_TWICE && _catga::is_single(|| _catga::Impls.are())
        };
        const WIRE: &'static [(
            _catga::core::primitive::u64,
            _catga::core::primitive::u64,
            &'static _catga::core::primitive::str,
        )] = &[
            (6381223824940661108u64, <_M0 as _catga::Message>::WIRE, "PlaceOrder"),
            #[cfg(feature = "find")]
            (15131573050882670842u64, <_M1 as _catga::Message>::WIRE, "Find"),
            (4003887045821063264u64, <_M2 as _catga::Message>::WIRE, "ListOrders"),
            (69789772989547240u64, <_M3 as _catga::Message>::WIRE, "Placed"),
        ];
        const PART: _catga::Part = _catga::Part::Handlers(
            _catga::HandlerSet::new(
                _catga::core::file!(),
                _catga::Pipeline::EMPTY,
                &[
                    _catga::HandlerInfo::new(
                            <_M0 as _catga::Message>::INFO,
                            "Orders::place",
                            0u32,
                        )
                        .may(
                            &[
                                _catga::Capability::new("sends", "ChargeCard", ""),
                                _catga::Capability::new("publishes", "Placed", ""),
                            ],
                        ),
                    #[cfg(feature = "find")]
                    _catga::HandlerInfo::new(
                        <_M1 as _catga::Message>::INFO,
                        "Orders::find",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <_M2 as _catga::Message>::INFO,
                        "Orders::list",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <_M3 as _catga::Message>::INFO,
                        "Orders::on_placed",
                        0u32,
                    ),
                ],
            ),
        );
    }
};
impl Orders {
    pub(crate) const CATGA047_no_mediator_has_this_handler_set_as_a_field: () = ();
}
#[cfg(all(not(feature = "find")))]
macro_rules! __catga_Orders {
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { kept(0 answers PlaceOrder[] "PlaceOrder"
        "Orders::place"[] [(sends ChargeCard[]) (publishes Placed[])]) (2 yields
        ListOrders[] "ListOrders" "Orders::list"[] []) (3 hears Placed[] "Placed"
        "Orders::on_placed"[] []) }] $($rest)* }
    };
    (= $($own:tt)*) => {
        $($own)*
    };
    (remote[$($before:tt)*] [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { no_contract }] $($rest)* }
    };
    (8965572881199450990u64 { $($own:tt)* } $($other:tt)*) => {
        $($own)*
    };
    ($other:tt $own:tt [] $twice:tt { $($error:tt)* }) => {
        $($error)*
    };
    (
        $other:tt $own:tt [$($only:tt)*] { $($more:tt)* } { $($twice:tt)* } {
        $($error:tt)* }
    ) => {
        $($only)* ! { 8965572881199450990u64 { $($more)* } [] {} { $($twice)* $($error)*
        } }
    };
}
#[cfg(all(feature = "find"))]
macro_rules! __catga_Orders {
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { kept(0 answers PlaceOrder[] "PlaceOrder"
        "Orders::place"[] [(sends ChargeCard[]) (publishes Placed[])]) (1 answers Find[]
        "Find" "Orders::find"[] []) (2 yields ListOrders[] "ListOrders" "Orders::list"[]
        []) (3 hears Placed[] "Placed" "Orders::on_placed"[] []) }] $($rest)* }
    };
    (= $($own:tt)*) => {
        $($own)*
    };
    (remote[$($before:tt)*] [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { no_contract }] $($rest)* }
    };
    (8965572881199450990u64 { $($own:tt)* } $($other:tt)*) => {
        $($own)*
    };
    ($other:tt $own:tt [] $twice:tt { $($error:tt)* }) => {
        $($error)*
    };
    (
        $other:tt $own:tt [$($only:tt)*] { $($more:tt)* } { $($twice:tt)* } {
        $($error:tt)* }
    ) => {
        $($only)* ! { 8965572881199450990u64 { $($more)* } [] {} { $($twice)* $($error)*
        } }
    };
}
mod CATGA055_put_all_handlers_of_Orders_into_one_impl {
    pub(crate) use __catga_Orders as Orders;
}
pub(crate) use CATGA055_put_all_handlers_of_Orders_into_one_impl::*;
