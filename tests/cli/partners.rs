//! `strigo partners`.

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
        (&["--quiet", "--json"], ids),
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
    let api = MockApi::new().expect_data("POST /partners", r#"{"name":"A \"b\" é"}"#, created);
    api.strigo(&["partners", "create", "A \"b\" é"]).assert(0, "8\tA \"b\" é\n", "");
}

#[test]
fn partners_create_if_not_exists() {
    let sandbox = sandbox();
    let args = ["partners", "create", "New", "--if-not-exists", "-q"];
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
    let api = MockApi::new().expect_data("PATCH /partners/yCoaiix2pRjxMjCn7", r#"{"name":"New"}"#, renamed);
    api.strigo(&["partners", "rename", "yCoaiix2pRjxMjCn7", "New"]).assert(
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
fn partner_with_the_same_name_is_warned_about() {
    let sandbox = sandbox();
    strigo_with_sandbox(&sandbox, &["partners", "rename", "w00t", "nur", "-q"]).assert(
        0,
        "yCoaiix2pRjxMjCn7\n",
        "warning: partner ntvXb3L2qdPbayRKZ has the same name\n\
         note: renamed partner yCoaiix2pRjxMjCn7 from 'w00t' to 'nur'\n",
    );
    let output = strigo_with_sandbox(&sandbox, &["partners", "rename", "name:newa", "NEWA", "--dry-run"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "its own name is no other partner's");
    let output = strigo_with_sandbox(&sandbox, &["partners", "create", "Bluasd", "--if-not-exists"]);
    let warning = "warning: partner mYsEBS6PeBeMpFCfQ has a similar name: 'BLUASD'\n";
    assert_eq!((output.code, output.stderr.as_str()), (0, warning));
    assert_eq!(sandbox.state().partners.last().unwrap()["name"], "Bluasd");
}

#[test]
fn dry_run_needs_no_credentials() {
    run(strigo(&["partners", "create", "a \"b\"", "--dry-run"])).assert(
        0,
        "POST https://app.strigo.io/api/v1/partners {\"name\":\"a \\\"b\\\"\"}\n",
        "",
    );
    run(strigo(&["partners", "rename", "yCoaiix2pRjxMjCn7", "x", "--dry-run", "--json"])).assert(
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
    let output = run(strigo(&["partners", "create", name, "--dry-run"]));
    output.assert(0, &format!("POST {url} {escaped_body}\n"), "");
    let output = run(strigo(&["partners", "create", name, "--dry-run", "--json"]));
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
