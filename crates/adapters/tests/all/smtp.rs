//! Mail by SMTP against a server over real sockets, with a certificate that is checked.

use adapters::mail::smtp::{BadConfig, Config, Protection, Smtp};
use app::ports::{Composed, MailRefused, Mailer, Outgoing};
use domain::dice::Dice;
use domain::ids::OutboxId;
use domain::secret::Secret;
use domain::time::Timestamp;
use mail_parser::MessageParser;
use std::time::Duration;
use testkit::smtp::{Answer, Options, Server};

const PASSWORD: &str = "an orange lamp";

fn config(server: &Server, protection: Protection) -> Config {
    Config {
        host: "localhost".to_owned(),
        port: Some(server.port),
        protection,
        ca_file: Some(server.ca_file()),
        login: Some(("gatelodge".to_owned(), Secret::new(PASSWORD.to_owned()))),
        hello: Some("gate.example.com".to_owned()),
        connect_within: Duration::from_secs(20),
    }
}

fn mail() -> Outgoing {
    let id = OutboxId::draw(&Dice::new([1; 32]), "");
    Outgoing {
        message_id: format!("<{id}@signin.example.com>"),
        id,
        from: "no-reply@signin.example.com".to_owned(),
        from_name: "Gatelodge 門房".to_owned(),
        to: "root+aws@example.org".to_owned(),
        words: Composed {
            subject: "您的驗證碼".to_owned(),
            text: "驗證碼：1234 5678\n.\n這一行之後還有字。\n".to_owned(),
            html: "<p>驗證碼：<b>1234 5678</b></p>".to_owned(),
            links: Vec::new(),
        },
        at: Timestamp::from_millis(1_800_000_000_000),
    }
}

#[tokio::test]
async fn a_mail_arrives_whole_by_starttls_and_login_r_con_14() {
    let server = Server::start(Options::default()).await;
    let smtp = Smtp::new(&config(&server, Protection::StartTls)).unwrap();
    assert_eq!(smtp.send(&mail()).await, Ok(()));
    let [taken] = <[_; 1]>::try_from(server.taken()).unwrap();
    assert!(taken.encrypted);
    assert_eq!(taken.user.as_deref(), Some("gatelodge"));
    assert_eq!(taken.from, "no-reply@signin.example.com");
    assert_eq!(taken.to, ["root+aws@example.org"]);
    assert_eq!(taken.header("Message-ID"), Some(mail().message_id));
    assert_eq!(
        taken.header("Auto-Submitted").as_deref(),
        Some("auto-generated")
    );
    assert_eq!(
        taken.header("Date").as_deref(),
        Some("Fri, 15 Jan 2027 08:00:00 +0000")
    );
    // Another's reading of it.
    let read = MessageParser::default()
        .parse(taken.data.as_bytes())
        .unwrap();
    assert_eq!(read.subject(), Some("您的驗證碼"));
    let from = read.from().and_then(|from| from.first()).unwrap();
    assert_eq!(from.name(), Some("Gatelodge 門房"));
    assert_eq!(from.address(), Some("no-reply@signin.example.com"));
    let text = read.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(text, mail().words.text, "the dot alone on a line too");
    assert_eq!(read.body_html(0).unwrap().trim_end(), mail().words.html);
    assert_eq!(read.text_body_count(), 1);
}

#[tokio::test]
async fn a_mail_arrives_by_tls_from_the_first_byte() {
    let options = Options {
        tls_at_once: true,
        ..Options::default()
    };
    let server = Server::start(options).await;
    let smtp = Smtp::new(&config(&server, Protection::Tls)).unwrap();
    assert_eq!(smtp.probe().await, Ok(()));
    assert_eq!(smtp.send(&mail()).await, Ok(()));
    assert!(server.taken().iter().all(|mail| mail.encrypted));
}

