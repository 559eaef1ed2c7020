impl<P: Provider> Payments<P> {
    async fn charge(&self, command: ChargeCard) -> Result<u64, CardError> {}
    async fn on_placed(&self, event: &Placed) {}
}
impl<P: Provider, __CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 0usize>
for Payments<P> {
    type Message = ChargeCard;
}
const _: () = core::assert!(
    << ChargeCard as Message > ::Key as Called > ::HASH == 14023169601954999987u64,
    "CATGA007: `ChargeCard` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
);
impl<P: Provider, AnyScope: Dispatched> Method<ChargeCard, AnyScope> for Payments<P> {
    fn handle(
        &self,
        __input: <ChargeCard as Message>::In<'_>,
        __cx: &mut Context<AnyScope>,
    ) -> impl Future<Output = Outcome<ChargeCard>> + Send {
        answer::<
            ChargeCard,
            _,
            _,
        >(Self::charge(self, <ChargeCard as ByValue>::take(__input)))
    }
}
impl<P: Provider, AnyScope: Dispatched> Handler<ChargeCard, AnyScope> for Payments<P> {
    fn handle(
        &self,
        __input: <ChargeCard as Message>::In<'_>,
        __cx: &mut Context<AnyScope>,
    ) -> impl Future<Output = Outcome<ChargeCard>> + Send {
        use {JoinInto as _, JoinPlain as _};
        let __chain = Pick(Constant(|| &const { Validate }))
            .join(
                Pick(&self.breaker)
                    .join(
                        Pick(Constant(|| &const { Timeout::secs(2) }))
                            .join(
                                PickBuilt(move || On::<
                                        Queries,
                                        _,
                                    >::new(Within(&self.limit)))
                                    .join(EndMethod(self)),
                            ),
                    ),
            );
        run::<ChargeCard, AnyScope, _>(__chain, __input, __cx)
    }
}
const _: () = core::assert!(
    is_in_bound:: < ChargeCard, AnyKind > (2000u64),
    "CATGA049: this timeout is longer than `ChargeCard` says its answer may take, `within(..)` at its declaration; shorten it, or take it out with `without(Timeout)`"
);
impl<P: Provider, __CatgaTag: ?core::marker::Sized> Slot<__CatgaTag, 1usize>
for Payments<P> {
    type Message = Placed;
}
const _: () = core::assert!(
    << Placed as Message > ::Key as Called > ::HASH == 69789772989547240u64,
    "CATGA007: `Placed` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
);
impl<P: Provider, AnyScope: Dispatched> Method<Placed, AnyScope> for Payments<P> {
    fn handle(
        &self,
        __input: <Placed as Message>::In<'_>,
        __cx: &mut Context<AnyScope>,
    ) -> impl Future<Output = Outcome<Placed>> + Send {
        answer::<
            Placed,
            _,
            _,
        >(Self::on_placed(self, <Placed as ByReference>::take(__input)))
    }
}
impl<P: Provider, AnyScope: Dispatched> Handler<Placed, AnyScope> for Payments<P> {
    fn handle(
        &self,
        __input: <Placed as Message>::In<'_>,
        __cx: &mut Context<AnyScope>,
    ) -> impl Future<Output = Outcome<Placed>> + Send {
        use {JoinInto as _, JoinPlain as _};
        let __chain = Pick(Constant(|| &const { Validate }))
            .join(Pick(&self.breaker).join(EndMethod(self)));
        run::<Placed, AnyScope, _>(__chain, __input, __cx)
    }
}
impl<P: Provider> Named for Payments<P> {
    const RIGHT: core::primitive::bool = {
        let mut __right = true;
        {
            __right = __right
                & (<<ChargeCard as Message>::Key as Called>::HASH
                    == 14023169601954999987u64)
                & (!<<ChargeCard as Message>::Kind as Kind>::IS_HEARD);
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
            Pipeline::new(
                &[
                    Entry::new("Validate", "Validate"),
                    Entry::new("self.breaker", "breaker"),
                ],
                &[],
            ),
            &[
                HandlerInfo::new(<ChargeCard as Message>::INFO, "Payments::charge", 0u32)
                    .pipeline(
                        Pipeline::new(
                            &[
                                Entry::new("Timeout::secs(2)", "Timeout"),
                                Entry::new("Within(self.limit)", "Within").only("queries"),
                            ],
                            &["Trace"],
                        ),
                    ),
                HandlerInfo::new(<Placed as Message>::INFO, "Payments::on_placed", 0u32),
            ],
        ),
    );
}
#[macro_export]
macro_rules! __catga_Payments_433e391357ef28eb {
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { (0 answers ChargeCard[] "ChargeCard"
        "Payments::charge"[Trace] []) (1 hears Placed[] "Placed" "Payments::on_placed"[]
        []) }] $($rest)* }
    };
}
pub use __catga_Payments_433e391357ef28eb as Payments;
const _: () = {
    use pipeline as _;
};
