//! The security check: who is asked, what passes, and that nobody learns from it who has an account.

use domain::ids::FlowId;
use domain::mail::MailKind;
use domain::time::Span;
use factors::puzzle::Puzzle;
use testkit::rig::{Answer, Browser, Rig, each_engine, on_sqlite};

const KNOWN: &str = "root@example.com";
const NOBODY: &str = "none@example.com";
const GUESS: [(&str, &str); 1] = [("password", "not the password at all")];

/// A network that people sit in, and another one.
pub(crate) const THERE: &str = "203.0.113.7:40000";
const ELSEWHERE: &str = "198.51.100.7:40000";

pub(crate) fn browser_at(rig: &Rig, peer: &str) -> Browser {
    let mut browser = rig.browser();
    browser.peer = peer.parse().expect("an address");
    browser
}

async fn name(browser: &mut Browser, email: &str) -> Answer {
    browser
        .submit("/signin", &[("user", "root"), ("email", email)])
        .await
}

/// Four wrong passwords for each of so many names, from browsers nobody knows at one address.
async fn guess(rig: &Rig, peer: &str, names: std::ops::Range<u32>) {
    for n in names {
        let mut browser = browser_at(rig, peer);
        let page = name(&mut browser, &format!("guessed{n}@example.com")).await;
        for _ in 0..4 {
            let page = browser.post(&page.action("/password"), &GUESS).await;
            assert!(page.shows("GL-SIGNIN-002"), "{}", page.text());
        }
    }
}

/// Guesses until work is asked for from there.
pub(crate) async fn raise(rig: &Rig, peer: &str) {
    guess(rig, peer, 0..5).await;
}

/// Goes on until characters are asked for: each name is checked, by work, and guessed at.
async fn raise_further(rig: &Rig, peer: &str) {
    raise(rig, peer).await;
    for n in 10..15 {
        let mut browser = browser_at(rig, peer);
        let page = name(&mut browser, &format!("guessed{n}@example.com")).await;
        let page = work(&mut browser, &page).await;
        for _ in 0..4 {
            browser.post(&page.action("/password"), &GUESS).await;
        }
    }
}

/// What the script of the page does.
pub(crate) async fn work(browser: &mut Browser, page: &Answer) -> Answer {
    let told = |name: &str| {
        let (_, after) = page.body.split_once(&format!("{name}=\""))?;
        after.split('"').next().map(str::to_owned)
    };
    let (salt, bits) = (told("data-work"), told("data-bits"));
    let bits = bits.and_then(|bits| bits.parse().ok());
    let task = salt
        .zip(bits)
        .and_then(|(salt, bits)| Puzzle::told(&salt, bits));
    let solution = task.expect("a task").solve();
    browser
        .submit(&page.action("/check"), &[("work", &solution)])
        .await
}

/// What somebody reads off the picture: here, out of the sealed state behind it.
async fn read_off(rig: &Rig, page: &Answer) -> String {
    let action = page.action("/check");
    let id = action.split('/').find(|part| part.starts_with("flw_"));
    let id: FlowId = id.expect("a flow").parse().expect("an id");
    let found = rig.db().read(move |tx| {
        for kind in ["sign-in", "reset-check"] {
            if let Some(stored) = store::flow::find(tx, &id, kind)? {
                return Ok::<_, store::StoreError>(stored.state);
            }
        }
        Ok(Vec::new())
    });
    let state = String::from_utf8(found.await.expect("the flow")).expect("JSON");
    let (_, after) = state.split_once("\"characters\":\"").expect("a check");
    after.chars().take(6).collect()
}

async fn type_in(browser: &mut Browser, page: &Answer, typed: &str) -> Answer {
    let set = page.input("set").expect("a set");
    browser
        .submit(&page.action("/check"), &[("set", &set), ("code", typed)])
        .await
}

fn asks_for_work(page: &Answer) -> bool {
    page.shows("Security check") && page.body.contains("data-work=")
}

fn asks_for_characters(page: &Answer) -> bool {
    page.shows("Security check") && !page.body.contains("data-work=")
}

