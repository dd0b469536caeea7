//! The configuration as text: the example with every key explained, and the settings that are in force.

use super::{Config, Key};

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
    let defaults = toml::Table::try_from(Config::default())?;
    let mut text = HEAD.to_owned();
    each(|section, key| {
        if let Some(section) = section {
            text.push_str(&format!("\n[{section}]\n"));
        }
        text.push('\n');
        for line in key.why {
            text.push_str(&format!("#{line}\n"));
        }
        match (value(&defaults, key), key.sample) {
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
    let defaults = toml::Table::try_from(Config::default())?;
    let mut text = String::new();
    each(|section, key| {
        if let Some(section) = section {
            text.push_str(&format!("\n[{section}]\n"));
        }
        let now = value(&table, key);
        let mark = if now == value(&defaults, key) {
            "  # default"
        } else {
            ""
        };
        match now {
            Some(now) => text.push_str(&format!("{} = {now}{mark}\n", key.name)),
            None => text.push_str(&format!("# {} is not set\n", key.name)),
        }
    });
    Ok(text.trim_start().to_owned())
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

fn value(table: &toml::Table, key: &Key) -> Option<String> {
    let mut table = table;
    for part in key.section.split('.').filter(|part| !part.is_empty()) {
        table = table.get(part)?.as_table()?;
    }
    table.get(key.name).map(ToString::to_string)
}
