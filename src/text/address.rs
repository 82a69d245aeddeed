//! The form of an email address that is the same for all spellings of it.

use idna::punycode;
use unicode_normalization::UnicodeNormalization as _;

/// Returns the address in lower case and in NFC (UAX #15), its domain as punycode (RFC 3492): what identifies a person.
///
/// Nothing else is folded: what is before the @ belongs to the recipient's server.
pub fn fold_address(address: &str) -> String {
    let fold = |text: &str| text.to_lowercase().nfc().collect::<String>();
    let Some((local, domain)) = address.rsplit_once('@') else { return fold(address) };
    let encode = |label: &str| {
        let label = fold(label);
        let code = if label.is_ascii() { None } else { punycode::encode_str(&label) };
        code.map_or(label, |code| format!("xn--{code}"))
    };
    let domain: Vec<String> = domain.split('.').map(encode).collect();
    format!("{}@{}", fold(local), domain.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fold_address_joins_spellings() {
        for spellings in [
            ["Dana@Acme.Example", "dana@acme.example"],
            ["jos\u{e9}@acme.example", "Jose\u{301}@acme.example"],
            ["dana@b\u{fc}cher.example", "dana@xn--bcher-kva.example"],
            ["dana@BU\u{308}CHER.example", "DANA@XN--BCHER-KVA.EXAMPLE"],
        ] {
            assert_eq!(fold_address(spellings[0]), fold_address(spellings[1]));
        }
        assert_eq!(fold_address("דנה@דוגמה.ישראל"), "דנה@xn--6dbbec0c.xn--4dbrk0ce");
        assert_eq!(fold_address("no address"), "no address");
    }

    proptest! {
        #[test]
        fn fold_address_is_idempotent(address in any::<String>()) {
            let folded = fold_address(&address);
            prop_assert_eq!(fold_address(&folded), folded);
        }
    }
}
