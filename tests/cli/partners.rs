//! `strigo partners`.

use crate::support::{Api, requests, run, sandbox, strigo, strigo_in};

const ACME: &str = r#"{"id":"yCoaiix2pRjxMjCn7","name":"Acme"}"#;
const LIST: &str =
    r#"[{"id":"yCoaiix2pRjxMjCn7","name":"Acme"},{"id":"odd/id","name":"Globex, \"Inc\""},{"id":"7","name":"odd/id"}]"#;

#[test]
fn list_in_each_format() {
    let tsv = "yCoaiix2pRjxMjCn7\tAcme\nodd/id\tGlobex, \"Inc\"\n7\todd/id\n";
    let csv = "ID,NAME\r\nyCoaiix2pRjxMjCn7,Acme\r\nodd/id,\"Globex, \"\"Inc\"\"\"\r\n7,odd/id\r\n";
    let table = "\
┌───────────────────┬───────────────┐
│ ID                │ NAME          │
╞═══════════════════╪═══════════════╡
│ yCoaiix2pRjxMjCn7 │ Acme          │
│ odd/id            │ Globex, \"Inc\" │
│ 7                 │ odd/id        │
└───────────────────┴───────────────┘
";
    let ids = "yCoaiix2pRjxMjCn7\nodd/id\n7\n";
    for (flags, expected) in [
        (&[][..], tsv),
        (&["--format", "tsv"], tsv),
        (&["--format=csv"], csv),
        (&["--format", "table"], table),
        (&["--json"], &format!("{LIST}\n")),
        (&["--format", "json"], &format!("{LIST}\n")),
        (&["-q"], ids),
        (&["--quiet", "--json"], ids),
    ] {
        let api = Api::new().data("GET /partners", "", LIST);
        api.strigo(&[&["partners", "list"], flags].concat()).expect(0, expected, "");
    }
}

#[test]
fn flags_may_stand_before_the_command() {
    let api = Api::new().data("GET /partners", "", LIST);
    api.strigo(&["--quiet", "partners", "list"]).expect(0, "yCoaiix2pRjxMjCn7\nodd/id\n7\n", "");
}

#[test]
fn an_empty_list_is_no_error() {
    for (format, expected) in [("tsv", ""), ("csv", "ID,NAME\r\n"), ("json", "[]\n")] {
        let api = Api::new().data("GET /partners", "", "[]");
        api.strigo(&["partners", "list", "--format", format]).expect(0, expected, "");
    }
}

