//! Email addresses, checked before anything is sent.

use email_address::{EmailAddress, Options};

/// Checks an address; the failure says what is wrong with it, or what to write instead.
pub fn check(email: &str) -> Result<(), String> {
    let strict = Options::default().with_required_tld().without_domain_literal().without_display_text();
    let Err(error) = EmailAddress::parse_with_options(email, strict) else { return Ok(()) };
    let advice = match EmailAddress::parse_with_options(email, Options::default().with_required_tld()) {
        Ok(address) if address.email() != email => format!("write {} alone", address.email()),
        _ if email.matches('@').count() > 1 => "it has more than one @; write one address at a time".to_owned(),
        _ if email.contains(char::is_whitespace) => "it has a space in it; write one address without spaces".to_owned(),
        _ => error.to_string().trim_end_matches('.').to_lowercase(),
    };
    Err(format!("'{email}' is not an email address: {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_in_use_passes() {
        for email in ["a@b.co", "dana+x@acme.example", "o'neil@acme.example", "dana@münchen.example", "דנה@דוגמה.ישראל"]
        {
            assert_eq!(check(email), Ok(()), "{email}");
        }
    }

    #[test]
    fn what_is_none_is_told_with_what_to_write() {
        for (email, advice) in [
            ("", ""),
            ("a", ""),
            ("a@", ""),
            ("@b.co", ""),
            ("a@b", ""),
            ("a@[127.0.0.1]", ""),
            ("a@b..co", ""),
            ("a@b@c.co", "more than one @"),
            ("a@b.co,c@d.co", "more than one @"),
            ("a b@c.co", "a space in it"),
            ("a@b c.co", "a space in it"),
            ("Dana <dana@acme.example>", "write dana@acme.example alone"),
        ] {
            let told = check(email).unwrap_err();
            assert!(told.contains(advice), "{told}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(text in any::<String>()) {
            let _ = check(&text);
        }
    }
}