fn asks_for_the_password(page: &Answer) -> bool {
    page.actions()
        .iter()
        .any(|action| action.ends_with("/password"))
}

/// How many records say all of this.
async fn records(rig: &Rig, words: &[&str]) -> usize {
    let contents = rig.contents().await;
    let rows = contents.get("audit_record").into_iter().flatten();
    rows.filter(|row| {
        // PostgreSQL doubles the quotes within a row.
        let row = row.replace("\"\"", "\"");
        words.iter().all(|word| row.contains(word))
    })
    .count()
}

#[test]
fn most_people_never_see_a_check_and_guessing_over_many_names_asks_for_work_r_root_02_p_26() {
    each_engine(async |rig| {
        let root = rig.account("Example", KNOWN).await;
        let mut browser = browser_at(rig, THERE);
        let page = name(&mut browser, KNOWN).await;
        assert!(asks_for_the_password(&page), "{}", page.text());
        raise(rig, THERE).await;
        let page = name(&mut browser, KNOWN).await;
        assert!(asks_for_work(&page), "{}", page.text());
        let page = name(&mut browser_at(rig, ELSEWHERE), KNOWN).await;
        assert!(
            asks_for_the_password(&page),
            "another network is left alone"
        );
        let figures = [
            "GuessingNoticed",
            "\"rule\":\"network\"",
            "\"failures\":\"20\"",
            "\"names\":\"5\"",
        ];
        assert_eq!(records(rig, &figures).await, 1);

        let page = name(&mut browser, KNOWN).await;
        let page = work(&mut browser, &page).await;
        assert!(asks_for_the_password(&page), "{}", page.text());
        let password = [("password", root.password.as_str())];
        let page = browser.submit(&page.action("/password"), &password).await;
        assert!(page.shows("Check your mail"), "{}", page.text());
        let passed = [
            "SecurityCheckPassed",
            "\"by\":\"work\"",
            "\"rule\":\"network\"",
        ];
        assert_eq!(records(rig, &passed).await, 1);

        rig.wait(Span::hours(1));
        let page = name(&mut browser, KNOWN).await;
        assert!(asks_for_the_password(&page), "after an hour it is over");
    });
}

#[test]
fn a_browser_that_is_known_is_never_asked_r_root_02() {
    each_engine(async |rig| {
        let root = rig.account("Example", KNOWN).await;
        let mut browser = browser_at(rig, THERE);
        rig.sign_in(&mut browser, &root, None).await;
        browser.submit("/signout", &[]).await;
        raise_further(rig, THERE).await;
        let page = name(&mut browser, KNOWN).await;
        assert!(asks_for_the_password(&page), "{}", page.text());
        let page = name(&mut browser, NOBODY).await;
        assert!(
            asks_for_characters(&page),
            "it is known for its own account only"
        );
        let page = browser.submit("/signin/forgot", &[("email", KNOWN)]).await;
        assert_eq!(page.path, "/signin/forgot/sent");
    });
}

#[test]
fn guessing_that_goes_on_asks_for_characters_that_a_picture_shows_r_root_03_r_root_04() {
    each_engine(async |rig| {
        raise_further(rig, THERE).await;
        let mut browser = browser_at(rig, THERE);
        let page = name(&mut browser, NOBODY).await;
        assert!(asks_for_characters(&page), "{}", page.text());
        let typed = read_off(rig, &page).await;
        assert!(typed.len() == 6 && typed.bytes().all(|c| c.is_ascii_alphanumeric()));
        assert!(
            !page.body.contains(&typed),
            "the page tells them only by its picture"
        );
        let picture = picture_of(&page);
        let answer = browser.get(&picture).await;
        assert_eq!(answer.headers["content-type"], "image/png");
        assert_eq!(answer.headers["cache-control"], "no-store");
        let page = type_in(&mut browser, &page, &typed.to_lowercase()).await;
        assert!(asks_for_the_password(&page), "{}", page.text());
    });
}