#[tokio::test]
async fn without_tls_only_this_machine_is_spoken_to() {
    let options = Options {
        starttls: false,
        login: None,
        ..Options::default()
    };
    let server = Server::start(options).await;
    let mut plain = Config {
        login: None,
        ca_file: None,
        ..config(&server, Protection::None)
    };
    let smtp = Smtp::new(&plain).unwrap();
    assert_eq!(smtp.send(&mail()).await, Ok(()));
    for host in ["192.0.2.1", "mail.example.com", "localhost.example.com"] {
        plain.host = host.to_owned();
        assert!(
            matches!(Smtp::new(&plain), Err(BadConfig::Unprotected(_))),
            "{host}"
        );
    }
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_is_not_who_it_should_be() {
    // Its certificate is for another name.
    let other = Server::start(Options {
        name: "mail.example.com",
        ..Options::default()
    })
    .await;
    // It offers no STARTTLS, as if somebody on the way had taken it out.
    let stripped = Server::start(Options {
        starttls: false,
        ..Options::default()
    })
    .await;
    // Its certificate is signed by nobody we trust.
    let unknown = Server::start(Options::default()).await;
    let mut foreign = config(&unknown, Protection::StartTls);
    foreign.ca_file = Some(other.ca_file());
    for (server, config) in [
        (&other, config(&other, Protection::StartTls)),
        (&stripped, config(&stripped, Protection::StartTls)),
        (&unknown, foreign),
    ] {
        let refused = Smtp::new(&config).unwrap().send(&mail()).await.unwrap_err();
        let MailRefused::Later(words) = &refused else {
            panic!("{refused:?}")
        };
        assert!(!words.contains(PASSWORD));
        assert_eq!((server.taken().len(), server.connections()), (0, 1));
    }
    let missing = Config {
        ca_file: Some("/nowhere/ca.pem".into()),
        ..config(&other, Protection::Tls)
    };
    assert!(matches!(
        Smtp::new(&missing),
        Err(BadConfig::Certificates(..))
    ));
}

#[tokio::test]
async fn what_can_be_mended_is_tried_again_and_what_cannot_is_not() {
    let server = Server::start(Options::default()).await;
    let smtp = Smtp::new(&config(&server, Protection::StartTls)).unwrap();
    let later = |refused: &Result<(), MailRefused>| matches!(refused, Err(MailRefused::Later(_)));
    let never = |refused: &Result<(), MailRefused>| matches!(refused, Err(MailRefused::Never(_)));
    for (answer, again) in [
        (Answer::AtRecipient("450 4.2.1 mailbox busy"), true),
        (Answer::AtRecipient("550 5.1.1 no such mailbox"), false),
        (Answer::AtEnd("451 4.3.0 later"), true),
        (Answer::AtEnd("554 5.7.1 looks like spam"), false),
        (Answer::AtEnd("535 5.7.8 your login ran out"), true),
        (Answer::BreakInside, true),
        (Answer::BreakAfter, true),
    ] {
        server.plan([answer]);
        let refused = smtp.send(&mail()).await;
        assert!(
            if again {
                later(&refused)
            } else {
                never(&refused)
            },
            "{answer:?}: {refused:?}"
        );
        if let Answer::AtRecipient(line) | Answer::AtEnd(line) = answer {
            let Err(MailRefused::Later(words) | MailRefused::Never(words)) = refused else {
                unreachable!()
            };
            let (_, said) = line.split_once(' ').unwrap();
            assert!(words.contains(said.split_once(' ').unwrap().1), "{words}");
        }
    }
    // After all that, the next mail goes through.
    assert_eq!(smtp.send(&mail()).await, Ok(()));
    let ids: Vec<_> = server
        .taken()
        .iter()
        .map(|mail| mail.header("Message-ID"))
        .collect();
    assert_eq!(
        ids,
        [Some(mail().message_id), Some(mail().message_id)],
        "the one before the break, and this"
    );
    assert_eq!(
        server.taken()[0].data,
        server.taken()[1].data,
        "the same to the last byte"
    );
    // A wrong password, a server that is away: the operator's to mend, while the mail waits.
    let wrong = Some((
        "gatelodge".to_owned(),
        Secret::new("a blue lamp".to_owned()),
    ));
    let smtp = Smtp::new(&Config {
        login: wrong,
        ..config(&server, Protection::StartTls)
    })
    .unwrap();
    assert!(later(&smtp.send(&mail()).await));
    assert!(smtp.probe().await.unwrap_err().contains("not you"));
    let nobody = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let smtp = Smtp::new(&Config {
        port: Some(port),
        ..config(&server, Protection::StartTls)
    })
    .unwrap();
    assert!(later(&smtp.send(&mail()).await));
}

#[tokio::test]
async fn a_connection_is_used_again_only_after_a_mail_went_through() {
    let server = Server::start(Options::default()).await;
    let smtp = Smtp::new(&config(&server, Protection::StartTls)).unwrap();
    for _ in 0..3 {
        assert_eq!(smtp.send(&mail()).await, Ok(()));
    }
    assert_eq!(server.connections(), 1, "one for all three");
    // A mail whose answer nobody waits for: its connection must not answer for the next one.
    server.plan([Answer::Silence]);
    let smtp = std::sync::Arc::new(smtp);
    let other = std::sync::Arc::clone(&smtp);
    let impatient = tokio::spawn(async move { other.send(&mail()).await });
    server.told(4).await;
    impatient.abort();
    assert!(impatient.await.is_err());
    assert_eq!(smtp.send(&mail()).await, Ok(()));
    assert_eq!((server.connections(), server.taken().len()), (2, 4));
}

#[tokio::test]
async fn a_silent_server_is_waited_for_so_long_and_no_longer() {
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let server = Server::start(Options::default()).await;
    let smtp = Smtp::new(&Config {
        port: Some(silent.local_addr().unwrap().port()),
        connect_within: Duration::from_millis(100),
        ..config(&server, Protection::StartTls)
    });
    let refused = smtp.unwrap().send(&mail()).await;
    assert!(matches!(refused, Err(MailRefused::Later(words)) if words.contains("no connection")));
}

#[tokio::test]
async fn no_header_can_be_smuggled_in() {
    let server = Server::start(Options::default()).await;
    let smtp = Smtp::new(&config(&server, Protection::StartTls)).unwrap();
    let spoil: [fn(&mut Outgoing); 6] = [
        |mail| {
            mail.words
                .subject
                .push_str("\r\nBcc: everybody@example.org")
        },
        |mail| mail.from_name.push_str("\nX: y"),
        |mail| mail.to.push_str("\r\nRCPT TO:<everybody@example.org>"),
        |mail| mail.to = "a@example.org, b@example.org".to_owned(),
        |mail| mail.from = "no-reply".to_owned(),
        |mail| mail.message_id.push_str("\r\n\r\nbody"),
    ];
    for spoil in spoil {
        let mut mail = mail();
        spoil(&mut mail);
        let refused = smtp.send(&mail).await;
        assert!(matches!(refused, Err(MailRefused::Never(_))), "{refused:?}");
    }
    assert_eq!(server.connections(), 0);
}
