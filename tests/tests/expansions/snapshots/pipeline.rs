#[catga::handler(export)]
#[::catga::pipeline(@Retry::times(3), self.breaker)]
#[pipeline(Validate)]
impl Orders {}