fn picture_of(page: &Answer) -> String {
    let (_, after) = page.body.split_once("<img src=\"").expect("a picture");
    after.split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn the_same_characters_are_heard_in_the_language_of_the_page_r_root_05() {
    on_sqlite(async |rig| {
        raise_further(rig, THERE).await;
        let mut browser = browser_at(rig, THERE);
        let page = name(&mut browser, NOBODY).await;
        let sound = page.link("/sound");
        let mut lengths = Vec::new();
        for language in ["zh-TW", "ja", "en"] {
            browser.language = language.to_owned();
            let answer = browser.get(&sound).await;
            assert_eq!(answer.headers["content-type"], "audio/wav");
            assert_eq!(answer.headers["cache-control"], "no-store");
            assert!(answer.body.starts_with("RIFF"), "{language}");
            let again = browser.get(&sound).await;
            assert!(
                answer.body == again.body,
                "who asks twice learns nothing more"
            );
            lengths.push(answer.headers["content-length"].clone());
        }
        lengths.dedup();
        assert_eq!(
            lengths.len(),
            3,
            "three languages, three sounds: {lengths:?}"
        );
        browser.submit(&page.action("/again"), &[]).await;
        assert_eq!(
            browser.get(&sound).await.status,
            404,
            "no sound of a void set"
        );
    });
}

#[test]
fn other_characters_make_those_before_void_and_a_right_answer_counts_once_r_root_06() {
    each_engine(async |rig| {
        raise_further(rig, THERE).await;
        let mut browser = browser_at(rig, THERE);
        let first = name(&mut browser, NOBODY).await;
        let (old, picture) = (read_off(rig, &first).await, picture_of(&first));
        let second = browser.submit(&first.action("/again"), &[]).await;
        assert!(asks_for_characters(&second), "{}", second.text());
        assert_ne!(read_off(rig, &second).await, old);
        assert_eq!(
            browser.get(&picture).await.status,
            404,
            "no picture of a void set"
        );
        let page = type_in(&mut browser, &first, &old).await;
        assert!(page.shows("GL-SIGNIN-014"), "{}", page.text());
        let page = type_in(&mut browser, &page, "000000").await;
        assert!(page.shows("GL-SIGNIN-013"), "{}", page.text());
        let right = read_off(rig, &page).await;
        let (set, action) = (page.input("set").expect("a set"), page.action("/check"));
        let fields = [("set", set.as_str()), ("code", &right)];
        let page = type_in(&mut browser, &page, &right).await;
        assert!(asks_for_the_password(&page), "{}", page.text());
        for _ in 0..5 {
            browser.post(&page.action("/password"), &GUESS).await;
        }
        rig.wait(Span::seconds(31));
        let again = browser.submit(&page.action("/password"), &GUESS).await;
        assert!(
            asks_for_characters(&again),
            "five passwords a check: {}",
            again.text()
        );
        let replayed = browser.submit(&action, &fields).await;
        assert!(!asks_for_the_password(&replayed), "{}", replayed.text());
    });
}

#[test]
fn without_scripts_the_characters_stand_on_the_page_of_the_work_p_26() {
    on_sqlite(async |rig| {
        raise(rig, THERE).await;
        let mut browser = browser_at(rig, THERE);
        let page = name(&mut browser, NOBODY).await;
        assert!(asks_for_work(&page));
        let (_, without) = page
            .body
            .split_once("<noscript>\n<div")
            .expect("a part without scripts");
        assert!(without.contains("<img src=") && without.contains("name=\"code\""));
        let typed = read_off(rig, &page).await;
        let page = type_in(&mut browser, &page, &typed).await;
        assert!(asks_for_the_password(&page), "{}", page.text());

        let page = name(&mut browser, NOBODY).await;
        let page = browser.submit(&page.action("/again"), &[]).await;
        assert!(
            asks_for_characters(&page),
            "whoever wants to type may: {}",
            page.text()
        );
    });
}

#[test]
fn a_sign_in_begun_before_is_asked_before_its_password_is_looked_at_r_root_02() {
    each_engine(async |rig| {
        let root = rig.account("Example", KNOWN).await;
        for (email, password) in [(KNOWN, root.password.as_str()), (NOBODY, "whatever it is")] {
            let mut browser = browser_at(rig, THERE);
            let begun = name(&mut browser, email).await;
            raise(rig, THERE).await;
            let password = [("password", password)];
            let page = browser.post(&begun.action("/password"), &password).await;
            assert_eq!(page.status, 422);
            assert!(asks_for_work(&page), "{}", page.text());
            assert!(
                page.shows("Your password was not looked at yet"),
                "{}",
                page.text()
            );
            let page = work(&mut browser, &page).await;
            assert!(asks_for_the_password(&page), "{}", page.text());
            rig.wait(Span::hours(25));
        }
        let audit = rig.audit(&root).await;
        let looked_at = audit.iter().any(|line| line.starts_with("PasswordChecked"));
        assert!(!looked_at, "{audit:?}");
    });
}

#[test]
fn ten_wrong_answers_end_the_sign_in_p_26() {
    each_engine(async |rig| {
        raise_further(rig, THERE).await;
        let mut browser = browser_at(rig, THERE);
        let mut page = name(&mut browser, NOBODY).await;
        for _ in 0..9 {
            page = type_in(&mut browser, &page, "no").await;
            assert!(page.shows("GL-SIGNIN-013"), "{}", page.text());
        }
        let (action, page) = (
            page.action("/check"),
            type_in(&mut browser, &page, "no").await,
        );
        assert!(page.shows("GL-SIGNIN-016"), "{}", page.text());
        let late = browser.post(&action, &[("work", "1")]).await;
        assert!(late.status.is_redirection(), "{}", late.text());
        let failed = ["SecurityCheckFailed", "GL-SIGNIN-016", "\"wrong\":\"10\""];
        assert_eq!(records(rig, &failed).await, 1);
    });
}

#[test]
fn a_reset_mail_waits_for_the_check_and_says_the_same_to_everybody_r_root_06_r_root_26() {
    each_engine(async |rig| {
        rig.account("Example", KNOWN).await;
        raise(rig, THERE).await;
        let mut seen = Vec::new();
        for email in [KNOWN, NOBODY] {
            let before = rig.contents().await;
            let mut browser = browser_at(rig, THERE);
            let page = browser.submit("/signin/forgot", &[("email", email)]).await;
            assert!(asks_for_work(&page), "{}", page.text());
            assert_eq!(
                rig.count_mails(MailKind::PasswordReset).await,
                usize::from(email == NOBODY)
            );
            let typed = read_off(rig, &page).await;
            let action = page.action("/check");
            let done = type_in(&mut browser, &page, &typed).await;
            assert_eq!(done.path, "/signin/forgot/sent", "{}", done.text());
            let fields = [("set", "1"), ("code", typed.as_str())];
            let again = browser.submit(&action, &fields).await;
            assert_eq!(
                again.path, "/signin/forgot/sent",
                "a second press orders nothing"
            );
            let after = rig.contents().await;
            let rows = |table: &str| after[table].len() - before[table].len();
            seen.push((
                page.text().replace(email, ""),
                rows("outbox"),
                rows("link"),
                rows("audit_record"),
            ));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0].1, 1, "one mail, or the decoy of one");
        assert_eq!(rig.count_mails(MailKind::PasswordReset).await, 1);
    });
}

