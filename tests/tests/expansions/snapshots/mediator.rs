#[derive(Mediator)]
#[__catga_mediator(handles(PlaceOrder), unheard(Shipped), clock = self.clock)]
#[__catga_pipeline(Trace, queries:Retry::times(3))]
pub struct Shop {
    #[__catga_pipeline(Transactional(self.db))]
    #[cfg(doc)]
    orders: Orders,
    #[__catga_pipeline(Transactional(self.db))]
    #[cfg(not(doc))]
    orders: <Orders!(= Orders) as Checked<{ Orders!(= true) }>>::Message,
    #[cfg(doc)]
    payments: Arc<Payments<Stripe>>,
    #[cfg(not(doc))]
    payments: Arc<
        <Payments!(= Payments < Stripe >) as Checked<{ Payments!(= true) }>>::Message,
    >,
    db: Store,
    clock: Ticks,
    #[__catga_state]
    started: Instant,
}
#[pipeline(@)]
const _: () = ();
const _: () = {
    fn entries(__this: &Shop) {
        let _ = Trace;
        let _ = Retry::times(3);
        let _ = Transactional(&__this.db);
    }
};
