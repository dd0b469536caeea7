//! The ring file: what is refused, what survives.

use super::*;

fn temp() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_ring_is_read_back_and_is_private() {
    let dir = temp();
    let path = dir.path().join("ring.json");
    let made = KeyRing::load_or_generate(&path, &[1; 32]).unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    // The second start does not make another.
    let read = KeyRing::load_or_generate(&path, &[2; 32]).unwrap();
    assert_eq!(read.installation(), made.installation());
    assert_eq!(
        read.hmac(Purpose::PEPPER, b"x").unwrap(),
        made.hmac(Purpose::PEPPER, b"x").unwrap()
    );
}

#[test]
fn a_file_others_can_read_is_refused() {
    let dir = temp();
    let path = dir.path().join("ring.json");
    KeyRing::generate(&[1; 32]).unwrap().save(&path).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o644, 0o666] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let error = KeyRing::load(&path).unwrap_err();
        assert!(
            matches!(&error, StoreError::Unfit(text) if text.contains("chmod 600")),
            "{mode:o}: {error}"
        );
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    KeyRing::load(&path).unwrap();
    assert!(KeyRing::load(dir.path()).is_err(), "a folder is no ring");
}

#[test]
fn a_file_of_another_user_is_refused() {
    // Only root can give a file away.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let dir = temp();
    let path = dir.path().join("ring.json");
    KeyRing::generate(&[1; 32]).unwrap().save(&path).unwrap();
    std::os::unix::fs::chown(&path, Some(65_534), None).unwrap();
    let error = KeyRing::load(&path).unwrap_err();
    assert!(
        matches!(&error, StoreError::Unfit(text) if text.contains("belongs to user 65534")),
        "{error}"
    );
}

#[test]
fn damaged_rings_are_refused_without_quoting_them() {
    let dir = temp();
    let path = dir.path().join("ring.json");
    KeyRing::generate(&[1; 32]).unwrap().save(&path).unwrap();
    let good = std::fs::read_to_string(&path).unwrap();
    let secret = good
        .split("\"secret\": \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let changes = [
        good.replace("\"format\": 1", "\"format\": 2"),
        good.replace("\"active\": 1", "\"active\": 7"),
        good.replace("\"generation\"", "\"generations\""),
        good.replace(&secret, secret.get(..8).unwrap()),
        good.get(..good.len() / 2).unwrap().to_owned(),
        String::new(),
    ];
    for text in changes {
        std::fs::write(&path, &text).unwrap();
        let error = KeyRing::load(&path).unwrap_err().to_string();
        assert!(!error.contains(&secret[..8]), "{error}");
    }
}

#[test]
fn an_interrupted_save_leaves_the_old_ring_and_does_not_bar_the_next() {
    let dir = temp();
    let path = dir.path().join("ring.json");
    let ring = KeyRing::generate(&[1; 32]).unwrap();
    ring.save(&path).unwrap();
    std::fs::write(dir.path().join("ring.new"), "{\"form").unwrap();
    assert_eq!(KeyRing::load(&path).unwrap().generation(), 1);
    ring.with_generation(2).save(&path).unwrap();
    assert_eq!(KeyRing::load(&path).unwrap().generation(), 2);
}

#[test]
fn purposes_and_keys_are_apart_and_old_keys_still_count() {
    let old = KeyRing::generate(&[1; 32]).unwrap();
    let both = old.with_new_key(&[2; 32]).unwrap();
    assert_eq!(both.active(), 1);
    let new = both.with_active(2).unwrap();
    let hash = old.hmac(Purpose::PEPPER, b"pass").unwrap();
    assert_ne!(hash, old.hmac(Purpose::CSRF, b"pass").unwrap());
    assert_ne!(hash, new.hmac(Purpose::PEPPER, b"pass").unwrap());
    assert_eq!(
        new.hmac_by(1, Purpose::PEPPER, b"pass").unwrap(),
        Some(hash)
    );
    assert!(new.verify(1, Purpose::PEPPER, b"pass", &hash).unwrap());
    assert!(!new.verify(2, Purpose::PEPPER, b"pass", &hash).unwrap());
    assert_eq!(old.hmac_by(2, Purpose::PEPPER, b"pass").unwrap(), None);
    assert!(old.with_active(2).is_err());
    assert_eq!(format!("{new:?}"), "KeyRing(2 keys, active 2)");
}
