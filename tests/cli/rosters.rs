//! Rosters: the exports of other tools, and every dialect of CSV.

use proptest::prelude::*;
use strigo_cli::invitations::roster::{ColumnOptions, Roster};
use strigo_cli::text::escape::unguard_formula;
use strigo_cli::text::invisible::trim_invisible;

use crate::support::{MockApi, run, sandbox, strigo_with_endpoint, strigo_with_sandbox};

/// What an export is read as: addresses with their partners, or the start of the first error.
enum Expected {
    Rows(&'static [(&'static str, Option<&'static str>)]),
    Error(u64, &'static str),
}

use Expected::{Error, Rows};

/// Exports as the tools write them, with invented people.
const EXPORTS: &[(&str, &str, Expected)] = &[
    (
        "Moodle, participants",
        "\u{feff}\"First name\",\"Last name\",\"ID number\",\"Email address\",Institution,Department\r\nDana,Levi,,dana@acme.example,Acme,\r\nNoam,Bar,17,noam@acme.example,Globex,Sales\r\n",
        Rows(&[("dana@acme.example", Some("Acme")), ("noam@acme.example", Some("Globex"))]),
    ),
    (
        "Moodle, users in French",
        "id;username;email;firstname;lastname\n2;dlevi;dana@acme.example;Dana;Levi\n",
        Rows(&[("dana@acme.example", None)]),
    ),
    (
        "Canvas, users of a SIS export",
        "canvas_user_id,user_id,integration_id,authentication_provider_id,login_id,first_name,last_name,full_name,sortable_name,short_name,email,status,created_by_sis\n21,u1,,,dlevi,Dana,Levi,Dana Levi,\"Levi, Dana\",Dana Levi,dana@acme.example,active,true\n",
        Rows(&[("dana@acme.example", None)]),
    ),
    (
        "Canvas, gradebook",
        "Student,ID,SIS Login ID,Section,Quiz (12)\n    Points Possible,,,,10.0\n\"Levi, Dana\",21,dana@acme.example,A,9\n",
        Error(1, "no email column; the columns are 'Student', 'ID', 'SIS Login ID', 'Section', 'Quiz (12)'"),
    ),
    (
        "Google Workspace, users",
        "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Org Unit Path [Required],Recovery Email,Home Secondary Email,Work Secondary Email\nDana,Levi,dana@acme.example,****,/,dana@home.example,,\n",
        Rows(&[("dana@acme.example", None)]),
    ),
    (
        "Google Workspace, members of a group",
        "Group Email [Required],Member Email,Member Type,Member Role\ntrainers@acme.example,dana@acme.example,USER,MEMBER\n",
        Rows(&[("dana@acme.example", None)]),
    ),
    (
        "Google Contacts",
        "First Name,Last Name,Notes,Organization Name,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Value\nDana,Levi,\"Met at\nthe fair\",Acme,* Work,dana@acme.example,Home,dana@home.example,+972 3 000\nNoam,Bar,,Acme,,,,,+972 3 001\n",
        Error(4, "missing email address"),
    ),
    (
        "Google Contacts, two addresses in one cell",
        "Name,E-mail 1 - Value\nDana,dana@acme.example ::: levi@acme.example\n",
        Error(2, "invalid email address 'dana@acme.example ::: levi@acme.example': more than one @; write one address"),
    ),
    (
        "GitHub Classroom",
        "\"identifier\",\"github_username\",\"github_id\",\"name\"\n\"dana@acme.example\",\"dlevi\",\"1\",\"Dana Levi\"\n",
        Error(1, "no email column; the columns are 'identifier', 'github_username', 'github_id', 'name'"),
    ),
    (
        "Mailchimp",
        "Email Address,First Name,Last Name,Address,MEMBER_RATING,OPTIN_TIME,TAGS\ndana@acme.example,Dana,Levi,\"1 High St  \"\"B\"\"  Haifa\",2,\"2026-01-07 15:42:21\",\"\"\"trainer\"\",\"\"2026\"\"\"\n",
        Rows(&[("dana@acme.example", None)]),
    ),
    (
        "listmonk",
        "uuid,email,name,attributes,status,created_at,updated_at\n0c1f,dana@acme.example,Dana,\"{\"\"city\"\": \"\"Haifa\"\", \"\"a\"\": [1, 2]}\",enabled,2026-01-07 15:42:21,2026-01-07 15:42:21\n",
        Rows(&[("dana@acme.example", None)]),
    ),
    (
        "Outlook",
        "\"First Name\",\"Last Name\",\"Company\",\"E-mail Address\",\"E-mail Type\",\"E-mail Display Name\",\"E-mail 2 Address\",\"Notes\"\r\n\"Dana\",\"Levi\",\"Acme\",\"dana@acme.example\",\"SMTP\",\"Dana Levi (dana@acme.example)\",\"\",\"one\r\ntwo\r\n\"\r\n",
        Rows(&[("dana@acme.example", Some("Acme"))]),
    ),
    (
        "Outlook in German",
        "Vorname;Nachname;Firma;E-Mail-Adresse\r\nDana;Levi;Acme;dana@acme.example\r\n",
        Rows(&[("dana@acme.example", Some("Acme"))]),
    ),
    (
        "Outlook, recipients pasted from a message",
        "Dana Levi <dana@acme.example>; Noam Bar <noam@acme.example>\r\n",
        Error(
            1,
            "invalid email address 'Dana Levi <dana@acme.example>; Noam Bar <noam@acme.example>': more than one @; write one",
        ),
    ),
    (
        "Zoom, participants of a meeting",
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\nDana Levi (Dana),dana@acme.example,01/07/2026 03:42:21 PM,01/07/2026 04:42:21 PM,60,No\n",
        Rows(&[("dana@acme.example", None)]),
    ),
    (
        "Zoom, registrations, whose report precedes the header",
        "Attendee Report\nReport Generated:,\"Jan 7, 2026 03:42 PM\"\nTopic,Webinar ID\nOnboarding,812\n\nFirst Name,Last Name,Email\nDana,Levi,dana@acme.example\n",
        Error(6, "the header is below other lines"),
    ),
    (
        "Salesforce, report with its footer",
        "\"First Name\",\"Last Name\",\"Account Name\",\"Email\"\n\"Dana\",\"Levi\",\"Acme\",\"dana@acme.example\"\n\n\n\"Trainers of 2026\"\n\"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\"\n\"Confidential Information - Do Not Distribute\"\n",
        Error(5, "missing email address"),
    ),
    (
        "Eventbrite",
        "Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Buyer Email,Company\n123,2026-01-07 15:42:21+02:00,Dana,Levi,dana@acme.example,1,\"Free, early\",buyer@acme.example,Acme\n",
        Rows(&[("dana@acme.example", Some("Acme"))]),
    ),
    (
        "Excel, Unicode text",
        "Name\tE-Mail\tPartner\r\nDana\tdana@acme.example\t\"Acme, Inc\"\r\n\t\t\r\n",
        Rows(&[("dana@acme.example", Some("Acme, Inc"))]),
    ),
    (
        "Excel, CSV with a separator line",
        "sep=;\r\nName;Email;Partner\r\nDana;dana@acme.example;Acme, Inc\r\n;;\r\n",
        Rows(&[("dana@acme.example", Some("Acme, Inc"))]),
    ),
    (
        "Microsoft Entra ID, users",
        "userPrincipalName,displayName,mail,companyName\nlevi_acme.example#EXT#@corp.example,Dana Levi,dana@acme.example,Acme\n",
        Rows(&[("dana@acme.example", Some("Acme"))]),
    ),
];

#[test]
fn roster_exports_of_other_tools_are_read_or_refused() {
    for (tool, text, expected) in EXPORTS {
        let parsed = Roster::parse(text.as_bytes(), &ColumnOptions::default());
        match expected {
            Rows(rows) => {
                let roster = parsed.unwrap_or_else(|error| panic!("{tool}: {error:?}"));
                assert_eq!(roster.errors, [], "{tool}");
                let read: Vec<_> =
                    roster.entries.iter().map(|entry| (entry.email.as_str(), entry.partner.as_deref())).collect();
                assert_eq!(read, *rows, "{tool}");
            }
            Error(line, message) => {
                let error = parsed.map_or_else(|error| error, |roster| roster.errors[0].clone());
                assert_eq!(error.line, Some(*line), "{tool}: {error:?}");
                assert!(error.message.starts_with(message), "{tool}: {error:?}");
            }
        }
    }
}

/// How a table is written as CSV.
#[derive(Debug, Clone)]
struct Dialect {
    delimiter: u8,
    quote_style: csv::QuoteStyle,
    line_end: &'static str,
    encoding: Encoding,
}

#[derive(Debug, Clone, Copy)]
enum Encoding {
    Utf8,
    Utf8WithMark,
    Utf16Le,
    Utf16Be,
}

fn dialect() -> impl Strategy<Value = Dialect> {
    let delimiter = prop::sample::select(b",;\t|".as_slice());
    let quote_style =
        prop_oneof![Just(csv::QuoteStyle::Necessary), Just(csv::QuoteStyle::Always), Just(csv::QuoteStyle::NonNumeric)];
    let line_end = prop::sample::select(["\n", "\r\n", "\r"].as_slice());
    let encoding =
        prop::sample::select([Encoding::Utf8, Encoding::Utf8WithMark, Encoding::Utf16Le, Encoding::Utf16Be].as_slice());
    (delimiter, quote_style, line_end, encoding).prop_map(|(delimiter, quote_style, line_end, encoding)| Dialect {
        delimiter,
        quote_style,
        line_end,
        encoding,
    })
}

fn write(table: &[Vec<String>], dialect: &Dialect) -> Vec<u8> {
    let terminator = match dialect.line_end {
        "\r\n" => csv::Terminator::CRLF,
        end => csv::Terminator::Any(end.as_bytes()[0]),
    };
    let mut writer = csv::WriterBuilder::new();
    writer.delimiter(dialect.delimiter).quote_style(dialect.quote_style).terminator(terminator);
    let mut writer = writer.from_writer(Vec::new());
    table.iter().for_each(|row| writer.write_record(row).unwrap());
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        [mark, &text.encode_utf16().flat_map(bytes).collect::<Vec<_>>()].concat()
    };
    match dialect.encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Utf8WithMark => format!("\u{feff}{text}").into_bytes(),
        Encoding::Utf16Le => utf16(b"\xff\xfe", u16::to_le_bytes),
        Encoding::Utf16Be => utf16(b"\xfe\xff", u16::to_be_bytes),
    }
}

