pub enum PaymentsApi {}
const _: () = {
    use ::catga::__private as _catga;
    const _RIGHT_0: _catga::core::primitive::bool = _catga::is_marked::<
        <ChargeCard as _catga::Checked<{ _catga::is_message::<ChargeCard>() }>>::Message,
        _catga::Asked,
    >();
    type _C0 = <ChargeCard as _catga::Checked<{ _RIGHT_0 }>>::Message;
    const _RIGHT_1: _catga::core::primitive::bool = _catga::is_marked::<
        <FindCharge as _catga::Checked<{ _catga::is_message::<FindCharge>() }>>::Message,
        _catga::Asked,
    >();
    type _C1 = <FindCharge as _catga::Checked<{ _RIGHT_1 }>>::Message;
    const _RIGHT_2: _catga::core::primitive::bool = _catga::is_marked::<
        <Charged as _catga::Checked<{ _catga::is_message::<Charged>() }>>::Message,
        _catga::Told,
    >();
    type _C2 = <Charged as _catga::Checked<{ _RIGHT_2 }>>::Message;
    const _RIGHT_3: _catga::core::primitive::bool = _catga::is_marked::<
        <ListCharges as _catga::Checked<
            { _catga::is_message::<ListCharges>() },
        >>::Message,
        _catga::Rowed,
    >();
    type _C3 = <ListCharges as _catga::Checked<{ _RIGHT_3 }>>::Message;
    impl _catga::Contract for PaymentsApi {
        const NAME: &'static _catga::core::primitive::str = "PaymentsApi";
        const DEFAULT_ENDPOINT: &'static _catga::core::primitive::str = "payments";
        type DefaultCodec = <Json as _catga::Checked<
            { _catga::is_codec::<Json>() },
        >>::Message;
        type DefaultCompression = _catga::Uncompressed;
        const MEMBERS: &'static [_catga::Member] = &[
            _catga::Member::of::<_C0, Self>(),
            _catga::Member::of::<_C1, Self>(),
            _catga::Member::of::<_C2, Self>(),
            _catga::Member::of::<_C3, Self>(),
        ];
        const WIRE: &'static [(
            _catga::core::primitive::u64,
            _catga::core::primitive::u64,
            &'static _catga::core::primitive::str,
        )] = &[
            (14023169601954999987u64, <_C0 as _catga::Message>::WIRE, "ChargeCard"),
            (11334570576789433434u64, <_C1 as _catga::Message>::WIRE, "FindCharge"),
            (1516976625220465743u64, <_C2 as _catga::Message>::WIRE, "Charged"),
            (11819433228892647450u64, <_C3 as _catga::Message>::WIRE, "ListCharges"),
        ];
        const PART: _catga::Part = _catga::Part::Handlers(
            _catga::HandlerSet::new(
                _catga::core::file!(),
                _catga::Pipeline::EMPTY,
                &[
                    _catga::HandlerInfo::new(
                        <_C0 as _catga::Message>::INFO,
                        "PaymentsApi::ChargeCard",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <_C1 as _catga::Message>::INFO,
                        "PaymentsApi::FindCharge",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <_C2 as _catga::Message>::INFO,
                        "PaymentsApi::Charged",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <_C3 as _catga::Message>::INFO,
                        "PaymentsApi::ListCharges",
                        0u32,
                    ),
                ],
            ),
        );
    }
    const _: () = _catga::apart(<PaymentsApi as _catga::Contract>::MEMBERS);
    impl _catga::ContractSlot<0usize> for PaymentsApi {
        type Message = _C0;
    }
    impl _catga::Includes<_C0> for PaymentsApi {
        type Way = _catga::Asked;
        type Codec = <<<_C0 as _catga::Message>::Wire as _catga::OnWire>::Codec as _catga::Choose<
            <PaymentsApi as _catga::Contract>::DefaultCodec,
        >>::Codec;
        type Compression = <<<_C0 as _catga::Message>::Wire as _catga::OnWire>::Compression as _catga::ChooseCompression<
            <PaymentsApi as _catga::Contract>::DefaultCompression,
        >>::Compression;
        type Order = <<_C0 as _catga::Message>::Wire as _catga::OnWire>::Order;
        type Former = <<_C0 as _catga::Message>::Wire as _catga::OnWire>::Former;
        fn outlines() -> &'static _catga::Outlines {
            static OUTLINES: _catga::Outlines = _catga::Outlines::new();
            &OUTLINES
        }
    }
    const _: () = _catga::core::assert!(
        << _C0 as _catga::Message > ::Key as _catga::Called > ::HASH ==
        14023169601954999987u64,
        "CATGA007: `ChargeCard` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl _catga::ContractSlot<1usize> for PaymentsApi {
        type Message = _C1;
    }
    impl _catga::Includes<_C1> for PaymentsApi {
        type Way = _catga::Asked;
        type Codec = <<<_C1 as _catga::Message>::Wire as _catga::OnWire>::Codec as _catga::Choose<
            <PaymentsApi as _catga::Contract>::DefaultCodec,
        >>::Codec;
        type Compression = <<<_C1 as _catga::Message>::Wire as _catga::OnWire>::Compression as _catga::ChooseCompression<
            <PaymentsApi as _catga::Contract>::DefaultCompression,
        >>::Compression;
        type Order = <<_C1 as _catga::Message>::Wire as _catga::OnWire>::Order;
        type Former = <<_C1 as _catga::Message>::Wire as _catga::OnWire>::Former;
        fn outlines() -> &'static _catga::Outlines {
            static OUTLINES: _catga::Outlines = _catga::Outlines::new();
            &OUTLINES
        }
    }
    const _: () = _catga::core::assert!(
        << _C1 as _catga::Message > ::Key as _catga::Called > ::HASH ==
        11334570576789433434u64,
        "CATGA007: `FindCharge` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl _catga::ContractSlot<2usize> for PaymentsApi {
        type Message = _C2;
    }
    impl _catga::Includes<_C2> for PaymentsApi {
        type Way = _catga::Told;
        type Codec = <<<_C2 as _catga::Message>::Wire as _catga::OnWire>::Codec as _catga::Choose<
            <PaymentsApi as _catga::Contract>::DefaultCodec,
        >>::Codec;
        type Compression = <<<_C2 as _catga::Message>::Wire as _catga::OnWire>::Compression as _catga::ChooseCompression<
            <PaymentsApi as _catga::Contract>::DefaultCompression,
        >>::Compression;
        type Order = <<_C2 as _catga::Message>::Wire as _catga::OnWire>::Order;
        type Former = <<_C2 as _catga::Message>::Wire as _catga::OnWire>::Former;
        fn outlines() -> &'static _catga::Outlines {
            static OUTLINES: _catga::Outlines = _catga::Outlines::new();
            &OUTLINES
        }
    }
    const _: () = _catga::core::assert!(
        << _C2 as _catga::Message > ::Key as _catga::Called > ::HASH ==
        1516976625220465743u64,
        "CATGA007: `Charged` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl _catga::ContractSlot<3usize> for PaymentsApi {
        type Message = _C3;
    }
    impl _catga::Includes<_C3> for PaymentsApi {
        type Way = _catga::Rowed;
        type Codec = <<<_C3 as _catga::Message>::Wire as _catga::OnWire>::Codec as _catga::Choose<
            <PaymentsApi as _catga::Contract>::DefaultCodec,
        >>::Codec;
        type Compression = <<<_C3 as _catga::Message>::Wire as _catga::OnWire>::Compression as _catga::ChooseCompression<
            <PaymentsApi as _catga::Contract>::DefaultCompression,
        >>::Compression;
        type Order = <<_C3 as _catga::Message>::Wire as _catga::OnWire>::Order;
        type Former = <<_C3 as _catga::Message>::Wire as _catga::OnWire>::Former;
        fn outlines() -> &'static _catga::Outlines {
            static OUTLINES: _catga::Outlines = _catga::Outlines::new();
            &OUTLINES
        }
    }
    const _: () = _catga::core::assert!(
        << _C3 as _catga::Message > ::Key as _catga::Called > ::HASH ==
        11819433228892647450u64,
        "CATGA007: `ListCharges` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl PaymentsApi {
        pub fn served_by<
            A: _catga::MediatorPorts + _catga::Handles<_C0> + _catga::Handles<_C1>
                + _catga::Hears<_C2> + _catga::Yields<_C3>,
        >() {}
    }
    impl<
        __A: _catga::MediatorPorts + _catga::Handles<_C0> + _catga::Handles<_C1>
            + _catga::Hears<_C2> + _catga::Yields<_C3>,
    > _catga::Serves<__A> for PaymentsApi {
        fn find(
            __key: _catga::WireKey,
            __version: _catga::core::primitive::u32,
        ) -> _catga::core::option::Option<_catga::core::primitive::usize> {
            const __KEY_0: _catga::core::primitive::u64 = <PaymentsApi as _catga::Includes<
                _C0,
            >>::KEY
                .0;
            const __VERSION_0: _catga::core::primitive::u32 = <_C0 as _catga::Message>::INFO
                .version;
            const __KEY_1: _catga::core::primitive::u64 = <PaymentsApi as _catga::Includes<
                _C1,
            >>::KEY
                .0;
            const __VERSION_1: _catga::core::primitive::u32 = <_C1 as _catga::Message>::INFO
                .version;
            const __KEY_2: _catga::core::primitive::u64 = <PaymentsApi as _catga::Includes<
                _C2,
            >>::KEY
                .0;
            const __VERSION_2: _catga::core::primitive::u32 = <_C2 as _catga::Message>::INFO
                .version;
            const __KEY_3: _catga::core::primitive::u64 = <PaymentsApi as _catga::Includes<
                _C3,
            >>::KEY
                .0;
            const __VERSION_3: _catga::core::primitive::u32 = <_C3 as _catga::Message>::INFO
                .version;
            const __INDEX: &_catga::Index<8usize> = &_catga::Index::of([
                (__KEY_0, __VERSION_0),
                (__KEY_1, __VERSION_1),
                (__KEY_2, __VERSION_2),
                (__KEY_3, __VERSION_3),
            ]);
            __INDEX.find(__key, __version)
        }
        fn dispatch<'__f, __E: _catga::Ending + '__f>(
            __app: &'__f __A,
            __at: _catga::core::primitive::usize,
            __arrived: &'__f _catga::Arrived<
                '__f,
                <__A as _catga::MediatorPorts>::Extension,
            >,
            __ending: __E,
        ) -> impl _catga::Future<
            Output = _catga::core::result::Result<
                __E::Output,
                _catga::Box<_catga::WireError>,
            >,
        > + _catga::Send + '__f {
            async move {
                match __at {
                    0usize => {
                        _catga::ask::<
                            _C0,
                            __A,
                            PaymentsApi,
                            __E,
                        >(__app, __arrived, __ending)
                            .await
                    }
                    1usize => {
                        _catga::ask::<
                            _C1,
                            __A,
                            PaymentsApi,
                            __E,
                        >(__app, __arrived, __ending)
                            .await
                    }
                    2usize => {
                        _catga::tell::<
                            _C2,
                            __A,
                            PaymentsApi,
                            __E,
                        >(__app, __arrived, __ending)
                            .await
                    }
                    3usize => {
                        _catga::Ending::rows::<
                            _C3,
                            __A,
                            PaymentsApi,
                        >(__ending, __app, __arrived)
                            .await
                    }
                    _ => {
                        _catga::core::mem::drop(__ending);
                        _catga::core::result::Result::Err(
                            _catga::WireError::unknown(__arrived),
                        )
                    }
                }
            }
        }
    }
};
#[macro_export]
macro_rules! __catga_PaymentsApi_673d4d9ec899dd69 {
    (remote[$($before:tt)*] [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { remote(0 answers ChargeCard[] "ChargeCard"
        "PaymentsApi::ChargeCard"[] []) (1 answers FindCharge[] "FindCharge"
        "PaymentsApi::FindCharge"[] []) (2 hears Charged[] "Charged"
        "PaymentsApi::Charged"[] []) (3 yields ListCharges[] "ListCharges"
        "PaymentsApi::ListCharges"[] []) }] $($rest)* }
    };
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { remote(0 answers ChargeCard[] "ChargeCard"
        "PaymentsApi::ChargeCard"[] []) (1 answers FindCharge[] "FindCharge"
        "PaymentsApi::FindCharge"[] []) (2 hears Charged[] "Charged"
        "PaymentsApi::Charged"[] []) (3 yields ListCharges[] "ListCharges"
        "PaymentsApi::ListCharges"[] []) }] $($rest)* }
    };
    (= $($own:tt)*) => {
        $($own)*
    };
}
pub use __catga_PaymentsApi_673d4d9ec899dd69 as PaymentsApi;
