pub enum PaymentsApi {}
const _: () = {
    use ::catga::__private as _catga;
    impl _catga::Contract for PaymentsApi {
        const NAME: &'static _catga::core::primitive::str = "PaymentsApi";
        const DEFAULT_ENDPOINT: &'static _catga::core::primitive::str = "payments";
        type DefaultCodec = <Json as _catga::Checked<
            { _catga::is_codec::<Json>() },
        >>::Message;
        type DefaultCompression = _catga::Uncompressed;
        const MEMBERS: &'static [_catga::Member] = &[
            _catga::Member::of::<ChargeCard, Self>(),
            _catga::Member::of::<FindCharge, Self>(),
            _catga::Member::of::<Charged, Self>(),
            _catga::Member::of::<ListCharges, Self>(),
        ];
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
            (
                11334570576789433434u64,
                <FindCharge as _catga::Message>::WIRE,
                "FindCharge",
            ),
            (1516976625220465743u64, <Charged as _catga::Message>::WIRE, "Charged"),
            (
                11819433228892647450u64,
                <ListCharges as _catga::Message>::WIRE,
                "ListCharges",
            ),
        ];
        const PART: _catga::Part = _catga::Part::Handlers(
            _catga::HandlerSet::new(
                _catga::core::file!(),
                _catga::Pipeline::EMPTY,
                &[
                    _catga::HandlerInfo::new(
                        <ChargeCard as _catga::Message>::INFO,
                        "PaymentsApi::ChargeCard",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <FindCharge as _catga::Message>::INFO,
                        "PaymentsApi::FindCharge",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <Charged as _catga::Message>::INFO,
                        "PaymentsApi::Charged",
                        0u32,
                    ),
                    _catga::HandlerInfo::new(
                        <ListCharges as _catga::Message>::INFO,
                        "PaymentsApi::ListCharges",
                        0u32,
                    ),
                ],
            ),
        );
    }
    const _: () = _catga::apart(<PaymentsApi as _catga::Contract>::MEMBERS);
    impl _catga::ContractSlot<0usize> for PaymentsApi {
        type Message = ChargeCard;
    }
    impl _catga::Includes<ChargeCard> for PaymentsApi {
        type Way = _catga::Asked;
        type Codec = <<<ChargeCard as _catga::Message>::Wire as _catga::OnWire>::Codec as _catga::Choose<
            <PaymentsApi as _catga::Contract>::DefaultCodec,
        >>::Codec;
        type Compression = <<<ChargeCard as _catga::Message>::Wire as _catga::OnWire>::Compression as _catga::ChooseCompression<
            <PaymentsApi as _catga::Contract>::DefaultCompression,
        >>::Compression;
        type Order = <<ChargeCard as _catga::Message>::Wire as _catga::OnWire>::Order;
        type Former = <<ChargeCard as _catga::Message>::Wire as _catga::OnWire>::Former;
    }
    const _: () = _catga::core::assert!(
        << ChargeCard as _catga::Message > ::Key as _catga::Called > ::HASH ==
        14023169601954999987u64,
        "CATGA007: `ChargeCard` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl _catga::ContractSlot<1usize> for PaymentsApi {
        type Message = FindCharge;
    }
    impl _catga::Includes<FindCharge> for PaymentsApi {
        type Way = _catga::Asked;
        type Codec = <<<FindCharge as _catga::Message>::Wire as _catga::OnWire>::Codec as _catga::Choose<
            <PaymentsApi as _catga::Contract>::DefaultCodec,
        >>::Codec;
        type Compression = <<<FindCharge as _catga::Message>::Wire as _catga::OnWire>::Compression as _catga::ChooseCompression<
            <PaymentsApi as _catga::Contract>::DefaultCompression,
        >>::Compression;
        type Order = <<FindCharge as _catga::Message>::Wire as _catga::OnWire>::Order;
        type Former = <<FindCharge as _catga::Message>::Wire as _catga::OnWire>::Former;
    }
    const _: () = _catga::core::assert!(
        << FindCharge as _catga::Message > ::Key as _catga::Called > ::HASH ==
        11334570576789433434u64,
        "CATGA007: `FindCharge` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl _catga::ContractSlot<2usize> for PaymentsApi {
        type Message = Charged;
    }
    impl _catga::Includes<Charged> for PaymentsApi {
        type Way = _catga::Told;
        type Codec = <<<Charged as _catga::Message>::Wire as _catga::OnWire>::Codec as _catga::Choose<
            <PaymentsApi as _catga::Contract>::DefaultCodec,
        >>::Codec;
        type Compression = <<<Charged as _catga::Message>::Wire as _catga::OnWire>::Compression as _catga::ChooseCompression<
            <PaymentsApi as _catga::Contract>::DefaultCompression,
        >>::Compression;
        type Order = <<Charged as _catga::Message>::Wire as _catga::OnWire>::Order;
        type Former = <<Charged as _catga::Message>::Wire as _catga::OnWire>::Former;
    }
    const _: () = _catga::core::assert!(
        << Charged as _catga::Message > ::Key as _catga::Called > ::HASH ==
        1516976625220465743u64,
        "CATGA007: `Charged` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl _catga::ContractSlot<3usize> for PaymentsApi {
        type Message = ListCharges;
    }
    impl _catga::Includes<ListCharges> for PaymentsApi {
        type Way = _catga::Rowed;
        type Codec = <<<ListCharges as _catga::Message>::Wire as _catga::OnWire>::Codec as _catga::Choose<
            <PaymentsApi as _catga::Contract>::DefaultCodec,
        >>::Codec;
        type Compression = <<<ListCharges as _catga::Message>::Wire as _catga::OnWire>::Compression as _catga::ChooseCompression<
            <PaymentsApi as _catga::Contract>::DefaultCompression,
        >>::Compression;
        type Order = <<ListCharges as _catga::Message>::Wire as _catga::OnWire>::Order;
        type Former = <<ListCharges as _catga::Message>::Wire as _catga::OnWire>::Former;
    }
    const _: () = _catga::core::assert!(
        << ListCharges as _catga::Message > ::Key as _catga::Called > ::HASH ==
        11819433228892647450u64,
        "CATGA007: `ListCharges` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`"
    );
    impl PaymentsApi {
        pub fn served_by<
            A: _catga::MediatorPorts + _catga::Handles<ChargeCard>
                + _catga::Handles<FindCharge> + _catga::Hears<Charged>
                + _catga::Yields<ListCharges>,
        >() {}
    }
    impl<
        __A: _catga::MediatorPorts + _catga::Handles<ChargeCard>
            + _catga::Handles<FindCharge> + _catga::Hears<Charged>
            + _catga::Yields<ListCharges>,
    > _catga::Serves<__A> for PaymentsApi {
        fn find(
            __key: _catga::WireKey,
            __version: _catga::core::primitive::u32,
        ) -> _catga::core::option::Option<_catga::core::primitive::usize> {
            const __KEY_0: _catga::core::primitive::u64 = <PaymentsApi as _catga::Includes<
                ChargeCard,
            >>::KEY
                .0;
            const __VERSION_0: _catga::core::primitive::u32 = <ChargeCard as _catga::Message>::INFO
                .version;
            const __KEY_1: _catga::core::primitive::u64 = <PaymentsApi as _catga::Includes<
                FindCharge,
            >>::KEY
                .0;
            const __VERSION_1: _catga::core::primitive::u32 = <FindCharge as _catga::Message>::INFO
                .version;
            const __KEY_2: _catga::core::primitive::u64 = <PaymentsApi as _catga::Includes<
                Charged,
            >>::KEY
                .0;
            const __VERSION_2: _catga::core::primitive::u32 = <Charged as _catga::Message>::INFO
                .version;
            const __KEY_3: _catga::core::primitive::u64 = <PaymentsApi as _catga::Includes<
                ListCharges,
            >>::KEY
                .0;
            const __VERSION_3: _catga::core::primitive::u32 = <ListCharges as _catga::Message>::INFO
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
                            ChargeCard,
                            __A,
                            PaymentsApi,
                            __E,
                        >(__app, __arrived, __ending)
                            .await
                    }
                    1usize => {
                        _catga::ask::<
                            FindCharge,
                            __A,
                            PaymentsApi,
                            __E,
                        >(__app, __arrived, __ending)
                            .await
                    }
                    2usize => {
                        _catga::tell::<
                            Charged,
                            __A,
                            PaymentsApi,
                            __E,
                        >(__app, __arrived, __ending)
                            .await
                    }
                    3usize => {
                        _catga::Ending::rows::<
                            ListCharges,
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
    ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
        $next ! { [$($before)* { remote(0 answers ChargeCard[] "ChargeCard"
        "PaymentsApi::ChargeCard"[] []) (1 answers FindCharge[] "FindCharge"
        "PaymentsApi::FindCharge"[] []) (2 hears Charged[] "Charged"
        "PaymentsApi::Charged"[] []) (3 yields ListCharges[] "ListCharges"
        "PaymentsApi::ListCharges"[] []) }] $($rest)* }
    };
}
pub use __catga_PaymentsApi_673d4d9ec899dd69 as PaymentsApi;
