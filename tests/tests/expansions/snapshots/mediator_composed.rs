impl MediatorPorts for Shop {
    type Extension = ();
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
impl Handles<<Orders as Slot<Shop, 0>>::Message, Key<6381223824940661108u64>> for Shop {
    fn dispatch(
        &self,
        input: <<Orders as Slot<Shop, 0>>::Message as Message>::In<'_>,
        cx: &mut Context<Inside<'_, Self>>,
    ) -> impl core::future::Future<
        Output = Outcome<<Orders as Slot<Shop, 0>>::Message>,
    > + core::marker::Send {
        use {JoinInto as _, JoinPlain as _};
        let chain = Pick(Constant(|| &const { Trace }))
            .join(
                Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                    .join(
                        PickBuilt(move || Transactional(&self.db))
                            .join(End(&self.orders)),
                    ),
            );
        run::<<Orders as Slot<Shop, 0>>::Message, Inside<'_, Self>, _>(chain, input, cx)
    }
}
impl Handles<<Orders as Slot<Shop, 1>>::Message, Key<15131573050882670842u64>> for Shop {
    fn dispatch(
        &self,
        input: <<Orders as Slot<Shop, 1>>::Message as Message>::In<'_>,
        cx: &mut Context<Inside<'_, Self>>,
    ) -> impl core::future::Future<
        Output = Outcome<<Orders as Slot<Shop, 1>>::Message>,
    > + core::marker::Send {
        use {JoinInto as _, JoinPlain as _};
        let chain = Pick(Constant(|| &const { Trace }))
            .join(
                Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                    .join(
                        PickBuilt(move || Transactional(&self.db))
                            .join(End(&self.orders)),
                    ),
            );
        run::<<Orders as Slot<Shop, 1>>::Message, Inside<'_, Self>, _>(chain, input, cx)
    }
}
impl Handles<
    <Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message,
    Key<14023169601954999987u64>,
> for Shop {
    fn dispatch(
        &self,
        input: <<Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message as Message>::In<'_>,
        cx: &mut Context<Inside<'_, Self>>,
    ) -> impl core::future::Future<
        Output = Outcome<<Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message>,
    > + core::marker::Send {
        use {JoinInto as _, JoinPlain as _};
        let chain = Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
            .join(End(&self.payments));
        run::<
            <Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message,
            Inside<'_, Self>,
            _,
        >(chain, input, cx)
    }
}
impl Yields<<Orders as Slot<Shop, 2>>::Message, Key<4003887045821063264u64>> for Shop {
    fn admit(
        &self,
        ticket: Ticket<'_, <Orders as Slot<Shop, 2>>::Message>,
        cx: &mut Context<Inside<'_, Self>>,
    ) -> impl core::future::Future<
        Output = Outcome<<Orders as Slot<Shop, 2>>::Message>,
    > + core::marker::Send {
        use {JoinInto as _, JoinPlain as _};
        let chain = Pick(Constant(|| &const { Trace }))
            .join(
                Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                    .join(
                        PickBuilt(move || Transactional(&self.db))
                            .join(End(&self.orders)),
                    ),
            );
        run::<<Orders as Slot<Shop, 2>>::Message, Inside<'_, Self>, _>(chain, ticket, cx)
    }
    fn rows<'__catga>(
        &'__catga self,
        query: <Orders as Slot<Shop, 2>>::Message,
        cx: Context<Inside<'__catga, Self>>,
    ) -> impl Stream<
        Item = RowOf<<Orders as Slot<Shop, 2>>::Message>,
    > + core::marker::Send {
        StreamHandler::<
            <Orders as Slot<Shop, 2>>::Message,
            Inside<'_, Self>,
        >::rows(&self.orders, query, cx)
    }
}
impl Ear<0usize> for Shop {
    type Event = <Orders as Slot<Shop, 3>>::Message;
    const NAME: &'static core::primitive::str = "Orders::on_placed";
    fn hear(
        &self,
        event: &<Orders as Slot<Shop, 3>>::Message,
        cx: &mut Context<Inside<'_, Self>>,
    ) -> impl core::future::Future<
        Output = Outcome<<Orders as Slot<Shop, 3>>::Message>,
    > + core::marker::Send {
        use {JoinInto as _, JoinPlain as _};
        let chain = Pick(Constant(|| &const { Trace }))
            .join(
                Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                    .join(
                        PickBuilt(move || Transactional(&self.db))
                            .join(End(&self.orders)),
                    ),
            );
        run::<<Orders as Slot<Shop, 3>>::Message, Inside<'_, Self>, _>(chain, event, cx)
    }
}
impl Ear<1usize> for Shop {
    type Event = <Arc<Payments<Stripe>> as Slot<Shop, 1>>::Message;
    const NAME: &'static core::primitive::str = "Payments::on_placed";
    fn hear(
        &self,
        event: &<Arc<Payments<Stripe>> as Slot<Shop, 1>>::Message,
        cx: &mut Context<Inside<'_, Self>>,
    ) -> impl core::future::Future<
        Output = Outcome<<Arc<Payments<Stripe>> as Slot<Shop, 1>>::Message>,
    > + core::marker::Send {
        use {JoinInto as _, JoinPlain as _};
        let chain = Pick(Constant(|| &const { Trace }))
            .join(
                Pick(Constant(|| &const { On::<Queries, _>::new(Retry::times(3)) }))
                    .join(End(&self.payments)),
            );
        run::<
            <Arc<Payments<Stripe>> as Slot<Shop, 1>>::Message,
            Inside<'_, Self>,
            _,
        >(chain, event, cx)
    }
}
impl Hears<<Orders as Slot<Shop, 3>>::Message, Key<69789772989547240u64>> for Shop {
    fn fan_out(
        &self,
        event: &<Orders as Slot<Shop, 3>>::Message,
        place: Inside<'_, Self>,
    ) -> impl core::future::Future<
        Output = core::result::Result<(), PublishError>,
    > + core::marker::Send {
        <Both<
            One<0usize>,
            One<1usize>,
        > as Audience<Self, <Orders as Slot<Shop, 3>>::Message>>::fan_out(event, place)
    }
}
impl Hears<Shipped, Key<8586242245249464452u64>> for Shop {
    fn fan_out(
        &self,
        event: &Shipped,
        place: Inside<'_, Self>,
    ) -> impl core::future::Future<
        Output = core::result::Result<(), PublishError>,
    > + core::marker::Send {
        <Nobody as Audience<Self, Shipped>>::fan_out(event, place)
    }
}
const _: () = {
    fn handled() {
        let _: fn() = handled::<Shop, PlaceOrder>;
    }
};
impl<__CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 0usize> for Shop {
    type Message = <Orders as Slot<Shop, 0>>::Message;
}
impl<__CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 1usize> for Shop {
    type Message = <Orders as Slot<Shop, 1>>::Message;
}
impl<__CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 2usize> for Shop {
    type Message = <Orders as Slot<Shop, 2>>::Message;
}
impl<__CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 3usize> for Shop {
    type Message = <Arc<Payments<Stripe>> as Slot<Shop, 0>>::Message;
}
macro_rules! __catga_Shop {
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { (0 nested_answers PlaceOrder[] "PlaceOrder" "Shop"[] [])
        (1 nested_answers Find[] "Find" "Shop"[] []) (2 nested_yields ListOrders[]
        "ListOrders" "Shop"[] []) (3 nested_answers ChargeCard[] "ChargeCard" "Shop"[]
        []) }] $($rest)* }
    };
}
pub(crate) use __catga_Shop as Shop;
