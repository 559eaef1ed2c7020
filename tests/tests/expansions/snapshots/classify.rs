const _: () = {
    const _ERROR: core::primitive::bool = is_error::<CardError>();
    impl Classify for CardError
    where
        <CardError as Checked<{ _ERROR }>>::Message: core::error::Error,
    {
        fn class(&self) -> Class {
            match self {
                Self::Declined { .. } => Class::Permanent,
                Self::GatewayBusy { .. } => Class::Transient,
                Self::Lost { .. } => Class::Unknown,
                Self::Bank { 0: error } => Classify::class(error),
            }
        }
        fn code(&self) -> &'static core::primitive::str {
            match self {
                Self::Declined { .. } => "card_error.declined",
                Self::GatewayBusy { .. } => "card_error.gateway_busy",
                Self::Lost { .. } => "card.lost",
                Self::Bank { 0: error } => Classify::code(error),
            }
        }
        fn retry_after(&self) -> core::option::Option<core::time::Duration> {
            match self {
                Self::Bank { 0: error } => Classify::retry_after(error),
                _ => core::option::Option::None,
            }
        }
    }
};
