//! The commands about operators: a link that only its file and a terminal show, and everything in the audit log.

use super::{Home, mode};
use std::path::Path;

#[test]
fn an_operator_is_made_recovered_and_removed_and_the_link_is_in_a_file_of_its_owner_alone() {
    let home = Home::new();
    let server = home.serve();
    let create = ["operator", "create", "--name", "Day Desk", "--email"];
    let words = |email: &'static str| create.iter().copied().chain([email]).collect::<Vec<_>>();
    let printed = home.run(&words("day.desk@example.com")).printed;
    assert!(!printed.contains("/operator/set-up/"), "{printed}");
    let listed = home.json(&["operator", "list", "--json"]);
    let id = listed[0]["operatorId"].as_str().unwrap().to_owned();
    assert!(printed.contains(&id), "{printed}");
    assert_eq!(listed[0]["rights"], serde_json::json!(["support"]));
    let user = listed[0]["grantedBy"]["systemUser"].as_str().unwrap();
    let uid = rustix::process::getuid().as_raw();
    assert!(user.contains(&uid.to_string()), "{user}");
    home.run(&words("Day.Desk@EXAMPLE.com"))
        .refused("GL-OPER-007");

    let recovered = home.json(&["operator", "recover", "day.desk@example.com", "--json"]);
    assert!(recovered["setUpAt"].is_null());
    let file = recovered["setUpFile"].as_str().unwrap();
    assert!(file.ends_with(&format!("operator-link-{id}")), "{file}");
    assert_eq!(mode(Path::new(file)), 0o600);
    let link = std::fs::read_to_string(file).unwrap();
    let path = link
        .trim()
        .split_once(&server.host())
        .expect("our address")
        .1;
    let mut client = server.client();
    let to = client.get(path);
    assert_eq!(to.header("location"), Some("/operator/set-up"));
    assert_eq!(client.get("/operator/set-up").status, 200);

    home.run(&["operator", "remove", &id]);
    assert!(!Path::new(file).exists());
    assert_eq!(client.get("/operator/set-up").status, 410);
    home.run(&["operator", "recover", &id])
        .refused("GL-OPER-006");
    assert_eq!(
        home.json(&["operator", "list", "--json"]),
        serde_json::json!([])
    );
    let log = home.run(&["audit", "export"]).printed;
    for event in ["OperatorCreated", "OperatorRecovered", "OperatorRemoved"] {
        let line = log.lines().find(|line| line.contains(event)).unwrap();
        assert!(
            line.contains(&uid.to_string()) && line.contains(&id),
            "{line}"
        );
    }
    assert!(!log.contains(path), "the link is in the log");
}
