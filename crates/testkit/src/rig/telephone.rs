//! The other end of the line: calls as they were ordered, and what a telephone reports of them.

use super::Rig;
use domain::call::{CallEvent, CallOrder, Digits, Say};
use store::outbox::{Entry, Kind};

impl Rig {
    /// The newest rows of the outbox, newest first.
    pub async fn outbox(&self) -> Vec<Entry> {
        let page = self
            .db()
            .read(|tx| store::outbox::list(tx, None, 1_000))
            .await;
        page.expect("the outbox").items
    }

    /// How many calls were ordered.
    pub async fn count_calls(&self) -> usize {
        let rows = self.outbox().await;
        rows.iter().filter(|row| row.kind == Kind::Call).count()
    }

    /// The newest call ordered.
    pub async fn last_call(&self) -> CallOrder {
        let rows = self.outbox().await;
        let newest = rows.iter().find(|row| row.kind == Kind::Call);
        let body = newest.and_then(|row| row.body.as_ref()).expect("a call");
        serde_json::from_slice(body.expose()).expect("an order")
    }

    /// The telephone reports; `None` when it is not listened to.
    pub async fn report(&self, order: &CallOrder, event: CallEvent) -> Option<Say> {
        let ctx = self.ctx();
        self.app.report_call(&ctx, &order.call, event).await.ok()
    }

    /// The phone rings and somebody answers.
    pub async fn answer_phone(&self, order: &CallOrder) {
        for event in [CallEvent::Ringing, CallEvent::Answered] {
            assert_eq!(self.report(order, event).await, Some(Say::Nothing));
        }
    }
}

/// Other digits than the page shows are keyed.
pub fn wrong_digits(order: &CallOrder) -> CallEvent {
    let other = match order.digits.expose() {
        "000000" => "111111",
        _ => "000000",
    };
    CallEvent::Keyed(Digits::keyed(other).expect("digits"))
}
