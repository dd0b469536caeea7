use super::*;
use std::collections::HashSet;

fn prompts() -> Prompts {
    Prompts::load(None).unwrap()
}

fn four(digits: &str) -> LastFour {
    LastFour::new(digits).unwrap()
}

fn sound(prompts: &Prompts, locale: Locale, clip: ClipId) -> Vec<i16> {
    prompts.clips[&(locale, clip)].sound.samples().unwrap()
}

fn seconds(samples: &[i16]) -> f64 {
    samples.len() as f64 / f64::from(wav::RATE)
}

/// A folder with one recording in it.
fn folder(language: &str, name: &str, content: &[u8]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(language)).unwrap();
    std::fs::write(dir.path().join(language).join(name), content).unwrap();
    dir
}

#[test]
fn every_prompt_is_spoken_and_printed_in_every_language() {
    let prompts = prompts();
    for prompt in Prompt::ALL {
        assert_eq!(Prompt::from_key(prompt.key()), Some(prompt));
        let mut texts = HashSet::new();
        let mut lengths = HashSet::new();
        for locale in Locale::ALL {
            let sound = prompts.samples(prompt, locale, four("4907"));
            assert!(seconds(&sound) > 1.0, "{prompt:?} {locale:?}");
            texts.insert(prompts.subtitles(prompt, locale, four("4907")));
            lengths.insert(sound.len());
        }
        assert_eq!(texts.len(), 3, "{prompt:?}: a text was not translated");
        assert_eq!(
            lengths.len(),
            3,
            "{prompt:?}: a language has the sound of another"
        );
        assert!(!texts.contains(""));
    }
    assert_eq!(Prompt::from_key("nothing-such"), None);
}

#[test]
fn every_recording_is_clear_trimmed_and_its_own() {
    let prompts = prompts();
    let mut sounds = HashSet::new();
    let mut bytes = 0;
    for recording in RECORDINGS {
        for locale in Locale::ALL {
            let name = format!("{} {}", locale.tag(), recording.clip.0);
            let sound = sound(&prompts, locale, recording.clip);
            let peak = sound.iter().map(|s| s.unsigned_abs()).max().unwrap();
            assert!((9_830..=31_130).contains(&peak), "{name}: peak {peak}");
            assert!((0.25..15.0).contains(&seconds(&sound)), "{name}");
            let rest = sound[..160].iter().chain(&sound[sound.len() - 160..]);
            assert!(
                rest.clone().all(|s| s.unsigned_abs() < 656),
                "{name}: no rest at the ends"
            );
            assert!(
                sounds.insert(sound),
                "{name}: the same sound as another clip"
            );
            if let Sound::Packed(packed) = recording.sound(locale) {
                bytes += packed.len();
            }
        }
    }
    assert!((500_000..1_050_000).contains(&bytes), "{bytes}");
}

#[test]
fn the_opening_prompts_name_the_account_and_stay_short() {
    let prompts = prompts();
    for prompt in [Prompt::Recovery, Prompt::PhoneProof] {
        let row: Vec<&str> = prompts
            .sequence(prompt, four("4007"))
            .into_iter()
            .map(ClipId::as_str)
            .collect();
        let at = row.iter().position(|c| *c == "account-ending").unwrap();
        assert_eq!(row[at + 1..at + 5], ["4", "0", "0", "7"]);
        assert_eq!(row[at + 5..], ["key-digits", "not-you"]);
        for locale in Locale::ALL {
            for digit in 0..10 {
                let digits = four(&digit.to_string().repeat(4));
                let length = seconds(&prompts.samples(prompt, locale, digits));
                assert!(length < 26.0, "{prompt:?} {locale:?} {digit}: {length} s");
            }
        }
    }
}

#[test]
fn subtitles_read_as_sentences_and_warn() {
    let prompts = prompts();
    let text = |locale| prompts.subtitles(Prompt::Recovery, locale, four("4007"));
    let english = text(Locale::En);
    assert!(
        english.starts_with("Hello, this is an automatic call. Somebody wants"),
        "{english}"
    );
    assert!(
        english.contains("account. The account number ends in: 4 0 0 7. If this is you,"),
        "{english}"
    );
    assert!(
        english.contains("Never press a number that somebody told you."),
        "{english}"
    );
    assert!(
        english.ends_with("press 9. To hear this again, press star (*)."),
        "{english}"
    );
    let chinese = text(Locale::ZhTw);
    assert!(
        chinese.contains("最後四位是：4 0 0 7。如果是您本人"),
        "{chinese}"
    );
    assert!(chinese.contains("請不要輸入別人告訴您的號碼"), "{chinese}");
    assert!(chinese.contains("請按 9"), "{chinese}");
    let japanese = text(Locale::Ja);
    assert!(
        japanese.contains("下4桁です。4 0 0 7。ご本人の場合は"),
        "{japanese}"
    );
    assert!(
        japanese.contains("人から聞いた番号は、押さないでください"),
        "{japanese}"
    );
    assert!(japanese.contains("9を"), "{japanese}");
}

