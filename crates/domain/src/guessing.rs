//! Guessing that is spread over many names: seen by the network it comes from and by the whole installation, where the
//! counter of each name alone sees nothing.
//!
//! What is seen raises the risk for a while, and a raised risk asks browsers that are not known for a security check
//! (`check`). It never refuses anybody: whoever shares a network with somebody who guesses does a little work more.
//!
//! What is kept of a network is bounded by the limits: so many moments and so many names, the newest.

use crate::audit::{Actor, Event, Record};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The stretch of time that failures of the installation are summed up by.
pub const SLOT: Span = Span::minutes(10);
/// Slots that are "the last hour".
pub const HOUR_SLOTS: i64 = 6;
/// Slots that are "the week before it".
pub const WEEK_SLOTS: i64 = 7 * 24 * HOUR_SLOTS;
const WEEK_HOURS: u32 = 7 * 24;

/// How much is too much, and what is asked for then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Failures from one network within `window`; 0 leaves networks alone.
    pub failures: u32,
    /// Names they must be spread over.
    pub names: u32,
    /// The time they must come in.
    pub window: Span,
    /// How long the risk stays raised.
    pub raised: Span,
    /// Failures of the whole installation in an hour; 0 leaves the installation alone.
    pub hour_failures: u32,
    /// And how often the mean hour of the week before.
    pub hour_factor: u32,
    /// Zero bits of each piece of a proof of work.
    pub work_bits: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            failures: 20,
            names: 5,
            window: Span::minutes(10),
            raised: Span::hours(1),
            hour_failures: 200,
            hour_factor: 3,
            work_bits: 15,
        }
    }
}

/// What a browser that is not known must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Work, which a script does unseen; or characters to be typed, where there is none.
    Work,
    /// Characters to be typed, seen or heard.
    Characters,
}

/// Which rule raised the risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Failures from the network of the client.
    Network,
    /// Failures of the whole installation.
    Installation,
    /// Support cases about one name.
    Support,
}

impl Rule {
    const fn key(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Installation => "installation",
            Self::Support => "support",
        }
    }
}

/// A raised risk, with the figures that raised it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// What it asks for.
    pub level: Level,
    /// Which rule.
    pub rule: Rule,
    /// How many failures that rule saw.
    pub failures: u32,
    /// Names they were spread over, where the rule looks at them.
    pub names: Option<u32>,
    /// The mean hour of the week before, where the rule looks at it.
    pub usual: Option<u32>,
}

impl Risk {
    /// So many support cases were begun about one name that the next ones ask for characters.
    pub const SUPPORT: Self = Self {
        level: Level::Characters,
        rule: Rule::Support,
        failures: 0,
        names: None,
        usual: None,
    };

    /// Puts the rule and its figures into a record.
    pub fn explain(&self, record: Record) -> Record {
        let mut record = record
            .detail("rule", self.rule.key())
            .detail("failures", self.failures.to_string())
            .detail(
                "asks",
                match self.level {
                    Level::Work => "work",
                    Level::Characters => "characters",
                },
            );
        if let Some(names) = self.names {
            record = record.detail("names", names.to_string());
        }
        if let Some(usual) = self.usual {
            record = record.detail("usual", usual.to_string());
        }
        record
    }

    /// The record of the moment when it was raised.
    pub fn raised(&self) -> Record {
        self.explain(Record::new(Event::GuessingNoticed, Actor::System))
    }
}

/// What is kept of a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// When the last failures were, the newest last.
    failures: Vec<Timestamp>,
    /// The names of the last failures, as keyed hashes, each with its last moment, the newest last.
    names: Vec<(String, Timestamp)>,
    raised: Option<Raised>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Raised {
    level: Level,
    until: Timestamp,
    failures: u32,
    names: u32,
}

impl Network {
    /// After one more failure, and whether it raised the risk.
    #[must_use]
    pub fn failed(mut self, name: &str, limits: &Limits, now: Timestamp) -> (Self, Option<Risk>) {
        if limits.failures == 0 {
            return (Self::default(), None);
        }
        self.failures.push(now);
        self.failures.retain(|at| now.since(*at) < limits.window);
        newest(&mut self.failures, limits.failures);
        self.names
            .retain(|(known, at)| known != name && now.since(*at) < limits.window);
        self.names.push((name.to_owned(), now));
        newest(&mut self.names, limits.names.max(1));
        let (failures, names) = (count(&self.failures), count(&self.names));
        if failures < limits.failures || names < limits.names {
            return (self, None);
        }
        // What goes on while the risk is raised is not stopped by work.
        let level = match self.raised.filter(|raised| now < raised.until) {
            Some(_) => Level::Characters,
            None => Level::Work,
        };
        let until = now + limits.raised;
        let next = Self {
            failures: Vec::new(),
            names: Vec::new(),
            raised: Some(Raised {
                level,
                until,
                failures,
                names,
            }),
        };
        let risk = next.risk(now);
        (next, risk)
    }

    /// The risk of this network now.
    pub fn risk(&self, now: Timestamp) -> Option<Risk> {
        let raised = self.raised.filter(|raised| now < raised.until)?;
        Some(Risk {
            level: raised.level,
            rule: Rule::Network,
            failures: raised.failures,
            names: Some(raised.names),
            usual: None,
        })
    }

    /// From when on there is nothing left to know.
    pub fn over_at(&self, limits: &Limits, now: Timestamp) -> Timestamp {
        let window = now + limits.window;
        self.raised
            .map_or(window, |raised| raised.until.max(window))
    }
}

/// Keeps the newest.
fn newest<T>(list: &mut Vec<T>, most: u32) {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    list.drain(..list.len().saturating_sub(most));
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Failures of the whole installation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Installation {
    /// In the last hour.
    pub hour: u32,
    /// In the week before it.
    pub week: u32,
}

impl Installation {
    /// Its risk now.
    pub fn risk(&self, limits: &Limits) -> Option<Risk> {
        let usual = self.week / WEEK_HOURS;
        let most = limits
            .hour_failures
            .max(self.week.saturating_mul(limits.hour_factor) / WEEK_HOURS);
        (limits.hour_failures > 0 && self.hour > most).then_some(Risk {
            level: Level::Work,
            rule: Rule::Installation,
            failures: self.hour,
            names: None,
            usual: Some(usual),
        })
    }

    /// After one more failure: whether it raised the risk.
    pub fn failed(self, limits: &Limits) -> Option<Risk> {
        let after = Self {
            hour: self.hour.saturating_add(1),
            ..self
        };
        after.risk(limits).filter(|_| self.risk(limits).is_none())
    }
}

/// The risk of a client: that of its network, or that of the installation, whichever asks for more.
pub fn risk(
    network: &Network,
    installation: Installation,
    limits: &Limits,
    now: Timestamp,
) -> Option<Risk> {
    let network = network.risk(now).filter(|_| limits.failures > 0);
    [network, installation.risk(limits)]
        .into_iter()
        .flatten()
        .reduce(|a, b| if b.level > a.level { b } else { a })
}

#[cfg(test)]
mod tests;
