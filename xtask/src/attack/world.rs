//! The server that is attacked, as everybody reaches it, and the post and telephones of its people.

use crate::drive::http::Browser;
use crate::drive::process::command;
use crate::drive::walk::{Place, mailed_code};
use anyhow::{Context as _, bail};
use std::net::Ipv4Addr;

/// A trial server and its installation.
#[derive(Debug, Clone)]
pub(super) struct World<'a> {
    pub(super) place: Place<'a>,
    pub(super) port: u16,
    /// Marks the names of this run, so that it can be repeated on one server.
    pub(super) tag: String,
}

impl World<'_> {
    /// A browser at this address of the machine.
    pub(super) fn browser(&self, from: Ipv4Addr) -> Browser {
        Browser::new(self.port).from(from)
    }

    /// A number for an owner. Its last four digits are none that a time, a count or an id has by chance.
    pub(super) fn phone(&self, number: u8) -> String {
        let of_run = self.tag.bytes().fold(7_u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
        let four: String = (0..4)
            .map(|n| match (u32::from(number) >> (2 * n)) & 3 {
                0 => '0',
                1 => '8',
                2 => '9',
                _ => '1',
            })
            .collect();
        format!("+88691{:03}{four}", of_run % 1_000)
    }

    /// Whether two operators approved a support case about this account.
    pub(super) fn approved(&self, account: &str) -> anyhow::Result<bool> {
        let (binary, folder) = (self.place.binary, self.place.folder);
        let cases = command(binary, folder, &["support", "list", "--json"], "")?;
        let cases = cases.as_array().cloned().unwrap_or_else(|| vec![cases]);
        Ok(cases.iter().any(|case| {
            let text = |name: &str| case.get(name).and_then(|value| value.as_str());
            text("account") == Some(account) && text("approvedBy").is_some()
        }))
    }

    /// Asks for a new password, as anybody can.
    pub(super) fn forgot(&self, browser: &mut Browser, email: &str) -> anyhow::Result<()> {
        browser.get("/signin/forgot")?;
        let asked = browser.post("/signin/forgot", &[("email", email)])?;
        match asked.status {
            303 => Ok(()),
            status => bail!("the form of a forgotten password was answered {status}"),
        }
    }

    /// The newest link of these kinds in somebody's mailbox.
    pub(super) fn newest_link(&self, email: &str, kinds: &[&str]) -> anyhow::Result<String> {
        let mails = self.place.mails(email)?;
        let mut links = mails.iter().flat_map(|mail| &mail.links);
        let found = links.find(|link| {
            kinds.iter().any(|kind| link.starts_with(kind)) && !link.starts_with("/reset/not-me/")
        });
        found
            .cloned()
            .with_context(|| format!("no mail with a link {}…", kinds.join("… or ")))
    }

    /// The code mailed for a case.
    pub(super) fn code_of(&self, email: &str, case: &str) -> anyhow::Result<String> {
        let id = case.rsplit('/').next();
        let mails = self.place.mails(email)?;
        let mut of_case = mails.iter().filter(|mail| mail.reference.as_deref() == id);
        let code = of_case.find_map(|mail| mailed_code(&mail.text));
        code.context("no code was mailed for the case")
    }
}
