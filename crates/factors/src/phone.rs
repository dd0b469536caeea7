//! Telephone numbers: understood in every way people write them, kept in one way (E.164), shown in two.
//!
//! All knowledge of numbering plans is the library's, and all use of the library is in this file, so that another can
//! take its place (it is young, and has one author).
//!
//! Invariants: a [`Phone`] is a valid number of its country and has no extension; it is never asked of people to leave
//! a leading zero out or to put a blank in the right place (R-CON-04 to R-CON-07, R-CON-17); `Debug` shows the last
//! four digits at most.

use std::fmt;

use rlibphonenumber::{
    ParseError, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region, ValidationError,
};

use crate::typed;

/// Longer text than this is no telephone number, whatever is in it.
const LONGEST_TYPED: usize = 64;
/// International calling codes of satellites and of networks without a country (ITU-T E.164 annex, 870, 881 to 883).
const SATELLITE_CODES: [i32; 4] = [870, 881, 882, 883];
/// Numbers whose plan calls them a company's, though the caller pays above the normal rate: Japan's 0570.
const SHARED_COST_PREFIX: &str = "+81570";

/// A country or region with a numbering plan, by its two letters (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// A country by its two letters, in either case; `None` if it has no numbering plan.
    pub fn parse(letters: &str) -> Option<Self> {
        let region = Region::from_code(letters).ok()?;
        (region != Region::World && calling_code(region).is_some()).then(|| Self::of(region))
    }

    /// The two letters in upper case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The international calling code, without the plus: 886 for Taiwan.
    pub fn calling_code(self) -> u16 {
        self.region().and_then(calling_code).unwrap_or_default()
    }

    fn of(region: Region) -> Self {
        let text = region.as_region_str();
        match *text.as_str().as_bytes() {
            [a, b] => Self([a, b]),
            _ => Self(*b"ZZ"),
        }
    }

    fn region(self) -> Option<Region> {
        Region::from_code(self.as_str()).ok()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.as_str())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Every country with a calling code, ordered by its letters, for a list to choose from.
pub fn countries() -> Vec<Country> {
    let mut all: Vec<Country> = library()
        .get_supported_regions()
        .filter(|region| *region != Region::World)
        .map(Country::of)
        .collect();
    all.sort_unstable();
    all
}

/// Why typed text is no telephone number that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// Nothing was typed.
    #[error("no number was given")]
    Empty,
    /// Letters or signs that stand in no number.
    #[error("this is no telephone number")]
    NotANumber,
    /// Without a country chosen, the number must begin with a plus and the calling code.
    #[error("the number's country is not known")]
    NoCountry,
    /// Too few digits, for example a local number without its area code.
    #[error("the number has too few digits")]
    TooShort,
    /// Too many digits.
    #[error("the number has too many digits")]
    TooLong,
    /// The length is right, but the country has no such numbers.
    #[error("its country has no such number")]
    NoSuchNumber,
    /// An extension is given: a machine cannot reach it.
    #[error("the number has an extension")]
    Extension,
}

/// What stands behind a number, as far as its numbering plan tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mobile telephone.
    Mobile,
    /// A landline.
    Fixed,
    /// One of the two; the plan does not tell (North America).
    FixedOrMobile,
    /// Free for the caller in its country.
    TollFree,
    /// Paid above the normal rate.
    Premium,
    /// Paid in part by each side.
    SharedCost,
    /// A number of an Internet telephone service.
    Voip,
    /// A satellite, or a network without a country (870, 881 to 883).
    Satellite,
    /// A personal number that is passed on elsewhere, often at a high price.
    Personal,
    /// A pager: nobody can key anything.
    Pager,
    /// A company's number for all its places.
    Company,
    /// A mailbox for voices: nobody can key anything.
    Voicemail,
    /// The plan does not tell.
    Unknown,
}

impl Kind {
    /// Whether recovery may call it. Refused are numbers that cost the caller more than a normal call (premium,
    /// shared cost, satellite, personal), since somebody could earn by having us call them, and those where nobody can
    /// press a key (pager, voicemail).
    pub fn may_be_called(self) -> bool {
        match self {
            Self::Mobile
            | Self::Fixed
            | Self::FixedOrMobile
            | Self::TollFree
            | Self::Voip
            | Self::Company
            | Self::Unknown => true,
            Self::Premium
            | Self::SharedCost
            | Self::Satellite
            | Self::Personal
            | Self::Pager
            | Self::Voicemail => false,
        }
    }

    /// Whether a short text can be read there, as far as the plan tells.
    pub fn may_be_texted(self) -> bool {
        matches!(self, Self::Mobile | Self::FixedOrMobile | Self::Voip)
    }
}

