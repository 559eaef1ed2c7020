#[derive(Mediator)]
#[__catga_mediator(serves(PaymentsApi))]
struct Till {
    payments: Payments!(= Payments),
}
