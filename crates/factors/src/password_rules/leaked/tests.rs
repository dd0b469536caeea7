//! Lists of all sizes and shapes, and lists that are not what they should be.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;

fn password(text: &str) -> Password {
    Password::prepare(text).unwrap()
}

/// A list of passwords `leaked 0`, `leaked 1`, … in the form of the public collections.
fn list(count: usize, line: impl Fn(&str, usize) -> String) -> Vec<u8> {
    let mut hashes: Vec<String> = (0..count)
        .map(|n| sha1_upper_hex(&password(&format!("leaked {n}"))).to_string())
        .collect();
    hashes.sort_unstable();
    let lines = hashes.iter().enumerate().map(|(n, hash)| line(hash, n));
    lines.collect::<String>().into_bytes()
}

fn open(bytes: Vec<u8>) -> LeakedList<Cursor<Vec<u8>>> {
    LeakedList::open(Cursor::new(bytes)).unwrap()
}

fn finds(list: &mut LeakedList<Cursor<Vec<u8>>>, text: &str) -> bool {
    list.contains(&password(text)).unwrap()
}

#[test]
fn a_hash_as_the_public_lists_write_it() {
    // The SHA-1 of "password" is printed in every article on the subject.
    assert_eq!(
        sha1_upper_hex(&password("password")).as_str(),
        "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"
    );
}

#[test]
fn lists_of_all_sizes_and_line_ends() {
    let forms: [fn(&str, usize) -> String; 6] = [
        |hash, n| format!("{hash}:{n}\r\n"),
        |hash, n| format!("{hash}:{n}\n"),
        |hash, _| format!("{hash}\n"),
        |hash, _| format!("{hash}\r\n"),
        |hash, _| format!("{}:1\n", hash.to_lowercase()),
        |hash, n| format!("{hash}:{}\n", "9".repeat(1 + n % 20)),
    ];
    for form in forms {
        for count in [1, 2, 3, 50, 99, 100, 101, 700] {
            let mut list = open(list(count, form));
            for n in 0..count {
                assert!(finds(&mut list, &format!("leaked {n}")), "{n} of {count}");
            }
            for n in 0..50 {
                assert!(!finds(&mut list, &format!("fresh {n}")), "{n} of {count}");
            }
        }
    }
}

#[test]
fn the_last_line_needs_no_end() {
    for count in [1, 2, 400] {
        let mut bytes = list(count, |hash, _| format!("{hash}\n"));
        bytes.pop();
        let mut list = open(bytes);
        assert!((0..count).all(|n| finds(&mut list, &format!("leaked {n}"))));
    }
}

#[test]
fn an_empty_list_has_nothing() {
    assert!(!finds(&mut open(Vec::new()), "password"));
}

#[test]
fn the_password_is_looked_up_in_its_prepared_form() {
    let hash = sha1_upper_hex(&password("Caf\u{e9} con leche")).to_string();
    let mut list = open(format!("{hash}:3\n").into_bytes());
    assert!(finds(&mut list, "Cafe\u{301} con leche"));
}

#[test]
fn files_that_are_no_lists_are_refused_when_opened() {
    let good = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";
    for text in [
        "hello\n".to_owned(),
        "\n".to_owned(),
        format!("{good}:\n"),
        format!("{good}:x\n"),
        format!("{good} 1\n"),
        format!("{good}0\n"),
        format!("G{}\n", &good[1..]),
        format!("{}\n", &good[1..]),
        format!("\u{feff}{good}\n"),
        format!("{good}\n\n"),
        format!("{good}:{}\n", "1".repeat(200)),
        "\0".repeat(10_000),
        good.repeat(1_000),
    ] {
        let error = LeakedList::open(Cursor::new(text.clone().into_bytes())).unwrap_err();
        assert!(
            matches!(error, LeakedListError::Malformed { .. }),
            "{error} for {text:.60}"
        );
    }
    let turned = format!("{good}\n{}\n", "0".repeat(40));
    let error = LeakedList::open(Cursor::new(turned.into_bytes())).unwrap_err();
    assert!(
        matches!(error, LeakedListError::OutOfOrder { at: 41 }),
        "{error}"
    );
}

#[test]
fn a_list_by_count_instead_of_by_hash_is_noticed() {
    // The other download order: most frequent first. Look-ups must fail loudly rather than miss.
    let mut lines: Vec<String> = (0..2_000)
        .map(|n| sha1_upper_hex(&password(&format!("leaked {n}"))).to_string())
        .collect();
    lines.push("F".repeat(40));
    let mut opened =
        match LeakedList::open(Cursor::new(format!("{}\n", lines.join("\n")).into_bytes())) {
            Ok(list) => list,
            Err(LeakedListError::OutOfOrder { .. }) => return,
            Err(other) => panic!("{other}"),
        };
    let answers: Vec<_> = (0..200)
        .map(|n| opened.contains(&password(&format!("other {n}"))))
        .collect();
    assert!(
        answers
            .iter()
            .any(|a| matches!(a, Err(LeakedListError::OutOfOrder { .. })))
    );
}

#[test]
fn damage_in_the_middle_is_an_error_with_its_place() {
    let mut bytes = list(1_000, |hash, _| format!("{hash}\n"));
    bytes[41 * 500 + 3] = b'?';
    let mut list = open(bytes);
    let errors: Vec<u64> = (0..1_000)
        .filter_map(|n| match list.contains(&password(&format!("leaked {n}"))) {
            Ok(found) => {
                assert!(found);
                None
            }
            Err(LeakedListError::Malformed { at }) => Some(at),
            Err(other) => panic!("{other}"),
        })
        .collect();
    assert!(!errors.is_empty());
    assert!(errors.iter().all(|at| *at == 41 * 500));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    #[derive(Debug)]
    struct Broken(u64);
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    impl Seek for Broken {
        fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
            Ok(self.0)
        }
    }
    let error = LeakedList::open(Broken(1_000)).unwrap_err();
    assert!(matches!(error, LeakedListError::Io(_)));
    assert!(error.to_string().contains("the disk is gone"));
}

/// Counts what a look-up reads.
struct Counting {
    inner: Cursor<Vec<u8>>,
    seeks: usize,
    bytes: usize,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes += read;
        Ok(read)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.seeks += 1;
        self.inner.seek(to)
    }
}

#[test]
fn a_look_up_reads_little() {
    let inner = Cursor::new(list(20_000, |hash, n| format!("{hash}:{n}\r\n")));
    let size = inner.get_ref().len();
    let mut list = LeakedList::open(Counting {
        inner,
        seeks: 0,
        bytes: 0,
    })
    .unwrap();
    (list.file.seeks, list.file.bytes) = (0, 0);
    assert!(list.contains(&password("leaked 7")).unwrap());
    assert!(list.file.seeks <= 100, "{}", list.file.seeks);
    assert!(list.file.bytes * 40 < size, "{} of {size}", list.file.bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn searching_survives_anything(bytes in prop::collection::vec(any::<u8>(), 0..600), text in "[a-z]{1,20}") {
        if let Ok(mut list) = LeakedList::open(Cursor::new(bytes)) {
            let _ = list.contains(&password(&text));
        }
    }

    #[test]
    fn what_is_in_is_found_and_what_is_not_is_not(count in 0usize..400, counts in 0usize..3, wanted in 0usize..500) {
        let mut list = open(list(count, |hash, n| match counts {
            0 => format!("{hash}\n"),
            1 => format!("{hash}:{n}\r\n"),
            _ => format!("{hash}:{}\n", n * n * n * n),
        }));
        prop_assert_eq!(finds(&mut list, &format!("leaked {wanted}")), wanted < count);
    }
}
