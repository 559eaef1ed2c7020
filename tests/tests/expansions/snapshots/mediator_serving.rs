#[derive(Mediator)]
#[__catga_mediator(serves(PaymentsApi))]
struct Till {
    #[cfg(doc)]
    payments: Payments,
    #[cfg(not(doc))]
    payments: <Payments!(= Payments) as Checked<{ Payments!(= true) }>>::Message,
}
