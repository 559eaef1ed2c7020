//! What goes wrong by chance, and a run from its beginning to its end.

use std::sync::Arc;
use std::time::Duration;

use catga::store::StoreError;
use catga::testing::simulation::{DiskFaults, Simulation};
use catga::time::Random as _;
use futures_util::future::{join, join_all};

use crate::check;
use crate::machine::{End, Machine};
use crate::plan::{Bug, Plan};
use crate::world::{ACK_DEADLINE, World};

const SECOND: Duration = Duration::from_secs(1);

/// Starts a machine again whenever it has crashed; it may crash once more while it recovers.
async fn keep(world: Arc<World>, is_shop: bool) {
    let env = &world.env;
    let machine = if is_shop { &env.shop } else { &env.payments };
    let start = || -> Result<(), StoreError> { if is_shop { world.start_shop() } else { world.start_payments() } };
    loop {
        let mut again = env.plan.chaos && machine.node.crashes() > 0 && env.random.up_to(9) < 4;
        let crashed = loop {
            // It is not started before its clock is where it was, and that may have jumped while it was down.
            while !machine.is_behind().is_zero() {
                env.sleep(machine.is_behind()).await;
            }
            let crashed = machine.node.crashed();
            if std::mem::take(&mut again) {
                let at = machine.disk.ops() + env.random.up_to(12);
                machine.disk.set(DiskFaults { off_at: Some(at), ..DiskFaults::default() });
            }
            match start() {
                Ok(()) => break crashed,
                Err(error) => {
                    env.sim.note(format!("{} does not start: {error:?}", machine.node.name()));
                    assert!(machine.disk.is_off(), "{} does not start: {error:?}", machine.node.name());
                    machine.disk.lose_power(&*env.random);
                    env.sleep(SECOND * 2).await;
                }
            }
        };
        // What was to fail while it recovered fails no more.
        if machine.node.crashes() > 0 && !env.has(Bug::DiskLies) {
            machine.disk.set(DiskFaults::default());
        }
        crashed.await;
        // Longer than ids may run ahead of the clock.
        env.sleep(SECOND * 2).await;
        if env.plan.chaos && !env.plan.restarts {
            env.sleep_some(SECOND * 20).await;
        }
    }
}

fn ends(end: u64) -> End {
    if end == 0 { End::Kill } else { End::Power }
}

/// Breaks the system, so many times.
async fn break_things(world: &World, times: u64) {
    let env = &world.env;
    let machine = |is_shop: u64| -> &Machine { if is_shop == 0 { &env.shop } else { &env.payments } };
    for _ in 0..times {
        env.sleep_some(SECOND * 9).await;
        let of = machine(env.random.up_to(1));
        match env.random.up_to(if env.plan.skewed { 12 } else { 9 }) {
            0..=2 => of.end(ends(env.random.up_to(2))),
            3..=4 => {
                of.fail_soon();
                for _ in 0..50 {
                    env.sleep(SECOND / 20).await;
                    if of.disk.is_off() {
                        of.end(End::Power);
                        break;
                    }
                }
                of.disk.set(DiskFaults { lying: env.has(Bug::DiskLies), ..DiskFaults::default() });
            }
            5..=6 => {
                let thread = &of.threads[env.random.up_to(1) as usize];
                thread.pause(SECOND * env.random.up_to(20) as u32);
            }
            7 => of.node.pause(SECOND * env.random.up_to(30) as u32),
            8 => env.wire.cut(),
            10.. => of.jump(),
            _ => {
                let secs = if env.random.up_to(9) == 0 { 3_600 } else { env.random.up_to(90) };
                env.wire.down_for(SECOND * secs as u32);
            }
        }
    }
}

/// Ends one machine after the other, by a kill or by the power, every few seconds.
async fn restart(world: &World, times: u64) {
    let env = &world.env;
    for turn in 0..times {
        env.sleep(SECOND * 2).await;
        env.sleep_some(SECOND * 2).await;
        let of = if turn % 2 == 0 { &env.shop } else { &env.payments };
        of.end(ends(turn % 4 / 2));
    }
}

/// How long everything may take once nothing goes wrong any more.
const TO_DRAIN: u64 = 40 * 60;

/// Some ten times as many as a run takes.
const TURNS: u64 = 60_000;

/// A whole run: orders, while things break; then healing, draining, and the reckoning.
pub fn run(sim: &Simulation, plan: Plan) -> Result<(), String> {
    run_with(sim, plan, |_| {}).map(drop)
}

/// The same, after `prepare` has seen the world.
pub fn run_with(sim: &Simulation, plan: Plan, prepare: impl FnOnce(&World)) -> Result<Arc<World>, String> {
    let world = World::new(sim, plan);
    prepare(&world);
    let script = async {
        let env = &world.env;
        world.subscribe().await;
        for is_shop in [true, false] {
            env.outside.spawn(keep(Arc::clone(&world), is_shop));
        }
        let callers: Vec<_> = (0..plan.callers).map(|caller| Box::pin(world.order(caller))).collect();
        let credits: Vec<_> = (0..plan.callers).map(|caller| Box::pin(world.credit(caller))).collect();
        let breaking = async {
            if plan.chaos {
                let breaks = async {
                    match plan.restarts {
                        true => restart(&world, 30).await,
                        false => break_things(&world, 15).await,
                    }
                };
                join(join_all(callers), breaks).await;
                // Credits wait for the broker; orders do not.
                env.heal();
            } else {
                join_all(callers).await;
            }
        };
        join(breaking, join_all(credits)).await;
        let mut unsettled = String::new();
        for _ in 0..TO_DRAIN / 5 {
            env.sleep(SECOND * 5).await;
            unsettled = match check::unsettled(&world).await {
                None => {
                    // What comes late comes now.
                    env.sleep(if plan.chaos { SECOND * 90 } else { ACK_DEADLINE * 2 }).await;
                    return check::check(&world).await;
                }
                Some(unsettled) => unsettled,
            };
        }
        Err(format!("not settled: {unsettled}"))
    };
    sim.run_within(TURNS, script).map_err(|stuck| stuck.to_string())??;
    Ok(world)
}
