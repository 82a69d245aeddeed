//! Text as such: what makes it harmless, and JSON laid out without being understood.

pub mod escape;
pub mod json;

/// What the system says of a failure, without its number for it: that tells nobody anything.
pub fn cause(error: &(impl std::fmt::Display + ?Sized)) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((before, after)) => format!("{before}{}", after.split_once(')').map_or("", |(_, rest)| rest)),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_systems_number_is_left_out() {
        assert_eq!(super::cause(&"full (os error 28) at 'x'"), "full at 'x'");
        assert_eq!(super::cause(&"full (os error 28)"), "full");
        assert_eq!(super::cause(&"full"), "full");
    }
}
