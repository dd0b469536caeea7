//! Regular expressions of the models, turned into the nodes that `awswire::model::pattern` walks.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use anyhow::{Context as _, bail};

/// The Rust of one expression's node.
pub(super) fn node(pattern: &str) -> anyhow::Result<String> {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = match inner.strip_suffix('$') {
        Some(rest) if !rest.ends_with('\\') => rest,
        _ => inner,
    };
    let mut rest = inner.chars().peekable();
    let node = either(&mut rest).with_context(|| pattern.to_owned())?;
    if rest.next().is_some() {
        bail!("{pattern}: a bracket too many");
    }
    Ok(node)
}

type Rest<'a> = Peekable<Chars<'a>>;

fn either(rest: &mut Rest<'_>) -> anyhow::Result<String> {
    let mut ways = vec![all(rest)?];
    while rest.next_if_eq(&'|').is_some() {
        ways.push(all(rest)?);
    }
    Ok(one_or("Either", ways))
}

fn all(rest: &mut Rest<'_>) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    while rest.peek().is_some_and(|c| !matches!(c, '|' | ')')) {
        let part = single(rest)?;
        parts.push(repeated(rest, part)?);
    }
    Ok(one_or("All", parts))
}

fn one_or(name: &str, mut parts: Vec<String>) -> String {
    match parts.len() {
        1 => parts.remove(0),
        _ => format!("{name}(&[{}])", parts.join(", ")),
    }
}

fn repeated(rest: &mut Rest<'_>, part: String) -> anyhow::Result<String> {
    let (least, most) = match rest.peek() {
        Some('*') => (0, u16::MAX),
        Some('+') => (1, u16::MAX),
        Some('?') => (0, 1),
        Some('{') => {
            let mut digits = String::new();
            rest.next();
            while let Some(c) = rest.next_if(|c| *c != '}') {
                digits.push(c);
            }
            let (least, most) = digits.split_once(',').unwrap_or((&digits, &digits));
            let most = if most.is_empty() {
                u16::MAX
            } else {
                most.parse()?
            };
            (least.parse()?, most)
        }
        _ => return Ok(part),
    };
    rest.next();
    Ok(format!("Times({least}, {most}, &{part})"))
}

fn single(rest: &mut Rest<'_>) -> anyhow::Result<String> {
    match rest.next().context("ends too early")? {
        '(' => {
            if rest.next_if_eq(&'?').is_some() {
                if rest.next() != Some('!') {
                    bail!("an unknown group");
                }
                let c = rest.next().context("ends too early")?;
                if rest.next() != Some(')') {
                    bail!("only one character is looked ahead at");
                }
                return Ok(format!("Before({c:?})"));
            }
            let group = either(rest)?;
            if rest.next() != Some(')') {
                bail!("a bracket too few");
            }
            Ok(group)
        }
        '[' => {
            let mut set = Set::default();
            while rest.next_if_eq(&']').is_none() {
                set.read(rest)?;
            }
            Ok(set.write())
        }
        '.' => Ok("One(ANY, \"\")".to_owned()),
        '\\' => {
            let mut set = Set::default();
            set.escaped(rest)?;
            Ok(set.write())
        }
        c => Ok(format!("One(0, {:?})", format!("{c}{c}"))),
    }
}

/// A class of characters.
#[derive(Default)]
struct Set {
    classes: Vec<&'static str>,
    ranges: String,
}

impl Set {
    fn add(&mut self, first: char, last: char) {
        self.ranges.extend([first, last]);
    }

    fn read(&mut self, rest: &mut Rest<'_>) -> anyhow::Result<()> {
        let first = match rest.next().context("ends too early")? {
            '\\' => match self.escaped(rest)? {
                Some(c) => {
                    // Taken back: it may begin a range.
                    self.ranges.truncate(self.ranges.len() - 2 * c.len_utf8());
                    c
                }
                None => return Ok(()),
            },
            c => c,
        };
        let mut ahead = rest.clone();
        if ahead.next() == Some('-') && ahead.peek().is_some_and(|c| *c != ']') {
            rest.next();
            let last = match rest.next().context("ends too early")? {
                '\\' => unicode(rest)?,
                c => c,
            };
            self.add(first, last);
        } else {
            self.add(first, first);
        }
        Ok(())
    }

    /// What stands behind a backslash; the character, when it is one.
    fn escaped(&mut self, rest: &mut Rest<'_>) -> anyhow::Result<Option<char>> {
        match rest.peek().context("ends too early")? {
            'w' => ["AZ", "az", "09", "__"]
                .iter()
                .for_each(|r| self.ranges.push_str(r)),
            'd' => self.ranges.push_str("09"),
            's' => self.ranges.push_str("\t\r  "),
            'p' => {
                let name: String = rest.by_ref().take(4).collect();
                self.classes.push(match name.as_str() {
                    "p{L}" => "LETTERS",
                    "p{N}" => "NUMBERS",
                    "p{Z}" => "SEPARATORS",
                    other => bail!("an unknown class \\{other}"),
                });
                return Ok(None);
            }
            _ => {
                let c = unicode(rest)?;
                self.add(c, c);
                return Ok(Some(c));
            }
        }
        rest.next();
        Ok(None)
    }

    fn write(&self) -> String {
        let mut out = "One(".to_owned();
        out.push_str(if self.classes.is_empty() { "0" } else { "" });
        out.push_str(&self.classes.join(" | "));
        let _ = write!(out, ", {:?})", self.ranges);
        out
    }
}

/// The character behind a backslash, where it is no class.
fn unicode(rest: &mut Rest<'_>) -> anyhow::Result<char> {
    Ok(match rest.next().context("ends too early")? {
        'u' => {
            // Five or six digits are how the models write what lies beyond the first plane.
            let mut digits: String = rest.by_ref().take(4).collect();
            let beyond = matches!(digits.as_str(), "1000" | "10FF");
            if beyond {
                let more = if digits == "1000" { 1 } else { 2 };
                digits.extend(rest.by_ref().take(more));
            }
            let number = u32::from_str_radix(&digits, 16)?;
            // A range may end at a surrogate, which no text has.
            char::from_u32(number).unwrap_or('\u{D7FF}')
        }
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        c if c.is_alphanumeric() => bail!("an unknown escape \\{c}"),
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use super::node;

    #[test]
    fn expressions_become_nodes() {
        for (pattern, nodes) in [
            (
                r"[\w+=,.@-]+",
                "Times(1, 65535, &One(0, \"AZaz09__++==,,..@@--\"))",
            ),
            (r"\d{12}", "Times(12, 12, &One(0, \"09\"))"),
            (
                r"[\p{L}:/]*",
                "Times(0, 65535, &One(LETTERS, \"::///\"))"
                    .replace("///", "//")
                    .as_str(),
            ),
            (
                r"a|b(?!-)",
                "Either(&[One(0, \"aa\"), All(&[One(0, \"bb\"), Before('-')])])",
            ),
            (
                r"^http(s?)$",
                "All(&[One(0, \"hh\"), One(0, \"tt\"), One(0, \"tt\"), One(0, \"pp\"), Times(0, 1, &One(0, \"ss\"))])",
            ),
            (r"[\u0020-\u007E]+", "Times(1, 65535, &One(0, \" ~\"))"),
        ] {
            assert_eq!(node(pattern).unwrap(), nodes, "{pattern}");
        }
        assert!(node(r"(a").is_err());
        assert!(node(r"[\q]").is_err());
    }
}
