//! The body of an answer, from the first byte to the last.

use std::io::{self, Read};

/// How much of an answer is read at a time, in bytes.
const LARGEST_CHUNK: usize = 64 << 10;

/// Memory that an answer's announced length may reserve before a byte of it has come: 64 MiB.
const MAX_RESERVED: u64 = 64 << 20;

/// A body, which is text nearly always.
#[derive(Debug)]
pub enum Body {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl Body {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Body::Text(text) => text.as_bytes(),
            Body::Bytes(bytes) => bytes,
        }
    }
}

/// A body that is on its way. Whether it is text is seen before all of it is there.
pub(super) struct Incoming {
    body: Body,
    /// The beginning of a character whose end has not come yet.
    cut: Vec<u8>,
    /// The length that is expected, in bytes.
    reserved: usize,
}

impl Incoming {
    /// A body of so many bytes, where that is known.
    pub(super) fn new(length: Option<u64>) -> Self {
        let reserved = length.map_or(8192, |length| length.min(MAX_RESERVED) as usize);
        Incoming { body: Body::Text(String::with_capacity(reserved)), cut: Vec::new(), reserved }
    }

    /// Takes in all that comes. Where that fails, what has come before is kept.
    pub(super) fn read_from(&mut self, from: &mut impl Read) -> io::Result<()> {
        let mut chunk = vec![0; self.reserved.clamp(1, LARGEST_CHUNK)];
        loop {
            match from.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(count) => self.push(&chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Bytes that have come.
    pub(super) fn len(&self) -> usize {
        self.body.as_bytes().len() + self.cut.len()
    }

    fn push(&mut self, bytes: &[u8]) {
        let Body::Text(text) = &mut self.body else { return self.push_bytes(bytes) };
        let joined = (!self.cut.is_empty()).then(|| [&std::mem::take(&mut self.cut), bytes].concat());
        let bytes = joined.as_deref().unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(part) => text.push_str(part),
            Err(error) => {
                let (valid, rest) = bytes.split_at(error.valid_up_to());
                text.push_str(std::str::from_utf8(valid).unwrap_or_default());
                match error.error_len() {
                    None => self.cut = rest.to_owned(),
                    Some(_) => self.push_bytes(rest),
                }
            }
        }
    }

    fn push_bytes(&mut self, more: &[u8]) {
        if let Body::Text(text) = &mut self.body {
            self.body = Body::Bytes(std::mem::take(text).into_bytes());
        }
        if let Body::Bytes(bytes) = &mut self.body {
            bytes.extend_from_slice(more);
        }
    }

    /// All that has come.
    pub(super) fn finish(mut self) -> Body {
        let cut = std::mem::take(&mut self.cut);
        if !cut.is_empty() {
            self.push_bytes(&cut);
        }
        self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A body that comes in such pieces.
    fn read(pieces: &[Vec<u8>]) -> Body {
        let mut body = Incoming::new(None);
        pieces.iter().for_each(|piece| body.push(piece));
        assert_eq!(body.len(), pieces.concat().len());
        body.finish()
    }

    #[test]
    fn a_character_may_be_cut_in_two() {
        let text = "é研👩‍🏫x";
        for at in 0..=text.len() {
            let (first, second) = text.as_bytes().split_at(at);
            assert!(matches!(read(&[first.to_owned(), second.to_owned()]), Body::Text(read) if read == text), "{at}");
        }
        let bytes: Vec<Vec<u8>> = text.bytes().map(|byte| vec![byte]).collect();
        assert!(matches!(read(&bytes), Body::Text(read) if read == text));
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_and_text_is_known_as_such(
            pieces in prop::collection::vec(prop_oneof![
                any::<String>().prop_map(String::into_bytes),
                prop::collection::vec(any::<u8>(), 0..4),
            ], 0..6),
        ) {
            let whole = pieces.concat();
            let body = read(&pieces);
            prop_assert_eq!(body.as_bytes(), &whole[..]);
            prop_assert_eq!(matches!(body, Body::Text(_)), std::str::from_utf8(&whole).is_ok());
        }
    }
}
