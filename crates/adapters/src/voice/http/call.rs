//! One call over one carrier: from the request that it be placed to its last status.

use super::Shared;
use super::carrier::Known;
use super::leg::Leg;
use crate::voice::carriers::{Attempt, Carrier, Tried, lock};
use app::ports::{CallPlan, Future_};
use domain::call::Outcome;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// A carrier as one among others.
pub(super) struct Way {
    pub(super) shared: Arc<Shared>,
    pub(super) carrier: Arc<Known>,
}

impl Carrier for Way {
    fn name(&self) -> &str {
        &self.carrier.config.name
    }

    fn serves(&self, country: &str) -> bool {
        self.carrier.serves(country)
    }

    fn begin<'a>(&'a self, plan: &'a CallPlan) -> Box<dyn Attempt + 'a> {
        let token = self.shared.dice().token("call").expose().clone();
        let name = &self.carrier.config.name;
        let address = format!("{}/voice/{name}/{token}", self.shared.config.base);
        let leg = Arc::new(Leg::new(plan.clone(), name.clone(), address));
        lock(&self.shared.legs).insert(token.clone(), Arc::clone(&leg));
        Box::new(Call {
            way: self,
            plan,
            token,
            leg,
            creating: None,
        })
    }
}

/// A call that the carrier was asked for.
struct Call<'a> {
    way: &'a Way,
    plan: &'a CallPlan,
    token: String,
    leg: Arc<Leg>,
    creating: Option<JoinHandle<Result<String, Tried>>>,
}

impl Call<'_> {
    async fn run(&mut self) -> Tried {
        let (shared, carrier) = (Arc::clone(&self.way.shared), Arc::clone(&self.way.carrier));
        let (plan, address) = (self.plan.clone(), self.leg.address.clone());
        let patience = tokio::time::Instant::now() + shared.config.patience;
        // Begun, it is not given up half-way: the carrier may be dialling by then.
        let creating = tokio::spawn(async move {
            let to = (plan.to.as_str(), plan.country.as_str());
            Box::pin(carrier.create(&shared, to, &address)).await
        });
        let creating = self.creating.insert(creating);
        let created = tokio::select! {
            biased;
            created = &mut *creating => created,
            over = self.leg.over() => return over,
            // Whoever calls back has taken the call, also when it has not said so.
            () = tokio::time::sleep_until(patience) => match self.leg.id() {
                Some(_) => return self.leg.over().await,
                None => return Tried::failed("it says nothing"),
            },
        };
        self.creating = None;
        match created {
            Ok(Ok(id)) if self.leg.is(&id) => self.leg.over().await,
            Ok(Ok(_)) => {
                tracing::warn!(
                    call = self.plan.call.as_str(),
                    "a carrier has two names for a call"
                );
                Tried::Over(Outcome::Failed)
            }
            Ok(Err(tried)) => tried,
            Err(error) => Tried::failed(error.to_string()),
        }
    }
}

impl Attempt for Call<'_> {
    fn ask(&mut self) -> Future_<'_, Tried> {
        Box::pin(self.run())
    }

    fn answered(&self) -> bool {
        self.leg.was_answered()
    }

    fn end(&mut self) -> Future_<'_, ()> {
        lock(&self.way.shared.legs).remove(&self.token);
        let (shared, carrier) = (Arc::clone(&self.way.shared), Arc::clone(&self.way.carrier));
        let (leg, creating) = (Arc::clone(&self.leg), self.creating.take());
        Box::pin(async move {
            if leg.is_over() {
                return;
            }
            match (leg.id(), creating) {
                (Some(id), _) => Box::pin(carrier.end(&shared, id)).await,
                // What it takes after this must not ring on.
                (None, Some(creating)) => drop(tokio::spawn(async move {
                    if let Ok(Ok(id)) = creating.await {
                        Box::pin(carrier.end(&shared, &id)).await;
                    }
                })),
                (None, None) => {}
            }
        })
    }
}

impl Drop for Call<'_> {
    /// Its addresses live no longer than the call.
    fn drop(&mut self) {
        lock(&self.way.shared.legs).remove(&self.token);
    }
}