#[test]
fn a_prompt_joined_to_one_file_holds_its_clips_and_the_rests_between_them() {
    let prompts = prompts();
    for locale in Locale::ALL {
        let account = four("1928");
        let row = prompts.sequence(Prompt::Recovery, account);
        let clips: usize = row
            .iter()
            .map(|clip| sound(&prompts, locale, *clip).len())
            .sum();
        let joined = prompts.samples(Prompt::Recovery, locale, account);
        assert_eq!(joined.len(), clips + GAP * (row.len() - 1));
        let file = prompts.wav(Prompt::Recovery, locale, account);
        assert_eq!(
            wav::samples(&file).map_err(|f| f == Fault::TooLong),
            Ok(joined)
        );
    }
    let other = prompts.wav(Prompt::Recovery, Locale::En, four("1929"));
    assert_ne!(
        prompts.wav(Prompt::Recovery, Locale::En, four("1928")),
        other
    );
}

#[test]
fn the_dialogue_has_a_prompt_for_each_answer() {
    assert_eq!(Prompt::answer(Say::Nothing), None);
    assert_eq!(Prompt::answer(Say::Thanks), Some(Prompt::Thanks));
    assert_eq!(Prompt::answer(Say::Again { left: 2 }), Some(Prompt::Again));
    assert_eq!(Prompt::answer(Say::Goodbye), Some(Prompt::Goodbye));
    assert_eq!(Prompt::answer(Say::Stopped), Some(Prompt::Closed));
    let account: AccountId = "111122223344".parse().unwrap();
    assert_eq!(LastFour::of(&account), LastFour::new("3344"));
    assert_eq!(LastFour::new("334"), None);
    assert_eq!(LastFour::new("33a4"), None);
    assert_eq!(LastFour::new("４"), None);
}

#[test]
fn an_operators_recording_takes_the_place_of_one_clip_in_one_language() {
    let tone: Vec<i16> = (0..4000)
        .map(|i| if i % 20 < 10 { 9000 } else { -9000 })
        .collect();
    let dir = folder("ja", "thanks.wav", &wav::file(&tone));
    std::fs::write(dir.path().join("ja").join("notes.txt"), "who spoke it").unwrap();
    std::fs::write(dir.path().join("README"), "about").unwrap();
    std::fs::create_dir(dir.path().join(".git")).unwrap();
    let (plain, own) = (prompts(), Prompts::load(Some(dir.path())).unwrap());
    let account = four("0000");
    assert_eq!(own.samples(Prompt::Thanks, Locale::Ja, account), tone);
    for (prompt, locale) in [
        (Prompt::Thanks, Locale::En),
        (Prompt::Thanks, Locale::ZhTw),
        (Prompt::Again, Locale::Ja),
    ] {
        assert_eq!(
            own.wav(prompt, locale, account),
            plain.wav(prompt, locale, account)
        );
    }
    assert_eq!(
        own.subtitles(Prompt::Thanks, Locale::Ja, account),
        plain.subtitles(Prompt::Thanks, Locale::Ja, account)
    );
}

#[test]
fn a_broken_replacement_stops_the_start_and_says_which_file_and_why() {
    let mut stereo = wav::file(&[9000; 800]);
    stereo[22] = 2;
    let cases: [(&str, &str, Vec<u8>, &str); 6] = [
        ("en", "thanks.wav", stereo, "has 2 channel(s), 8000 Hz"),
        (
            "en",
            "thanks.wav",
            b"not sound".to_vec(),
            "is not a WAV file",
        ),
        ("en", "thanks.wav", wav::file(&[0; 800]), "is silent"),
        (
            "en",
            "thanks.wav",
            vec![0; 600_000],
            "is longer than 30 seconds",
        ),
        (
            "en",
            "thank-you.wav",
            wav::file(&[9000; 800]),
            "replaces nothing; the clips are hello.wav,",
        ),
        (
            "fr",
            "thanks.wav",
            wav::file(&[9000; 800]),
            "replaces nothing; the languages are zh-TW, ja, en",
        ),
    ];
    for (language, name, content, why) in cases {
        let dir = folder(language, name, &content);
        let said = Prompts::load(Some(dir.path())).unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
        assert!(said.contains(language), "{said}");
    }
    let gone = Prompts::load(Some(Path::new("/nonexistent/voices"))).unwrap_err();
    assert!(matches!(gone, PromptError::Unreadable { .. }));
    assert!(gone.to_string().contains("/nonexistent/voices"), "{gone}");
}

#[test]
fn a_table_with_a_hole_or_a_surplus_is_refused() {
    let refused = |from: &str, to: &str| {
        assert!(TABLE.contains(from), "{from}");
        let table = toml::from_str(&TABLE.replace(from, to)).unwrap();
        Prompts::built_in(table).unwrap_err().to_string()
    };
    assert!(refused("[prompts.closed]", "[prompts.shut]").contains("no prompt closed"));
    assert!(refused("\"not-you\"]", "\"not-me\"]").contains("wants clip not-me"));
    assert!(refused("[clips.hello.ja]", "[clips.hi.ja]").contains("no text of hello in ja"));
    let surplus = format!("{TABLE}\n[prompts.bye]\nclips = [\"hello\"]\n");
    let said = Prompts::built_in(toml::from_str(&surplus).unwrap()).unwrap_err();
    assert!(
        said.to_string().contains("prompt bye is never spoken"),
        "{said}"
    );
    assert!(toml::from_str::<Table>("languages = 3").is_err());
}
