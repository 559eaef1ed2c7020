pub struct PlaceOrder {
    customer: u64,
    lines: Vec<u32>,
}
impl Message for PlaceOrder {
    type Key = Key<6381223824940661108u64>;
    type Kind = Command;
    type In<'__catga> = Self;
    type Reply = u64;
    type Error = OrderError;
    type Wire = Wire<ByDefault, First, Unkeyed, Faulty>;
    const INFO: MessageInfo = MessageInfo::new(
        ("PlaceOrder", 1),
        ("PlaceOrder", "command"),
        (core::module_path!(), core::file!(), core::line!()),
    );
    const REPEATABLE: core::primitive::bool = true;
    const VALIDATED: core::primitive::bool = true;
    fn inspect(&self, __checks: &mut Checks) {
        Valid::check(self, __checks);
    }
    span! {
        [::catga::__private] self { customer = self.customer, lines = ? self.lines, }
    }
}
