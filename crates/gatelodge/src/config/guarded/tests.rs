//! What counts as a change of a channel, and that nothing of a value can be read off it.

use super::super::Config;
use super::super::tests::place;
use crate::place::Place;
use domain::channel::{Part, Seen};
use domain::time::Span;
use store::KeyRing;

const MAIL: &str = "mail = { transport = 'smtp', domain = 'example.com', \
    smtp = { host = 'smtp.example.com', user = 'us', password_file = 'secret' } }\n";
const VOICE: &str = "[voice]\ntransport = 'sip'\ntrunk_networks = ['192.0.2.0/24']\n\
    [[voice.sip.trunk]]\nhost = 'sip.example.com'\n";

struct House {
    _dir: tempfile::TempDir,
    place: Place,
    ring: KeyRing,
}

impl House {
    fn new() -> Self {
        let (dir, place) = place();
        let ring = KeyRing::load_or_generate(&place.path("ring"), &[3; 32]).unwrap();
        std::fs::write(place.path("secret"), "one").unwrap();
        Self {
            _dir: dir,
            place,
            ring,
        }
    }

    fn seen(&self, text: &str) -> Vec<(Part, Seen)> {
        let config = Config::parse(text).unwrap();
        config.guarded(&self.place, &self.ring).unwrap()
    }

    fn of(&self, part: Part, text: &str) -> Seen {
        let all = self.seen(text);
        all.into_iter().find(|(one, _)| *one == part).unwrap().1
    }

    /// The keys in which two configurations differ.
    fn differ(&self, one: &str, other: &str) -> Vec<String> {
        let parts = self.seen(one).into_iter().zip(self.seen(other));
        let differ = parts.flat_map(|((part, one), (_, other))| {
            let known = domain::channel::Guarded::first(part, &one);
            known.differs(&other).into_keys().collect::<Vec<_>>()
        });
        differ.collect()
    }
}

#[test]
fn every_setting_that_carries_or_protects_is_compared_by_its_name() {
    let house = House::new();
    let usual = format!("{MAIL}{VOICE}");
    for (changed, keys) in [
        (
            usual.replace("smtp.example", "smtp.elsewhere"),
            vec!["mail.smtp.host"],
        ),
        (usual.replace("'us'", "'them'"), vec!["mail.smtp.user"]),
        (
            format!("public_url = 'https://x.example.com'\n{usual}"),
            vec!["public_url"],
        ),
        (
            usual.replace("sip.example", "sip.elsewhere"),
            vec!["voice.sip.trunk"],
        ),
        (usual.replace("/24", "/16"), vec!["voice.trunk_networks"]),
        (
            usual.replace("[voice]", "[contact]\nhome_country = 'JP'\n[voice]"),
            vec!["contact.home_country"],
        ),
        (
            usual.replace("trunk_networks", "call_countries = ['JP']\ntrunk_networks"),
            vec!["voice.call_countries"],
        ),
        (
            format!("{usual}caller_id = '+886225550100'\n"),
            vec!["voice.sip.trunk"],
        ),
        (
            format!(
                "{usual}[recovery]\nsets = ['a']\nchange_pause_hours = 48\n[support]\nwait_days = 30\n"
            ),
            vec![
                "recovery.change_pause_hours",
                "recovery.sets",
                "support.wait_days",
            ],
        ),
    ] {
        assert_eq!(house.differ(&usual, &changed), keys, "{changed}");
        assert_eq!(house.differ(&changed, &usual), keys, "back: {changed}");
    }
}

#[test]
fn what_carries_and_protects_nothing_is_not_nor_is_a_default_that_is_written_out() {
    let house = House::new();
    let usual = format!("{MAIL}{VOICE}");
    for changed in [
        format!("name = 'Another'\n{usual}"),
        format!("{usual}[voice.cost]\nprice = 3\n"),
        format!("{usual}[log]\nlevel = 'debug'\n"),
        format!("{usual}transport = 'udp'\n[support]\nwait_days = 7\n"),
        format!("{usual}[check]\nnetwork_names = 9\n"),
    ] {
        assert_eq!(
            house.differ(&usual, &changed),
            Vec::<String>::new(),
            "{changed}"
        );
    }
}

#[test]
fn a_secret_is_compared_by_what_its_file_holds_and_shows_nothing_of_it() {
    let house = House::new();
    let before = house.of(Part::Mail, MAIL);
    std::fs::write(house.place.path("secret"), "two").unwrap();
    let after = house.of(Part::Mail, MAIL);
    let known = domain::channel::Guarded::first(Part::Mail, &before);
    let keys: Vec<String> = known.differs(&after).into_keys().collect();
    assert_eq!(keys, ["mail.smtp.password_file"]);
    for digest in after.keys.values() {
        assert!(digest.len() == 32 && digest.bytes().all(|b| b.is_ascii_hexdigit()));
    }
    // Another ring makes others of the same: nobody without it can try values.
    let path = house.place.path("another");
    let other = KeyRing::load_or_generate(&path, &[4; 32]).unwrap();
    let config = Config::parse(MAIL).unwrap();
    let elsewhere = config.guarded(&house.place, &other).unwrap();
    let elsewhere = &elsewhere
        .iter()
        .find(|(part, _)| *part == Part::Mail)
        .unwrap()
        .1;
    assert!(
        after
            .keys
            .iter()
            .all(|(key, digest)| elsewhere.keys[key] != *digest)
    );
}

#[test]
fn a_recording_that_is_replaced_is_a_change() {
    let house = House::new();
    let dir = house.place.path("prompts/en");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("thanks.wav"), "a").unwrap();
    let text = "[voice]\nprompts_dir = 'prompts'\n";
    let before = house.of(Part::Voice, text);
    assert_eq!(before, house.of(Part::Voice, text));
    std::fs::write(dir.join("thanks.wav"), "b").unwrap();
    assert_ne!(before, house.of(Part::Voice, text));
}

#[test]
fn holds_are_told_by_their_values() {
    let house = House::new();
    let seen = house.of(
        Part::Holds,
        "[recovery]\nsets = ['a']\n[support]\nnothing_left_days = 0\n",
    );
    let holds = seen.holds.unwrap();
    assert!(holds.ways.saved_code && !holds.ways.mail_and_phone);
    assert_eq!((holds.wait, holds.long_wait), (Span::days(7), None));
    assert_eq!(holds.pause, Span::hours(24));
}
