pub struct ListOrders;
impl Message for ListOrders {
    type Key = Key<4003887045821063264u64>;
    type Kind = StreamQuery;
    type In<'__catga> = Ticket<'__catga, Self>;
    type Reply = ();
    type Error = core::convert::Infallible;
    type Wire = Wire;
    const INFO: MessageInfo = MessageInfo::new(
        ("ListOrders", 1),
        ("ListOrders", "stream"),
        (core::module_path!(), core::file!(), core::line!()),
    );
    const REPEATABLE: core::primitive::bool = true;
}
impl Rows for ListOrders {
    type Row = Order;
}
const _: fn() = yielded::<Shop, ListOrders>;