#[test]
fn what_is_answered_tells_nobody_who_has_an_account_r_root_26() {
    each_engine(async |rig| {
        rig.account("Example", KNOWN).await;
        raise_further(rig, THERE).await;
        let mut seen = Vec::new();
        for email in [KNOWN, NOBODY] {
            let mut browser = browser_at(rig, THERE);
            let mut told = Vec::new();
            let page = name(&mut browser, email).await;
            let wrong = type_in(&mut browser, &page, "wrong!").await;
            let typed = read_off(rig, &wrong).await;
            let right = type_in(&mut browser, &wrong, &typed).await;
            let guessed = browser.post(&right.action("/password"), &GUESS).await;
            for page in [&page, &wrong, &right, &guessed] {
                told.push((page.status, page.text().replace(email, "")));
            }
            seen.push(told);
        }
        assert_eq!(seen[0], seen[1]);
    });
}

#[test]
fn a_check_belongs_to_its_browser_and_what_is_no_answer_is_refused() {
    on_sqlite(async |rig| {
        raise_further(rig, THERE).await;
        let mut browser = browser_at(rig, THERE);
        let page = name(&mut browser, NOBODY).await;
        let (typed, picture) = (read_off(rig, &page).await, picture_of(&page));
        let mut stranger = browser_at(rig, THERE);
        assert_eq!(stranger.get(&picture).await.status, 410);
        let stolen = type_in(&mut stranger, &page, &typed).await;
        assert!(stolen.shows("GL-SIGNIN-001"), "{}", stolen.text());
        let action = page.action("/check");
        let nothing: [&[(&str, &str)]; 4] = [
            &[],
            &[("code", "x")],
            &[("set", "-1"), ("code", "x")],
            &[("set", "1"), ("code", "x"), ("work", "1")],
        ];
        for fields in nothing {
            assert_eq!(
                browser.post(&action, fields).await.status,
                400,
                "{fields:?}"
            );
        }
        for odd in ["0/picture", "2/picture", "x/picture", "4294967296/picture"] {
            let path = picture.replace("1/picture", odd);
            let answer = browser.get(&path).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        }
        let page = type_in(&mut browser, &page, &typed).await;
        assert!(
            asks_for_the_password(&page),
            "none of that was an answer: {}",
            page.text()
        );
    });
}

