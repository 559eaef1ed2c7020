pub struct Placed;
impl Message for Placed {
    type Key = Key<69789772989547240u64>;
    type Kind = Event;
    type In<'__catga> = &'__catga Self;
    type Reply = ();
    type Error = Failure;
    type Wire = Wire;
    const INFO: MessageInfo = MessageInfo::new(
        ("Placed", 1),
        ("Placed", "event"),
        (core::module_path!(), core::file!(), core::line!()),
    );
    const FAN_OUT: FanOut = FanOut::Sequential;
}
