//! Calls of programs: which operations are served, what is written down of each, and what becomes of those that are not as
//! they should be.

use awswire::model::Service;
use domain::time::Span;
use http::StatusCode;
use std::fmt::Write as _;
use std::path::Path;
use testkit::rig::{Answer, Program, Rig, each_engine, on_sqlite};

/// The code that an answer was refused with.
fn code(answer: &Answer) -> Option<&str> {
    let (_, rest) = answer.body.split_once("<Code>")?;
    Some(rest.split_once("</Code>")?.0)
}

async fn root(rig: &Rig) -> Program {
    let root = rig.account("Example", "root@example.com").await;
    rig.program(&root).await
}

const TABLE: &str = "docs/aws-compatibility.md";
/// What the page should be, where it is not.
const ANEW: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/operations");
const HEAD: &str = "# Operations of the AWS APIs\n\n\
    Which operations of IAM and STS are served, and which are refused as `InvalidAction`. The list of operations is that of the\n\
    service models in `crates/awswire/models`; whether each is served is asked of a running server by the test\n\
    `the_table_of_operations_is_true`, which also writes this page.\n";

async fn rows(rig: &Rig, program: &Program, service: &'static Service) -> String {
    let (mut table, mut served, mut all) = (String::new(), 0, 0);
    for operation in service.operations() {
        let answer = rig.call(program, service.name, operation.name(), &[]).await;
        assert!(answer.status.as_u16() < 500, "{}", operation.name());
        let refused = code(&answer) == Some("InvalidAction");
        let word = if refused { "refused" } else { "served" };
        served += usize::from(!refused);
        all += 1;
        writeln!(table, "| `{}` | {word} |", operation.name()).expect("room");
    }
    let name = service.name.to_uppercase();
    format!(
        "\n## {name} ({})\n\n{served} of {all} are served.\n\n| operation | |\n|---|---|\n{table}",
        service.version
    )
}

