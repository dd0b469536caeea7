//! The slow evaluator: every rule where it is read, nothing prepared.

use serde_json::Value;

/// One place of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Star,
    One,
    Is(char),
    Variable(String),
}

/// A pattern with wildcards, without variables.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    text.chars()
        .map(|c| match c {
            '*' => Token::Star,
            '?' => Token::One,
            c => Token::Is(c),
        })
        .collect()
}

/// Whether a text matches: by trying everything.
pub(crate) fn glob(pattern: &[Token], text: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(Token::Star), _) => {
            glob(&pattern[1..], text) || (!text.is_empty() && glob(pattern, &text[1..]))
        }
        (Some(Token::One), Some(_)) => glob(&pattern[1..], &text[1..]),
        (Some(Token::Is(wanted)), Some(found)) => {
            wanted == found && glob(&pattern[1..], &text[1..])
        }
        _ => false,
    }
}

/// Cuts a pattern up: variables are places of their own; `${*}` is an asterisk.
fn cut(text: &str, wildcards: bool, variables: bool) -> Vec<Token> {
    let mut cut = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if variables && rest.starts_with("${") && rest.contains('}') {
            let end = rest.find('}').unwrap();
            let inner = &rest[2..end];
            rest = &rest[end + 1..];
            match inner {
                "*" | "?" | "$" => cut.push(Token::Is(inner.chars().next().unwrap())),
                _ => cut.push(Token::Variable(inner.to_owned())),
            }
            continue;
        }
        let c = rest.chars().next().unwrap();
        rest = &rest[c.len_utf8()..];
        cut.push(match c {
            '*' if wildcards => Token::Star,
            '?' if wildcards => Token::One,
            c => Token::Is(c),
        });
    }
    cut
}

/// Puts the values of variables in; `None` if one has none.
fn filled(pattern: &[Token], case: &Value) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    for token in pattern {
        let Token::Variable(name) = token else {
            out.push(token.clone());
            continue;
        };
        let (key, default) = match name.split_once(", ") {
            Some((key, default)) => (key, Some(default.trim_matches('\'').to_owned())),
            None => (name.as_str(), None),
        };
        let value = match fact(case, key) {
            Some(Value::String(text)) => text,
            Some(_) => return None,
            None => default?,
        };
        out.extend(value.chars().map(Token::Is));
    }
    Some(out)
}

/// The value of a condition key, whatever its case.
fn fact(case: &Value, key: &str) -> Option<Value> {
    let facts = case["request"]["context"].as_object()?;
    let found = facts
        .iter()
        .find(|(name, _)| name.to_lowercase() == key.to_lowercase());
    found.map(|(_, value)| value.clone())
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.clone(),
        other => vec![other.clone()],
    }
}

fn words(value: &Value) -> Vec<String> {
    list(value)
        .iter()
        .map(|v| v.as_str().unwrap().to_owned())
        .collect()
}

/// Splits a pattern at its colons into six; the last keeps its own.
fn six(pattern: &[Token]) -> Vec<Vec<Token>> {
    let mut fields = vec![Vec::new()];
    for token in pattern {
        if *token == Token::Is(':') && fields.len() < 6 {
            fields.push(Vec::new());
        } else {
            fields.last_mut().unwrap().push(token.clone());
        }
    }
    fields
}

/// Whether an ARN fits a pattern, field by field; `None` where a variable has no value.
fn arn_fits(patterns: &[Vec<Token>], arn: &str, case: &Value) -> Option<bool> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    if fields.len() < 6 || fields[0] != "arn" {
        return Some(false);
    }
    let mut fits = true;
    for (pattern, field) in patterns.iter().zip(fields) {
        fits &= glob(&filled(pattern, case)?, &chars(field));
    }
    Some(fits)
}

fn resource_fits(text: &str, asked: &str, case: &Value, variables: bool) -> Option<bool> {
    if text == "*" {
        return Some(true);
    }
    let mut fields = six(&cut(text, true, variables));
    while fields.len() < 6 {
        fields.push(vec![Token::Star]);
    }
    arn_fits(&fields, asked, case)
}

/// Whether action, resource and conditions of a statement are those of the request.
fn fits(policy: &Value, statement: &Value, case: &Value) -> bool {
    let variables = policy["Version"] == "2012-10-17";
    let action = case["request"]["action"].as_str().unwrap().to_lowercase();
    let named = |element: &str| {
        let actions = words(&statement[element]);
        actions
            .iter()
            .any(|a| glob(&tokens(&a.to_lowercase()), &chars(&action)))
    };
    if !(named("Action") || (!statement["NotAction"].is_null() && !named("NotAction"))) {
        return false;
    }
    let asked = case["request"]["resource"]["resource"].as_str().unwrap();
    let meant = |element: &str| -> Vec<Option<bool>> {
        let resources = words(&statement[element]);
        resources
            .iter()
            .map(|r| resource_fits(r, asked, case, variables))
            .collect()
    };
    let wanted = meant("Resource").contains(&Some(true));
    let not = meant("NotResource");
    let excepted = !not.is_empty() && not.iter().all(|fits| *fits == Some(false));
    if !wanted && !excepted {
        return false;
    }
    let Some(condition) = statement["Condition"].as_object() else {
        return true;
    };
    condition.iter().all(|(operator, keys)| {
        let keys = keys.as_object().unwrap();
        keys.iter()
            .all(|(key, values)| met(operator, key, &words(values), case, variables))
    })
}

