//! Security nudges: what the owner of an account had better do, told from what is on file, most urgent first
//! (R-SEC-01, -06, -07, -09, -10, -12).
//!
//! Invariant: a nudge is there for as long as its cause is. One that can wait may be put off for a while, never for good.

use crate::contact::PROVE_AGAIN_AFTER;
use crate::ids::DeviceId;
use crate::time::{Span, Timestamp};

/// A nudge that can wait is put off for so long.
pub const PUT_OFF: Span = Span::days(30);
/// A device that was not used for so long is worth a try.
pub const UNUSED: Span = Span::days(90);
/// So many saved codes are few.
pub const FEW_CODES: u32 = 3;
/// Sign-ins of the root user are counted over so long (R-SEC-15).
pub const COUNTED: Span = Span::days(30);

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nudge {
    /// Somebody may have the lost device, and the password is still the same.
    NewPassword,
    /// There is no device.
    RegisterDevice,
    /// The address was never proved.
    ProveEmail,
    /// There is a device and no saved code.
    NoCodes,
    /// There is no phone number.
    AddPhone,
    /// The number was never proved.
    ProvePhone,
    /// There is one device only.
    SecondDevice,
    /// Few saved codes are left.
    FewCodes,
    /// Somebody was named as a recovery contact, and fewer than two accepted: one alone opens nothing.
    FewContacts,
    /// A device was not used for long.
    UnusedDevice,
    /// The number was proved long ago.
    CheckPhone,
    /// The address was proved long ago.
    CheckEmail,
    /// Getting back in was not rehearsed for long, or not since a contact was changed.
    Rehearse,
}

impl Nudge {
    /// Every nudge, most urgent first.
    pub const ALL: [Self; 13] = [
        Self::NewPassword,
        Self::RegisterDevice,
        Self::ProveEmail,
        Self::NoCodes,
        Self::AddPhone,
        Self::ProvePhone,
        Self::SecondDevice,
        Self::FewCodes,
        Self::FewContacts,
        Self::UnusedDevice,
        Self::CheckPhone,
        Self::CheckEmail,
        Self::Rehearse,
    ];

    /// The word in rows and forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NewPassword => "new-password",
            Self::RegisterDevice => "register-device",
            Self::ProveEmail => "prove-email",
            Self::NoCodes => "no-codes",
            Self::AddPhone => "add-phone",
            Self::ProvePhone => "prove-phone",
            Self::SecondDevice => "second-device",
            Self::FewCodes => "few-codes",
            Self::FewContacts => "few-contacts",
            Self::UnusedDevice => "unused-device",
            Self::CheckPhone => "check-phone",
            Self::CheckEmail => "check-email",
            Self::Rehearse => "rehearse",
        }
    }

    /// The nudge of that word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nudge| nudge.key() == key)
    }

    /// Whether it may be put off: not what leaves the account open to others, or to nobody.
    pub const fn can_wait(self) -> bool {
        !matches!(
            self,
            Self::NewPassword | Self::RegisterDevice | Self::ProveEmail
        )
    }
}

/// A registered device that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What it is called.
    pub name: String,
    /// When it was last used, or else registered.
    pub used_at: Timestamp,
}

/// What is on file.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The devices in use.
    pub devices: Vec<Device>,
    /// Whether this session is held: it is told of nothing that it may not do yet.
    pub held: bool,
    /// Whether this session can be asked for a device at all, so that one can be tried.
    pub may_try: bool,
    /// Saved codes that were not used.
    pub codes: u32,
    /// Whether somebody may have a lost device while the password is still the same.
    pub exposed: bool,
    /// When the address was last proved.
    pub email_proved_at: Option<Timestamp>,
    /// The number, if there is one: when it was last proved.
    pub phone: Option<Option<Timestamp>>,
    /// Whether this installation calls at all.
    pub calls: bool,
    /// Whether somebody was named as a recovery contact, fewer than two accepted, and two would lead back in here.
    pub few_contacts: bool,
    /// Whether it is time to rehearse getting back in.
    pub rehearse: bool,
}

impl Facts {
    /// The device that was not used for longest, if that is long.
    pub fn unused(&self, now: Timestamp) -> Option<&Device> {
        let oldest = self.devices.iter().min_by_key(|device| device.used_at);
        oldest.filter(|device| self.may_try && now.since(device.used_at) >= UNUSED)
    }

