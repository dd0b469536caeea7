//! What is set otherwise than was approved: pending changes, and those that the next start would find.

use crate::compose::House;
use crate::finding::{Finding, Level};
use domain::channel::Verdict;

/// Red while a channel is paused for cases.
pub(super) async fn look(house: &House, found: &mut Vec<Finding>) {
    let Ok(pending) = house.app.changed_channels().await else {
        return;
    };
    for one in &pending {
        let Some(change) = &one.guarded.change else {
            continue;
        };
        let decided = change.decided.as_ref().map(|(verdict, _)| *verdict);
        let remedy = match (decided, one.in_hands) {
            (Some(Verdict::Declined), _) => {
                "an operator said that this is not ours: put the settings back and start again, and see who changed them"
            }
            (Some(Verdict::Approved), _) => "approved: it is in force once its time is over",
            (None, true) => {
                "an operator has to look at /operator/channel; if nobody of you changed it, put the settings back and see who did"
            }
            (None, false) => {
                "there is no operator who may decide, so time alone ends it; if nobody of you changed it, put the settings back and see who did"
            }
        };
        let minutes = house.app.now().until(change.until).as_minutes_up();
        let hours = (minutes.max(0) + 59) / 60;
        found.push(Finding::error(
            "GL-DOC-033",
            one.guarded.part.key(),
            format!(
                "changed and not in force, so recoveries do not rely on it, for {hours} hours at least: {}",
                change.keys().join(", ")
            ),
            remedy,
        ));
    }
    if house.config.trial() {
        return;
    }
    let Ok(own) = house.config.guarded(&house.place, house.app.db().ring()) else {
        return;
    };
    for (part, keys) in house.app.unapproved(own).await.unwrap_or_default() {
        if pending.iter().any(|one| one.guarded.part == part) {
            continue;
        }
        found.push(
            Finding::error(
                "GL-DOC-034",
                part.key(),
                format!("the next start will find these changed: {}", keys.join(", ")),
                "recoveries will not rely on them for a day and until an operator has approved them at /operator/channel",
            )
            .at(Level::Warning),
        );
    }
}
