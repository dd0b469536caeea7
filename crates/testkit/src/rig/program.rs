//! A program with an access key: its calls are signed by the vendor's own library.

use super::{Answer, Identity, Rig};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use axum::body::Body;
use domain::audit::Actor;
use http::{Method, Request, header};
use std::time::{Duration, UNIX_EPOCH};

/// A program, and the key it signs with.
#[derive(Debug, Clone)]
pub struct Program {
    /// The id of its key.
    pub key: String,
    /// What it signs with.
    pub secret: String,
    /// What goes with a key of a session.
    pub token: Option<String>,
}

impl Rig {
    /// A program that has an access key of the root user.
    pub async fn program(&self, of: &Identity) -> Program {
        let ctx = self.ctx();
        let made = self
            .app
            .create_root_key(&ctx, Actor::System, &of.account.id)
            .await
            .expect("an access key");
        Program {
            key: made.key.id.to_string(),
            secret: made.secret.expose().clone(),
            token: None,
        }
    }

    /// Signs and makes a call: of `iam` or `sts`, with its parameters as a form.
    pub async fn call(
        &self,
        program: &Program,
        service: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Answer {
        let version = match service {
            "iam" => "2010-05-08",
            _ => "2011-06-15",
        };
        let fixed = [("Action", action), ("Version", version)];
        let pairs = fixed.iter().chain(parameters);
        let escape = |text: &str| -> String {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
            let bytes = text.bytes().map(|b| match plain(b) {
                true => char::from(b).to_string(),
                false => format!("%{b:02X}"),
            });
            bytes.collect()
        };
        let form: Vec<String> = pairs
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect();
        self.signed(program, service, form.join("&")).await
    }

    /// The same of a body as it stands.
    pub async fn signed(&self, program: &Program, service: &str, body: String) -> Answer {
        let request = self.sign(program, service, body);
        self.browser().send("/", request).await
    }

    /// A call, signed and not sent.
    pub fn sign(&self, program: &Program, service: &str, body: String) -> Request<Body> {
        let Program { key, secret, token } = program;
        let identity = Credentials::from_keys(key, secret, token.clone()).into();
        let now = u64::try_from(self.now().millis()).expect("after 1970");
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name(service)
            .time(UNIX_EPOCH + Duration::from_millis(now))
            .settings(SigningSettings::default())
            .build()
            .expect("everything that is needed")
            .into();
        let kind = "application/x-www-form-urlencoded";
        let given = [("host", "localhost:8080"), ("content-type", kind)];
        let address = "http://localhost:8080/";
        let covered = SignableBody::Bytes(body.as_bytes());
        let covered = SignableRequest::new("POST", address, given.into_iter(), covered);
        let signed = sign(covered.expect("a request"), &parameters).expect("a signature");
        let (instructions, _) = signed.into_parts();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/")
            .header(header::HOST, "localhost:8080")
            .header(header::CONTENT_TYPE, kind)
            .header(header::USER_AGENT, "program/1.0");
        for (name, value) in instructions.headers() {
            request = request.header(name, value);
        }
        request.body(Body::from(body)).expect("a request")
    }
}