/// A telephone number in E.164 form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number in any spelling: with plus and calling code, with 00 in front, with the national 0 after the
    /// calling code, or as dialled inside `country`; with blanks, hyphens, dots, brackets and full-width characters.
    ///
    /// # Errors
    /// Why it cannot be kept; the page shows the sentence beside the field.
    pub fn parse(typed: &str, country: Option<Country>) -> Result<Self, Refused> {
        let text = plain(typed)?;
        let region = country.and_then(Country::region);
        let first = read(&text, region);
        if first.is_ok() {
            return first;
        }
        // 00 is the way out of most countries, and people write it in front of a calling code even where it is not.
        if let Some(rest) = text.strip_prefix("00")
            && let Ok(phone) = read(&format!("+{rest}"), None)
        {
            return Ok(phone);
        }
        first
    }

    /// A number as the store keeps it: E.164, a plus and up to fifteen digits. The plan is not asked again, so that a
    /// number kept once stays readable when plans change.
    pub fn from_e164(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let fits = (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        fits.then(|| Self(text.to_owned()))
    }

    /// E.164: `+886912345678`.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// For showing to people elsewhere: `+886 912 345 678`.
    pub fn international(&self) -> String {
        self.formatted(PhoneNumberFormat::International)
    }

    /// For showing to people in its country: `0912 345 678`.
    pub fn national(&self) -> String {
        self.formatted(PhoneNumberFormat::National)
    }

    /// The last four digits: all that a page shows of a number (R-REC-38).
    pub fn last_four(&self) -> &str {
        let start = self.0.len().saturating_sub(4);
        self.0.get(start..).unwrap_or_default()
    }

    /// What stands behind the number.
    pub fn kind(&self) -> Kind {
        let Some(number) = self.number() else {
            return Kind::Unknown;
        };
        if SATELLITE_CODES.contains(&number.country_code) {
            return Kind::Satellite;
        }
        if self.0.starts_with(SHARED_COST_PREFIX) {
            return Kind::SharedCost;
        }
        match number.get_type() {
            PhoneNumberType::Mobile => Kind::Mobile,
            PhoneNumberType::FixedLine => Kind::Fixed,
            PhoneNumberType::FixedLineOrMobile => Kind::FixedOrMobile,
            PhoneNumberType::TollFree => Kind::TollFree,
            PhoneNumberType::PremiumRate => Kind::Premium,
            PhoneNumberType::SharedCost => Kind::SharedCost,
            PhoneNumberType::VoIP => Kind::Voip,
            PhoneNumberType::PersonalNumber => Kind::Personal,
            PhoneNumberType::Pager => Kind::Pager,
            PhoneNumberType::UAN => Kind::Company,
            PhoneNumberType::VoiceMail => Kind::Voicemail,
            PhoneNumberType::Unknown => Kind::Unknown,
        }
    }

    /// The country the number belongs to, also where several share a calling code; `None` for satellites and for
    /// numbers of no country.
    pub fn country(&self) -> Option<Country> {
        let region = self.number()?.get_region_code()?;
        (region != Region::World).then(|| Country::of(region))
    }

    /// The international calling code, without the plus.
    pub fn calling_code(&self) -> u16 {
        self.number()
            .and_then(|number| u16::try_from(number.country_code).ok())
            .unwrap_or_default()
    }

    fn formatted(&self, format: PhoneNumberFormat) -> String {
        self.number().map_or_else(
            || self.0.clone(),
            |number| number.format_as(format).into_owned(),
        )
    }

    fn number(&self) -> Option<PhoneNumber> {
        PhoneNumber::parse(&self.0, None).ok()
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone(..{})", self.last_four())
    }
}

/// The text with full-width forms, hyphens and blanks made plain and invisible marks taken out; refused when it holds a
/// sign that stands in no number.
fn plain(typed: &str) -> Result<String, Refused> {
    let mut out = String::with_capacity(typed.len().min(LONGEST_TYPED));
    for c in typed.chars() {
        let c = match typed::fold(c) {
            c if typed::is_invisible(c) => continue,
            c if typed::is_hyphen(c) => '-',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if out.len() >= LONGEST_TYPED {
            return Err(Refused::TooLong);
        }
        out.push(c);
    }
    let text = out.trim();
    let text = match text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => text.get(4..).unwrap_or_default(),
        _ => text,
    };
    if text.is_empty() {
        return Err(Refused::Empty);
    }
    Ok(text.to_owned())
}

fn read(text: &str, region: Option<Region>) -> Result<Phone, Refused> {
    let number = PhoneNumber::parse(text, region).map_err(|error| match error {
        ParseError::InvalidCountryCode if region.is_none() => Refused::NoCountry,
        ParseError::InvalidCountryCode => Refused::NoSuchNumber,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => Refused::TooShort,
        ParseError::TooLongNsn => Refused::TooLong,
        ParseError::NotANumber(_) => Refused::NotANumber,
    })?;
    if number.extension.as_deref().is_some_and(|x| !x.is_empty()) {
        return Err(Refused::Extension);
    }
    if !text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-. ()/[]".contains(c))
    {
        return Err(Refused::NotANumber);
    }
    if !number.is_valid() {
        return Err(match number.is_possible_with_reason() {
            Err(ValidationError::TooShort) => Refused::TooShort,
            Err(ValidationError::TooLong) => Refused::TooLong,
            _ => Refused::NoSuchNumber,
        });
    }
    // Some plans have numbers longer than the fifteen digits of E.164 (section 6.2.1): none could be kept, or called.
    Phone::from_e164(&number.format_as(PhoneNumberFormat::E164)).ok_or(Refused::TooLong)
}

fn calling_code(region: Region) -> Option<u16> {
    u16::try_from(library().get_country_code_for_region(region)?).ok()
}

fn library() -> &'static rlibphonenumber::PhoneNumberUtil {
    &rlibphonenumber::PHONE_NUMBER_UTIL
}

#[cfg(test)]
mod tests;