fn met(operator: &str, key: &str, wanted: &[String], case: &Value, variables: bool) -> bool {
    let value = fact(case, key).filter(|value| *value != Value::Array(Vec::new()));
    if operator == "Null" {
        return wanted.contains(&value.is_none().to_string());
    }
    let all = operator.starts_with("ForAllValues:");
    let some = operator.starts_with("ForAnyValue:");
    let name = operator
        .trim_start_matches("ForAllValues:")
        .trim_start_matches("ForAnyValue:");
    let base = name.trim_end_matches("IfExists");
    let negated = base.contains("Not");
    let Some(value) = value else {
        return name.ends_with("IfExists") || all || (negated && !some);
    };
    let one = |value: &str| {
        let answers: Vec<Option<bool>> = wanted
            .iter()
            .map(|w| equal(base, w, value, case, variables))
            .collect();
        if negated {
            answers.iter().all(|answer| *answer == Some(false))
        } else {
            answers.contains(&Some(true))
        }
    };
    match value {
        Value::String(text) if (all || some) && text.is_empty() => all,
        Value::String(text) => one(&text),
        several if all => words(&several).iter().all(|v| one(v)),
        several if some => words(&several).iter().any(|v| one(v)),
        _ => false,
    }
}

/// Whether one value is what a policy wants, by the operator without its "Not"; `None` where that says nothing.
fn equal(operator: &str, wanted: &str, value: &str, case: &Value, variables: bool) -> Option<bool> {
    let plain = operator.replace("Not", "");
    Some(match plain.as_str() {
        "StringEquals" => glob(
            &filled(&cut(wanted, false, variables), case)?,
            &chars(value),
        ),
        "StringLike" => glob(&filled(&cut(wanted, true, variables), case)?, &chars(value)),
        "StringEqualsIgnoreCase" => {
            let wanted = filled(&cut(wanted, false, variables), case)?;
            let lower = |c: &char| c.to_lowercase().next().unwrap();
            let wanted: Vec<Token> = wanted
                .iter()
                .map(|token| match token {
                    Token::Is(c) => Token::Is(lower(c)),
                    other => other.clone(),
                })
                .collect();
            glob(&wanted, &chars(value).iter().map(lower).collect::<Vec<_>>())
        }
        "ArnLike" | "ArnEquals" if wanted == "*" => true,
        "ArnLike" | "ArnEquals" => {
            let fields = six(&cut(wanted, true, variables));
            fields.len() == 6 && arn_fits(&fields, value, case)?
        }
        "Bool" => wanted.to_lowercase() == value.to_lowercase(),
        "IpAddress" => within(wanted, value),
        _ if plain.starts_with("Numeric") => ordered(
            &plain,
            value.parse::<f64>().ok(),
            wanted.parse::<f64>().ok(),
        ),
        _ if plain.starts_with("Date") => ordered(&plain, moment(value), moment(wanted)),
        other => panic!("{other}"),
    })
}

fn ordered(operator: &str, value: Option<f64>, wanted: Option<f64>) -> bool {
    let (Some(value), Some(wanted)) = (value, wanted) else {
        return false;
    };
    match operator
        .trim_start_matches("Numeric")
        .trim_start_matches("Date")
    {
        "Equals" => value == wanted,
        "LessThan" => value < wanted,
        "LessThanEquals" => value <= wanted,
        "GreaterThan" => value > wanted,
        "GreaterThanEquals" => value >= wanted,
        other => panic!("{other}"),
    }
}

/// The few moments that cases speak of, and seconds.
fn moment(text: &str) -> Option<f64> {
    let new_year = 1_767_225_600.0;
    match text {
        "2026-01-01T00:00:00Z" => Some(new_year),
        "2026-03-01T12:00:00Z" => Some(new_year + 59.5 * 86_400.0),
        "2026-06-01" => Some(new_year + 151.0 * 86_400.0),
        seconds => seconds.parse().ok(),
    }
}

/// Whether an IPv4 address lies in a network: bit by bit.
fn within(network: &str, address: &str) -> bool {
    let bits = |text: &str| -> Option<String> {
        let octets: Vec<u8> = text
            .split('.')
            .map_while(|octet| octet.parse().ok())
            .collect();
        (octets.len() == 4).then(|| octets.iter().map(|octet| format!("{octet:08b}")).collect())
    };
    let (base, prefix) = network.split_once('/').unwrap_or((network, "32"));
    let prefix: usize = prefix.parse().unwrap();
    match (bits(base), bits(address)) {
        (Some(base), Some(address)) => base[..prefix] == address[..prefix],
        _ => false,
    }
}