#[test]
fn an_id_is_sent_as_it_is() {
    let api = Api::new().data("GET /partners/yCoaiix2pRjxMjCn7", "", ACME);
    api.strigo(&["partners", "get", "yCoaiix2pRjxMjCn7"]).expect(0, "yCoaiix2pRjxMjCn7\tAcme\n", "");

    let api = Api::new().data("GET /partners/odd%2Fid", "", r#"{"id":"odd/id","name":"x"}"#);
    api.strigo(&["partners", "get", "id:odd/id", "--json"]).expect(0, "{\"id\":\"odd/id\",\"name\":\"x\"}\n", "");
}

#[test]
fn anything_else_is_looked_up_by_id_and_then_by_name() {
    let api = Api::new().data("GET /partners", "", LIST).data("GET /partners/yCoaiix2pRjxMjCn7", "", ACME);
    api.strigo(&["partners", "get", "Acme", "-q"]).expect(0, "yCoaiix2pRjxMjCn7\n", "");

    let odd = r#"{"id":"odd/id","name":"x"}"#;
    let api = Api::new().data("GET /partners", "", LIST).data("GET /partners/odd%2Fid", "", odd);
    api.strigo(&["partners", "get", "odd/id", "-q"]).expect(0, "odd/id\n", "");

    let seven = r#"{"id":"7","name":"odd/id"}"#;
    let api = Api::new().data("GET /partners", "", LIST).data("GET /partners/7", "", seven);
    api.strigo(&["partners", "get", "name:odd/id", "-q"]).expect(0, "7\n", "");
}

#[test]
fn a_name_that_looks_like_an_id_can_be_given() {
    let list = r#"[{"id":"3","name":"abcdefghij1234567"}]"#;
    let api = Api::new().data("GET /partners", "", list).data("GET /partners/3", "", &list[1..list.len() - 1]);
    api.strigo(&["partners", "get", "name:abcdefghij1234567", "-q"]).expect(0, "3\n", "");

    let body = r#"{"result":"failure","error":{"type":"PartnerNotFound","message":"Partner not found"}}"#;
    let api = Api::new().on("GET /partners/abcdefghij1234567", "", 404, body);
    api.strigo(&["partners", "get", "abcdefghij1234567"]).expect(
        5,
        "",
        "error: cannot show partner 'abcdefghij1234567': the API answered 404 Not Found (PartnerNotFound: Partner not \
         found).\nIt was taken for an ID, by its form. If it is a partner's name, write name:abcdefghij1234567.\n",
    );
}

#[test]
fn an_unknown_name_brings_the_nearest() {
    let api = Api::new().data("GET /partners", "", LIST);
    api.strigo(&["partners", "get", "acme"]).expect(
        5,
        "",
        "error: cannot show partner 'acme': no partner has that name.\nDid you mean 'Acme'? `strigo partners list` \
         shows all.\n",
    );
    let api = Api::new().data("GET /partners", "", "[]");
    api.strigo(&["partners", "get", "acme"]).expect(
        5,
        "",
        "error: cannot show partner 'acme': no partner has that name.\n`strigo partners list` shows the partners.\n",
    );
}

#[test]
fn twins_are_named_and_nothing_is_done() {
    let twins = r#"[{"id":"1","name":"twin"},{"id":"2","name":"twin"}]"#;
    let api = Api::new().data("GET /partners", "", twins);
    api.strigo(&["partners", "rename", "twin", "single"]).expect(
        2,
        "",
        "error: cannot rename partner 'twin': 2 partners are named 'twin': 1, 2.\nSay which one by its ID. Nothing was \
         done.\n",
    );
}

#[test]
fn what_cannot_be_an_id_is_refused_before_anything_is_sent() {
    for partner in ["id:.", "id:..", "id:", "name:", ""] {
        for args in [&["partners", "get"][..], &["members", "list"]] {
            let ran = Api::new().strigo(&[args, &[partner]].concat());
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{partner} {}", ran.stderr);
            assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
        }
    }
}

#[test]
fn create() {
    let created = r#"{"id":"8","name":"A \"b\" é"}"#;
    let api = Api::new().data("POST /partners", r#"{"name":"A \"b\" é"}"#, created);
    api.strigo(&["partners", "create", "A \"b\" é"]).expect(0, "8\tA \"b\" é\n", "");
}

#[test]
fn create_if_not_exists() {
    let sandbox = sandbox();
    let args = ["partners", "create", "New", "--if-not-exists", "-q"];
    strigo_in(&sandbox, &args).expect(0, "sandboxMade000001\n", "");
    strigo_in(&sandbox, &args).expect(
        0,
        "sandboxMade000001\n",
        "note: Partner 'New' was there already: nothing was created.\n",
    );
    assert_eq!(requests(&sandbox), ["GET /partners", "POST /partners", "GET /partners"]);

    let twins = r#"[{"id":"1","name":"twin","x":1.0},{"id":"2","name":"twin"}]"#;
    let api = Api::new().data("GET /partners", "", twins);
    let ran = api.strigo(&["partners", "create", "twin", "--if-not-exists"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("1, 2.\nUse one of these. Nothing was created."), "{}", ran.stderr);
}

#[test]
fn rename() {
    let renamed = r#"{"id":"yCoaiix2pRjxMjCn7","name":"New"}"#;
    let api = Api::new().data("PATCH /partners/yCoaiix2pRjxMjCn7", r#"{"name":"New"}"#, renamed);
    api.strigo(&["partners", "rename", "yCoaiix2pRjxMjCn7", "New"]).expect(0, "yCoaiix2pRjxMjCn7\tNew\n", "");

    let sandbox = sandbox();
    strigo_in(&sandbox, &["partners", "rename", "w00t", "w11t"]).expect(0, "yCoaiix2pRjxMjCn7\tw11t\n", "");
    assert_eq!(requests(&sandbox), ["GET /partners", "PATCH /partners/yCoaiix2pRjxMjCn7"]);
    assert_eq!(sandbox.state().partners[0]["name"], "w11t");
}

#[test]
fn a_dry_run_needs_no_credentials_and_sends_nothing() {
    run(strigo(&["partners", "create", "a \"b\"", "--dry-run"])).expect(
        0,
        "POST https://app.strigo.io/api/v1/partners {\"name\":\"a \\\"b\\\"\"}\n",
        "",
    );
    run(strigo(&["partners", "rename", "yCoaiix2pRjxMjCn7", "x", "--dry-run", "--json"])).expect(
        0,
        "{\"method\":\"PATCH\",\"url\":\"https://app.strigo.io/api/v1/partners/yCoaiix2pRjxMjCn7\",\"body\":{\"name\":\
         \"x\"}}\n",
        "",
    );
}

#[test]
fn a_dry_run_shows_what_would_be_sent_and_nothing_harmful() {
    let name = "x\u{202e}y";
    let shown = r#"{"name":"x\u202ey"}"#;
    let url = "https://app.strigo.io/api/v1/partners";
    let ran = run(strigo(&["partners", "create", name, "--dry-run"]));
    ran.expect(0, &format!("POST {url} {shown}\n"), "");
    let ran = run(strigo(&["partners", "create", name, "--dry-run", "--json"]));
    ran.expect(0, &format!("{{\"method\":\"POST\",\"url\":\"{url}\",\"body\":{shown}}}\n"), "");
}

#[test]
fn a_dry_run_may_look_up_what_it_needs() {
    let sandbox = sandbox();
    let ran = strigo_in(&sandbox, &["partners", "rename", "w00t", "x", "--dry-run"]);
    let expected = format!("PATCH {}/partners/yCoaiix2pRjxMjCn7 {{\"name\":\"x\"}}\n", sandbox.endpoint());
    ran.expect(0, &expected, "");
    strigo_in(&sandbox, &["partners", "create", "w00t", "--if-not-exists", "--dry-run"]).expect(
        0,
        "",
        "note: Partner 'w00t' is there already: nothing would be sent.\n",
    );
    assert_eq!(requests(&sandbox), ["GET /partners", "GET /partners"]);
}

#[test]
fn a_name_is_not_empty() {
    for args in [&["partners", "create", " "][..], &["partners", "rename", "w00t", ""]] {
        let ran = Api::new().strigo(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains("a partner's name cannot be empty"), "{}", ran.stderr);
    }
}

#[test]
fn list_by_pattern_and_in_order() {
    let data =
        r#"[{"id":"c","name":"Éclair Training"},{"id":"a","name":"acme training"},{"id":"b","name":"Beta","n":1.50}]"#;
    let list = |more: &[&str]| {
        let api = Api::new().data("GET /partners", "", data);
        api.strigo(&[&["partners", "list"], more].concat())
    };
    list(&["--name", "*TRAINING"]).expect(0, "c\tÉclair Training\na\tacme training\n", "");
    list(&["--name", "éclair*", "-q"]).expect(0, "c\n", "");
    list(&["--name", "b?t[a-c]", "--json"]).expect(0, "[{\"id\":\"b\",\"name\":\"Beta\",\"n\":1.50}]\n", "");
    list(&["--name", "beta*", "--format", "csv"]).expect(0, "ID,NAME\r\nb,Beta\r\n", "");
    list(&["--name", "training"]).expect(0, "", "");
    list(&["--name", "b***a**", "-q"]).expect(0, "b\n", "");
    list(&["--sort", "name", "-q"]).expect(0, "a\nb\nc\n", "");
    list(&["--sort", "id", "--json", "--name", "*training"]).expect(
        0,
        "[{\"id\":\"a\",\"name\":\"acme training\"},{\"id\":\"c\",\"name\":\"Éclair Training\"}]\n",
        "",
    );
    list(&[]).expect(0, "c\tÉclair Training\na\tacme training\nb\tBeta\n", "");
    let ran = run(strigo(&["partners", "list", "--name", "[a"]));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.starts_with("error: '[a' is not a pattern: "), "{}", ran.stderr);
}
