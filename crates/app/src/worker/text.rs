//! Texts on their way out: the same rows, waits and marks as mails, handed to a carrier instead of a mail server.
//!
//! A text that was handed over and not marked goes out again: the same words twice on a telephone harm nobody. One that
//! comes too late is not sent at all.

use super::Worker;
use crate::ports::{MailRefused, OutgoingText};
use domain::sms::TextOrder;
use factors::phone::Phone;
use store::outbox::Claimed;

/// Hands one text over, and says which carrier took it.
pub(super) async fn send(
    worker: &Worker,
    row: &Claimed,
    order: &TextOrder,
) -> Result<String, MailRefused> {
    let ports = worker.app.ports();
    if order.until <= worker.now() {
        return Err(MailRefused::Never("too late to be sent".to_owned()));
    }
    let Some(texter) = &ports.texter else {
        return Err(MailRefused::Later("there is no carrier".to_owned()));
    };
    let country = Phone::from_e164(&order.to).and_then(|phone| phone.country());
    let text = OutgoingText {
        id: row.id.clone(),
        to: order.to.clone(),
        country: country.map_or_else(String::new, |country| country.as_str().to_owned()),
        words: ports
            .composer
            .text(order, &worker.app.settings().public_url),
    };
    texter.send(&text).await
}