    fn calls_for(&self, nudge: Nudge, now: Timestamp) -> bool {
        let old = |at: Option<Timestamp>| at.is_some_and(|at| now.since(at) >= PROVE_AGAIN_AFTER);
        let (devices, phone) = (self.devices.len(), self.phone.flatten());
        if self.held && !matches!(nudge, Nudge::NewPassword | Nudge::RegisterDevice) {
            return false;
        }
        match nudge {
            Nudge::NewPassword => self.exposed,
            Nudge::RegisterDevice => devices == 0,
            Nudge::ProveEmail => self.email_proved_at.is_none(),
            Nudge::NoCodes => devices > 0 && self.codes == 0,
            Nudge::AddPhone => self.calls && self.phone.is_none(),
            Nudge::ProvePhone => self.calls && self.phone == Some(None),
            Nudge::SecondDevice => devices == 1,
            Nudge::FewCodes => devices > 0 && (1..=FEW_CODES).contains(&self.codes),
            Nudge::FewContacts => self.few_contacts && devices > 0,
            Nudge::UnusedDevice => self.unused(now).is_some(),
            Nudge::CheckPhone => self.calls && old(phone),
            Nudge::CheckEmail => old(self.email_proved_at),
            Nudge::Rehearse => self.rehearse && devices > 0,
        }
    }
}

/// What there is to do.
pub fn nudges(facts: &Facts, now: Timestamp) -> Vec<Nudge> {
    let all = Nudge::ALL.into_iter();
    all.filter(|nudge| facts.calls_for(*nudge, now)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn device(name: &str, used_at: Timestamp) -> Device {
        Device {
            id: DeviceId::draw(&Dice::new([0; 32]), name),
            name: name.to_owned(),
            used_at,
        }
    }

    fn calm() -> Facts {
        Facts {
            devices: vec![device("phone", NOW), device("tablet", NOW)],
            held: false,
            may_try: true,
            codes: 10,
            exposed: false,
            email_proved_at: Some(NOW),
            phone: Some(Some(NOW)),
            calls: true,
            few_contacts: false,
            rehearse: false,
        }
    }

    #[test]
    fn each_nudge_has_its_cause_and_goes_with_it_r_sec_01_r_sec_06_r_sec_07_r_sec_09_r_sec_12() {
        assert_eq!(nudges(&calm(), NOW), []);
        let one = |change: fn(&mut Facts)| {
            let mut facts = calm();
            change(&mut facts);
            nudges(&facts, NOW)
        };
        let long = NOW - PROVE_AGAIN_AFTER;
        assert_eq!(one(|f| f.exposed = true), [Nudge::NewPassword]);
        assert_eq!(one(|f| f.devices.clear()), [Nudge::RegisterDevice]);
        assert_eq!(one(|f| f.devices.truncate(1)), [Nudge::SecondDevice]);
        assert_eq!(one(|f| f.codes = 0), [Nudge::NoCodes]);
        assert_eq!(one(|f| f.codes = FEW_CODES), [Nudge::FewCodes]);
        assert_eq!(one(|f| f.codes = FEW_CODES + 1), []);
        assert_eq!(one(|f| f.email_proved_at = None), [Nudge::ProveEmail]);
        assert_eq!(one(|f| f.phone = None), [Nudge::AddPhone]);
        assert_eq!(one(|f| f.phone = Some(None)), [Nudge::ProvePhone]);
        assert_eq!(one(|f| f.few_contacts = true), [Nudge::FewContacts]);
        assert_eq!(one(|f| f.rehearse = true), [Nudge::Rehearse]);
        let mut facts = calm();
        (facts.email_proved_at, facts.phone) = (Some(long), Some(Some(long)));
        facts.devices[1].used_at = NOW - UNUSED;
        let wanted = [Nudge::UnusedDevice, Nudge::CheckPhone, Nudge::CheckEmail];
        assert_eq!(nudges(&facts, NOW), wanted);
        assert_eq!(facts.unused(NOW).map(|d| d.name.as_str()), Some("tablet"));
        facts.calls = false;
        facts.may_try = false;
        assert_eq!(nudges(&facts, NOW), [Nudge::CheckEmail]);
        facts.held = true;
        assert_eq!(nudges(&facts, NOW), []);
        facts.exposed = true;
        assert_eq!(nudges(&facts, NOW), [Nudge::NewPassword]);
    }

    #[test]
    fn what_leaves_an_account_open_cannot_be_put_off() {
        for nudge in Nudge::ALL {
            assert_eq!(Nudge::from_key(nudge.key()), Some(nudge));
        }
        assert!(!Nudge::RegisterDevice.can_wait() && !Nudge::NewPassword.can_wait());
        assert!(Nudge::SecondDevice.can_wait());
        assert_eq!(Nudge::from_key("anything"), None);
    }
}
