//! Validation of email addresses.

use email_address::{EmailAddress, Error as AddressError, Options};

use crate::text::escape::escape_invisible;
use crate::text::invisible::is_invisible_char;
use crate::text::shorten;

/// The length in bytes from which a text is not examined further. RFC 5321 (section 4.5.3.1) allows at most 254.
const MAX_LEN: usize = 1000;

/// Validates an email address.
///
/// It is stricter than RFC 6531, which allows nearly all characters beyond ASCII: invisible ones, punctuation that word
/// processors insert, and punctuation in the domain are rejected, because they are never meant.
///
/// # Errors
///
/// Returns what is wrong with it, and what to use instead if that is clear, as text.
pub fn validate_email(email: &str) -> Result<(), String> {
    if email.is_empty() {
        return Err("missing email address".to_owned());
    }
    let Some(mut fault) = find_fault(email) else { return Ok(()) };
    let examined = if email.len() > MAX_LEN { "" } else { email };
    let advice = match suggest(examined) {
        Some(address) => {
            if email.contains(&address) {
                fault = "contains more than the address".to_owned();
            }
            format!("; use {address} instead")
        }
        None if has_several_addresses(examined) => "; write one address per line or row".to_owned(),
        None => String::new(),
    };
    Err(format!("invalid email address '{}': {fault}{advice}", escape_invisible(&shorten(email))))
}

/// Whether this is a valid email address.
pub fn is_email(text: &str) -> bool {
    !text.is_empty() && find_fault(text).is_none()
}

/// Returns what is wrong with an address.
fn find_fault(email: &str) -> Option<String> {
    if email.len() > MAX_LEN {
        return Some("longer than 254 characters".to_owned());
    }
    let (local, domain) = email.rsplit_once('@').unwrap_or_default();
    if let Some(c) = email.chars().find(|c| is_invisible_char(*c) || c.is_control()) {
        Some(format!("contains an invisible character (\\u{{{:x}}})", u32::from(c)))
    } else if let Some(c) = email.chars().find(|c| c.is_whitespace() && *c != ' ') {
        Some(format!("contains a space (\\u{{{:x}}})", u32::from(c)))
    } else if let Some(c) = email.chars().find(|c| is_implausible_char(*c)) {
        Some(format!("contains '{c}' (U+{:04X})", u32::from(c)))
    } else {
        let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
        match EmailAddress::parse_with_options(email, options) {
            Err(_) if email.matches('@').count() > 1 => Some("more than one @".to_owned()),
            Err(_) if email.contains(' ') => Some("contains a space".to_owned()),
            Err(error) => Some(describe(error, local, domain)),
            Ok(_) => domain.chars().find(is_invalid_in_domain).map(|c| format!("the domain contains '{c}'")),
        }
    }
}

fn describe(error: AddressError, local: &str, domain: &str) -> String {
    match error {
        AddressError::MissingSeparator => "missing @".to_owned(),
        AddressError::LocalPartEmpty => "nothing before @".to_owned(),
        AddressError::DomainEmpty => "nothing after @".to_owned(),
        AddressError::DomainTooFew => format!("the domain '{domain}' has no dot"),
        AddressError::SubDomainEmpty => "the domain has a dot too many".to_owned(),
        AddressError::LocalPartTooLong => "more than 64 characters before @".to_owned(),
        AddressError::DomainTooLong | AddressError::SubDomainTooLong => "the domain is too long".to_owned(),
        AddressError::UnsupportedDomainLiteral => "the domain is an IP address".to_owned(),
        _ if local.starts_with('.') || local.ends_with('.') || local.contains("..") => {
            "misplaced dot before @".to_owned()
        }
        _ => match local.chars().find(|c| !is_local_char(*c)).or_else(|| domain.chars().find(is_invalid_in_domain)) {
            Some(c) => format!("contains '{c}'"),
            None => format!("invalid domain '{domain}'"),
        },
    }
}

/// Whether this character may stand before @ without quotes (RFC 5322, `atext`, and RFC 6531, section 3.3).
fn is_local_char(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

fn is_invalid_in_domain(c: &char) -> bool {
    c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_.[]:".contains(*c)
}

/// Whether this is punctuation that is typed as another character in an address (curly quotes, dashes, full-width forms), or
/// a character that is never meant: a blank Braille pattern, a replacement character, or one for private use.
fn is_implausible_char(c: char) -> bool {
    matches!(c, '\u{a1}'..='\u{a9}' | '\u{ab}'..='\u{b4}' | '\u{b6}'..='\u{b9}' | '\u{bb}'..='\u{bf}'
        | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}'
        | '\u{2800}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{ffff}' | '\u{f0000}'..)
}

/// Returns the address to use instead, if the text has exactly one: without a display name, `mailto:`, and quotes around it.
fn suggest(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !is_invisible_char(*c)).map(untypographic).collect();
    let inner = match text.split_once('<') {
        Some((_, rest)) => rest.split_once('>')?.0,
        None => &text,
    };
    let is_around = |c: char| c.is_whitespace() || "\"'<>()[]{},;:.|".contains(c);
    let mut address = inner.trim_matches(is_around);
    if let Some(scheme) = address.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        address = address[scheme.len()..].split('?').next()?.trim_matches(is_around);
    }
    (text.matches('<').count() <= 1 && is_email(address)).then(|| address.to_owned())
}

