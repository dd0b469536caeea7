//! The configuration as text: the example with every key explained, and the settings that are in force.

use super::{Config, HttpCarrier, Key, SipTrunk};

const HEAD: &str = "\
# Gatelodge: every key of the configuration, with its default and its reason.
#
# Written by `gatelodge config example`. A line that begins with `#key` shows a default, or an example where it says so;
# take away the `#` to set it. Put the file into the folder of the installation as gatelodge.toml, or name it with
# --config. Unknown keys are refused. `gatelodge config check` says what does not fit together, `gatelodge config show`
# what is in force. Paths that do not begin with `/` are seen from the folder of the installation.
";

/// The example file.
pub(crate) fn example() -> anyhow::Result<String> {
    let defaults = toml::Table::try_from(with_one_of_each())?;
    let mut text = HEAD.to_owned();
    each(|section, key| {
        match section {
            // Nothing is there unless it is wanted.
            Some(section) if key.several => {
                text.push_str(&format!("\n# Once for each:\n#[[{section}]]\n"));
            }
            Some(section) => text.push_str(&format!("\n[{section}]\n")),
            None => {}
        }
        text.push('\n');
        for line in key.why {
            text.push_str(&format!("#{line}\n"));
        }
        match (value(&defaults, key, 0), key.sample) {
            (Some(default), Some(sample)) => {
                text.push_str(&format!(
                    "# For example: {sample}\n#{} = {default}\n",
                    key.name
                ));
            }
            (Some(default), None) => text.push_str(&format!("#{} = {default}\n", key.name)),
            (None, sample) => {
                let sample = sample.unwrap_or("\"\"");
                text.push_str(&format!(
                    "# Not set; for example:\n#{} = {sample}\n",
                    key.name
                ));
            }
        }
    });
    Ok(text)
}

/// What is in force, without what must not be shown.
pub(crate) fn shown(config: &Config) -> anyhow::Result<String> {
    let table = toml::Table::try_from(config)?;
    let defaults = toml::Table::try_from(with_one_of_each())?;
    let keys = Config::keys();
    let mut text = String::new();
    for section in keys.chunk_by(|a, b| a.section == b.section) {
        let Some(Key {
            section: name,
            several,
            ..
        }) = section.first()
        else {
            continue;
        };
        let times = if *several { count(&table, name) } else { 1 };
        for index in 0..times {
            match (several, name.is_empty()) {
                (true, _) => text.push_str(&format!("\n[[{name}]]\n")),
                (false, false) => text.push_str(&format!("\n[{name}]\n")),
                (false, true) => {}
            }
            for key in section {
                let now = value(&table, key, index);
                let mark = if now == value(&defaults, key, 0) {
                    "  # default"
                } else {
                    ""
                };
                match now {
                    Some(now) => text.push_str(&format!("{} = {now}{mark}\n", key.name)),
                    None => text.push_str(&format!("# {} is not set\n", key.name)),
                }
            }
        }
    }
    Ok(text.trim_start().to_owned())
}

/// The defaults, also of what there may be several of.
fn with_one_of_each() -> Config {
    let mut config = Config::default();
    config.voice.sip.trunk.push(SipTrunk::default());
    config.voice.http.carrier.push(HttpCarrier::default());
    config
}

/// Walks over all keys; the section is given with its first key.
fn each(mut visit: impl FnMut(Option<&str>, &Key)) {
    let mut before = "";
    for key in Config::keys() {
        let opens = (key.section != before).then_some(key.section);
        before = key.section;
        visit(opens, &key);
    }
}

/// What stands in a section.
fn within<'a>(table: &'a toml::Table, section: &str) -> Option<&'a toml::Value> {
    let mut parts = section.split('.');
    let mut found = table.get(parts.next()?)?;
    for part in parts {
        found = found.get(part)?;
    }
    Some(found)
}

/// How often a section of which there may be several is there.
fn count(table: &toml::Table, section: &str) -> usize {
    let found = within(table, section).and_then(toml::Value::as_array);
    found.map_or(0, Vec::len)
}

fn value(table: &toml::Table, key: &Key, index: usize) -> Option<String> {
    let found = match (key.section, key.several) {
        ("", _) => table.get(key.name),
        (section, false) => within(table, section)?.get(key.name),
        (section, true) => within(table, section)?.get(index)?.get(key.name),
    };
    found.map(ToString::to_string)
}
