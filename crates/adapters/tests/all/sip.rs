//! Calls by SIP against a scripted telephone over real sockets (R-REC-18, R-REC-19, R-REC-44).

mod answers;
mod keys;
mod load;
mod media;
mod peers;
mod ways;

use crate::desk::{NUMBER, TestDesk, plan};
use adapters::entropy::SystemEntropy;
use adapters::voice::Recorded;
use adapters::voice::sip::{Carriage, Config, Login, NumberForm, Sip, TrunkConfig};
use app::ports::{CallPlan, Telephone};
use domain::locale::Locale;
use domain::secret::Secret;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use testkit::callee::{Callee, Script};

const DIGITS: &str = "407318";

/// A trunk at this port of the loopback address.
pub(crate) fn trunk(port: u16) -> TrunkConfig {
    TrunkConfig {
        name: format!("trunk {port}"),
        host: "127.0.0.1".to_owned(),
        port: Some(port),
        carriage: Carriage::Udp,
        ca_file: None,
        domain: None,
        login: None,
        register: None,
        caller_id: Some("+886225550100".to_owned()),
        caller_ids: BTreeMap::new(),
        number: NumberForm::Plus,
        countries: Vec::new(),
    }
}

fn login(user: &str, password: &str) -> Option<Login> {
    Some(Login {
        user: user.to_owned(),
        auth_user: None,
        password: Secret::new(password.to_owned()),
    })
}

fn config(trunks: Vec<TrunkConfig>) -> Config {
    Config {
        port: 0,
        patience: Duration::from_millis(1_500),
        ..Config::new(trunks, Arc::new(|address| address.is_loopback()))
    }
}

fn telephone(config: Config) -> Sip {
    let voice = Arc::new(Recorded::default());
    Sip::new(config, voice, Arc::new(SystemEntropy)).unwrap()
}

/// A telephone with one trunk.
fn towards(callee: &Callee) -> Sip {
    telephone(config(vec![trunk(callee.port)]))
}

/// Places a call whose digits are [`DIGITS`].
async fn call(sip: &Sip) -> Arc<TestDesk> {
    call_in(sip, Locale::En).await
}

async fn call_in(sip: &Sip, locale: Locale) -> Arc<TestDesk> {
    let desk = TestDesk::expecting(DIGITS);
    let plan = CallPlan {
        locale,
        ..plan(&desk)
    };
    sip.place(&plan).await.unwrap();
    desk
}

/// A call to a telephone that does this, until it is over.
async fn story(script: Script) -> (Callee, Arc<TestDesk>) {
    let callee = Callee::start(script).await;
    let sip = towards(&callee);
    let desk = call(&sip).await;
    desk.over().await;
    (callee, desk)
}
