//! One number in all its spellings, many countries, and numbers that nobody should be made to call.

use proptest::prelude::*;

use super::*;

fn country(letters: &str) -> Country {
    Country::parse(letters).unwrap()
}

fn phone(typed: &str, letters: &str) -> Phone {
    Phone::parse(typed, Some(country(letters))).unwrap_or_else(|e| panic!("{typed}: {e}"))
}

#[test]
fn a_taiwanese_mobile_in_every_spelling() {
    for typed in [
        "0912345678",
        "0912-345-678",
        "0912 345 678",
        "0912.345.678",
        "(0912) 345678",
        "912345678",
        "+886912345678",
        "+886 912345678",
        "+886 912 345 678",
        "+886-912-345-678",
        "+886 0912345678",
        "+886 (0)912-345-678",
        "886912345678",
        "00886912345678",
        "00886 0912 345 678",
        "002 886 912 345 678",
        "０９１２３４５６７８",
        "０９１２－３４５－６７８",
        "０９１２　３４５　６７８",
        "＋８８６９１２３４５６７８",
        "００８８６９１２３４５６７８",
        "０９１２ー３４５ー６７８",
        "\u{202a}+886 912 345 678\u{202c}",
        "+886\u{a0}912\u{2011}345\u{2011}678",
        "tel:+886-912-345-678",
        "  0912345678\r\n",
    ] {
        assert_eq!(phone(typed, "TW").e164(), "+886912345678", "{typed:?}");
    }
}

#[test]
fn a_taiwanese_landline_in_every_spelling() {
    for typed in [
        "(02)2345-6789",
        "（０２）２３４５－６７８９",
        "02-2345-6789",
        "02 2345 6789",
        "0223456789",
        "+886 2 2345 6789",
        "+886 223456789",
        "+886 02 2345 6789",
        "+886-(0)2-2345-6789",
        "00886-2-2345-6789",
    ] {
        assert_eq!(phone(typed, "TW").e164(), "+886223456789", "{typed:?}");
    }
}

#[test]
fn numbers_of_many_countries_as_they_are_written_there() {
    for (letters, typed, e164, kind) in [
        ("JP", "090-1234-5678", "+819012345678", Kind::Mobile),
        (
            "JP",
            "０９０－１２３４－５６７８",
            "+819012345678",
            Kind::Mobile,
        ),
        ("JP", "03-3123-4567", "+81331234567", Kind::Fixed),
        ("JP", "+81 (0)3 3123 4567", "+81331234567", Kind::Fixed),
        ("JP", "010 886 912 345 678", "+886912345678", Kind::Mobile),
        ("US", "(212) 555-2368", "+12125552368", Kind::FixedOrMobile),
        ("US", "1-212-555-2368", "+12125552368", Kind::FixedOrMobile),
        ("US", "011 81 90 1234 5678", "+819012345678", Kind::Mobile),
        ("CA", "604 555 2368", "+16045552368", Kind::FixedOrMobile),
        ("GB", "07400 123456", "+447400123456", Kind::Mobile),
        ("GB", "020 7946 0018", "+442079460018", Kind::Fixed),
        ("GB", "+44 (0) 20 7946 0018", "+442079460018", Kind::Fixed),
        ("DE", "030 123456", "+4930123456", Kind::Fixed),
        ("DE", "01512 3456789", "+4915123456789", Kind::Mobile),
        ("DE", "+49/30/123456", "+4930123456", Kind::Fixed),
        ("FR", "06 12 34 56 78", "+33612345678", Kind::Mobile),
        ("FR", "06.12.34.56.78", "+33612345678", Kind::Mobile),
        // Italy keeps the zero of its landlines after the calling code.
        ("IT", "06 1234 5678", "+390612345678", Kind::Fixed),
        ("IT", "+39 06 1234 5678", "+390612345678", Kind::Fixed),
        ("IT", "312 345 6789", "+393123456789", Kind::Mobile),
        ("ES", "612 34 56 78", "+34612345678", Kind::Mobile),
        ("CN", "131 2345 6789", "+8613123456789", Kind::Mobile),
        ("HK", "5123 4567", "+85251234567", Kind::Mobile),
        ("SG", "8123 4567", "+6581234567", Kind::Mobile),
        ("KR", "010-2000-0000", "+821020000000", Kind::Mobile),
        ("IN", "081234 56789", "+918123456789", Kind::Mobile),
        ("AU", "0412 345 678", "+61412345678", Kind::Mobile),
        ("NZ", "021 123 4567", "+64211234567", Kind::Mobile),
        ("BR", "(11) 96123-4567", "+5511961234567", Kind::Mobile),
        ("RU", "8 (912) 345-67-89", "+79123456789", Kind::Mobile),
        ("KZ", "8 (771) 000 9998", "+77710009998", Kind::Mobile),
        ("VN", "091 234 56 78", "+84912345678", Kind::Mobile),
        ("TH", "081 234 5678", "+66812345678", Kind::Mobile),
        ("PH", "0905 123 4567", "+639051234567", Kind::Mobile),
        ("ZA", "071 123 4567", "+27711234567", Kind::Mobile),
        ("CH", "078 123 45 67", "+41781234567", Kind::Mobile),
        ("NL", "06 12345678", "+31612345678", Kind::Mobile),
        ("SE", "070-123 45 67", "+46701234567", Kind::Mobile),
        ("MX", "200 123 4567", "+522001234567", Kind::Fixed),
    ] {
        let number = phone(typed, letters);
        assert_eq!(number.e164(), e164, "{letters} {typed}");
        assert_eq!(number.kind(), kind, "{letters} {typed}");
        assert!(number.kind().may_be_called());
    }
}

