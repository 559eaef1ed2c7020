const _: () = {
    use ::catga::__private as _catga;
    const THE_TYPE_OF_payments: _catga::core::primitive::bool = {
        use _catga::{IsNoSet as _, IsSet as _};
        _catga::core::assert!(
            _catga::is_set(|| _catga::Candidate:: < Payments < Stripe > > ::of().ask()),
            "CATGA109: `Payments<Stripe>` has handlers where `Stripe: Provider + Send + Sync`, and that is not so; give the type what it lacks, or name another"
        );
        true
    };
    type _S1 = <Payments<Stripe> as _catga::Checked<{ THE_TYPE_OF_payments }>>::Message;
    type _M0 = <Orders as _catga::Slot<Shop, 0>>::Message;
    type _M1 = <Orders as _catga::Slot<Shop, 1>>::Message;
    type _M2 = <Orders as _catga::Slot<Shop, 2>>::Message;
    type _M3 = <Orders as _catga::Slot<Shop, 3>>::Message;
    type _M4 = <Arc<_S1> as _catga::Slot<Shop, 0>>::Message;
    type _M5 = <Arc<Payments<Stripe>> as _catga::Slot<Shop, 1>>::Message;
    type _Cx<'a> = _catga::Context<_catga::Inside<'a, Shop>>;
    impl Shop {
        const __CATGA_RIGHT: _catga::core::primitive::bool = <Self as _catga::Named>::RIGHT;
    }
    impl _catga::Dispatches<_M0, _catga::Key<6381223824940661108u64>> for Shop {
        type Way = _catga::Piped<0usize>;
    }
    impl _catga::Pipes<_M0, 0usize> for Shop {
        fn dispatch(
            &self,
            __input: <_M0 as _catga::Message>::In<'_>,
            __cx: &mut _Cx<'_>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M0>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M0,
                _catga::Inside<'_, Self>,
                _,
            >(
                _catga::plain::<
                    _M0,
                    _catga::Inside<'_, Self>,
                    _,
                    _,
                >(
                        _catga::Constant(|| &const { Trace }),
                        _catga::Fits::<
                            _M0,
                            _catga::Inside<'_, Self>,
                        >::then(
                            _catga::Pick(
                                    _catga::Constant(|| {
                                        &const {
                                            _catga::On::<_catga::Queries, _>::new(Retry::times(3))
                                        }
                                    }),
                                )
                                .pick(),
                            _catga::Fits::<
                                <_M0 as _catga::Checked<
                                    { ENTRY_0_AROUND_PlaceOrder },
                                >>::Message,
                                _catga::Inside<'_, Self>,
                            >::then(
                                _catga::PickBuilt(move || Transactional(&self.db)).pick(),
                                _catga::Chain::<_M0, _>::end(_catga::end(&self.orders)),
                            ),
                        ),
                    )
                    .whole(),
                __input,
                __cx,
            )
        }
    }
    impl _catga::Dispatches<_M1, _catga::Key<15131573050882670842u64>> for Shop {
        type Way = _catga::Piped<1usize>;
    }
    impl _catga::Pipes<_M1, 1usize> for Shop {
        fn dispatch(
            &self,
            __input: <_M1 as _catga::Message>::In<'_>,
            __cx: &mut _Cx<'_>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M1>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M1,
                _catga::Inside<'_, Self>,
                _,
            >(
                _catga::plain::<
                    _M1,
                    _catga::Inside<'_, Self>,
                    _,
                    _,
                >(
                        _catga::Constant(|| &const { Trace }),
                        _catga::Fits::<
                            _M1,
                            _catga::Inside<'_, Self>,
                        >::then(
                            _catga::Pick(
                                    _catga::Constant(|| {
                                        &const {
                                            _catga::On::<_catga::Queries, _>::new(Retry::times(3))
                                        }
                                    }),
                                )
                                .pick(),
                            _catga::Fits::<
                                <_M1 as _catga::Checked<
                                    { ENTRY_0_AROUND_PlaceOrder },
                                >>::Message,
                                _catga::Inside<'_, Self>,
                            >::then(
                                _catga::PickBuilt(move || Transactional(&self.db)).pick(),
                                _catga::Chain::<_M1, _>::end(_catga::end(&self.orders)),
                            ),
                        ),
                    )
                    .whole(),
                __input,
                __cx,
            )
        }
    }
    impl _catga::Dispatches<_M4, _catga::Key<14023169601954999987u64>> for Shop {
        type Way = _catga::Piped<4usize>;
    }
    impl _catga::Pipes<_M4, 4usize> for Shop {
        fn dispatch(
            &self,
            __input: <_M4 as _catga::Message>::In<'_>,
            __cx: &mut _Cx<'_>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M4>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M4,
                _catga::Inside<'_, Self>,
                _,
            >(
                _catga::Fits::<
                    _M4,
                    _catga::Inside<'_, Self>,
                >::then(
                        _catga::Pick(
                                _catga::Constant(|| {
                                    &const {
                                        _catga::On::<_catga::Queries, _>::new(Retry::times(3))
                                    }
                                }),
                            )
                            .pick(),
                        _catga::Chain::<
                            _M4,
                            _catga::Inside<'_, Self>,
                        >::end(_catga::end(&self.payments)),
                    )
                    .whole(),
                __input,
                __cx,
            )
        }
    }
    impl _catga::Opens<_M2, _catga::Key<4003887045821063264u64>> for Shop {
        fn admit(
            &self,
            __ticket: _catga::Ticket<'_, _M2>,
            __cx: &mut _Cx<'_>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M2>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M2,
                _catga::Inside<'_, Self>,
                _,
            >(
                _catga::plain::<
                    _M2,
                    _catga::Inside<'_, Self>,
                    _,
                    _,
                >(
                        _catga::Constant(|| &const { Trace }),
                        _catga::Fits::<
                            _M2,
                            _catga::Inside<'_, Self>,
                        >::then(
                            _catga::Pick(
                                    _catga::Constant(|| {
                                        &const {
                                            _catga::On::<_catga::Queries, _>::new(Retry::times(3))
                                        }
                                    }),
                                )
                                .pick(),
                            _catga::Fits::<
                                <_M2 as _catga::Checked<
                                    { ENTRY_0_AROUND_PlaceOrder },
                                >>::Message,
                                _catga::Inside<'_, Self>,
                            >::then(
                                _catga::PickBuilt(move || Transactional(&self.db)).pick(),
                                _catga::Chain::<_M2, _>::end(_catga::end(&self.orders)),
                            ),
                        ),
                    )
                    .whole(),
                __ticket,
                __cx,
            )
        }
        fn rows<'__catga>(
            &'__catga self,
            __query: _M2,
            __cx: _catga::Context<_catga::Inside<'__catga, Self>>,
        ) -> impl _catga::Stream<Item = _catga::RowOf<_M2>> + _catga::Send {
            _catga::StreamHandler::<
                _M2,
                _catga::Inside<'_, Self>,
            >::rows(&self.orders, __query, __cx)
        }
    }
    impl _catga::Ear<_M3, 0usize> for Shop {
        const NAME: &'static _catga::core::primitive::str = "Orders::on_placed";
        fn hear(
            &self,
            __event: <_M3 as _catga::Message>::In<'_>,
            __cx: &mut _Cx<'_>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M3>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M3,
                _catga::Inside<'_, Self>,
                _,
            >(
                _catga::plain::<
                    _M3,
                    _catga::Inside<'_, Self>,
                    _,
                    _,
                >(
                        _catga::Constant(|| &const { Trace }),
                        _catga::Fits::<
                            _M3,
                            _catga::Inside<'_, Self>,
                        >::then(
                            _catga::Pick(
                                    _catga::Constant(|| {
                                        &const {
                                            _catga::On::<_catga::Queries, _>::new(Retry::times(3))
                                        }
                                    }),
                                )
                                .pick(),
                            _catga::Fits::<
                                <_M3 as _catga::Checked<
                                    { ENTRY_0_AROUND_PlaceOrder },
                                >>::Message,
                                _catga::Inside<'_, Self>,
                            >::then(
                                _catga::PickBuilt(move || Transactional(&self.db)).pick(),
                                _catga::Chain::<_M3, _>::end(_catga::end(&self.orders)),
                            ),
                        ),
                    )
                    .whole(),
                __event,
                __cx,
            )
        }
    }
    impl _catga::Ear<_M5, 1usize> for Shop {
        const NAME: &'static _catga::core::primitive::str = "Payments::on_placed";
        fn hear(
            &self,
            __event: <_M5 as _catga::Message>::In<'_>,
            __cx: &mut _Cx<'_>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M5>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M5,
                _catga::Inside<'_, Self>,
                _,
            >(
                _catga::plain::<
                    _M5,
                    _catga::Inside<'_, Self>,
                    _,
                    _,
                >(
                        _catga::Constant(|| &const { Trace }),
                        _catga::Fits::<
                            _M5,
                            _catga::Inside<'_, Self>,
                        >::then(
                            _catga::Pick(
                                    _catga::Constant(|| {
                                        &const {
                                            _catga::On::<_catga::Queries, _>::new(Retry::times(3))
                                        }
                                    }),
                                )
                                .pick(),
                            _catga::Chain::<
                                _M5,
                                _catga::Inside<'_, Self>,
                            >::end(_catga::end(&self.payments)),
                        ),
                    )
                    .whole(),
                __event,
                __cx,
            )
        }
    }
    impl _catga::Tells<_M3, _catga::Key<69789772989547240u64>> for Shop {
        type Audience = _catga::Both<_catga::One<0usize>, _catga::One<1usize>>;
    }
    impl _catga::Tells<Shipped, _catga::Key<8586242245249464452u64>> for Shop {
        type Audience = _catga::Nobody;
    }
    impl _catga::Named for Shop {
        type Nothing = ();
        const RIGHT: _catga::core::primitive::bool = {
            <Orders>::CATGA047_no_mediator_has_this_handler_set_as_a_field;
            true & <Orders as _catga::Named>::RIGHT & <Arc<_S1> as _catga::Named>::RIGHT
        };
        const PART: _catga::Part = _catga::Part::Mediator(
            <Self as _catga::Described>::TABLE,
        );
    }
    impl _catga::Described for Shop {
        const TABLE: &'static _catga::Table = &_catga::Table::new(
                "Shop",
                (
                    _catga::core::module_path!(),
                    _catga::core::file!(),
                    _catga::core::line!(),
                ),
                _catga::Pipeline::new(
                    &[
                        _catga::Entry::new("Trace", "Trace"),
                        _catga::Entry::new("Retry::times(3)", "Retry").only("queries"),
                    ],
                    &[],
                ),
                &[
                    _catga::Field::new(
                        "orders",
                        _catga::Pipeline::new(
                            &[
                                _catga::Entry::new(
                                    "Transactional(self.db)",
                                    "Transactional",
                                ),
                            ],
                            &[],
                        ),
                        <Orders as _catga::Named>::PART,
                    ),
                    _catga::Field::new(
                        "payments",
                        _catga::Pipeline::EMPTY,
                        <Arc<_S1> as _catga::Named>::PART,
                    ),
                ],
            )
            .unheard(&[<Shipped as _catga::Message>::INFO]);
    }
    const _: () = {
        fn handled() {
            let _: fn() = _catga::handled::<Shop, PlaceOrder>;
        }
    };
    const _: () = _catga::distinct(
        <Shop as _catga::Named>::RIGHT,
        &[<Orders as _catga::Named>::WIRE, <Arc<_S1> as _catga::Named>::WIRE],
    );
    const __CATGA_SAID: [_catga::Said; 3usize] = {
        use _catga::{Asks as _, AsksInVain as _};
        [
            _catga::said::<Shop, _>(|__this| _catga::Probe(Trace).ask()),
            _catga::said::<Shop, _>(|__this| _catga::Probe(Retry::times(3)).ask())
                .only(2u8),
            _catga::said::<
                Shop,
                _,
            >(|__this| _catga::Probe(Transactional(&__this.db)).ask()),
        ]
    };
    const _: () = {
        _catga::ported::<Shop>(__CATGA_SAID[0usize], "`Trace`", "Shop");
    };
    const _: () = {
        _catga::ported::<Shop>(__CATGA_SAID[1usize], "`Retry`", "Shop");
    };
    const _: () = {
        _catga::ported::<Shop>(__CATGA_SAID[2usize], "`Transactional`", "Shop");
        _catga::doubled(
            __CATGA_SAID[2usize],
            "`Transactional`",
            &[<Orders as _catga::Named>::WIRE],
            &[],
        );
        _catga::twinned(__CATGA_SAID[2usize], "`Transactional`", 0);
    };
    const _: () = {
        _catga::all_ported::<Orders, Shop>("Shop");
        _catga::guarded::<
            Orders,
        >(
            false | __CATGA_SAID[0usize].idempotent | __CATGA_SAID[2usize].idempotent,
            &[],
        );
        _catga::all_doubled::<Orders>(false, 0 | __CATGA_SAID[2usize].alone(), &[]);
    };
    const _: () = {
        _catga::all_ported::<Arc<_S1>, Shop>("Shop");
        _catga::guarded::<
            Arc<_S1>,
        >(false | __CATGA_SAID[0usize].idempotent, &[(14023169601954999987u64, false)]);
        _catga::all_doubled::<Arc<_S1>>(true, 0, &[14023169601954999987u64]);
    };
    const REPEATED_0_4: _catga::core::primitive::bool = {
        use _catga::{Opening as _, OpensNothing as _};
        _catga::repeats_unguarded::<Arc<_S1>, _M4>(14023169601954999987u64, false)
            && ((_catga::opens::<
                Shop,
                _M0,
                _catga::AnyKind,
                _,
            >(|__this| _catga::Opener(Transactional(&__this.db)).opening())))
    };
    const _: () = {
        use _catga::NotFound as _;
        trait Lint {
            #[deprecated(
                note = "CATGA123: `Orders::place` sends `ChargeCard` from inside of a transaction, which sends it again when it is run again after a conflict, and nothing says that `ChargeCard` may be repeated; say `Enqueues<ChargeCard>` and `cx.enqueue(..)` it, which sends it after the commit, or put `Idempotent` around `ChargeCard`, with `Sends<Apart<ChargeCard>>` where both are of one store, or say `idempotent` at it where a repeat does no more than the first; to keep it, say `#[handler(allow(repeated_send))]`"
            )]
            const repeated_send: () = ();
        }
        impl Lint for _catga::Finding<true> {}
        _catga::Finding::<{ REPEATED_0_4 }>::repeated_send
    };
    const ENTRY_0_AROUND_PlaceOrder: _catga::core::primitive::bool = {
        use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
        _catga::fits::<
            Shop,
            _,
        >(|__this| _catga::Fits::<
            _M0,
            _catga::Inside<'static, Shop>,
        >::then(
            _catga::PickBuilt(move || Transactional(&__this.db)).pick(),
            _catga::nothing(),
        ))
    };
};
macro_rules! __catga_Shop {
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { closed }] $($rest)* }
    };
    (= $($own:tt)*) => {
        $($own)*
    };
    (remote[$($before:tt)*] [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { no_contract }] $($rest)* }
    };
}
pub(crate) use __catga_Shop as Shop;