/// How directly principals name the caller: 0 not, 1 its account, 2 what stands behind it, 3 itself.
fn named(principal: &Value, caller: &Value) -> u8 {
    if *principal == "*" {
        return 3;
    }
    let arn = caller.as_str().unwrap_or("");
    let account = arn.split(':').nth(4).unwrap_or("");
    let mut best = 0;
    if words(&principal["Service"]).iter().any(|name| name == arn) {
        best = 3;
    }
    for name in words(&principal["AWS"]) {
        let root = format!("arn:aws:iam::{name}:root");
        let of_account = !account.is_empty()
            && (name == account || name == format!("arn:aws:iam::{account}:root"));
        let level = if name == "*" || name == arn && !arn.contains(":role/") || root == arn {
            3
        } else if of_account {
            if arn.ends_with(":root") { 3 } else { 1 }
        } else if name == arn || behind(&name, arn) {
            2
        } else {
            0
        };
        best = best.max(level);
    }
    best
}

/// Whether a role or user stands behind a session, in the words of these cases.
fn behind(name: &str, session: &str) -> bool {
    let role = session.contains(":assumed-role/Dev/") && name.ends_with(":role/p/Dev");
    let user = session.ends_with(":federated-user/ann") && name.ends_with(":user/ann");
    (role || user) && name.split(':').nth(4) == session.split(':').nth(4)
}

/// How directly a statement speaks of the caller.
fn spoken_of(statement: &Value, case: &Value) -> u8 {
    let caller = &case["request"]["principal"];
    if statement["NotPrincipal"].is_null() {
        return named(&statement["Principal"], caller);
    }
    let level = named(&statement["NotPrincipal"], caller);
    let bounded = !list(&case["permissionBoundaries"]).is_empty();
    let role = caller.as_str().is_some_and(|arn| arn.contains(":role/"));
    let except = match statement["Effect"] == "Allow" {
        true => level > 0,
        false => !bounded && (level == 3 || (role && level == 2)),
    };
    if except { 0 } else { 3 }
}

/// Whether some statement of this effect fits, in any of the policies.
fn any(policies: &[Value], effect: &str, case: &Value, of: impl Fn(&Value) -> bool) -> bool {
    policies.iter().any(|policy| {
        let statements = list(&policy["Statement"]);
        statements
            .iter()
            .any(|s| s["Effect"] == effect && fits(policy, s, case) && of(s))
    })
}

/// Decides a case.
pub(crate) fn decide(case: &Value) -> &'static str {
    let caller = &case["request"]["principal"];
    let arn = caller.as_str().unwrap_or("");
    let account = arn.split(':').nth(4).unwrap_or("");
    let action = case["request"]["action"].as_str().unwrap();
    if action == "sts:GetCallerIdentity" && caller.is_string() {
        return "Allowed";
    }
    let person = arn.starts_with("arn:");
    let root = arn.ends_with(":root");
    let everybody = |_: &Value| true;
    let (identity, boundary) = (
        list(&case["identityPolicies"]),
        list(&case["permissionBoundaries"]),
    );
    let (session, resource) = (list(&case["sessionPolicy"]), list(&case["resourcePolicy"]));
    let (service, control) = (
        list(&case["serviceControlPolicies"]),
        list(&case["resourceControlPolicies"]),
    );
    let endpoint = list(&case["endpointPolicies"]);
    let tier = |tier: &Value| list(&tier["policies"]);

    // What denies.
    let mut silent = boundary.clone();
    silent.extend(session.clone());
    silent.extend(control.iter().flat_map(tier));
    if person {
        silent.extend(service.iter().flat_map(tier));
    }
    if !root {
        silent.extend(identity.clone());
    }
    let spoken = |s: &Value| spoken_of(s, case) > 0;
    if any(&silent, "Deny", case, everybody)
        || any(&resource, "Deny", case, spoken)
        || any(&endpoint, "Deny", case, spoken)
    {
        return "ExplicitlyDenied";
    }
    // What must allow in any case.
    let closed = person
        && service
            .iter()
            .any(|level| !any(&tier(level), "Allow", case, everybody));
    if closed || (!endpoint.is_empty() && !any(&endpoint, "Allow", case, spoken)) {
        return "ImplicitlyDenied";
    }
    // What grants.
    let grants = |level: u8| any(&resource, "Allow", case, |s| spoken_of(s, case) == level);
    let (own, behind, delegated) = (grants(3), grants(2), grants(1));
    let by_identity = root || any(&identity, "Allow", case, everybody);
    let bounded = boundary.is_empty() || any(&boundary, "Allow", case, everybody);
    let unlimited = session.is_empty() && !arn.contains(":federated-user/");
    let limited = unlimited || any(&session, "Allow", case, everybody);
    let asked = case["request"]["resource"]["resource"].as_str().unwrap();
    let by_itself =
        asked.starts_with("arn:aws:kms:") || (action.starts_with("sts:") && !resource.is_empty());
    let granted = if !person {
        own
    } else if case["request"]["resource"]["accountId"] == account {
        let let_in = !by_itself || own || behind || delegated;
        let direct = own && !root;
        direct || ((behind || (by_identity && let_in)) && bounded && limited)
    } else {
        (own || behind || delegated) && by_identity && bounded && limited
    };
    if granted {
        "Allowed"
    } else {
        "ImplicitlyDenied"
    }
}
