//! Telephone numbers as people write them, read for a page (R-CON-04 to R-CON-07, R-CON-17, P-09, P-10).

use crate::settings::{Settings, Tariff};
use crate::{App, Error};
use domain::call::{Cost, HOUR};
use domain::refusal::{Code, Refusal};
use domain::time::Timestamp;
use factors::phone::{Country, Kind, Phone, Refused};
use store::Tx;

/// A number as it was understood.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    /// As it is kept: `+886912345678`.
    pub e164: String,
    /// For people elsewhere: `+886 912 345 678`.
    pub international: String,
    /// As it is dialled at home, with its 0 (R-CON-07): `0912 345 678`.
    pub national: String,
    /// Its country, two letters (ISO 3166-1), if it has one.
    pub country: Option<String>,
    /// The word for what stands behind it, in the texts: `phone-kind-‹key›`.
    pub kind: &'static str,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reading(..)")
    }
}

impl Reading {
    /// How a number that is kept reads.
    pub fn of(e164: &str) -> Option<Self> {
        Some(Self::from(&Phone::from_e164(e164)?))
    }
}

impl From<&Phone> for Reading {
    fn from(phone: &Phone) -> Self {
        Self {
            e164: phone.e164().to_owned(),
            international: phone.international(),
            national: phone.national(),
            country: phone.country().map(|c| c.as_str().to_owned()),
            kind: kind(phone.kind()),
        }
    }
}

/// Why what was typed is no number that can be the contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The permanent code.
    pub code: Code,
    /// The word for the reason, in the texts: `phone-refused-‹why›`.
    pub why: &'static str,
    /// The country that may not be called, two letters.
    pub country: Option<String>,
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Self {
        Self::new(unreadable.code).at("phone")
    }
}

impl App {
    /// Reads a number in any way of writing. Without a country of its own it is one of `country`, or of the home
    /// country of this installation.
    ///
    /// # Errors
    /// Why it cannot be the contact: unreadable, of a kind that is never called, or of a country that is not called.
    pub fn read_phone(&self, typed: &str, country: Option<&str>) -> Result<Reading, Unreadable> {
        let settings = self.settings();
        let chosen = country
            .and_then(Country::parse)
            .or_else(|| Country::parse(&settings.home_country));
        let phone = Phone::parse(typed, chosen).map_err(|refused| Unreadable {
            code: Code::NotAPhone,
            why: why(refused),
            country: None,
        })?;
        if !phone.kind().may_be_called() {
            return Err(Unreadable {
                code: Code::NumberRefused,
                why: kind(phone.kind()),
                country: None,
            });
        }
        if settings.may_be_called(&phone) {
            Ok(Reading::from(&phone))
        } else {
            Err(Unreadable {
                code: Code::NumberRefused,
                why: "country",
                country: phone.country().map(|c| c.as_str().to_owned()),
            })
        }
    }

    /// The countries whose numbers may be called, with their calling codes, the home country first.
    pub fn phone_countries(&self) -> Vec<(String, u16)> {
        let home = Country::parse(&self.settings().home_country);
        let mut countries = self.settings().callable_countries();
        countries.sort_by_key(|country| (Some(*country) != home, *country));
        countries
            .into_iter()
            .map(|country| (country.as_str().to_owned(), country.calling_code()))
            .collect()
    }
}

impl Settings {
    /// The countries whose numbers may be called: those that the operator named, else the home country.
    pub(crate) fn callable_countries(&self) -> Vec<Country> {
        let named: Vec<Country> = self
            .call_countries
            .iter()
            .filter_map(|letters| Country::parse(letters))
            .collect();
        if named.is_empty() {
            Country::parse(&self.home_country).into_iter().collect()
        } else {
            named
        }
    }

    /// Whether a number may be called: its country is allowed, and it costs no more than a normal call.
    pub fn may_be_called(&self, phone: &Phone) -> bool {
        let countries = self.callable_countries();
        phone.kind().may_be_called() && phone.country().is_some_and(|c| countries.contains(&c))
    }

    /// What a call to this number would cost, and what calls and texts cost lately; nothing where it may not be called.
    pub(crate) fn cost(
        &self,
        tx: &mut Tx<'_>,
        e164: &str,
        now: Timestamp,
    ) -> Result<Option<Cost>, Error> {
        let phone = Phone::from_e164(e164).filter(|phone| self.may_be_called(phone));
        let Some(phone) = phone else {
            return Ok(None);
        };
        let Tariff {
            price,
            prices,
            budget,
        } = &self.tariff;
        let own = phone.country().and_then(|c| prices.get(c.as_str()));
        let mut hour = store::call::spent(tx, now - HOUR)?;
        let texts = store::sms::spent(tx, now - HOUR)?;
        if !texts.is_empty() {
            hour.extend(texts);
            hour.sort_unstable_by_key(|spent| spent.at);
        }
        Ok(Some(Cost {
            price: *own.unwrap_or(price),
            budget: *budget,
            hour,
            to_number: store::sms::to_number(tx, e164, now)?,
        }))
    }
}

const fn why(refused: Refused) -> &'static str {
    match refused {
        Refused::Empty => "empty",
        Refused::NotANumber => "not-a-number",
        Refused::NoCountry => "no-country",
        Refused::TooShort => "too-short",
        Refused::TooLong => "too-long",
        Refused::NoSuchNumber => "no-such-number",
        Refused::Extension => "extension",
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Mobile => "mobile",
        Kind::Fixed => "fixed",
        Kind::FixedOrMobile => "fixed-or-mobile",
        Kind::TollFree => "toll-free",
        Kind::Voip => "voip",
        Kind::Company => "company",
        Kind::Unknown => "unknown",
        Kind::Premium => "premium",
        Kind::SharedCost => "shared-cost",
        Kind::Satellite => "satellite",
        Kind::Personal => "personal",
        Kind::Pager => "pager",
        Kind::Voicemail => "voicemail",
    }
}
