impl<P: Provider> Payments<P> {
    async fn charge(&self, command: ChargeCard) -> Result<u64, CardError> {}
    async fn on_placed(&self, event: &Placed) {}
}
const _: () = {
    use ::catga::__private as _catga;
    impl<
        P: Provider,
        __CatgaTag: ?_catga::core::marker::Sized,
    > _catga::Slot<__CatgaTag, 0usize> for Payments<P> {
        type Message = ChargeCard;
    }
    const _: () = _catga::core::assert!(
        << ChargeCard as _catga::Message > ::Key as _catga::Called > ::HASH ==
        14023169601954999987u64,
        "CATGA007: `ChargeCard` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl<P: Provider, AnyScope: _catga::Dispatched> _catga::Method<ChargeCard, AnyScope>
    for Payments<P> {
        fn handle(
            &self,
            __input: <ChargeCard as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<ChargeCard>> + _catga::Send {
            _catga::answer::<
                ChargeCard,
                _,
                _,
            >(Self::charge(self, <ChargeCard as _catga::ByValue>::take(__input)))
        }
    }
    impl<P: Provider, AnyScope: _catga::Dispatched> _catga::Handler<ChargeCard, AnyScope>
    for Payments<P> {
        fn handle(
            &self,
            __input: <ChargeCard as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<ChargeCard>> + _catga::Send {
            use _catga::{JoinInto as _, JoinPlain as _};
            let __chain = _catga::Pick(_catga::Constant(|| &const { Validate }))
                .join(
                    _catga::Pick(&self.breaker)
                        .join(
                            _catga::Pick(
                                    _catga::Constant(|| &const { Timeout::secs(2) }),
                                )
                                .join(
                                    _catga::PickBuilt(move || _catga::On::<
                                            _catga::Queries,
                                            _,
                                        >::new(Within(&self.limit)))
                                        .join(_catga::EndMethod(self)),
                                ),
                        ),
                );
            _catga::run::<ChargeCard, AnyScope, _>(__chain, __input, __cx)
        }
    }
    const _: () = _catga::core::assert!(
        _catga::is_in_bound:: < ChargeCard, _catga::AnyKind > (2000u64),
        "CATGA049: this timeout is longer than `ChargeCard` says its answer may take, `within(..)` at its declaration; shorten it, or take it out with `without(Timeout)`"
    );
    impl<
        P: Provider,
        __CatgaTag: ?_catga::core::marker::Sized,
    > _catga::Slot<__CatgaTag, 1usize> for Payments<P> {
        type Message = Placed;
    }
    const _: () = _catga::core::assert!(
        << Placed as _catga::Message > ::Key as _catga::Called > ::HASH ==
        69789772989547240u64,
        "CATGA007: `Placed` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl<P: Provider, AnyScope: _catga::Dispatched> _catga::Method<Placed, AnyScope>
    for Payments<P> {
        fn handle(
            &self,
            __input: <Placed as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<Placed>> + _catga::Send {
            _catga::answer::<
                Placed,
                _,
                _,
            >(Self::on_placed(self, <Placed as _catga::ByReference>::take(__input)))
        }
    }
    impl<P: Provider, AnyScope: _catga::Dispatched> _catga::Handler<Placed, AnyScope>
    for Payments<P> {
        fn handle(
            &self,
            __input: <Placed as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<Placed>> + _catga::Send {
            use _catga::{JoinInto as _, JoinPlain as _};
            let __chain = _catga::Pick(_catga::Constant(|| &const { Validate }))
                .join(_catga::Pick(&self.breaker).join(_catga::EndMethod(self)));
            _catga::run::<Placed, AnyScope, _>(__chain, __input, __cx)
        }
    }
    impl<P: Provider> _catga::Named for Payments<P> {
        type Nothing = ();
        const RIGHT: _catga::core::primitive::bool = {
            let mut __right = true;
            {
                __right = __right
                    & (<<ChargeCard as _catga::Message>::Key as _catga::Called>::HASH
                        == 14023169601954999987u64)
                    & (!<<ChargeCard as _catga::Message>::Kind as _catga::Kind>::IS_HEARD);
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
                14023169601954999987u64,
                <ChargeCard as _catga::Message>::WIRE,
                "ChargeCard",
            ),
            (69789772989547240u64, <Placed as _catga::Message>::WIRE, "Placed"),
        ];
        const SAID: &'static [(_catga::core::primitive::u64, _catga::Said)] = {
            use _catga::{Asks as _, AsksInVain as _};
            &[
                (0u64, _catga::said::<Self, _>(|__this| _catga::Probe(Validate).ask())),
                (
                    0u64,
                    _catga::said::<
                        Self,
                        _,
                    >(|__this| _catga::Probe(&__this.breaker).ask()),
                ),
                (
                    14023169601954999987u64,
                    _catga::said::<
                        Self,
                        _,
                    >(|__this| _catga::Probe(Timeout::secs(2)).ask()),
                ),
                (
                    14023169601954999987u64,
                    _catga::said::<
                        Self,
                        _,
                    >(|__this| _catga::Probe(Within(&__this.limit)).ask())
                        .needs(),
                ),
            ]
        };
        const PART: _catga::Part = _catga::Part::Handlers(
            _catga::HandlerSet::new(
                _catga::core::file!(),
                _catga::Pipeline::new(
                    &[
                        _catga::Entry::new("Validate", "Validate"),
                        _catga::Entry::new("self.breaker", "breaker"),
                    ],
                    &[],
                ),
                &[
                    _catga::HandlerInfo::new(
                            <ChargeCard as _catga::Message>::INFO,
                            "Payments::charge",
                            0u32,
                        )
                        .pipeline(
                            _catga::Pipeline::new(
                                &[
                                    _catga::Entry::new("Timeout::secs(2)", "Timeout"),
                                    _catga::Entry::new("Within(self.limit)", "Within")
                                        .only("queries"),
                                ],
                                &["Trace"],
                            ),
                        ),
                    _catga::HandlerInfo::new(
                        <Placed as _catga::Message>::INFO,
                        "Payments::on_placed",
                        0u32,
                    ),
                ],
            ),
        );
    }
};
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