#[test]
fn shown_at_home_and_abroad() {
    for (e164, international, national, last_four) in [
        ("+886912345678", "+886 912 345 678", "0912 345 678", "5678"),
        ("+886223456789", "+886 2 2345 6789", "02 2345 6789", "6789"),
        ("+819012345678", "+81 90-1234-5678", "090-1234-5678", "5678"),
        ("+12125552368", "+1 212-555-2368", "(212) 555-2368", "2368"),
    ] {
        let number = Phone::from_e164(e164).unwrap();
        assert_eq!(number.international(), international);
        assert_eq!(number.national(), national);
        assert_eq!(number.last_four(), last_four);
    }
}

#[test]
fn countries_that_share_a_calling_code_are_told_apart() {
    for (e164, letters, code) in [
        ("+12125552368", "US", 1),
        ("+16045552368", "CA", 1),
        ("+18765551234", "JM", 1),
        ("+79123456789", "RU", 7),
        ("+77710009998", "KZ", 7),
        ("+447400123456", "GB", 44),
        ("+886912345678", "TW", 886),
    ] {
        let number = Phone::from_e164(e164).unwrap();
        assert_eq!(number.country(), Some(country(letters)), "{e164}");
        assert_eq!(number.calling_code(), code);
    }
}

#[test]
fn dear_and_deaf_numbers_are_not_called() {
    for (typed, kind) in [
        ("+44 909 879 0000", Kind::Premium),
        ("+1 900 234 5678", Kind::Premium),
        ("+81 990 123 456", Kind::Premium),
        ("+979 123 456 789", Kind::Premium),
        ("+43 810 123456", Kind::SharedCost),
        ("+86 400 123 4567", Kind::SharedCost),
        ("+81 570 123 456", Kind::SharedCost),
        ("+49 180 1 2345", Kind::SharedCost),
        ("+44 70 1234 5678", Kind::Personal),
        ("+44 76 4012 3456", Kind::Pager),
        ("+41 860 12 345 67 89", Kind::Voicemail),
        ("+870 773 111 632", Kind::Satellite),
        ("+881 612 345 678", Kind::Satellite),
        ("+882 16 5555 1234", Kind::Satellite),
        ("+883 510 012 345 678", Kind::Satellite),
    ] {
        let number = Phone::parse(typed, None).unwrap_or_else(|e| panic!("{typed}: {e}"));
        assert_eq!(number.kind(), kind, "{typed}");
        assert!(!number.kind().may_be_called(), "{typed}");
    }
    for (typed, kind) in [
        ("+1 800 234 5678", Kind::TollFree),
        ("+81 50 1234 5678", Kind::Voip),
        ("+44 56 1234 5678", Kind::Voip),
        ("+44 55 1234 5678", Kind::Company),
    ] {
        let number = Phone::parse(typed, None).unwrap_or_else(|e| panic!("{typed}: {e}"));
        assert_eq!(number.kind(), kind, "{typed}");
        assert!(number.kind().may_be_called(), "{typed}");
    }
}

#[test]
fn what_is_no_number_says_why() {
    let tw = Some(country("TW"));
    for (typed, from, reason) in [
        ("", tw, Refused::Empty),
        (" \u{3000}\u{200b}", tw, Refused::Empty),
        ("tel:", tw, Refused::Empty),
        ("hello", tw, Refused::NotANumber),
        ("0912-345-67a", tw, Refused::NotANumber),
        ("1-800-FLOWERS", Some(country("US")), Refused::NotANumber),
        ("0912345678; DROP", tw, Refused::NotANumber),
        ("+", tw, Refused::NotANumber),
        ("0912345678", None, Refused::NoCountry),
        ("+999 123 456 789", tw, Refused::NoSuchNumber),
        ("0912 34", tw, Refused::TooShort),
        ("2345-6789", tw, Refused::NoSuchNumber),
        ("0912 345 678 901 234", tw, Refused::TooLong),
        ("0012345678", tw, Refused::NoSuchNumber),
        ("02-2345-6789 ext. 12", tw, Refused::Extension),
        ("+886 2 2345 6789 x12", None, Refused::Extension),
        ("02-2345-6789#12", tw, Refused::Extension),
        (&"1".repeat(65), tw, Refused::TooLong),
    ] {
        assert_eq!(Phone::parse(typed, from), Err(reason), "{typed:?}");
    }
}

