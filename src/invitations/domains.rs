//! Finds domains that are probably mistyped: one address has it, and many have one that is a keystroke away.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Invitee;

/// How many addresses a domain needs to be the one that was meant.
const MIN_COUNT: usize = 5;

/// The most frequent domains that others are compared with, which bounds the time.
const MAX_COMPARED: usize = 20;

/// An address whose domain is probably mistyped.
#[derive(Debug, PartialEq, Eq)]
pub struct MistypedDomain<'a> {
    /// The address.
    pub email: &'a str,
    /// The domain that was probably meant.
    pub meant: String,
    /// The number of addresses that have it.
    pub count: usize,
}

/// Returns the addresses whose domain occurs once and differs by one keystroke (a letter missing, added, changed, or
/// swapped with the next) from a domain that occurs often.
pub fn find_mistyped_domains(invitees: &[Invitee]) -> Vec<MistypedDomain<'_>> {
    let domain_of = |invitee: &Invitee| invitee.email.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let mut counts: HashMap<String, usize> = HashMap::new();
    for domain in invitees.iter().filter_map(domain_of) {
        *counts.entry(domain).or_default() += 1;
    }
    let mut frequent: Vec<(&String, usize)> =
        counts.iter().map(|(domain, count)| (domain, *count)).filter(|(_, count)| *count >= MIN_COUNT).collect();
    frequent.sort_by_key(|(domain, count)| (Reverse(*count), *domain));
    frequent.truncate(MAX_COMPARED);
    let meant = |domain: &str| {
        frequent
            .iter()
            .find(|(other, _)| is_one_keystroke_away(other, domain))
            .map(|(domain, count)| ((*domain).clone(), *count))
    };
    let find = |invitee| {
        let domain = domain_of(invitee).filter(|domain| counts.get(domain) == Some(&1))?;
        let (meant, count) = meant(&domain)?;
        Some(MistypedDomain { email: &invitee.email, meant, count })
    };
    invitees.iter().filter_map(find).collect()
}

/// Whether one text is the other with a character added, removed, changed, or swapped with the next one: whether their
/// distance in `strsim` is 1, in linear time.
fn is_one_keystroke_away(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitees(domains: &[(&str, usize)]) -> Vec<Invitee> {
        let emails = domains.iter().flat_map(|(domain, count)| (0..*count).map(move |n| format!("t{n}@{domain}")));
        emails.map(|email| Invitee { partner_id: "p".into(), email }).collect()
    }

    #[test]
    fn mistyped_domains_are_one_keystroke_away() {
        for domain in ["acme.exmaple", "acme.exampl", "acmee.example", "ACNE.example", "acme.exambple"] {
            let invitees = invitees(&[("acme.example", 5), (domain, 1)]);
            let meant = "acme.example".to_owned();
            let email = format!("t0@{domain}");
            assert_eq!(find_mistyped_domains(&invitees), [MistypedDomain { email: &email, meant, count: 5 }]);
        }
    }

    #[test]
    fn other_domains_are_not_mistyped() {
        for domains in [
            &[("acme.example", 5), ("acme.exmaple", 2)][..],
            &[("acme.example", 4), ("acme.exmaple", 1)],
            &[("acme.example", 5), ("acme.exaxxle", 1)],
            &[("acme.example", 9), ("globex.example", 1), ("acme.co", 1)],
            &[("Acme.example", 3), ("acme.example", 3)],
        ] {
            assert_eq!(find_mistyped_domains(&invitees(domains)), [], "{domains:?}");
        }
    }
}
