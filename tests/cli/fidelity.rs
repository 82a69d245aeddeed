//! JSON comes out as the API sent it: every field, order, digit and code point.

use crate::support::Api;

/// An object with everything that a value would round, sort, merge or normalize.
fn odd(id: &str) -> String {
    format!(
        r#"{{"zeta":1.0,"id":"{id}","name":"😀 \ud83d\ude00 é \u00e9 \/ \"","email":"a@b.co","link":"l","status":"s","role":"r","partner_id":"p","big":12345678901234567890123,"tiny":-0.10E-400,"lone":"\ud800","alpha":{{"b":[],"a":{{}}}},"none":null,"twice":1,"twice":2}}"#
    )
}

/// The same with white space that must go.
fn spread(json: &str) -> String {
    json.replace(",\"", " ,\n\t\"").replace("\":", "\" : ")
}

#[test]
fn lists() {
    for (request, args) in [
        ("GET /partners", &["partners", "list"][..]),
        ("GET /partners/yCoaiix2pRjxMjCn7/members", &["members", "list", "yCoaiix2pRjxMjCn7"]),
    ] {
        let list = format!("[{},{}]", odd("1"), odd("2"));
        let api = Api::new().data(request, "", &spread(&list));
        api.strigo(&[args, &["--json"]].concat()).expect(0, &format!("{list}\n"), "");
    }
}

#[test]
fn single_objects() {
    let id = "yCoaiix2pRjxMjCn7";
    let name = r#"{"name":"n"}"#;
    for (request, sent, args) in [
        ("GET /partners/yCoaiix2pRjxMjCn7", "", &["partners", "get", id][..]),
        ("POST /partners", name, &["partners", "create", "n"]),
        ("PATCH /partners/yCoaiix2pRjxMjCn7", name, &["partners", "rename", id, "n"]),
        ("POST /partners/yCoaiix2pRjxMjCn7/members", r#"{"email":"a@b.co"}"#, &["members", "invite", id, "a@b.co"]),
    ] {
        // A name given twice would be an error of the typed value; this one's twin is not among what is typed.
        let api = Api::new().data(request, sent, &spread(&odd("1")));
        api.strigo(&[args, &["--json"]].concat()).expect(0, &format!("{}\n", odd("1")), "");
    }
}

#[test]
fn the_partner_that_is_there() {
    let there = odd("1").replace(r#""name":"😀 \ud83d\ude00 é \u00e9 \/ \"""#, r#""name":"n""#);
    let api = Api::new().data("GET /partners", "", &spread(&format!("[{},{there}]", odd("0"))));
    let ran = api.strigo(&["partners", "create", "n", "--if-not-exists", "--json"]);
    assert_eq!((ran.code, ran.stdout), (0, format!("{there}\n")));
}
