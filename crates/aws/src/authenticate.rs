//! From a request to its caller: the signature, and the key it was made with.

use app::App;
use app::api::credential::Credential;
use awswire::WireError;
use awswire::model::Service;
use awswire::sigv4::{Paths, Payload, Presented, Refused, Request, Rules, SigningKey};
use awswire::value::Timestamp;
use domain::iam::caller::Caller;

/// Who signed, and for which region.
pub(crate) struct Signed {
    pub(crate) caller: Caller,
    pub(crate) region: String,
}

/// Checks the signature of a request for this service.
pub(crate) async fn signed(
    app: &App,
    service: &'static Service,
    request: &Request<'_>,
    body: &[u8],
    query_form: bool,
) -> Result<Signed, WireError> {
    let said = |refused: Refused| refused.into_wire(service.protocol);
    let presented = Presented::read(request).map_err(said)?;
    let rules = Rules {
        service: service.signing_name,
        paths: Paths::Normal,
        open_payload: false,
        query_form,
    };
    let now = app.now();
    let at = Timestamp::from_millis(now.millis());
    presented.check(&rules, at).map_err(said)?;
    let token = presented.session_token();
    let credential = app.credential(presented.access_key_id(), token, now).await;
    let Credential { secret, caller } =
        credential.map_err(|error| crate::front::wire(service, error))?;
    let key = SigningKey::derive(
        secret.expose().as_bytes(),
        presented.date(),
        presented.region(),
        presented.service(),
    );
    let verified = presented.verify(request, Payload::Body(body), &key, &rules, at);
    let verified = verified.map_err(said)?;
    Ok(Signed {
        caller,
        region: verified.region().to_owned(),
    })
}
