impl Orders {
    async fn place(
        &self,
        command: PlaceOrder,
        cx: &mut Context<impl Sends<ChargeCard> + Publishes<Placed>>,
    ) -> Result<u64, OrderError> {}
    #[cfg(feature = "find")]
    fn find(&self, query: Find) -> Option<u64> {}
    fn list(&self, query: ListOrders) -> impl Stream<Item = u64> {}
    fn on_placed(&self, event: &Placed) {}
    fn helper(&self, id: u64) -> u64 {}
}
const _: () = {
    use ::catga::__private as _catga;
    impl<__CatgaTag: ?_catga::core::marker::Sized> _catga::Slot<__CatgaTag, 0usize>
    for Orders {
        type Message = PlaceOrder;
    }
    const _: () = _catga::core::assert!(
        << PlaceOrder as _catga::Message > ::Key as _catga::Called > ::HASH ==
        6381223824940661108u64,
        "CATGA007: `PlaceOrder` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl<
        AnyScope: _catga::Dispatched + Sends<ChargeCard> + Publishes<Placed>,
    > _catga::Handler<PlaceOrder, AnyScope> for Orders {
        fn handle(
            &self,
            __input: <PlaceOrder as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<PlaceOrder>> + _catga::Send {
            _catga::answer::<
                PlaceOrder,
                _,
                _,
            >(Self::place(self, <PlaceOrder as _catga::ByValue>::take(__input), __cx))
        }
    }
    #[cfg(feature = "find")]
    impl<__CatgaTag: ?_catga::core::marker::Sized> _catga::Slot<__CatgaTag, 1usize>
    for Orders {
        type Message = Find;
    }
    #[cfg(feature = "find")]
    const _: () = _catga::core::assert!(
        << Find as _catga::Message > ::Key as _catga::Called > ::HASH ==
        15131573050882670842u64,
        "CATGA007: `Find` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    #[cfg(feature = "find")]
    impl<AnyScope: _catga::Dispatched> _catga::Handler<Find, AnyScope> for Orders {
        fn handle(
            &self,
            __input: <Find as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<Find>> + _catga::Send {
            _catga::answer_now::<
                Find,
                _,
                _,
            >(move || Self::find(self, <Find as _catga::ByValue>::take(__input)))
        }
    }
    impl<__CatgaTag: ?_catga::core::marker::Sized> _catga::Slot<__CatgaTag, 2usize>
    for Orders {
        type Message = ListOrders;
    }
    const _: () = _catga::core::assert!(
        << ListOrders as _catga::Message > ::Key as _catga::Called > ::HASH ==
        4003887045821063264u64,
        "CATGA007: `ListOrders` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl<AnyScope: _catga::Dispatched> _catga::Handler<ListOrders, AnyScope> for Orders {
        fn handle(
            &self,
            __input: <ListOrders as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<ListOrders>> + _catga::Send {
            let __chain = _catga::Open;
            _catga::run::<ListOrders, AnyScope, _>(__chain, __input, __cx)
        }
    }
    impl<AnyScope: _catga::Dispatched> _catga::StreamHandler<ListOrders, AnyScope>
    for Orders {
        fn rows(
            &self,
            __query: ListOrders,
            __cx: _catga::Context<AnyScope>,
        ) -> impl _catga::Stream<Item = _catga::RowOf<ListOrders>> + _catga::Send {
            _catga::rows::<ListOrders, _, _>(Self::list(self, __query))
        }
    }
    impl<__CatgaTag: ?_catga::core::marker::Sized> _catga::Slot<__CatgaTag, 3usize>
    for Orders {
        type Message = Placed;
    }
    const _: () = _catga::core::assert!(
        << Placed as _catga::Message > ::Key as _catga::Called > ::HASH ==
        69789772989547240u64,
        "CATGA007: `Placed` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl<AnyScope: _catga::Dispatched> _catga::Handler<Placed, AnyScope> for Orders {
        fn handle(
            &self,
            __input: <Placed as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<Placed>> + _catga::Send {
            _catga::answer_now::<
                Placed,
                _,
                _,
            >(move || Self::on_placed(
                self,
                <Placed as _catga::ByReference>::take(__input),
            ))
        }
    }
    impl _catga::Named for Orders {
        type Nothing = ();
        const RIGHT: _catga::core::primitive::bool = {
            let mut __right = true;
            {
                __right = __right
                    & (<<PlaceOrder as _catga::Message>::Key as _catga::Called>::HASH
                        == 6381223824940661108u64)
                    & (!<<PlaceOrder as _catga::Message>::Kind as _catga::Kind>::IS_HEARD);
            }
            #[cfg(feature = "find")]
            {
                __right = __right
                    & (<<Find as _catga::Message>::Key as _catga::Called>::HASH
                        == 15131573050882670842u64)
                    & (!<<Find as _catga::Message>::Kind as _catga::Kind>::IS_HEARD);
            }
            {
                __right = __right
                    & (<<ListOrders as _catga::Message>::Key as _catga::Called>::HASH
                        == 4003887045821063264u64)
                    & (!<<ListOrders as _catga::Message>::Kind as _catga::Kind>::IS_HEARD);
            }
            {
                __right = __right
                    & (<<Placed as _catga::Message>::Key as _catga::Called>::HASH
                        == 69789772989547240u64)
                    & (<<Placed as _catga::Message>::Kind as _catga::Kind>::IS_HEARD);
            }
            __right
        };
        const WIRE: &'static [(
            _catga::core::primitive::u64,
            _catga::core::primitive::u64,
            &'static _catga::core::primitive::str,
        )] = &[
            (
                6381223824940661108u64,
                <PlaceOrder as _catga::Message>::WIRE,
                "PlaceOrder",
            ),
            #[cfg(feature = "find")]
            (15131573050882670842u64, <Find as _catga::Message>::WIRE, "Find"),
            (
                4003887045821063264u64,
                <ListOrders as _catga::Message>::WIRE,
                "ListOrders",
            ),
            (69789772989547240u64, <Placed as _catga::Message>::WIRE, "Placed"),
        ];
        const PART: _catga::Part = _catga::Part::Handlers(
            _catga::HandlerSet::new(
                _catga::core::file!(),
                _catga::Pipeline::EMPTY,
                &[
                    _catga::HandlerInfo::new(
                            <PlaceOrder as _catga::Message>::INFO,
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
                        <Find as _catga::Message>::INFO,
                        "Orders::find",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <ListOrders as _catga::Message>::INFO,
                        "Orders::list",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <Placed as _catga::Message>::INFO,
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
}
#[cfg(all(feature = "find"))]
macro_rules! __catga_Orders {
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { kept(0 answers PlaceOrder[] "PlaceOrder"
        "Orders::place"[] [(sends ChargeCard[]) (publishes Placed[])]) (1 answers Find[]
        "Find" "Orders::find"[] []) (2 yields ListOrders[] "ListOrders" "Orders::list"[]
        []) (3 hears Placed[] "Placed" "Orders::on_placed"[] []) }] $($rest)* }
    };
}
pub(crate) use __catga_Orders as Orders;
