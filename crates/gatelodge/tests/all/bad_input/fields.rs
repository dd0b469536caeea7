//! Fields: missing, blank, long, of another script, with markup or line breaks in them.

use super::world::{World, forms, harmless};
use testkit::rig::on_sqlite;

fn strange() -> Vec<String> {
    let texts = [
        "",
        " ",
        "-1",
        "99999999999999999999",
        "\r\nSet-Cookie: a=b",
        "<script>alert(1)</script>\"'>",
        "'; drop table account; --",
        "//evil.example",
        "../../etc/passwd",
        "\u{202e}\u{feff}\u{0007}\u{1f469}\u{200d}\u{1f469}",
        "\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}",
        "root@example.com\nbcc: other@example.org",
        "{{7*7}} ${7*7} %s %n",
    ];
    let long = ["x".repeat(8_000), "\u{754c}".repeat(2_600)];
    texts.into_iter().map(str::to_owned).chain(long).collect()
}

#[test]
fn whatever_stands_in_a_field_is_no_fault_and_comes_back_as_text_at_most() {
    on_sqlite(async |rig| {
        let mut world = World::new(rig).await;
        assert!(
            world.ours.stands().await,
            "what the forms are sent to is there"
        );
        let count = forms(rig, &world.ours).await.len();
        for number in 0..count {
            // What one form does must not spoil the next.
            if !world.ours.stands().await {
                world = World::once_more(rig, number).await;
            }
            let path = forms(rig, &world.ours).await.swap_remove(number);
            for (what, form) in tries(&world, &path, number) {
                let pairs: Vec<(&str, &str)> =
                    form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                let answer = world.ours.browser.clone().post(&path, &pairs).await;
                harmless(&answer, &what);
            }
        }
    });
}

/// Forms to send to one path, each with what is wrong with it. `turn` decides which strange text meets which field.
fn tries(world: &World, path: &str, turn: usize) -> Vec<(String, Vec<(String, String)>)> {
    let mut sense = world.ours.sense();
    sense.retain(|(name, _)| name != "csrf");
    let strange = strange();
    let mut tries = vec![(format!("{path} with no field"), Vec::new())];
    for (at, (name, _)) in sense.iter().enumerate() {
        let mut missing = sense.clone();
        missing.remove(at);
        tries.push((format!("{path} without {name}"), missing));
        let value = &strange[(at + turn) % strange.len()];
        let mut spoiled = sense.clone();
        spoiled[at].1.clone_from(value);
        tries.push((format!("{path} with {name} = {value:.40}"), spoiled));
    }
    for value in strange.iter().filter(|value| value.len() < 1_000) {
        let all = sense.iter().map(|(name, _)| (name.clone(), value.clone()));
        tries.push((
            format!("{path} with nothing but {value:.40}"),
            all.collect(),
        ));
    }
    tries
}
