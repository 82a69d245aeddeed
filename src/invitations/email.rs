//! Validation of email addresses.

use email_address::{EmailAddress, Options};

/// Validates an email address.
///
/// # Errors
///
/// Returns what is wrong with it, or what to use instead, as text.
pub fn validate_email(email: &str) -> Result<(), String> {
    if email.is_empty() {
        return Err("missing email address".to_owned());
    }
    let strict = Options::default().with_required_tld().without_domain_literal().without_display_text();
    let Err(error) = EmailAddress::parse_with_options(email, strict) else { return Ok(()) };
    let reason = match EmailAddress::parse_with_options(email, Options::default().with_required_tld()) {
        Ok(address) if address.email() != email => format!("use {} without the display name", address.email()),
        _ if email.matches('@').count() > 1 => "more than one @".to_owned(),
        _ if email.contains(char::is_whitespace) => "contains a space".to_owned(),
        _ => error.to_string().trim_end_matches('.').to_lowercase(),
    };
    Err(format!("invalid email address '{email}': {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn validate_email_accepts_common_forms() {
        for email in ["a@b.co", "dana+x@acme.example", "o'neil@acme.example", "dana@münchen.example", "דנה@דוגמה.ישראל"]
        {
            assert_eq!(validate_email(email), Ok(()), "{email}");
        }
    }

    #[test]
    fn validate_email_errors_suggest_fix() {
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
            ("a b@c.co", "contains a space"),
            ("a@b c.co", "contains a space"),
            ("Dana <dana@acme.example>", "use dana@acme.example without the display name"),
        ] {
            let message = validate_email(email).unwrap_err();
            assert!(message.contains(advice), "{message}");
        }
    }

    proptest! {
        #[test]
        fn validate_email_never_panics(text in any::<String>()) {
            let _ = validate_email(&text);
        }
    }
}
