//! Many calls at once.

use super::*;

/// Calls that run at one time.
const CALLS: usize = 100;

/// What 99 of 100 are below.
fn p99(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() * 99 / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_at_once_keep_their_pace_and_hear_their_keys() {
    let callee = Callee::start(Script {
        keys: DIGITS,
        after: 150,
        ..Script::default()
    })
    .await;
    let sip = telephone(Config {
        patience: Duration::from_secs(20),
        ..config(vec![trunk(callee.port)])
    });
    let mut desks = Vec::new();
    for _ in 0..CALLS {
        desks.push(call(&sip).await);
    }
    for desk in &desks {
        desk.over().await;
        assert!(
            desk.told().contains(&"right".to_owned()),
            "{:?}",
            desk.told()
        );
    }
    callee.saw_times("bye", CALLS).await;
    let jitter = callee.jitter();
    let (count, p99) = (jitter.len(), p99(jitter));
    println!("{CALLS} calls, {count} packets, p99 of the jitter {p99:?}");
    // How evenly they come depends on what else the machine does, so the figure is printed and not tested; that none is
    // left out is.
    assert!(count > CALLS * (150 + 6 * 10));
}