/// A table with an email column, a partner column, and one or two others. Most cells are valid.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let email = prop_oneof![8 => "[a-z]{1,6}@[a-z]{2,5}\\.co", 1 => "[ \u{200b}]?[a-z+'-]{1,4}@b\\.co[ \u{feff}]?", 1 => any::<String>()];
    let text = || prop_oneof![3 => "[ -~é’\u{a0}]{0,10}", 1 => "(?s)[a-z@.\"',;|#=\t\r\n]{0,14}", 1 => any::<String>()];
    let rows = prop::collection::vec((email, text(), text(), text()), 0..8);
    let header = ("[a-z ]{0,6}|note[;|,\t][a-z]{0,4}", prop::sample::select(["email", "E-Mail", "Mail"].as_slice()));
    (rows, header, any::<bool>()).prop_map(|(rows, (note, email_name), has_more)| {
        let row = |cells: [String; 4]| cells.into_iter().take(if has_more { 4 } else { 3 }).collect::<Vec<_>>();
        let header = row([note, email_name.to_owned(), "partner".to_owned(), "more".to_owned()]);
        let rows = rows.into_iter().map(|(email, partner, note, more)| row([note, email, partner, more]));
        [header].into_iter().chain(rows).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Each table is read exactly or refused: no row is changed, and none vanishes.
    #[test]
    fn roster_of_any_dialect_is_read_exactly_or_refused(table in table(), dialect in dialect()) {
        let Ok(roster) = Roster::parse(&write(&table, &dialect), &ColumnOptions::default()) else { return Ok(()) };
        if !roster.errors.is_empty() {
            return Ok(());
        }
        let is_filled = |row: &&Vec<String>| row.iter().any(|cell| !trim_invisible(cell).is_empty());
        let clean = |cell: &str| unguard_formula(trim_invisible(cell)).to_owned();
        let written: Vec<_> = table[1..].iter().filter(is_filled).map(|row| (clean(&row[1]), Some(clean(&row[2])))).collect();
        let read: Vec<_> = roster.entries.into_iter().map(|entry| (entry.email, entry.partner)).collect();
        prop_assert_eq!(read, written);
    }

    /// The property above would be empty if most tables were refused.
    #[test]
    fn roster_of_plain_cells_is_never_refused(
        rows in prop::collection::vec(("[a-z]{1,6}@[a-z]{2,5}\\.co", "[a-zé, ;|\"\r\n]{0,8}x"), 1..8),
        dialect in dialect(),
    ) {
        let mut table = vec![vec!["email".to_owned(), "partner".to_owned()]];
        table.extend(rows.iter().map(|(email, partner)| vec![email.clone(), partner.clone()]));
        let roster = Roster::parse(&write(&table, &dialect), &ColumnOptions::default()).unwrap();
        prop_assert_eq!(roster.errors, []);
        prop_assert_eq!(roster.entries.len(), rows.len());
    }
}

#[test]
fn invite_refuses_an_empty_roster() {
    let sandbox = sandbox();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.csv");
    let path = path.to_str().unwrap();
    for text in ["", "# comment\n\n", "email,partner\n", "\u{feff}", "email\n\n , \n"] {
        std::fs::write(path, text).unwrap();
        for args in [&["w00t"][..], &["w00t", "a@b.co"], &["w00t", "--dry-run"]] {
            let args = [&["members", "invite"], args, &["--from", path]].concat();
            let args: Vec<&str> = args.into_iter().filter(|arg| *arg != "w00t" || !text.contains("partner")).collect();
            if args.contains(&"a@b.co") && text.contains("partner") {
                continue;
            }
            let hint = "hint: check how the roster was created\nhint: if there may be no one, use --allow-empty\nhint: no invitations were sent\n";
            strigo_with_sandbox(&sandbox, &args).assert(
                2,
                "",
                &format!("error: roster '{path}' has no email addresses\n{hint}"),
            );
        }
    }
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", "w00t", "--from", path, "--json"]);
    let error = output.stderr;
    assert!(error.starts_with(r#"{"error":{"kind":"usage","message":"roster"#) && output.code == 2, "{error}");

    let mut command = strigo_with_endpoint(&sandbox.endpoint(), &["members", "invite", "w00t", "--from", "-"]);
    command.write_stdin("");
    let output = run(command);
    assert!(
        output.code == 2 && output.stderr.starts_with("error: roster on standard input has no email addresses\n"),
        "{}",
        output.stderr
    );
    assert!(sandbox.state().requests.is_empty());

    let allow_empty = ["members", "invite", "w00t", "--from", path, "--allow-empty"];
    strigo_with_sandbox(&sandbox, &allow_empty).assert(0, "", "note: 0 invited\n");
    let summary = r#"{"summary":{"invited":0,"skipped":0,"failed":0,"unknown":0,"not_attempted":0}}"#;
    strigo_with_sandbox(&sandbox, &[&allow_empty[..], &["--json"]].concat()).assert(0, "", &format!("{summary}\n"));
}

#[test]
fn invite_refuses_an_unreadable_roster() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.csv");
    let name = path.to_str().unwrap();
    for (bytes, expected) in [
        (
            &b"PK\x03\x04"[..],
            "line 1: this is a spreadsheet file (or another archive)\nhint: save it as CSV: in Excel, File",
        ),
        (
            b"email\na@b.co\nJos\xe9@b.co",
            "line 3: contains the byte 0xe9, which is not valid UTF-8\nhint: save the file as UTF-8",
        ),
        (b"a,b\nx,y", "line 1: no email column; the columns are 'a', 'b'\nhint: use --email-column NAME to choose one"),
        (b"Dana,a@b.co", "line 1: this looks like CSV without a header line\nhint: add a header line above it"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let output = MockApi::new().strigo(&["members", "invite", "w00t", "--from", name]);
        let expected = format!("error: invalid roster '{name}':\n  {expected}");
        assert!(output.stderr.starts_with(&expected), "{expected}\n{}", output.stderr);
        assert!(output.stderr.ends_with("\nhint: no invitations were sent\n"), "{}", output.stderr);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    }
    let error = MockApi::new().strigo(&["members", "invite", "w00t", "--from", name, "--json"]).json_error();
    assert_eq!(error["errors"][0]["line"], 1);
}

#[test]
fn invite_columns_can_be_chosen() {
    let sandbox = sandbox();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.csv");
    std::fs::write(&path, "identifier,team\na@b.co,nur\n").unwrap();
    let from = ["members", "invite", "--dry-run", "--from", path.to_str().unwrap(), "--email-column", "Identifier"];
    let request = |id: &str| format!("POST {}/partners/{id}/members {{\"email\":\"a@b.co\"}}\n", sandbox.endpoint());
    strigo_with_sandbox(&sandbox, &[&from[..], &["--partner-column", "team"]].concat()).assert(
        0,
        &request("ntvXb3L2qdPbayRKZ"),
        "",
    );
    let args = [&from[..], &["yCoaiix2pRjxMjCn7"]].concat();
    strigo_with_sandbox(&sandbox, &args).assert(0, &request("yCoaiix2pRjxMjCn7"), "");
    let output = strigo_with_sandbox(&sandbox, &[&args[..], &["--partner-column", "team"]].concat());
    let expected = "error: partner given twice: as an argument and in the roster's `team` column\n";
    assert!(output.code == 2 && output.stderr.starts_with(expected), "{}", output.stderr);

    std::fs::write(&path, "email,Company\na@b.co,nur\n").unwrap();
    let args = ["members", "invite", "w00t", "--dry-run", "--from", path.to_str().unwrap()];
    strigo_with_sandbox(&sandbox, &args).assert(
        0,
        &request("yCoaiix2pRjxMjCn7"),
        "note: ignored column 'Company' of the roster: the partner is given as an argument\n",
    );
}

#[test]
fn members_list_csv_is_a_roster() {
    let sandbox = sandbox();
    sandbox.state().members[0].1["email"] = "+niro@strigo.io".into();
    let csv = strigo_with_sandbox(&sandbox, &["members", "list", "--all", "--output", "csv"]).stdout;
    assert!(csv.contains("\n'+niro@strigo.io,"), "{csv}");
    let mut command = strigo_with_endpoint(&sandbox.endpoint(), &["members", "invite", "--from", "-", "--dry-run"]);
    command.write_stdin(csv);
    let output = run(command);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let requests: Vec<&str> = output.stdout.lines().collect();
    assert!(
        requests[0].ends_with("/partners/yCoaiix2pRjxMjCn7/members {\"email\":\"+niro@strigo.io\"}"),
        "{requests:?}"
    );
    assert_eq!(requests.len(), 2);
}

#[test]
fn partner_names_that_look_the_same_are_explained() {
    let sandbox = sandbox();
    sandbox.state().partners[0]["name"] = "Acme\u{a0}Training".into();
    let shown = r"'Acme\u{a0}Training'";
    let output = strigo_with_sandbox(&sandbox, &["partners", "get", "Acme Training"]);
    output.assert(
        5,
        "",
        &format!(
            "error: cannot show partner 'Acme Training': no partner with exactly that name\nhint: the name of partner \
             yCoaiix2pRjxMjCn7 looks the same: {shown}; pass its ID\n"
        ),
    );
    let output =
        strigo_with_sandbox(&sandbox, &["partners", "create", "Acme Training", "--if-not-exists", "--columns=id"]);
    output.assert(
        0,
        "yCoaiix2pRjxMjCn7\n",
        &format!("note: partner 'Acme Training' already exists as {shown}; nothing was created\n"),
    );
    assert!(sandbox.state().requests.iter().all(|request| request.method == "GET"));
    // In a roster, it is the one that a person would take it for, as for `--create-partners`.
    let roster = "email,partner\na@b.co,acme  training\n";
    let note = format!("note: partner 'acme  training' of the roster is {shown} (yCoaiix2pRjxMjCn7)\n");
    for args in [&["members", "invite", "-q"][..], &["members", "status", "--columns", "email,partner_id"]] {
        let mut command = strigo_with_endpoint(&sandbox.endpoint(), &[args, &["--from", "-"]].concat());
        command.write_stdin(roster);
        let output = run(command);
        assert_eq!(output.code, 0, "{}", output.stderr);
        assert!(output.stderr.contains(&note) || args.contains(&"-q"), "{}", output.stderr);
        assert!(output.stdout.starts_with(if args.contains(&"-q") {
            "sandboxMade000001"
        } else {
            "a@b.co\tyCoaiix2pRjxMjCn7"
        }));
    }
    let twin = serde_json::json!({"id": "twin", "name": "ACME TRAINING"});
    sandbox.state().partners.push(twin);
    let mut command = strigo_with_endpoint(&sandbox.endpoint(), &["members", "invite", "--from", "-"]);
    command.write_stdin(roster);
    let output = run(command);
    assert!(output.code == 2 && output.stderr.contains("no partner with"), "{}", output.stderr);
}

#[test]
fn invite_refuses_a_repeated_roster_or_journal() {
    for (option, hint) in [
        ("--from", "join the rosters into one file\nhint: no invitations were sent"),
        ("--journal", "use the same journal for all runs"),
    ] {
        let output = MockApi::new().strigo(&["members", "invite", "nur", "a@b.co", option, "x", option, "y"]);
        output.assert(2, "", &format!("error: {option} is given 2 times\nhint: {hint}\n"));
    }
}

/// Runs `members invite --from` a file with this text, and returns the output and the addresses that were invited.
fn invite_from(
    sandbox: &crate::server::Sandbox,
    text: &str,
    args: &[&str],
) -> (crate::support::CommandOutput, Vec<String>) {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("roster.csv");
    std::fs::write(&file, text).unwrap();
    let args = [&["members", "invite", "--from", file.to_str().unwrap(), "--columns", "email"], args].concat();
    let mut command = strigo_with_endpoint(&sandbox.endpoint(), &args);
    command.env("STRIGO_JOURNAL", dir.path().join("j.jsonl"));
    let output = run(command);
    let invited = output.stdout.lines().map(str::to_owned).collect();
    (output, invited)
}

#[test]
fn rows_can_be_chosen_by_their_values() {
    let sandbox = sandbox();
    let text = "Email,Partner,Status,City\na@b.co,nur,active,Bonn\nb@b.co,nur,ACTIVE,Rome\nc@b.co,nur,deleted,Bonn\nnot one,nur,left,Bonn\n";
    let (output, invited) = invite_from(&sandbox, text, &["--where", "status=Active", "--where=CITY= bonn "]);
    assert_eq!((output.code, invited), (0, vec!["a@b.co".to_owned()]), "{}", output.stderr);
    for (args, message) in [
        (&["--where", "team=x"][..], "no column 'team'; the columns are 'Email', 'Partner', 'Status', 'City'"),
        (&["--where", "team"], "expected COLUMN=VALUE"),
        (
            &["--where", "status=Aktive", "--where=city=bonn"],
            "has status=Aktive and city=bonn\nhint: check the values of --where\n",
        ),
    ] {
        let (output, _) = invite_from(&sandbox, text, args);
        assert!(output.code == 2 && output.stderr.contains(message), "{}", output.stderr);
    }
    let (output, _) = invite_from(&sandbox, "a@b.co\n", &["nur", "--where", "status=x"]);
    assert!(output.code == 2 && output.stderr.contains("--where needs CSV with a header"), "{}", output.stderr);
}

#[test]
fn rows_without_a_usable_address_can_be_left_out() {
    let sandbox = sandbox();
    let text = "name,email\nA,a@b.co\nB,\nC,none\nD,d@b.co\n";
    let (output, invited) = invite_from(&sandbox, text, &["nur"]);
    assert!(
        output.code == 2 && invited.is_empty() && output.stderr.contains("line 3: missing email address"),
        "{}",
        output.stderr
    );
    let (output, invited) = invite_from(&sandbox, text, &["nur", "--skip-invalid"]);
    assert_eq!((output.code, invited), (0, vec!["a@b.co".to_owned(), "d@b.co".to_owned()]), "{}", output.stderr);
    let warning = "warning: skipping 2 rows without a usable address: line 3, 4\n";
    assert!(output.stderr.starts_with(warning), "{}", output.stderr);
    // Every other fault is still one.
    let (output, _) = invite_from(&sandbox, "name,email\nA,a@b.co,x\nB,\n", &["nur", "--skip-invalid"]);
    assert!(output.code == 2 && output.stderr.contains("line 2: the row has 3 cells"), "{}", output.stderr);
}

#[test]
fn people_who_have_gone_are_warned_about() {
    let sandbox = sandbox();
    let text =
        "email,partner,status,Suspended\na@b.co,nur,active,False\nb@b.co,nur,deleted,false\nc@b.co,nur,Deleted,TRUE\n";
    let (output, invited) = invite_from(&sandbox, text, &["--dry-run"]);
    assert_eq!((output.code, invited.len()), (0, 3), "{}", output.stderr);
    for part in [
        "column 'status' says 'deleted' for 1 person",
        "'status' says 'Deleted' for 1",
        "'Suspended' says 'TRUE' for 1",
    ] {
        assert!(output.stderr.contains(part), "{part}: {}", output.stderr);
    }
    let (output, _) = invite_from(&sandbox, text, &["--dry-run", "--where", "status=active"]);
    assert!(!output.stderr.contains("warning"), "{}", output.stderr);
}

#[test]
fn roster_of_another_kind_says_what_to_do() {
    let sandbox = sandbox();
    for (text, message, hint) in [
        (
            "Record ID,Email,Associated Company\n1,a@b.co,nur\n",
            "no partner given, and no partner column; the columns are Record ID, Email, Associated Company",
            "name it on the command line, or use --partner-column NAME",
        ),
        ("a@b.co,nur\n", "this looks like CSV without a header line", "such as email,partner"),
        ("dn: cn=Dana,dc=a\nmail: d@b.co\n", "this is an LDIF file", "export the entries as CSV"),
    ] {
        let (output, _) = invite_from(&sandbox, text, &["--dry-run"]);
        assert_eq!(output.code, 2, "{}", output.stderr);
        assert!(output.stderr.contains(message) && output.stderr.contains(hint), "{}", output.stderr);
    }
    // The mark with which DOS ended a text.
    let (output, invited) = invite_from(&sandbox, "email\r\na@b.co\r\n\x1a", &["nur"]);
    assert_eq!((output.code, invited), (0, vec!["a@b.co".to_owned()]), "{}", output.stderr);
}