/// Returns the character of a keyboard that word processors replace by this one.
fn untypographic(c: char) -> char {
    match c {
        '‘' | '’' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '\u{2010}'..='\u{2015}' => '-',
        // The full-width forms of ASCII are in its order.
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn has_several_addresses(text: &str) -> bool {
    text.split([',', ';', ' ', '\t', '\n', '\r', '|', '/']).filter(|part| suggest(part).is_some()).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn validate_email_accepts_common_forms() {
        for email in [
            "a@b.co",
            "dana+x@acme.example",
            "o'neil@acme.example",
            "dana@mail-2.acme.example",
            "dana@münchen.example",
            "דנה@דוגמה.ישראל",
            "अजय@डाटा.भारत",
            "用户@例え.jp",
            "\"dana levi\"@acme.example",
        ] {
            assert_eq!(validate_email(email), Ok(()), "{email}");
        }
    }

    #[test]
    fn validate_email_errors_state_the_fault() {
        for (email, fault) in [
            ("", "missing email address"),
            ("a", "'a': missing @"),
            ("a@", "nothing after @"),
            ("@b.co", "nothing before @"),
            ("a@b", "the domain 'b' has no dot"),
            ("a@[127.0.0.1]", "the domain is an IP address"),
            ("a@b..co", "the domain has a dot too many"),
            ("a@b@c.co", "more than one @"),
            ("a b@c.co", "contains a space"),
            ("a@b c.co", "contains a space"),
            ("a\u{a0}b@c.co", r"'a\u{a0}b@c.co': contains a space (\u{a0})"),
            ("a\0@b.co", r"contains an invisible character (\u{0})"),
            ("a\u{2800}@b.co", "(U+2800)"),
            ("Jos\u{fffd}@b.co", "(U+FFFD)"),
            ("a..b@c.co", "misplaced dot before @"),
            ("a.@c.co", "misplaced dot before @"),
            ("a;b@c.co", "contains ';'"),
            ("a@b;c.co", "contains ';'"),
            ("a@-b.co", "invalid domain '-b.co'"),
            ("a@b\u{202e}", r"'a@b\u{202e}': contains an invisible character (\u{202e})"),
            ("a@b|c.co", "the domain contains '|'"),
            ("a@b.co/x", "the domain contains '/'"),
            ("a@b.co\u{2026}x", "contains '…' (U+2026)"),
        ] {
            let message = validate_email(email).unwrap_err();
            assert!(message.ends_with(fault), "{message}");
        }
        let long = validate_email(&"x".repeat(10_000_000)).unwrap_err();
        assert!(long.ends_with("xxx...': longer than 254 characters") && long.len() < 200, "{long}");
    }

    #[test]
    fn validate_email_errors_have_the_address_to_use() {
        for text in [
            "Dana <d@b.co>",
            "\"Levi, Dana\" <d@b.co>;",
            "“Dana” ‹d@b.co›, <d@b.co>",
            "<d@b.co>",
            "mailto:d@b.co",
            "<MAILTO:d@b.co?subject=hi>",
            "d@b.co,",
            "d@b.co;",
            "(d@b.co)",
            "d@b.co.",
            "“d@b.co”",
            "d\u{200b}@b.co",
            "\u{200e}d@b.co\u{ad}",
            "d＠b．co",
            "['d@b.co']",
        ] {
            let message = validate_email(text).unwrap_err();
            assert!(message.ends_with("; use d@b.co instead"), "{message}");
        }
        assert!(validate_email("<d@b.co>").unwrap_err().contains("contains more than the address"));
        assert!(validate_email("o’neil@b.co").unwrap_err().ends_with("contains '’' (U+2019); use o'neil@b.co instead"));
        assert!(validate_email("a–b@b.co").unwrap_err().ends_with("; use a-b@b.co instead"));
        for text in ["a@b.co,c@d.co", "a@b.co; c@d.co", "Dana <a@b.co>, Noam <c@d.co>", "a@b.co c@d.co"] {
            let message = validate_email(text).unwrap_err();
            assert!(message.ends_with("; write one address per line or row"), "{message}");
        }
        for text in ["dana levi@b.co", "d@b.co Dana", "d@", "<d@b.co"] {
            let message = validate_email(text).unwrap_err();
            assert!(!message.contains("instead"), "no guess: {message}");
        }
    }

    proptest! {
        #[test]
        fn validate_email_never_panics(text in any::<String>(), part in "[a@.<>,;:“’ \u{200b}mailto]{0,20}") {
            let _ = validate_email(&text);
            let _ = validate_email(&part);
        }

        #[test]
        fn suggested_addresses_are_valid(text in "[a@.<>,;:“’ \u{200b}mailto]{0,20}") {
            if let Some(address) = suggest(&text) {
                prop_assert!(is_email(&address));
            }
        }
    }
}
