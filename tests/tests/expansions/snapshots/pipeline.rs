#[catga::handler(export)]
#[pipeline(Validate)]
#[pipeline(Retry::times(3), self.breaker)]
impl Orders {}
