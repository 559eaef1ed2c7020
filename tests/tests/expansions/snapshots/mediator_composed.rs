const _: () = {
    impl MediatorPorts for Shop {
        type Extension = ();
        type Names = Names<{ <Self as Named>::RIGHT }>;
        type Clock = Ticks;
        fn clock(&self) -> &Self::Clock {
            &self.clock
        }
        type Timer = DefaultTimer;
        fn timer(&self) -> &Self::Timer {
            &DefaultTimer
        }
        type Random = DefaultRandom;
        fn random(&self) -> &Self::Random {
            &DefaultRandom
        }
        type Ids = DefaultIds;
        fn ids(&self) -> &Self::Ids {
            &DefaultIds
        }
    }
    impl Dispatches<<Orders as Slot<Shop, 0>>::Message, Key<6381223824940661108u64>>
    for Shop {
        fn dispatch(
            &self,
            __input: <<Orders as Slot<Shop, 0>>::Message as Message>::In<'_>,
            __cx: &mut Context<Inside<'_, Self>>,
        ) -> impl Future<Output = Outcome<<Orders as Slot<Shop, 0>>::Message>> + Send {
            use {JoinInto as _, JoinPlain as _};
            let __chain = Pick(Constant(|| &const { Trace }))
                .join(
                    Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                        .join(
                            PickBuilt(move || Transactional(&self.db))
                                .join(End(&self.orders)),
                        ),
                );
            run::<
                <Orders as Slot<Shop, 0>>::Message,
                Inside<'_, Self>,
                _,
            >(__chain, __input, __cx)
        }
    }
    impl Dispatches<<Orders as Slot<Shop, 1>>::Message, Key<15131573050882670842u64>>
    for Shop {
        fn dispatch(
            &self,
            __input: <<Orders as Slot<Shop, 1>>::Message as Message>::In<'_>,
            __cx: &mut Context<Inside<'_, Self>>,
        ) -> impl Future<Output = Outcome<<Orders as Slot<Shop, 1>>::Message>> + Send {
            use {JoinInto as _, JoinPlain as _};
            let __chain = Pick(Constant(|| &const { Trace }))
                .join(
                    Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                        .join(
                            PickBuilt(move || Transactional(&self.db))
                                .join(End(&self.orders)),
                        ),
                );
            run::<
                <Orders as Slot<Shop, 1>>::Message,
                Inside<'_, Self>,
                _,
            >(__chain, __input, __cx)
        }
    }
    impl Dispatches<
        <Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message,
        Key<14023169601954999987u64>,
    > for Shop {
        fn dispatch(
            &self,
            __input: <<Arc<
                Payments<Stripe>,
            > as Slot<Shop, 0>>::Message as Message>::In<'_>,
            __cx: &mut Context<Inside<'_, Self>>,
        ) -> impl Future<
            Output = Outcome<<Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message>,
        > + Send {
            use {JoinInto as _, JoinPlain as _};
            let __chain = Pick(
                    Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }),
                )
                .join(End(&self.payments));
            run::<
                <Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message,
                Inside<'_, Self>,
                _,
            >(__chain, __input, __cx)
        }
    }
    impl Opens<<Orders as Slot<Shop, 2>>::Message, Key<4003887045821063264u64>>
    for Shop {
        fn admit(
            &self,
            __ticket: Ticket<'_, <Orders as Slot<Shop, 2>>::Message>,
            __cx: &mut Context<Inside<'_, Self>>,
        ) -> impl Future<Output = Outcome<<Orders as Slot<Shop, 2>>::Message>> + Send {
            use {JoinInto as _, JoinPlain as _};
            let __chain = Pick(Constant(|| &const { Trace }))
                .join(
                    Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                        .join(
                            PickBuilt(move || Transactional(&self.db))
                                .join(End(&self.orders)),
                        ),
                );
            run::<
                <Orders as Slot<Shop, 2>>::Message,
                Inside<'_, Self>,
                _,
            >(__chain, __ticket, __cx)
        }
        fn rows<'__catga>(
            &'__catga self,
            __query: <Orders as Slot<Shop, 2>>::Message,
            __cx: Context<Inside<'__catga, Self>>,
        ) -> impl Stream<Item = RowOf<<Orders as Slot<Shop, 2>>::Message>> + Send {
            StreamHandler::<
                <Orders as Slot<Shop, 2>>::Message,
                Inside<'_, Self>,
            >::rows(&self.orders, __query, __cx)
        }
    }
    impl Ear<<Orders as Slot<Shop, 3>>::Message, 0usize> for Shop {
        const NAME: &'static core::primitive::str = "Orders::on_placed";
        fn hear(
            &self,
            __event: <<Orders as Slot<Shop, 3>>::Message as Message>::In<'_>,
            __cx: &mut Context<Inside<'_, Self>>,
        ) -> impl Future<Output = Outcome<<Orders as Slot<Shop, 3>>::Message>> + Send {
            use {JoinInto as _, JoinPlain as _};
            let __chain = Pick(Constant(|| &const { Trace }))
                .join(
                    Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                        .join(
                            PickBuilt(move || Transactional(&self.db))
                                .join(End(&self.orders)),
                        ),
                );
            run::<
                <Orders as Slot<Shop, 3>>::Message,
                Inside<'_, Self>,
                _,
            >(__chain, __event, __cx)
        }
    }
    impl Ear<<Arc<Payments<Stripe>> as Slot<Shop, 1>>::Message, 1usize> for Shop {
        const NAME: &'static core::primitive::str = "Payments::on_placed";
        fn hear(
            &self,
            __event: <<Arc<
                Payments<Stripe>,
            > as Slot<Shop, 1>>::Message as Message>::In<'_>,
            __cx: &mut Context<Inside<'_, Self>>,
        ) -> impl Future<
            Output = Outcome<<Arc<Payments<Stripe>> as Slot<Shop, 1>>::Message>,
        > + Send {
            use {JoinInto as _, JoinPlain as _};
            let __chain = Pick(Constant(|| &const { Trace }))
                .join(
                    Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                        .join(End(&self.payments)),
                );
            run::<
                <Arc<Payments<Stripe>> as Slot<Shop, 1>>::Message,
                Inside<'_, Self>,
                _,
            >(__chain, __event, __cx)
        }
    }
    impl Tells<<Orders as Slot<Shop, 3>>::Message, Key<69789772989547240u64>> for Shop {
        type Audience = Both<One<0usize>, One<1usize>>;
    }
    impl Tells<Shipped, Key<8586242245249464452u64>> for Shop {
        type Audience = Nobody;
    }
    impl Named for Shop {
        const RIGHT: core::primitive::bool = {
            <Orders>::CATGA047_no_mediator_has_this_handler_set_as_a_field;
            true & <Orders as Named>::RIGHT & <Arc<Payments<Stripe>> as Named>::RIGHT
        };
        const PART: Part = Part::Mediator(<Self as Described>::TABLE);
    }
    impl Described for Shop {
        const TABLE: &'static Table = &Table::new(
                "Shop",
                (core::module_path!(), core::file!(), core::line!()),
                Pipeline::new(
                    &[
                        Entry::new("Trace", "Trace"),
                        Entry::new("Retry::times(3)", "Retry").only("queries"),
                    ],
                    &[],
                ),
                &[
                    Field::new(
                        "orders",
                        Pipeline::new(
                            &[Entry::new("Transactional(self.db)", "Transactional")],
                            &[],
                        ),
                        <Orders as Named>::PART,
                    ),
                    Field::new(
                        "payments",
                        Pipeline::EMPTY,
                        <Arc<Payments<Stripe>> as Named>::PART,
                    ),
                ],
            )
            .unheard(&[<Shipped as Message>::INFO]);
    }
    const _: () = distinct(
        <Shop as Named>::RIGHT,
        [
            (
                6381223824940661108u64,
                <<Orders as Slot<Shop, 0>>::Message as Message>::WIRE,
                "PlaceOrder",
            ),
            (
                15131573050882670842u64,
                <<Orders as Slot<Shop, 1>>::Message as Message>::WIRE,
                "Find",
            ),
            (
                4003887045821063264u64,
                <<Orders as Slot<Shop, 2>>::Message as Message>::WIRE,
                "ListOrders",
            ),
            (
                69789772989547240u64,
                <<Orders as Slot<Shop, 3>>::Message as Message>::WIRE,
                "Placed",
            ),
            (
                14023169601954999987u64,
                <<Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message as Message>::WIRE,
                "ChargeCard",
            ),
        ],
    );
};
const _: () = {
    fn handled() {
        let _: fn() = handled::<Shop, PlaceOrder>;
    }
};
macro_rules! __catga_Shop {
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { closed }] $($rest)* }
    };
}
pub(crate) use __catga_Shop as Shop;
