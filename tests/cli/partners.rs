//! `strigo partners`.

use std::time::Duration;

use crate::server::Fault;
use crate::support::{MockApi, request_lines, run, sandbox, strigo, strigo_with_sandbox};

const ACME: &str = r#"{"id":"yCoaiix2pRjxMjCn7","name":"Acme"}"#;
const LIST: &str =
    r#"[{"id":"yCoaiix2pRjxMjCn7","name":"Acme"},{"id":"odd/id","name":"Globex, \"Inc\""},{"id":"7","name":"odd/id"}]"#;

#[test]
fn partners_list_formats() {
    let tsv = "yCoaiix2pRjxMjCn7\tAcme\nodd/id\tGlobex, \"Inc\"\n7\todd/id\n";
    let csv = "ID,NAME\r\nyCoaiix2pRjxMjCn7,Acme\r\nodd/id,\"Globex, \"\"Inc\"\"\"\r\n7,odd/id\r\n";
    let table = "ID                 NAME\nyCoaiix2pRjxMjCn7  Acme\nodd/id             Globex, \"Inc\"\n7                  odd/id\n";
    let ids = "yCoaiix2pRjxMjCn7\nodd/id\n7\n";
    for (flags, expected) in [
        (&[][..], tsv),
        (&["--output", "tsv"], tsv),
        (&["--output=csv"], csv),
        (&["--output", "table"], table),
        (&["--json"], &format!("{LIST}\n")),
        (&["--output", "json"], &format!("{LIST}\n")),
        (&["-q"], ids),
    ] {
        let api = MockApi::new().expect_data("GET /partners", "", LIST);
        api.strigo(&[&["partners", "list"], flags].concat()).assert(0, expected, "");
    }
}

#[test]
fn global_flags_before_command() {
    let api = MockApi::new().expect_data("GET /partners", "", LIST);
    api.strigo(&["--quiet", "partners", "list"]).assert(0, "yCoaiix2pRjxMjCn7\nodd/id\n7\n", "");
}

#[test]
fn partners_list_empty() {
    for (format, expected) in [("tsv", ""), ("csv", "ID,NAME\r\n"), ("json", "[]\n")] {
        let api = MockApi::new().expect_data("GET /partners", "", "[]");
        api.strigo(&["partners", "list", "--output", format]).assert(0, expected, "");
    }
}

