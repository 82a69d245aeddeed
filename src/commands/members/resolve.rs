//! Resolves unknown invitations: a person states whether they were sent.

use crate::cli::InviteArgs;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::event::{Event, State};
use crate::invitations::history::History;
use crate::output::reporter::Reporter;
use crate::process::Environment;

/// The variables that name the person who runs the command: those of GitHub Actions and GitLab CI, and the user's.
const USER_VARS: [&str; 5] = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME"];

/// Returns the events that resolve the unknown invitations which the command line names. An address whose outcome is known
/// already makes no event, so that a command can be repeated.
///
/// # Errors
///
/// Returns [`ErrorKind::Usage`] if an address is not among the invitees, is named by both options, or is unknown for several
/// partners.
pub(super) fn resolve(
    args: &InviteArgs,
    invitees: &[Invitee],
    history: &History,
    env: &Environment,
    reporter: &Reporter,
) -> Result<Vec<Event>, Error> {
    let by = USER_VARS.iter().find_map(|name| env.var(name).ok()?).unwrap_or_else(|| "unknown".to_owned());
    let mut events = Vec::new();
    for (emails, other, invited) in [
        (&args.assume_invited, &args.assume_not_invited, true),
        (&args.assume_not_invited, &args.assume_invited, false),
    ] {
        for email in emails.iter().map(|email| email.trim()).filter(|email| !email.is_empty()) {
            let lower_case = email.to_lowercase();
            let is_same = |other: &str| other.to_lowercase() == lower_case;
            if other.iter().any(|other| is_same(other)) {
                let message = format!("'{email}' is given to both --assume-invited and --assume-not-invited");
                return Err(Error::new(ErrorKind::Usage, message).with_hint("remove one of them"));
            }
            let named: Vec<&Invitee> = invitees.iter().filter(|invitee| is_same(&invitee.email)).collect();
            let is_unknown = |invitee: &&&Invitee| match history.state(invitee) {
                State::Unknown => true,
                // The run that claimed it may have failed to record it. That it was not sent can be known only later.
                State::InProgress => invited,
                _ => false,
            };
            let unknown: Vec<&Invitee> = named.iter().filter(is_unknown).copied().collect();
            match unknown[..] {
                [invitee] => {
                    let (invitee, by) = (invitee.clone(), by.clone());
                    events.push(Event::Resolved { invitee, invited, by });
                }
                [] if named.is_empty() => {
                    let message = format!("'{email}' is not among the addresses to invite");
                    return Err(Error::new(ErrorKind::Usage, message).with_hint("add it, or correct its spelling"));
                }
                [] if named.iter().any(|invitee| history.state(invitee) == State::InProgress) => {
                    let problem = "another run began to invite them less than 15 minutes ago, and may still send";
                    reporter.note(&format!("the outcome for {email} cannot be resolved yet: {problem}"));
                }
                [] => reporter.note(&format!("the outcome for {email} is not unknown; nothing to resolve")),
                [first, ..] => {
                    let message = format!("the outcome for {email} is unknown for {} partners", unknown.len());
                    let hint = format!(
                        "resolve one at a time: pass the partner and the address instead of the roster, such as {} {email}",
                        first.partner_id
                    );
                    return Err(Error::new(ErrorKind::Usage, message).with_hint(hint));
                }
            }
        }
    }
    Ok(events)
}
