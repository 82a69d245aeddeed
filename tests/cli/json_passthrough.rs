//! JSON output keeps the API's JSON: every field, their order, and the exact text of numbers and strings.

use crate::support::MockApi;

/// Returns an object that changes if it is parsed into a `serde_json::Value` and serialized again.
fn tricky_object(id: &str) -> String {
    format!(
        r#"{{"zeta":1.0,"id":"{id}","name":"😀 \ud83d\ude00 é \u00e9 \/ \"","email":"a@b.co","link":"l","status":"s","role":"r","partner_id":"p","big":12345678901234567890123,"tiny":-0.10E-400,"lone":"\ud800","alpha":{{"b":[],"a":{{}}}},"none":null,"twice":1,"twice":2}}"#
    )
}

/// Returns the same JSON with insignificant white space, which the output must not have.
fn add_whitespace(json: &str) -> String {
    json.replace(",\"", " ,\n\t\"").replace("\":", "\" : ")
}

#[test]
fn json_list_is_verbatim() {
    for (request, args) in [
        ("GET /partners", &["partners", "list"][..]),
        ("GET /partners/yCoaiix2pRjxMjCn7/members", &["members", "list", "yCoaiix2pRjxMjCn7"]),
    ] {
        let list = format!("[{},{}]", tricky_object("1"), tricky_object("2"));
        let api = MockApi::new().expect_data(request, "", &add_whitespace(&list));
        api.strigo(&[args, &["--json"]].concat()).assert(0, &format!("{list}\n"), "");
    }
}

#[test]
fn json_object_is_verbatim() {
    let id = "yCoaiix2pRjxMjCn7";
    let name = r#"{"name":"n"}"#;
    for (request, request_body, args) in [
        ("GET /partners/yCoaiix2pRjxMjCn7", "", &["partners", "get", id][..]),
        ("POST /partners", name, &["partners", "create", "n", "--allow-duplicate"]),
        ("PATCH /partners/yCoaiix2pRjxMjCn7", name, &["partners", "rename", id, "n", "--allow-duplicate"]),
        ("POST /partners/yCoaiix2pRjxMjCn7/members", r#"{"email":"a@b.co"}"#, &["members", "invite", id, "a@b.co"]),
    ] {
        // The duplicate key of the object is not one of the typed fields: for those, a duplicate is a parse error.
        let api = MockApi::new().expect_data(request, request_body, &add_whitespace(&tricky_object("1")));
        let note = format!("{{\"note\":{{\"message\":\"renamed partner {id} to 'n'\"}}}}\n");
        let stderr = if args[1] == "rename" { note.as_str() } else { "" };
        api.strigo(&[args, &["--json"]].concat()).assert(0, &format!("{}\n", tricky_object("1")), stderr);
    }
}

#[test]
fn json_create_if_not_exists_is_verbatim() {
    let existing = tricky_object("1").replace(r#""name":"😀 \ud83d\ude00 é \u00e9 \/ \"""#, r#""name":"n""#);
    let api = MockApi::new().expect_data(
        "GET /partners",
        "",
        &add_whitespace(&format!("[{},{existing}]", tricky_object("0"))),
    );
    let output = api.strigo(&["partners", "create", "n", "--if-not-exists", "--json"]);
    assert_eq!((output.code, output.stdout), (0, format!("{existing}\n")));
}
