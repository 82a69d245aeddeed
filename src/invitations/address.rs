//! Email addresses, checked before anything is sent.

use std::collections::HashSet;

use email_address::{EmailAddress, Options};

use crate::error::{Error, Kind};

/// The addresses to invite, each once.
#[derive(Debug, PartialEq, Eq)]
pub struct Addresses {
    /// In the order given, as they were written.
    pub emails: Vec<String>,
    /// How many were given again.
    pub repeated: usize,
}

/// Checks all addresses; one given again, in whatever case, counts once. Fails with [`Kind::Usage`], naming every bad
/// one.
pub fn read_addresses(given: &[String]) -> Result<Addresses, Error> {
    let faults: Vec<String> = given.iter().filter_map(|email| fault(email.trim())).collect();
    if !faults.is_empty() {
        return Err(Error::new(Kind::Usage, faults.join("; ")).hint("Nobody was invited."));
    }
    let mut seen = HashSet::new();
    let emails: Vec<String> =
        given.iter().map(|email| email.trim().to_owned()).filter(|email| seen.insert(email.to_lowercase())).collect();
    Ok(Addresses { repeated: given.len() - emails.len(), emails })
}

/// What is wrong with an address, if anything is.
fn fault(email: &str) -> Option<String> {
    let strict = Options::default().with_required_tld().without_domain_literal().without_display_text();
    let error = EmailAddress::parse_with_options(email, strict).err()?;
    let in_brackets = EmailAddress::parse_with_options(email, Options::default().with_required_tld());
    let advice = match in_brackets {
        Ok(address) if address.email() != email => format!("write {} alone", address.email()),
        _ => error.to_string().trim_end_matches('.').to_lowercase(),
    };
    Some(format!("'{email}' is not an email address: {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(emails: &[&str]) -> Vec<String> {
        emails.iter().map(|email| (*email).to_owned()).collect()
    }

    #[test]
    fn what_is_in_use_passes() {
        for email in ["a@b.co", "dana+x@acme.example", "o'neil@acme.example", "dana@münchen.example", "דנה@דוגמה.ישראל"]
        {
            assert_eq!(fault(email), None, "{email}");
        }
    }

    #[test]
    fn what_is_none_is_told_with_what_to_write() {
        for email in ["", "a", "a@", "@b.co", "a@b", "a@b@c.co", "a b@c.co", "a@b c.co", "a@[127.0.0.1]", "a@b..co"] {
            assert!(fault(email).is_some(), "{email}");
        }
        let told = fault("Dana <dana@acme.example>").unwrap();
        assert!(told.ends_with("write dana@acme.example alone"), "{told}");
    }

    #[test]
    fn an_address_counts_once_whatever_its_case() {
        let read = read_addresses(&given(&["A@b.co", "a@B.co ", "c@b.co"])).unwrap();
        assert_eq!(read, Addresses { emails: given(&["A@b.co", "c@b.co"]), repeated: 1 });
    }

    #[test]
    fn all_bad_ones_are_named() {
        let error = read_addresses(&given(&["x", "a@b.co", "y"])).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.to_string().contains("'x'") && error.to_string().contains("'y'"));
    }
}
