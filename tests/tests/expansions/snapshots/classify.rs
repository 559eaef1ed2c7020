impl Classify for CardError {
    fn class(&self) -> Class {
        match self {
            Self::Declined { .. } => Class::Permanent,
            Self::GatewayBusy { .. } => Class::Transient,
            Self::Lost { .. } => Class::Unknown,
        }
    }
    fn code(&self) -> &'static core::primitive::str {
        match self {
            Self::Declined { .. } => "card_error.declined",
            Self::GatewayBusy { .. } => "card_error.gateway_busy",
            Self::Lost { .. } => "card.lost",
        }
    }
}
