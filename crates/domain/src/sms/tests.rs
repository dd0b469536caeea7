//! How many texts there may be, and what they cost.
use super::*;
use crate::sample::{NOW, cost, past_call};

fn reach(texts: Vec<Past>) -> Reach {
    Reach {
        number: "+886912345678".to_owned(),
        block: "192.0.2.0/24".to_owned(),
        cost: cost(),
        calls: Vec::new(),
        texts,
    }
}

fn past(ago: Span, class: Class) -> Past {
    Past {
        spent: Spent {
            at: NOW - ago,
            price: 10,
        },
        class,
        same_number: true,
        same_account: true,
        same_block: true,
    }
}

#[test]
fn five_of_a_class_to_a_number_ten_for_an_account_twenty_from_a_network() {
    let texts = |count, text: Past| reach(vec![text; count]);
    let code = past(Span::hours(2), Class::Code);
    assert!(texts(4, code).allows(Class::Code, NOW));
    assert!(!texts(5, code).allows(Class::Code, NOW));
    assert!(texts(5, code).allows(Class::Notice, NOW), "counted apart");
    let other_number = Past {
        same_number: false,
        ..code
    };
    assert!(texts(9, other_number).allows(Class::Code, NOW));
    assert!(!texts(10, other_number).allows(Class::Code, NOW));
    let neighbour = Past {
        same_number: false,
        same_account: false,
        ..past(Span::minutes(59), Class::Code)
    };
    assert!(texts(19, neighbour).allows(Class::Code, NOW));
    assert!(!texts(20, neighbour).allows(Class::Code, NOW));
    let notices = Past {
        class: Class::Notice,
        ..neighbour
    };
    assert!(
        texts(20, notices).allows(Class::Notice, NOW),
        "the server's"
    );
    let begun = past(Span::hours(2), Class::Attempt);
    assert!(
        texts(5, begun).allows(Class::Notice, NOW),
        "what is done is told"
    );
    assert!(!texts(5, begun).allows(Class::Attempt, NOW));
    let yesterday = past(DAY, Class::Code);
    assert!(texts(30, yesterday).allows(Class::Code, NOW));
}

#[test]
fn texts_and_calls_have_one_budget_of_which_recoveries_keep_a_part() {
    let mut full = reach(Vec::new());
    full.cost.budget.hour = Some(100);
    full.cost.hour = vec![
        Spent {
            at: NOW - Span::minutes(1),
            price: 61,
        };
        1
    ];
    assert!(!full.allows(Class::Code, NOW), "61 and 10 of 70");
    full.cost.price = 9;
    assert!(full.allows(Class::Code, NOW));
    let mut number = reach(Vec::new());
    number.cost.budget.number = Some(30);
    number.calls = vec![past_call(Span::hours(3), true, 0); 2];
    assert!(number.allows(Class::Code, NOW), "20 and 10 of 30");
    number.cost.to_number = vec![Spent {
        at: NOW - Span::hours(20),
        price: 1,
    }];
    assert!(!number.allows(Class::Code, NOW));
}

#[test]
fn an_order_is_a_code_or_a_notice_and_shows_neither() {
    let reach = reach(Vec::new());
    let account: AccountId = "111122223333".parse().unwrap();
    let order = |kind, code| {
        let words = (Locale::Ja, code);
        reach
            .order(kind, &account, words, (NOW, NOTICE_LIFE))
            .unwrap()
    };
    let code = order(MailKind::SignInCode, Some("12345678"));
    assert_eq!((code.class(), code.until), (Class::Code, NOW + NOTICE_LIFE));
    assert_eq!(format!("{code:?}"), "TextOrder(sign-in-code)");
    assert_eq!(order(MailKind::RecoveryBegun, None).class(), Class::Attempt);
    assert_eq!(order(MailKind::RecoveryDone, None).class(), Class::Notice);
    assert!(!also_by_text(MailKind::SignInCode) && also_by_text(MailKind::DeviceRemoved));
}