#[test]
fn the_table_of_operations_is_true() {
    on_sqlite(async |rig| {
        let program = root(rig).await;
        let mut page = HEAD.to_owned();
        for service in [&awswire::iam::SERVICE, &awswire::sts::SERVICE] {
            page += &rows(rig, &program, service).await;
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let written = std::fs::read_to_string(root.join(TABLE)).unwrap_or_default();
        if written != page {
            std::fs::write(ANEW, &page).expect("a file");
            panic!(
                "docs/aws-compatibility.md is not what the server answers; what it should be is {ANEW}"
            );
        }
    });
}

#[test]
fn every_call_is_written_down_and_no_secret_of_it() {
    each_engine(async |rig| {
        let owner = rig.account("Example", "root@example.com").await;
        let program = rig.program(&owner).await;
        rig.call(&program, "iam", "CreateUser", &[("UserName", "Zhang")])
            .await;
        rig.call(&program, "iam", "CreateUser", &[("UserName", "zhang")])
            .await;
        rig.call(&program, "iam", "GetUser", &[("UserName", "Zhang")])
            .await;
        rig.app.write_calls_down().await.expect("the reads");
        let mfa = [
            ("SerialNumber", "arn:aws:iam::111122223333:mfa/x"),
            ("TokenCode", "271828"),
        ];
        let answer = rig.call(&program, "sts", "GetSessionToken", &mfa).await;
        assert_eq!(code(&answer), Some("AccessDenied"), "{}", answer.body);
        let audit = rig.audit(&owner).await;
        let wanted = [
            "CreateUser",
            "CreateUser EntityAlreadyExists",
            "GetUser",
            "GetSessionToken AccessDenied",
        ];
        let calls: Vec<&String> = audit
            .iter()
            .filter(|line| wanted.contains(&line.as_str()))
            .collect();
        assert_eq!(calls, wanted, "{audit:?}");
        let id = owner.account.id.clone();
        let page = rig
            .db()
            .read(move |tx| store::audit::of_account(tx, &id, None, 100))
            .await;
        let details: Vec<String> = page
            .expect("the log")
            .items
            .into_iter()
            .filter_map(|entry| entry.detail)
            .collect();
        let all = details.concat();
        assert!(
            all.contains("eventSource") && all.contains("Zhang"),
            "{all}"
        );
        assert!(
            !all.contains("271828") && !all.contains(&program.secret),
            "{all}"
        );
    });
}

#[test]
fn a_call_that_was_changed_on_its_way_is_nobodys() {
    on_sqlite(async |rig| {
        let program = root(rig).await;
        let body = "Action=GetCallerIdentity&Version=2011-06-15";
        let send = async |request| {
            let answer = rig.browser().send("/", request).await;
            (answer.status, code(&answer).map(str::to_owned))
        };
        let sign = || rig.sign(&program, "sts", body.to_owned());
        assert_eq!(send(sign()).await, (StatusCode::OK, None));
        let mut other_body = sign();
        *other_body.body_mut() = format!("{body}&x=y").into();
        let mut other_date = sign();
        let date = "20200101T000000Z".parse().expect("a value");
        other_date.headers_mut().insert("x-amz-date", date);
        let unsigned = rig
            .browser()
            .request(http::Method::POST, "/")
            .body(body.into());
        let for_iam = rig.sign(&program, "iam", body.to_owned());
        let old = sign();
        for (request, status, wanted) in [
            (other_body, 403, "SignatureDoesNotMatch"),
            (other_date, 403, "SignatureDoesNotMatch"),
            (
                unsigned.expect("a request"),
                403,
                "MissingAuthenticationToken",
            ),
            (for_iam, 403, "SignatureDoesNotMatch"),
        ] {
            let (found, code) = send(request).await;
            assert_eq!((found.as_u16(), code.as_deref()), (status, Some(wanted)));
        }
        rig.wait(Span::minutes(6));
        assert_eq!(send(old).await.1.as_deref(), Some("SignatureDoesNotMatch"));
    });
}

#[test]
fn whatever_is_posted_is_no_fault() {
    on_sqlite(async |rig| {
        let program = root(rig).await;
        let long = "x".repeat(2_000_000);
        for body in [
            "",
            "Action",
            "Action=",
            "Action=Nothing&Version=2010-05-08",
            "Action=CreateUser&Version=1999-01-01",
            "Action=CreateUser&Action=CreateUser&Version=2010-05-08",
            "Action=CreateUser&Version=2010-05-08&UserName=%ff",
            "Action=CreateUser&Version=2010-05-08&UserName=%00",
            "Action=CreateUser&Version=2010-05-08&Tags.member.0.Key=a",
            "Action=CreateUser&Version=2010-05-08&Tags.member.999999999.Key=a",
            "Action=ListUsers&Version=2010-05-08&MaxItems=%20100",
            "Action=ListUsers&Version=2010-05-08&Marker=%F0%9F%94%91&PathPrefix=/%25_/",
            "Action=CreatePolicy&Version=2010-05-08&PolicyName=p&PolicyDocument=%EF%BB%BF{}",
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::1:role/x&RoleSessionName=..",
            "{\"a\":1}",
            &long,
        ] {
            let answer = rig.signed(&program, "iam", body.to_owned()).await;
            assert!(
                answer.status.is_client_error() || answer.status.is_success(),
                "{body:.80}: {}",
                answer.status
            );
            assert!(
                answer.status.is_success() || code(&answer).is_some(),
                "{body:.80}: {}",
                answer.body
            );
        }
    });
}

#[test]
fn a_suspended_accounts_keys_serve_nobody() {
    each_engine(async |rig| {
        let owner = rig.account("Example", "root@example.com").await;
        let program = rig.program(&owner).await;
        let by = domain::audit::Actor::System;
        let state = domain::account::State::Suspended;
        rig.app
            .move_account(&rig.ctx(), by, &owner.account.id, state)
            .await
            .expect("suspending");
        let answer = rig.call(&program, "sts", "GetCallerIdentity", &[]).await;
        assert_eq!(
            code(&answer),
            Some("InvalidClientTokenId"),
            "{}",
            answer.body
        );
    });
}

/// A session of the root user that was got with a code of its device.
async fn proved(rig: &Rig, program: &Program, device: &str, code: &str) -> Program {
    let given = [("SerialNumber", device), ("TokenCode", code)];
    let answer = rig.call(program, "sts", "GetSessionToken", &given).await;
    let part = |name: &str| {
        let (_, rest) = answer.body.split_once(&format!("<{name}>")).expect(name);
        rest.split_once('<').expect("its end").0.to_owned()
    };
    Program {
        key: part("AccessKeyId"),
        secret: part("SecretAccessKey"),
        token: Some(part("SessionToken")),
    }
}

#[test]
fn what_programs_got_as_root_ends_with_its_sessions_and_with_its_device() {
    each_engine(async |rig| {
        let owner = rig.account("Example", "root@example.com").await;
        let app = rig.device(&owner, "phone").await;
        let program = rig.program(&owner).await;
        let serial = format!("arn:aws:iam::{}:mfa/phone", owner.account.id);
        let who = async |program: &Program| {
            let answer = rig.call(program, "iam", "GetUser", &[]).await;
            code(&answer).map(str::to_owned)
        };
        let first = proved(rig, &program, &serial, &app.code(rig.now())).await;
        assert_eq!(who(&first).await, None, "a session with MFA may call IAM");
        rig.wait(Span::minutes(1));
        let mut browser = rig.browser();
        rig.sign_in(&mut browser, &owner, Some(&app)).await;
        let ended = browser
            .post("/console/security-credentials/sessions/end", &[])
            .await;
        assert!(ended.status.is_redirection(), "{}", ended.text());
        assert_eq!(who(&first).await.as_deref(), Some("InvalidClientTokenId"));
        rig.wait(Span::minutes(1));
        let second = proved(rig, &program, &serial, &app.code(rig.now())).await;
        assert_eq!(who(&second).await, None);
        rig.wait(Span::minutes(1));
        let gone = format!("/console/security-credentials/devices/{}/remove", app.id);
        let gone = browser.post(&gone, &[]).await;
        assert!(gone.status.is_redirection(), "{}", gone.text());
        assert_eq!(who(&second).await.as_deref(), Some("InvalidClientTokenId"));
        assert_eq!(who(&program).await, None, "the key itself lasts");
    });
}
