impl<P: Provider> Payments<P> {
    async fn charge(&self, command: ChargeCard) -> Result<u64, CardError> {}
    async fn on_placed(&self, event: &Placed) {}
}
const _: () = {
    use ::catga::__private as _catga;
    const THE_MESSAGE_OF_charge: _catga::core::primitive::bool = _catga::check::<
        ChargeCard,
    >(14023169601954999987u64, _catga::Taken::Value, "ChargeCard", true);
    type _M0 = <ChargeCard as _catga::Checked<{ THE_MESSAGE_OF_charge }>>::Message;
    impl<
        P: Provider,
        __CatgaTag: ?_catga::core::marker::Sized,
    > _catga::Slot<__CatgaTag, 0usize> for Payments<P>
    where
        P: _catga::core::marker::Send + _catga::core::marker::Sync,
    {
        type Message = _M0;
    }
    impl<
        P: Provider,
        AnyScope: _catga::Dispatched,
    > _catga::Method<_M0, AnyScope, ChargeCard> for Payments<P>
    where
        P: _catga::core::marker::Send + _catga::core::marker::Sync,
    {
        fn handle(
            &self,
            __input: <_M0 as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M0>> + _catga::Send {
            _catga::answer::<_M0, _, _>(Self::charge(self, __input))
        }
    }
    impl<
        P: Provider,
        AnyScope: _catga::Dispatched,
    > _catga::Handler<_M0, AnyScope, ChargeCard> for Payments<P>
    where
        P: _catga::core::marker::Send + _catga::core::marker::Sync,
    {
        fn handle(
            &self,
            __input: <_M0 as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M0>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M0,
                AnyScope,
                _,
            >(
                _catga::plain::<
                    _M0,
                    AnyScope,
                    _,
                    _,
                >(
                        _catga::Constant(|| &const { Validate }),
                        _catga::Fits::<
                            _M0,
                            AnyScope,
                        >::then(
                            _catga::Pick(&self.breaker).pick(),
                            _catga::plain::<
                                _M0,
                                _,
                                _,
                                _,
                            >(
                                _catga::Constant(|| &const { Timeout::secs(2) }),
                                _catga::Fits::<
                                    _M0,
                                    _,
                                >::then(
                                    _catga::PickBuilt(move || _catga::On::<
                                            _catga::Queries,
                                            _,
                                        >::new(Within(&self.limit)))
                                        .pick(),
                                    _catga::Chain::<_M0, _>::end(_catga::EndMethod(self)),
                                ),
                            ),
                        ),
                    )
                    .whole(),
                __input,
                __cx,
            )
        }
    }
    const _: () = _catga::core::assert!(
        _catga::is_in_bound:: < _M0, _catga::AnyKind > (2000u64),
        "CATGA049: this timeout is longer than `ChargeCard` says its answer may take, `within(..)` at its declaration; shorten it, or take it out with `without(Timeout)`"
    );
    const THE_MESSAGE_OF_on_placed: _catga::core::primitive::bool = _catga::check::<
        Placed,
    >(69789772989547240u64, _catga::Taken::Reference, "Placed", true);
    type _M1 = <Placed as _catga::Checked<{ THE_MESSAGE_OF_on_placed }>>::Message;
    impl<
        P: Provider,
        __CatgaTag: ?_catga::core::marker::Sized,
    > _catga::Slot<__CatgaTag, 1usize> for Payments<P>
    where
        P: _catga::core::marker::Send + _catga::core::marker::Sync,
    {
        type Message = _M1;
    }
    impl<P: Provider, AnyScope: _catga::Dispatched> _catga::Method<_M1, AnyScope, Placed>
    for Payments<P>
    where
        P: _catga::core::marker::Send + _catga::core::marker::Sync,
    {
        fn handle(
            &self,
            __input: <_M1 as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M1>> + _catga::Send {
            _catga::answer::<_M1, _, _>(Self::on_placed(self, __input))
        }
    }
    impl<
        P: Provider,
        AnyScope: _catga::Dispatched,
    > _catga::Handler<_M1, AnyScope, Placed> for Payments<P>
    where
        P: _catga::core::marker::Send + _catga::core::marker::Sync,
    {
        fn handle(
            &self,
            __input: <_M1 as _catga::Message>::In<'_>,
            __cx: &mut _catga::Context<AnyScope>,
        ) -> impl _catga::Future<Output = _catga::Outcome<_M1>> + _catga::Send {
            use _catga::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
            _catga::run::<
                _M1,
                AnyScope,
                _,
            >(
                _catga::plain::<
                    _M1,
                    AnyScope,
                    _,
                    _,
                >(
                        _catga::Constant(|| &const { Validate }),
                        _catga::Fits::<
                            _M1,
                            AnyScope,
                        >::then(
                            _catga::Pick(&self.breaker).pick(),
                            _catga::Chain::<_M1, _>::end(_catga::EndMethod(self)),
                        ),
                    )
                    .whole(),
                __input,
                __cx,
            )
        }
    }
    impl<P: Provider> _catga::Named for Payments<P>
    where
        P: _catga::core::marker::Send + _catga::core::marker::Sync,
    {
        type Nothing = ();
        const RIGHT: _catga::core::primitive::bool = {
            use _catga::{OneImpl as _, Single as _};
            let _asked = (Self::WIRE, { true });
            !Self::__CATGA_TWICE && _catga::is_single(|| _catga::Impls.are())
        };
        const WIRE: &'static [(
            _catga::core::primitive::u64,
            _catga::core::primitive::u64,
            &'static _catga::core::primitive::str,
        )] = &[
            (14023169601954999987u64, <_M0 as _catga::Message>::WIRE, "ChargeCard"),
            (69789772989547240u64, <_M1 as _catga::Message>::WIRE, "Placed"),
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
                        .only(2u8),
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
                            <_M0 as _catga::Message>::INFO,
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
                        <_M1 as _catga::Message>::INFO,
                        "Payments::on_placed",
                        0u32,
                    ),
                ],
            ),
        );
    }
};
#[macro_export]
macro_rules! __catga_Payments_3f838bc1e82f6e3e {
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { needs["Provider"] (0 answers ChargeCard[] "ChargeCard"
        "Payments::charge"[Trace] []) (1 hears Placed[] "Placed" "Payments::on_placed"[]
        []) }] $($rest)* }
    };
    (= $($own:tt)*) => {
        $($own)*
    };
    (remote[$($before:tt)*] [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { no_contract }] $($rest)* }
    };
    (4576655311278927422u64 { $($own:tt)* } $($other:tt)*) => {
        $($own)*
    };
    ($other:tt $own:tt [] $twice:tt { $($error:tt)* }) => {
        $($error)*
    };
    (
        $other:tt $own:tt [$($only:tt)*] { $($more:tt)* } { $($twice:tt)* } {
        $($error:tt)* }
    ) => {
        $($only)* ! { 4576655311278927422u64 { $($more)* } [] {} { $($twice)* $($error)*
        } }
    };
}
mod CATGA055_put_all_handlers_of_Payments_into_one_impl {
    pub use __catga_Payments_3f838bc1e82f6e3e as Payments;
}
pub use CATGA055_put_all_handlers_of_Payments_into_one_impl::*;
#[pipeline(@)]
const _: () = ();
