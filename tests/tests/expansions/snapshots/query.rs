pub struct Find<T: Clone>(T);
impl<T: Clone> Message for Find<T>
where
    Self: core::marker::Send + core::marker::Sync + 'static,
    Option<T>: core::marker::Send,
{
    type Key = Key<15131573050882670842u64>;
    type Kind = Query;
    type In<'__catga> = Self;
    type Reply = Option<T>;
    type Error = core::convert::Infallible;
    type Wire = Wire;
    const INFO: MessageInfo = MessageInfo::new(
        ("shop.find", 2),
        ("Find", "query"),
        (core::module_path!(), core::file!(), core::line!()),
    );
    const REPEATABLE: core::primitive::bool = true;
    const WIRE: core::primitive::u64 = wire(11974141476636700730u64, 2)
        | ridden::<Self>();
}