#[test]
fn two_hundred_failures_from_everywhere_ask_strangers_everywhere_for_work_r_root_02() {
    on_sqlite(async |rig| {
        let root = rig.account("Example", KNOWN).await;
        let mut known = browser_at(rig, ELSEWHERE);
        rig.sign_in(&mut known, &root, None).await;
        known.submit("/signout", &[]).await;
        for n in 0..50 {
            let peer = format!("10.1.{n}.1:40000");
            guess(rig, &peer, n..n + 1).await;
        }
        let page = name(&mut browser_at(rig, ELSEWHERE), NOBODY).await;
        assert!(
            asks_for_the_password(&page),
            "two hundred are not above two hundred"
        );
        let mut last = browser_at(rig, "10.2.0.1:40000");
        let page = name(&mut last, NOBODY).await;
        last.post(&page.action("/password"), &GUESS).await;
        let page = name(&mut browser_at(rig, ELSEWHERE), NOBODY).await;
        assert!(asks_for_work(&page), "{}", page.text());
        let page = name(&mut known, KNOWN).await;
        assert!(asks_for_the_password(&page), "{}", page.text());
        let figures = [
            "GuessingNoticed",
            "\"rule\":\"installation\"",
            "\"failures\":\"201\"",
        ];
        assert_eq!(records(rig, &figures).await, 1);
        rig.wait(Span::minutes(61));
        let page = name(&mut browser_at(rig, ELSEWHERE), NOBODY).await;
        assert!(asks_for_the_password(&page), "{}", page.text());
    });
}

#[test]
fn what_is_kept_of_guessing_is_forgotten() {
    each_engine(async |rig| {
        raise(rig, THERE).await;
        let rows = async |table: &str| rig.contents().await[table].len();
        assert_eq!(rows("guessing_network").await, 1);
        rig.wait(Span::minutes(61));
        rig.settle().await;
        assert_eq!(tidied(rig, "guessing_network").await, 0);
        assert_eq!(
            rows("guessing_slot").await,
            1,
            "the week is still to be compared with"
        );
        rig.wait(Span::days(8));
        assert_eq!(tidied(rig, "guessing_slot").await, 0);
    });
}

async fn tidied(rig: &Rig, table: &str) -> usize {
    let worker = app::worker::Worker::new(rig.app.clone(), true).expect("a worker");
    worker.tidy().await.expect("tidied up");
    rig.contents().await[table].len()
}
