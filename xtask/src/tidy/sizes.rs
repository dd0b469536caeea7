//! How long a source file may be: 500 lines of code, so that it is read in one sitting.
//!
//! Blank lines and comments are free: nobody should save on reasons. Tests may be longer when they stand in a
//! `tests.rs` beside the code; generated files are nobody's reading.

use super::Findings;
use crate::tree::{File, Tree};

/// Lines of code in a source file.
const MOST: usize = 500;

/// Lines of code in tests that stand in the same file as what they test.
const MOST_INLINE_TESTS: usize = 100;

/// Checks every source file.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    for file in tree.files.iter().filter(|file| counts(file)) {
        let code = code_lines(&file.text);
        if code > MOST {
            findings.add(&file.path, format!("{code} lines of code, at most {MOST}"));
        }
        let tests = inline_tests(&file.text);
        if tests > MOST_INLINE_TESTS {
            findings.add(
                &file.path,
                format!(
                    "{tests} lines of tests, at most {MOST_INLINE_TESTS}: move them to tests.rs"
                ),
            );
        }
    }
}

/// Prints the ten longest, so that growth is seen before it hurts.
pub(super) fn largest(tree: &Tree) {
    let mut sizes: Vec<(usize, &str)> = tree
        .files
        .iter()
        .filter(|file| counts(file))
        .map(|file| (code_lines(&file.text), file.path.as_str()))
        .collect();
    sizes.sort_by_key(|size| std::cmp::Reverse(size.0));
    println!("longest source files (lines of code, at most {MOST}):");
    for (code, path) in sizes.iter().take(10) {
        println!("  {code:>4}  {path}");
    }
}

fn counts(file: &File) -> bool {
    file.is_rust() && !file.is_test() && !file.text.starts_with("//! Generated")
}

/// Lines that are neither blank nor only a comment.
fn code_lines(text: &str) -> usize {
    let mut in_block = false;
    text.lines()
        .map(str::trim)
        .filter(|line| {
            if in_block {
                in_block = !line.contains("*/");
                return false;
            }
            if line.starts_with("/*") {
                in_block = !line.contains("*/");
                return false;
            }
            !line.is_empty() && !line.starts_with("//")
        })
        .count()
}

/// Lines of code from the first module of tests on.
fn inline_tests(text: &str) -> usize {
    let mut before = "";
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if before.trim() == "#[cfg(test)]"
            && line.trim_start().starts_with("mod ")
            && line.trim_end().ends_with('{')
        {
            return text.get(at..).map_or(0, code_lines);
        }
        before = line;
        at += line.len();
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_counts() {
        let text = "//! Head.\n\n/* a\n b */\nfn a() {\n    // why\n    b(); // and this\n}\n";
        assert_eq!(code_lines(text), 3);
    }

    #[test]
    fn tests_in_the_file_are_counted_apart() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        assert_eq!(inline_tests(text), 3);
        assert_eq!(inline_tests("fn a() {}\n#[cfg(test)]\nmod tests;\n"), 0);
    }
}
