//! CATGA065: a message that is larger than it says. Mended.

use catga::prelude::*;

#[command(fits = 64)]
pub struct Draw {
    pub points: Box<[u32; 64]>,
}

pub struct Screen;

#[handler]
impl Screen {
    fn draw(&self, _: Draw) {}
}

#[mediator]
pub struct Device {
    screen: Screen,
}

pub async fn draw(device: &Device) {
    let _ = device.send(Draw { points: Box::new([0; 64]) }).await;
}

fn main() {}
