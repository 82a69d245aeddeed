//! What a dry run shows a person: a table of what would be done. Every other format has the requests.

use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::output::Row;

/// A change that would be made, or is not needed.
#[derive(Serialize)]
pub(super) struct Planned {
    action: String,
    email: String,
    partner: String,
}

impl Planned {
    pub(super) fn new(action: &str, email: &str, partner: impl Into<String>) -> Self {
        Planned { action: action.to_owned(), email: email.to_owned(), partner: partner.into() }
    }
}

impl Row for Planned {
    const COLUMNS: &'static [&'static str] = &["ACTION", "EMAIL", "PARTNER"];
}

/// Whether a person is shown the plan, and not the requests.
pub(super) fn is_shown(context: &Context<'_>) -> bool {
    context.printer.is_table()
}

/// Prints the plan, and the counts below it.
pub(super) fn print(plan: Vec<Planned>, counts: &str, context: &Context<'_>) -> Result<(), Error> {
    if !plan.is_empty() {
        // Changes of partners are about no person.
        let of_partners = ["action", "partner"].map(str::to_owned);
        let columns = plan.iter().all(|change| change.email.is_empty()).then_some(&of_partners[..]);
        context.printer.rows(columns, true, false)?.print_list("", || Ok(plan))?;
    }
    context.reporter.note(counts);
    Ok(())
}
