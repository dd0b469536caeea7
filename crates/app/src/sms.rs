//! Short texts: to which telephone of an account they may go, how they are ordered, and what carriers tell of them.
//!
//! Who may have one sent: whoever gave the right password of an account without a device (its code), and whatever is
//! also told by mail (a notice, beside that mail). What may not be sent as a text goes by mail alone.
//!
//! Invariant: a text goes to the proved number in force, of a country that may be called, and nowhere else.

use crate::commit::Writer;
use crate::ports::{Answer, Callback, Delivery};
use crate::recovery::phone_of;
use crate::settings::{Settings, Transport};
use crate::{App, Error};
use domain::account::Account;
use domain::audit::{Actor, Event, Record};
use domain::ids::OutboxId;
use domain::mail::MailOrder;
use domain::sms::{NOTICE_LIFE, Reach, TextOrder};
use domain::time::Timestamp;
use factors::phone::Phone;
use store::Tx;
use store::outbox::{self, Draft, Kind};

/// How the address ends that a carrier is given for one text.
pub const CALLBACK: &str = "/text";

/// The telephone that the account can be written to now; nothing where no texts go out, or where none is proved that
/// can read one.
pub(crate) fn reach(
    tx: &mut Tx<'_>,
    settings: &Settings,
    account: &Account,
    block: String,
    now: Timestamp,
) -> Result<Option<Reach>, Error> {
    if settings.texts.transport == Transport::Off {
        return Ok(None);
    }
    let Some(contact) = phone_of(tx, &account.id)? else {
        return Ok(None);
    };
    let held = contact.in_force(now);
    let readable = Phone::from_e164(held.value).is_some_and(|phone| phone.kind().may_be_texted());
    if !held.proved || !readable {
        return Ok(None);
    }
    let Some(mut cost) = settings.cost(tx, held.value, now)? else {
        return Ok(None);
    };
    cost.price = settings.texts.price;
    let number = held.value.to_owned();
    Ok(Some(Reach {
        calls: store::call::recent(tx, &account.id, &number, &block, now)?,
        texts: store::sms::recent(tx, account.id.as_str(), &number, &block, now)?,
        number,
        block,
        cost,
    }))
}

/// Puts a text into the outbox, and notes it for the limits.
pub(crate) fn push(
    tx: &mut Tx<'_>,
    writer: &Writer,
    index: usize,
    order: &TextOrder,
) -> Result<(), Error> {
    let id = OutboxId::draw(&writer.dice, &format!("text {index}"));
    let body =
        serde_json::to_vec(order).map_err(|_| Error::Fault("a text order has no JSON form"))?;
    let draft = Draft {
        id: &id,
        kind: Kind::Text,
        topic: order.kind.key(),
        message_id: id.as_str(),
        reference: writer.reference(),
        locale: order.locale,
        recipient: &order.to,
        body: &body,
        erase: writer.settings().texts.transport != Transport::Trial,
        created_at: writer.now,
        due_at: writer.now,
    };
    outbox::push(tx, &draft)?;
    Ok(store::sms::put(tx, &id, order, writer.now)?)
}

/// Says a notice as a text, too: once, with the mail to the account's own address.
pub(crate) fn beside(
    tx: &mut Tx<'_>,
    writer: &Writer,
    index: usize,
    notice: &MailOrder,
) -> Result<(), Error> {
    let settings = writer.settings();
    let Some(id) = (notice.account.as_ref()).filter(|_| settings.texts.transport != Transport::Off)
    else {
        return Ok(());
    };
    let account = store::account::find(tx, id)?.filter(|account| account.email == notice.to);
    let Some(account) = account else {
        return Ok(());
    };
    let block = writer.client.block();
    let reach = reach(tx, settings, &account, block, writer.now)?;
    let text = reach.and_then(|reach| {
        let (words, life) = ((account.locale, None), (writer.now, NOTICE_LIFE));
        reach.order(notice.kind, &account.id, words, life)
    });
    match text {
        Some(text) => push(tx, writer, index, &text),
        None => Ok(()),
    }
}

impl App {
    /// A carrier asks or tells something at an address that it was given for one call or text. Who is no carrier learns
    /// nothing.
    pub async fn called_back(&self, callback: Callback) -> Answer {
        let ports = self.ports();
        if callback.post && callback.path.ends_with(CALLBACK) {
            return match ports.texter.as_ref().map(|texter| texter.told(&callback)) {
                Some(Ok(Some(delivery))) => match self.text_told(delivery).await {
                    Ok(true) => Answer::nothing(204),
                    Ok(false) => Answer::nothing(404),
                    Err(error) => {
                        tracing::warn!(%error, "what a carrier told of a text is not written down");
                        Answer::nothing(503)
                    }
                },
                Some(Ok(None)) => Answer::nothing(204),
                Some(Err(answer)) => answer,
                None => Answer::nothing(404),
            };
        }
        match &ports.telephone {
            Some(telephone) => telephone.called_back(callback).await,
            None => Answer::nothing(404),
        }
    }

    /// Writes down what a carrier told. False if it is no text of that carrier, or none of the last day.
    async fn text_told(&self, told: Delivery) -> Result<bool, Error> {
        let (now, dice) = (
            self.now(),
            domain::dice::Dice::new(self.ports().entropy.seed()),
        );
        let dice = dice.at(now);
        self.db()
            .write(move |tx| {
                let known = store::sms::carrier(tx, &told.text)?;
                let its = |carrier: &String| carrier.is_empty() || *carrier == told.carrier;
                if !known.as_ref().is_some_and(its) {
                    return Ok(false);
                }
                let lost = told.lost.as_deref();
                if outbox::text::told(tx, &told.text, lost, now)? {
                    store::sms::taken(tx, &told.text, &told.carrier)?;
                    let event = match lost {
                        None => Event::TextDelivered,
                        Some(_) => Event::TextFailed,
                    };
                    let mut record = Record::new(event, Actor::System)
                        .detail("text", told.text.as_str())
                        .detail("carrier", told.carrier.as_str());
                    if let Some(account) = store::sms::account(tx, &told.text)? {
                        record = record.about(&account);
                    }
                    if let Some(why) = lost {
                        record = record.detail("reason", why);
                    }
                    store::audit::append(tx, &dice, now, &record)?;
                }
                Ok::<_, Error>(true)
            })
            .await
    }
}
