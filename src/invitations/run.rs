//! Inviting one after the other, and what one failure means for the rest.

use crate::error::{Error, Kind};

/// What became of the invitations.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Made.
    pub invited: usize,
    /// Refused: they were not made.
    pub failed: usize,
    /// Sent, without a usable answer: they may have been made.
    pub unknown: usize,
    /// Not sent, because it would have failed too.
    pub not_tried: usize,
}

impl Tally {
    /// The counts in words.
    pub fn in_words(&self) -> String {
        let Tally { invited, failed, unknown, not_tried } = self;
        format!("{invited} invited, {failed} failed, {unknown} unknown, {not_tried} not tried")
    }
}

/// Invites each of `emails` by `invite`, which makes one invitation and shows it. `told` hears of each failure that
/// does not end the run.
///
/// Returns what became of them, and the failure that ended the run before all were tried: one that the others would
/// have met too (the credentials, the partner or the connection).
pub fn invite_all<'e>(
    emails: &'e [String],
    mut invite: impl FnMut(&'e str) -> Result<(), Error>,
    mut told: impl FnMut(&'e str, Error),
) -> (Tally, Option<Error>) {
    let mut tally = Tally::default();
    for (at, email) in emails.iter().enumerate() {
        let Err(error) = invite(email) else {
            tally.invited += 1;
            continue;
        };
        match error.kind() {
            Kind::OutcomeUnknown => tally.unknown += 1,
            _ => tally.failed += 1,
        }
        if concerns_all(error.kind()) {
            tally.not_tried = emails.len() - at - 1;
            return (tally, Some(error));
        }
        told(email, error);
    }
    (tally, None)
}

fn concerns_all(kind: Kind) -> bool {
    matches!(kind, Kind::Denied | Kind::NotFound | Kind::Unavailable | Kind::Config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(kinds: &[Option<Kind>]) -> (Tally, Option<Kind>, usize) {
        let emails: Vec<String> = (0..kinds.len()).map(|at| at.to_string()).collect();
        let mut told = 0;
        let invite = |email: &str| match kinds[email.parse::<usize>().unwrap()] {
            Some(kind) => Err(Error::new(kind, "no")),
            None => Ok(()),
        };
        let (tally, ended) = invite_all(&emails, invite, |_, _| told += 1);
        (tally, ended.map(|error| error.kind()), told)
    }

    #[test]
    fn one_refusal_does_not_stop_the_rest() {
        let (tally, ended, told) = run(&[None, Some(Kind::Rejected), Some(Kind::OutcomeUnknown), None]);
        assert_eq!(tally, Tally { invited: 2, failed: 1, unknown: 1, not_tried: 0 });
        assert_eq!((ended, told), (None, 2));
    }

    #[test]
    fn what_concerns_all_stops_at_once() {
        for kind in [Kind::Denied, Kind::NotFound, Kind::Unavailable] {
            let (tally, ended, told) = run(&[None, Some(kind), None, None]);
            assert_eq!(tally, Tally { invited: 1, failed: 1, unknown: 0, not_tried: 2 });
            assert_eq!((ended, told), (Some(kind), 0));
        }
    }
}