#[test]
fn partners_get_by_id_skips_lookup() {
    let api = MockApi::new().expect_data("GET /partners/yCoaiix2pRjxMjCn7", "", ACME);
    api.strigo(&["partners", "get", "yCoaiix2pRjxMjCn7"]).assert(0, "yCoaiix2pRjxMjCn7\tAcme\n", "");

    let api = MockApi::new().expect_data("GET /partners/odd%2Fid", "", r#"{"id":"odd/id","name":"x"}"#);
    api.strigo(&["partners", "get", "id:odd/id", "--json"]).assert(0, "{\"id\":\"odd/id\",\"name\":\"x\"}\n", "");
}

#[test]
fn partners_get_resolves_id_then_name() {
    let api =
        MockApi::new().expect_data("GET /partners", "", LIST).expect_data("GET /partners/yCoaiix2pRjxMjCn7", "", ACME);
    api.strigo(&["partners", "get", "Acme", "-q"]).assert(0, "yCoaiix2pRjxMjCn7\n", "");

    let by_id = r#"{"id":"odd/id","name":"x"}"#;
    let api = MockApi::new().expect_data("GET /partners", "", LIST).expect_data("GET /partners/odd%2Fid", "", by_id);
    api.strigo(&["partners", "get", "odd/id", "-q"]).assert(0, "odd/id\n", "");

    let by_name = r#"{"id":"7","name":"odd/id"}"#;
    let api = MockApi::new().expect_data("GET /partners", "", LIST).expect_data("GET /partners/7", "", by_name);
    api.strigo(&["partners", "get", "name:odd/id", "-q"]).assert(0, "7\n", "");
}

#[test]
fn partners_get_name_prefix_overrides_id_form() {
    let list = r#"[{"id":"3","name":"abcdefghij1234567"}]"#;
    let api = MockApi::new().expect_data("GET /partners", "", list).expect_data(
        "GET /partners/3",
        "",
        &list[1..list.len() - 1],
    );
    api.strigo(&["partners", "get", "name:abcdefghij1234567", "-q"]).assert(0, "3\n", "");

    let body = r#"{"result":"failure","error":{"type":"PartnerNotFound","message":"Partner not found"}}"#;
    let api = MockApi::new().expect("GET /partners/abcdefghij1234567", "", 404, body);
    api.strigo(&["partners", "get", "abcdefghij1234567"]).assert(
        5,
        "",
        "error: cannot show partner 'abcdefghij1234567': the API returned 404 Not Found (PartnerNotFound: \
         Partner not found)\nhint: 'abcdefghij1234567' looks like an ID; to look it up by name, use \
         name:abcdefghij1234567\n",
    );
}

#[test]
fn partners_get_unknown_name_suggests_similar() {
    let api = MockApi::new().expect_data("GET /partners", "", LIST);
    api.strigo(&["partners", "get", "acme"]).assert(
        5,
        "",
        "error: cannot show partner 'acme': no partner with that name\nhint: did you mean 'Acme'?\nhint: run \
         `strigo partners list` to see all partners\n",
    );
    let api = MockApi::new().expect_data("GET /partners", "", "[]");
    api.strigo(&["partners", "get", "acme"]).assert(
        5,
        "",
        "error: cannot show partner 'acme': no partner with that name\nhint: run `strigo partners list` to see \
         all partners\n",
    );
}

#[test]
fn ambiguous_partner_name_lists_ids() {
    let duplicates = r#"[{"id":"1","name":"twin"},{"id":"2","name":"twin"}]"#;
    let api = MockApi::new().expect_data("GET /partners", "", duplicates);
    api.strigo(&["partners", "rename", "twin", "single"]).assert(
        2,
        "",
        "error: cannot rename partner 'twin': 2 partners are named 'twin': 1, 2\nhint: pass the ID of the one \
         you mean; nothing was changed\n",
    );
}

#[test]
fn invalid_partner_argument_sends_nothing() {
    for partner in ["id:.", "id:..", "id:", "name:", ""] {
        for args in [&["partners", "get"][..], &["members", "list"]] {
            let output = MockApi::new().strigo(&[args, &[partner]].concat());
            assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{partner} {}", output.stderr);
            assert!(output.stderr.starts_with("error: "), "{}", output.stderr);
        }
    }
}

#[test]
fn partners_create() {
    let created = r#"{"id":"8","name":"A \"b\" é"}"#;
    let post = |api: MockApi| api.expect_data("POST /partners", r#"{"name":"A \"b\" é"}"#, created);
    let api = post(MockApi::new().expect_data("GET /partners", "", LIST));
    api.strigo(&["partners", "create", "A \"b\" é"]).assert(0, "8\tA \"b\" é\n", "");
    // One request if it does not matter.
    let api = post(MockApi::new());
    api.strigo(&["partners", "create", "A \"b\" é", "--allow-duplicate"]).assert(0, "8\tA \"b\" é\n", "");
}

#[test]
fn partners_create_if_not_exists() {
    let sandbox = sandbox();
    let args = ["partners", "create", "New", "--if-not-exists", "--columns=id"];
    strigo_with_sandbox(&sandbox, &args).assert(0, "sandboxMade000001\n", "");
    strigo_with_sandbox(&sandbox, &args).assert(
        0,
        "sandboxMade000001\n",
        "note: partner 'New' already exists; nothing was created\n",
    );
    assert_eq!(request_lines(&sandbox), ["GET /partners", "POST /partners", "GET /partners"]);

    let duplicates = r#"[{"id":"1","name":"twin","x":1.0},{"id":"2","name":"twin"}]"#;
    let api = MockApi::new().expect_data("GET /partners", "", duplicates);
    let output = api.strigo(&["partners", "create", "twin", "--if-not-exists"]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains("1, 2\nhint: use one of these IDs; nothing was created"), "{}", output.stderr);
}

#[test]
fn partners_rename() {
    let renamed = r#"{"id":"yCoaiix2pRjxMjCn7","name":"New"}"#;
    let patch = |api: MockApi| api.expect_data("PATCH /partners/yCoaiix2pRjxMjCn7", r#"{"name":"New"}"#, renamed);
    let api = patch(MockApi::new().expect_data("GET /partners", "", LIST));
    api.strigo(&["partners", "rename", "yCoaiix2pRjxMjCn7", "New"]).assert(
        0,
        "yCoaiix2pRjxMjCn7\tNew\n",
        "note: renamed partner yCoaiix2pRjxMjCn7 from 'Acme' to 'New'\n",
    );
    let api = patch(MockApi::new());
    api.strigo(&["partners", "rename", "yCoaiix2pRjxMjCn7", "New", "--allow-duplicate"]).assert(
        0,
        "yCoaiix2pRjxMjCn7\tNew\n",
        "note: renamed partner yCoaiix2pRjxMjCn7 to 'New'\n",
    );

    let sandbox = sandbox();
    strigo_with_sandbox(&sandbox, &["partners", "rename", "w00t", "w11t"]).assert(
        0,
        "yCoaiix2pRjxMjCn7\tw11t\n",
        "note: renamed partner yCoaiix2pRjxMjCn7 from 'w00t' to 'w11t'\n",
    );
    assert_eq!(request_lines(&sandbox), ["GET /partners", "PATCH /partners/yCoaiix2pRjxMjCn7"]);
    assert_eq!(sandbox.state().partners[0]["name"], "w11t");
}

#[test]
fn name_that_a_partner_has_is_refused() {
    let sandbox = sandbox();
    let allow = "hint: to have two partners of one name, which only their IDs tell apart, add --allow-duplicate\n";
    strigo_with_sandbox(&sandbox, &["partners", "rename", "w00t", "nur"]).assert(
        2,
        "",
        &format!(
            "error: cannot rename partner 'w00t': there is a partner with this name already: 'nur': ntvXb3L2qdPbayRKZ\n{allow}"
        ),
    );
    // Its own name in another case is no other partner's.
    let output = strigo_with_sandbox(&sandbox, &["partners", "rename", "name:newa", "NEWA", "--dry-run"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    for (names, found) in [
        (&["Bluasd"][..], "there is a partner with this name already: 'Bluasd': mYsEBS6PeBeMpFCfQ ('BLUASD')"),
        (&["\u{a0}NUR "], "there is a partner with this name already: 'NUR': ntvXb3L2qdPbayRKZ ('nur')"),
        (
            &["New", "nur", "bluasd"],
            "there are partners with these names already: 'nur': ntvXb3L2qdPbayRKZ; 'bluasd': mYsEBS6PeBeMpFCfQ ('BLUASD')",
        ),
    ] {
        let output = strigo_with_sandbox(&sandbox, &[&["partners", "create"], names].concat());
        let hint = "hint: to get the partner that is there, add --if-not-exists\n";
        output.assert(2, "", &format!("error: {found}\n{hint}{allow}"));
    }
    let output = strigo_with_sandbox(&sandbox, &["partners", "create", "nur", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&output.stderr).unwrap();
    assert_eq!(error["error"]["type"], "PartnerExists");
    assert!(request_lines(&sandbox).iter().all(|request| request == "GET /partners"));
    let output = strigo_with_sandbox(&sandbox, &["partners", "create", "Bluasd", "--if-not-exists"]);
    output.assert(
        0,
        "mYsEBS6PeBeMpFCfQ\tBLUASD\n",
        "note: partner 'Bluasd' already exists as 'BLUASD'; nothing was created\n",
    );
    strigo_with_sandbox(&sandbox, &["partners", "create", "nur", "--allow-duplicate", "--columns=id"]).assert(
        0,
        "sandboxMade000001\n",
        "",
    );
    strigo_with_sandbox(&sandbox, &["partners", "rename", "w00t", "nur", "--allow-duplicate", "--columns=id"]).assert(
        0,
        "yCoaiix2pRjxMjCn7\n",
        "note: renamed partner yCoaiix2pRjxMjCn7 to 'nur'\n",
    );
}

#[test]
fn several_partners_are_created_with_one_lookup() {
    let sandbox = sandbox();
    let args = ["partners", "create", "A", "nur", "B", "a", "--if-not-exists", "-o", "tsv"];
    strigo_with_sandbox(&sandbox, &args).assert(
        0,
        "ntvXb3L2qdPbayRKZ\tnur\nsandboxMade000001\tA\nsandboxMade000002\tB\n",
        "note: 2 created, 1 unchanged\n",
    );
    assert_eq!(request_lines(&sandbox), ["GET /partners", "POST /partners", "POST /partners"]);
    // Blanks around a name cannot be seen, and nothing can delete a partner.
    strigo_with_sandbox(&sandbox, &["partners", "create", " b ", "--if-not-exists", "-q"]).assert(
        0,
        "sandboxMade000002\n",
        "",
    );
    strigo_with_sandbox(&sandbox, &["partners", "create", "C", "D", "-n", "-o", "table"]).assert(
        0,
        "ACTION  PARTNER\ncreate  C\ncreate  D\n",
        "note: would create 2 partners; 0 skipped\n",
    );
    strigo_with_sandbox(&sandbox, &["partners", "create", "C", "D", "-n"]).assert(
        0,
        &["C", "D"].map(|name| format!("POST {}/partners {{\"name\":\"{name}\"}}\n", sandbox.endpoint())).concat(),
        "note: 2 would be created\n",
    );
}

#[test]
fn partners_of_a_file_are_created_once() {
    let (sandbox, dir) = (sandbox(), tempfile::TempDir::new().unwrap());
    let file = dir.path().join("partners.csv");
    std::fs::write(&file, "Partner Name,City\n\"Blue, Inc\",Bonn\nnur,Haifa\nNUR,\n\nGreen,\n").unwrap();
    let args = ["partners", "create", "--from", file.to_str().unwrap(), "--columns", "name"];
    // The response to the first one is lost, and the second one is refused.
    sandbox.state().faults =
        [Fault::Latency(Duration::ZERO), Fault::ResetAfter, Fault::Latency(Duration::ZERO), Fault::Status(422)].into();
    let output = strigo_with_sandbox(&sandbox, &args);
    assert_eq!((output.code, output.stdout.as_str()), (9, "nur\nBlue, Inc\n"), "{}", output.stderr);
    assert!(output.stderr.contains("error: cannot create partner 'Green': the API returned 422"), "{}", output.stderr);
    let end = "error: not all partners were created: 1 created, 1 unchanged, 1 failed\n\
               hint: run the same command again: what is done is skipped\n";
    assert!(output.stderr.ends_with(end), "{}", output.stderr);
    strigo_with_sandbox(&sandbox, &args).assert(0, "Blue, Inc\nnur\nGreen\n", "note: 1 created, 2 unchanged\n");
    strigo_with_sandbox(&sandbox, &args).assert(0, "Blue, Inc\nnur\nGreen\n", "note: 0 created, 3 unchanged\n");
    let names: Vec<_> = sandbox.state().partners.iter().map(|partner| partner["name"].clone()).collect();
    assert_eq!(names[names.len() - 2..], ["Blue, Inc", "Green"]);

    let before = sandbox.state().partners.len();
    for (text, error) in [
        ("name\nBlue, Inc\n", "line 2: the row has 2 cells, but the header has 1"),
        ("Titel;Ort\nKd 1;Bonn\n", "line 1: this is a row, but no column is called `partner` or `name`"),
    ] {
        std::fs::write(&file, text).unwrap();
        let output = strigo_with_sandbox(&sandbox, &args);
        assert!(output.code == 2 && output.stderr.contains(error), "{}", output.stderr);
    }
    assert_eq!(sandbox.state().partners.len(), before);
}

/// A creation whose response is lost, and that is not in the list, may still land.
#[test]
fn creation_that_is_not_in_the_list_is_unknown() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Duration::ZERO), Fault::ResetBefore].into();
    let output = strigo_with_sandbox(&sandbox, &["partners", "create", "A", "B", "-q"]);
    assert_eq!((output.code, output.stdout.as_str()), (8, "sandboxMade000001\n"), "{}", output.stderr);
    let end = "error: not all partners were created: 1 created, 1 unknown\n\
               hint: run the same command again with --if-not-exists, which skips what is done\n";
    assert!(output.stderr.ends_with(end), "{}", output.stderr);
    assert_eq!(request_lines(&sandbox), ["GET /partners", "POST /partners", "GET /partners", "POST /partners"]);
}

#[test]
fn partners_of_a_file_are_renamed_after_all_rows_are_checked() {
    let (sandbox, dir) = (sandbox(), tempfile::TempDir::new().unwrap());
    let file = dir.path().join("names.csv");
    let rename = |text: &str| {
        std::fs::write(&file, format!("partner,new_name\n{text}")).unwrap();
        strigo_with_sandbox(&sandbox, &["partners", "rename", "--from", file.to_str().unwrap(), "-o", "tsv"])
    };
    for (text, message) in [
        ("nurr,x\n", "line 2: partner 'nurr': no partner with that name"),
        ("w00t,NUR\n", "line 2: partner ntvXb3L2qdPbayRKZ has the name 'nur' already"),
        ("w00t,x\nnur,X \n", "line 3: 'X' is the new name in line 2, too"),
        ("w00t,x\nyCoaiix2pRjxMjCn7,y\n", "is renamed twice"),
        ("w00t,nur\nnur,w00t\n", "line 2: partner ntvXb3L2qdPbayRKZ has the name 'nur' until it is renamed itself"),
        ("w00t,\n", "line 2: missing new_name"),
    ] {
        let output = rename(text);
        assert!(output.code == 2 && output.stderr.contains(message), "{text}: {}", output.stderr);
    }
    assert!(request_lines(&sandbox).iter().all(|request| request == "GET /partners"));
    let renames = "w00t,W Academy\nnur,Nur\n";
    rename(renames).assert(0, "yCoaiix2pRjxMjCn7\tW Academy\nntvXb3L2qdPbayRKZ\tNur\n", "note: 2 renamed\n");
    rename(renames).assert(0, "", "note: 0 renamed, 2 unchanged\n");
    let swap = "yCoaiix2pRjxMjCn7,Nur\nid:ntvXb3L2qdPbayRKZ,W Academy\n";
    rename(swap).assert(0, "yCoaiix2pRjxMjCn7\tNur\nntvXb3L2qdPbayRKZ\tW Academy\n", "note: 2 renamed\n");
    rename(swap).assert(0, "", "note: 0 renamed, 2 unchanged\n");
}

#[test]
fn dry_run_needs_no_credentials() {
    run(strigo(&["partners", "create", "a \"b\"", "--dry-run", "--allow-duplicate"])).assert(
        0,
        "POST https://app.strigo.io/api/v1/partners {\"name\":\"a \\\"b\\\"\"}\n",
        "",
    );
    run(strigo(&["partners", "rename", "yCoaiix2pRjxMjCn7", "x", "--dry-run", "--json", "--allow-duplicate"])).assert(
        0,
        "{\"method\":\"PATCH\",\"url\":\"https://app.strigo.io/api/v1/partners/yCoaiix2pRjxMjCn7\",\"body\":{\"name\":\
         \"x\"}}\n",
        "",
    );
}

#[test]
fn dry_run_escapes_unsafe_characters() {
    let name = "x\u{202e}y";
    let escaped_body = r#"{"name":"x\u202ey"}"#;
    let url = "https://app.strigo.io/api/v1/partners";
    let output = run(strigo(&["partners", "create", name, "--dry-run", "--allow-duplicate"]));
    output.assert(0, &format!("POST {url} {escaped_body}\n"), "");
    let output = run(strigo(&["partners", "create", name, "--dry-run", "--json", "--allow-duplicate"]));
    output.assert(0, &format!("{{\"method\":\"POST\",\"url\":\"{url}\",\"body\":{escaped_body}}}\n"), "");
}

#[test]
fn dry_run_may_resolve_partner() {
    let sandbox = sandbox();
    let output = strigo_with_sandbox(&sandbox, &["partners", "rename", "w00t", "x", "--dry-run"]);
    let expected = format!("PATCH {}/partners/yCoaiix2pRjxMjCn7 {{\"name\":\"x\"}}\n", sandbox.endpoint());
    output.assert(0, &expected, "");
    strigo_with_sandbox(&sandbox, &["partners", "create", "w00t", "--if-not-exists", "--dry-run"]).assert(
        0,
        "",
        "note: partner 'w00t' already exists; nothing would be sent\n",
    );
    assert_eq!(request_lines(&sandbox), ["GET /partners", "GET /partners"]);
}

#[test]
fn partner_name_must_not_be_empty() {
    for args in [&["partners", "create", " "][..], &["partners", "rename", "w00t", ""]] {
        let output = MockApi::new().strigo(args);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.contains("partner name must not be empty"), "{}", output.stderr);
    }
}

#[test]
fn partners_list_text_and_sort() {
    let data =
        r#"[{"id":"c","name":"Éclair Training"},{"id":"a","name":"acme training"},{"id":"b","name":"Beta","n":1.50}]"#;
    let list = |flags: &[&str]| {
        let api = MockApi::new().expect_data("GET /partners", "", data);
        api.strigo(&[&["partners", "list"], flags].concat())
    };
    list(&["TRAIN"]).assert(0, "c\tÉclair Training\na\tacme training\n", "");
    list(&["ÉCLAIR", "-q"]).assert(0, "c\n", "");
    list(&["eta", "--json"]).assert(0, "[{\"id\":\"b\",\"name\":\"Beta\",\"n\":1.50}]\n", "");
    list(&["beta", "--output", "csv"]).assert(0, "ID,NAME\r\nb,Beta\r\n", "");
    list(&["b*"]).assert(0, "", "");
    list(&["--sort", "name", "-q"]).assert(0, "a\nb\nc\n", "");
    list(&["--sort", "id", "--json", "training"]).assert(
        0,
        "[{\"id\":\"a\",\"name\":\"acme training\"},{\"id\":\"c\",\"name\":\"Éclair Training\"}]\n",
        "",
    );
    list(&[]).assert(0, "c\tÉclair Training\na\tacme training\nb\tBeta\n", "");
}

#[test]
fn short_names_of_commands_and_options_are_accepted() {
    let sandbox = sandbox();
    let list = strigo_with_sandbox(&sandbox, &["partners", "list", "--output", "csv"]).stdout;
    for args in [&["partner", "ls", "-o", "csv"][..], &["partners", "ls", "-ocsv"], &["partner", "list", "-o=csv"]] {
        strigo_with_sandbox(&sandbox, args).assert(0, &list, "");
    }
    let members = strigo_with_sandbox(&sandbox, &["members", "list", "w00t"]).stdout;
    strigo_with_sandbox(&sandbox, &["member", "ls", "w00t", "--timeout", "1m"]).assert(0, &members, "");
}

#[test]
fn columns_select_what_is_printed() {
    let sandbox = sandbox();
    let list = |flags: &[&str]| {
        let output = strigo_with_sandbox(&sandbox, &[&["partners", "list", "n"], flags].concat());
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{flags:?}");
        output.stdout
    };
    assert_eq!(list(&["--columns", "name"]), "newa\nnur\n");
    assert_eq!(list(&["--columns", "Name,id"]).lines().next(), Some("newa\tozSjhvAr8hMaQCLND"));
    assert_eq!(list(&["--columns", "name", "-q"]), "newa\nnur\n");
    assert_eq!(list(&["--columns", "name", "--output", "csv"]), "NAME\r\nnewa\r\nnur\r\n");
    assert_eq!(list(&["--columns=name", "--output=csv", "--no-header"]), "newa\r\nnur\r\n");
    assert_eq!(list(&["--columns=name", "-o=table"]), "NAME\nnewa\nnur\n");
    assert_eq!(list(&["--columns=name", "-o=markdown"]), "| NAME |\n|------|\n| newa |\n| nur  |\n");
}

#[test]
fn unknown_column_is_an_error_before_anything_is_sent() {
    let api = MockApi::new();
    for args in [
        &["partners", "create", "n"][..],
        &["partners", "rename", "a", "b"],
        &["partners", "list"],
        &["partners", "get", "a"],
    ] {
        api.strigo(&[args, &["--columns", "id,mail"]].concat()).assert(
            2,
            "",
            "error: unknown column 'mail'\nhint: possible columns: ID, NAME\n",
        );
    }
    for (args, columns) in [
        (&["members", "invite", "a", "b@c.example"][..], "ID, EMAIL, STATUS, PARTNER_ID, LINK, CREATED_AT"),
        (&["members", "list", "a"], "ID, EMAIL, ROLE, PARTNER_ID"),
        (&["members", "list", "--all"], "ID, EMAIL, ROLE, PARTNER_ID, PARTNER_NAME"),
        (&["members", "search", "b@c.example"], "ID, EMAIL, ROLE, PARTNER_ID, PARTNER_NAME"),
    ] {
        let output = api.strigo(&[args, &["--columns", ""]].concat());
        let expected = format!("error: unknown column ''\nhint: possible columns: {columns}\n");
        output.assert(2, "", &expected);
    }
    api.strigo(&["partners", "list", "--json", "--columns", "id"]).assert(
        2,
        "",
        "{\"error\":{\"kind\":\"usage\",\"message\":\"--columns cannot be used with JSON\",\"exit_code\":2,\
         \"retryable\":false,\"hints\":[\"use another format, or select the fields with jq\"]}}\n",
    );
}
