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
impl<__CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 0usize> for Orders {
    type Message = PlaceOrder;
}
const _: () = core::assert!(
    << PlaceOrder as Message > ::Key as Called > ::HASH == 6381223824940661108u64,
    "CATGA007: `PlaceOrder` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
);
impl<
    AnyScope: Dispatched + Sends<ChargeCard> + Publishes<Placed>,
> Handler<PlaceOrder, AnyScope> for Orders {
    fn handle(
        &self,
        __input: <PlaceOrder as Message>::In<'_>,
        __cx: &mut Context<AnyScope>,
    ) -> impl Future<Output = Outcome<PlaceOrder>> + Send {
        answer::<
            PlaceOrder,
            _,
            _,
        >(Self::place(self, <PlaceOrder as ByValue>::take(__input), __cx))
    }
}
#[cfg(feature = "find")]
impl<__CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 1usize> for Orders {
    type Message = Find;
}
#[cfg(feature = "find")]
const _: () = core::assert!(
    << Find as Message > ::Key as Called > ::HASH == 15131573050882670842u64,
    "CATGA007: `Find` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
);
#[cfg(feature = "find")]
impl<AnyScope: Dispatched> Handler<Find, AnyScope> for Orders {
    fn handle(
        &self,
        __input: <Find as Message>::In<'_>,
        __cx: &mut Context<AnyScope>,
    ) -> impl Future<Output = Outcome<Find>> + Send {
        answer_now::<
            Find,
            _,
            _,
        >(move || Self::find(self, <Find as ByValue>::take(__input)))
    }
}
impl<__CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 2usize> for Orders {
    type Message = ListOrders;
}
const _: () = core::assert!(
    << ListOrders as Message > ::Key as Called > ::HASH == 4003887045821063264u64,
    "CATGA007: `ListOrders` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
);
impl<AnyScope: Dispatched> Handler<ListOrders, AnyScope> for Orders {
    fn handle(
        &self,
        __input: <ListOrders as Message>::In<'_>,
        __cx: &mut Context<AnyScope>,
    ) -> impl Future<Output = Outcome<ListOrders>> + Send {
        let __chain = Open;
        run::<ListOrders, AnyScope, _>(__chain, __input, __cx)
    }
}
impl<AnyScope: Dispatched> StreamHandler<ListOrders, AnyScope> for Orders {
    fn rows(
        &self,
        __query: ListOrders,
        __cx: Context<AnyScope>,
    ) -> impl Stream<Item = RowOf<ListOrders>> + Send {
        rows::<ListOrders, _, _>(Self::list(self, __query))
    }
}
impl<__CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 3usize> for Orders {
    type Message = Placed;
}
const _: () = core::assert!(
    << Placed as Message > ::Key as Called > ::HASH == 69789772989547240u64,
    "CATGA007: `Placed` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
);
impl<AnyScope: Dispatched> Handler<Placed, AnyScope> for Orders {
    fn handle(
        &self,
        __input: <Placed as Message>::In<'_>,
        __cx: &mut Context<AnyScope>,
    ) -> impl Future<Output = Outcome<Placed>> + Send {
        answer_now::<
            Placed,
            _,
            _,
        >(move || Self::on_placed(self, <Placed as ByReference>::take(__input)))
    }
}
impl Named for Orders {
    const RIGHT: core::primitive::bool = {
        let mut __right = true;
        {
            __right = __right
                & (<<PlaceOrder as Message>::Key as Called>::HASH
                    == 6381223824940661108u64)
                & (!<<PlaceOrder as Message>::Kind as Kind>::IS_HEARD);
        }
        #[cfg(feature = "find")]
        {
            __right = __right
                & (<<Find as Message>::Key as Called>::HASH == 15131573050882670842u64)
                & (!<<Find as Message>::Kind as Kind>::IS_HEARD);
        }
        {
            __right = __right
                & (<<ListOrders as Message>::Key as Called>::HASH
                    == 4003887045821063264u64)
                & (!<<ListOrders as Message>::Kind as Kind>::IS_HEARD);
        }
        {
            __right = __right
                & (<<Placed as Message>::Key as Called>::HASH == 69789772989547240u64)
                & (<<Placed as Message>::Kind as Kind>::IS_HEARD);
        }
        __right
    };
    const PART: Part = Part::Handlers(
        HandlerSet::new(
            core::file!(),
            Pipeline::EMPTY,
            &[
                HandlerInfo::new(<PlaceOrder as Message>::INFO, "Orders::place", 0u32)
                    .may(
                        &[
                            Capability::new("sends", "ChargeCard", ""),
                            Capability::new("publishes", "Placed", ""),
                        ],
                    ),
                #[cfg(feature = "find")]
                HandlerInfo::new(<Find as Message>::INFO, "Orders::find", 0u32),
                HandlerInfo::new(<ListOrders as Message>::INFO, "Orders::list", 0u32),
                HandlerInfo::new(<Placed as Message>::INFO, "Orders::on_placed", 0u32),
            ],
        ),
    );
}
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