#[test]
fn the_list_to_choose_a_country_from() {
    let all = countries();
    assert!(all.len() > 230, "{}", all.len());
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
    for (letters, code) in [
        ("TW", 886),
        ("JP", 81),
        ("US", 1),
        ("GB", 44),
        ("DE", 49),
        ("HK", 852),
    ] {
        let found = all.iter().find(|c| c.as_str() == letters).unwrap();
        assert_eq!(found.calling_code(), code);
    }
    for country in all {
        assert!(country.calling_code() > 0, "{country}");
        assert_eq!(Country::parse(country.as_str()), Some(country));
    }
    assert_eq!(Country::parse("tw"), Some(country("TW")));
    for letters in ["", "T", "TWN", "001", "ZZ", "T1", "é"] {
        assert_eq!(Country::parse(letters), None, "{letters}");
    }
}

#[test]
fn an_example_number_of_every_country_reads_back() {
    let mut tried = 0;
    for country in countries() {
        let Ok(example) = library().get_example_number(country.region().unwrap()) else {
            continue;
        };
        let e164 = example.format_as(PhoneNumberFormat::E164).into_owned();
        let number = Phone::parse(&e164, None).unwrap();
        assert_eq!(number.e164(), e164);
        assert_eq!(
            phone(&number.national(), country.as_str()),
            number,
            "{country}"
        );
        assert_eq!(Phone::parse(&number.international(), None), Ok(number));
        tried += 1;
    }
    assert!(tried > 230, "{tried}");
}

#[test]
fn what_the_store_keeps_is_read_strictly() {
    for text in [
        "",
        "886912345678",
        "+",
        "+0912345678",
        "+886 912345678",
        "+12",
        "+1234567890123456",
        "+8869１2345678",
    ] {
        assert_eq!(Phone::from_e164(text), None, "{text}");
    }
    // A number that no plan knows any more stays readable and shows as it is.
    let gone = Phone::from_e164("+9991234567").unwrap();
    assert_eq!(gone.kind(), Kind::Unknown);
    assert_eq!(gone.country(), None);
    assert_eq!(gone.last_four(), "4567");
    assert!(!gone.international().is_empty());
}

#[test]
fn debug_shows_four_digits() {
    assert_eq!(format!("{:?}", phone("0912345678", "TW")), "Phone(..5678)");
    assert_eq!(format!("{:?} {0}", country("TW")), "Country(TW) TW");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn reading_survives_anything(text in any::<String>()) {
        let _ = Phone::parse(&text, None);
        let _ = Phone::parse(&text, Some(country("TW")));
        let _ = Phone::from_e164(&text);
        let _ = Country::parse(&text);
    }

    #[test]
    fn what_is_accepted_is_e164_and_reads_back(text in "[+0０]{0,2}[0-9０-９ ()ー.-]{3,20}(x[0-9]{1,3})?") {
        for from in ["TW", "JP", "US", "IT"] {
            if let Ok(number) = Phone::parse(&text, Some(country(from))) {
                prop_assert_eq!(Phone::from_e164(number.e164()), Some(number.clone()));
                prop_assert_eq!(Phone::parse(number.e164(), None), Ok(number.clone()));
                prop_assert_eq!(Phone::parse(&number.international(), None), Ok(number));
            }
        }
    }

    #[test]
    fn blanks_and_hyphens_may_stand_anywhere(digits in "9[0-9]{8}", at in 1usize..9, mark in "[ -]") {
        let plain = Phone::parse(&format!("0{digits}"), Some(country("TW")));
        let (head, tail) = digits.split_at(at);
        let spaced = Phone::parse(&format!("0{head}{mark}{tail}"), Some(country("TW")));
        prop_assert_eq!(plain, spaced);
    }
}

/// Found by the fuzzer: Germany's plan has such numbers, and one that was taken could not be read again from the store.
#[test]
fn a_number_longer_than_e164_allows_is_refused_though_its_plan_has_it() {
    let typed = "+49 9477000 5800058";
    assert_eq!(typed.chars().filter(char::is_ascii_digit).count(), 16);
    assert_eq!(Phone::parse(typed, None), Err(Refused::TooLong));
    assert_eq!(
        Phone::parse("00 49 9477000 580005", None).map(|phone| phone.e164().len()),
        Ok("+".len() + 15)
    );
}
