//! Finds the columns of a CSV roster by the names in its header.

use crate::text::invisible::{fold_invisible, trim_invisible};

/// The names of the email column in groups, the first of which has priority. They are the names that Mailchimp, listmonk,
/// Moodle, Canvas, Google Workspace and Contacts, Outlook, Zoom, Salesforce, Eventbrite, and their translations use.
const EMAIL_NAMES: &[&str] = &[
    "email",
    "emailaddress emailaddresses emailid emails mail mailaddress primaryemail primaryemailaddress memberemail \
     memberemailaddress useremail useremailaddress usernameemail workemail workemailaddress businessemail contactemail \
     traineremail attendeeemail participantemail studentemail learneremail inviteeemail recipientemail registrantemail \
     subscriberemail email1 email1value email1address emailadresse emailadres adresseemail adressedecourriel \
     adressedemessagerie courriel correo correoelectrónico direccióndecorreo direccióndecorreoelectrónico indirizzoemail \
     endereçodeemail אימייל דואל דואראלקטרוני",
];

/// The names of a column of companies, which are partners if no other column is.
pub(super) const COMPANY_NAMES: &str = "company companyname organization organisation organizationname organisationname organization1name account \
     accountname institution employer firma unternehmen entreprise société empresa azienda bedrijf חברה";

/// The names of the partner column in groups. Only the first group conflicts with a partner on the command line.
const PARTNER_NAMES: &[&str] = &["partner", "partnerid", "partnername partnercompany", COMPANY_NAMES];

/// The columns that the command line chooses.
#[derive(Debug, Clone, Copy, Default)]
pub struct ColumnOptions<'a> {
    /// The name of the email column.
    pub email: Option<&'a str>,
    /// The name of the partner column.
    pub partner: Option<&'a str>,
    /// Whether the partner is an argument, so that a column which may name partners is only one if it is called `partner`.
    pub has_partner_arg: bool,
    /// Columns with the values that a row must have to be read.
    pub filters: &'a [(String, String)],
    /// Whether rows without a usable address are left out.
    pub skip_invalid: bool,
}

impl ColumnOptions<'_> {
    /// Whether the command line chooses a column, so that the roster must be CSV.
    pub(super) fn has_chosen_column(&self) -> bool {
        self.email.is_some() || self.partner.is_some()
    }
}

/// The columns of a CSV file, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) email: usize,
    pub(super) partner: Option<usize>,
}

/// Why a header is not usable.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ColumnError {
    /// No column has the email addresses, or the name that the command line chooses.
    NotFound { option: &'static str, chosen: Option<String> },
    /// The command line chooses one column for both.
    Same(usize),
    /// Two columns could be meant.
    Ambiguous { option: &'static str, columns: [usize; 2] },
}

impl Columns {
    /// Finds the columns in a header.
    pub(super) fn find(header: &[String], options: &ColumnOptions<'_>) -> Result<Self, ColumnError> {
        let email = match options.email {
            Some(name) => Some(find_chosen(header, name, "--email-column")?),
            None => find_known(header, EMAIL_NAMES, "--email-column")?,
        };
        let email = email.ok_or(ColumnError::NotFound { option: "--email-column", chosen: None })?;
        let partner = match options.partner {
            Some(name) => Some(find_chosen(header, name, "--partner-column")?),
            None if options.has_partner_arg => find_known(header, &PARTNER_NAMES[..1], "--partner-column")?,
            None => find_known(header, PARTNER_NAMES, "--partner-column")?,
        };
        let partner = partner.filter(|partner| *partner != email || options.partner.is_some());
        if partner == Some(email) {
            return Err(ColumnError::Same(email));
        }
        Ok(Columns { email, partner })
    }

    /// Returns the name of the partner column, if there is one.
    pub(super) fn partner_name(&self, header: &[String]) -> Option<String> {
        header.get(self.partner?).map(|name| trim_invisible(name).to_owned())
    }
}

/// Finds the columns of filters, and returns them with the values in lower case.
pub(super) fn find_filters(
    header: &[String],
    filters: &[(String, String)],
) -> Result<Vec<(usize, String)>, ColumnError> {
    let find = |(name, value): &(String, String)| {
        Ok((find_chosen(header, name, "--where")?, trim_invisible(value).to_lowercase()))
    };
    filters.iter().map(find).collect()
}

/// Whether a column of an export says by this value that a person has gone.
pub(super) fn says_gone(column: &str, value: &str) -> bool {
    let value = value.to_lowercase();
    let is = |values: &[&str]| values.contains(&&*value);
    match &*normalize(column) {
        "status" | "state" => is(&[
            "deleted", "deactivated", "inactive", "disabled", "suspended", "archived", "removed", "terminated", "left",
        ]),
        "active" => is(&["false", "no", "0"]),
        "suspended" | "archived" | "deleted" => is(&["true", "yes", "1"]),
        _ => false,
    }
}

/// Finds the column with exactly this name, ignoring case.
fn find_chosen(header: &[String], name: &str, option: &'static str) -> Result<usize, ColumnError> {
    let wanted = trim_invisible(name).to_lowercase();
    let found = single(header, option, |cell| trim_invisible(cell).to_lowercase() == wanted)?;
    found.ok_or_else(|| ColumnError::NotFound { option, chosen: Some(name.to_owned()) })
}

/// Finds the column that has a name of the first group of which any column has one.
pub(super) fn find_known(
    header: &[String],
    groups: &[&str],
    option: &'static str,
) -> Result<Option<usize>, ColumnError> {
    let header: Vec<String> = header.iter().map(|name| normalize(name)).collect();
    for names in groups {
        if let Some(column) = single(&header, option, |cell| names.split(' ').any(|name| name == cell))? {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

fn single(
    header: &[String],
    option: &'static str,
    matches: impl Fn(&str) -> bool,
) -> Result<Option<usize>, ColumnError> {
    let mut columns = (0..header.len()).filter(|column| matches(&header[*column]));
    match (columns.next(), columns.next()) {
        (Some(first), Some(second)) => Err(ColumnError::Ambiguous { option, columns: [first, second] }),
        (first, _) => Ok(first),
    }
}

/// The length in bytes from which a name is not examined: it is a text.
const MAX_NAME_LEN: usize = 200;

/// Returns the letters and digits of a column's name in lower case, without a remark such as `[Required]`.
fn normalize(name: &str) -> String {
    if name.len() > MAX_NAME_LEN {
        return String::new();
    }
    let name = fold_invisible(name.split('[').next().unwrap_or_default());
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &[&str], options: ColumnOptions<'_>) -> Result<(usize, Option<usize>), ColumnError> {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        Columns::find(&header, &options).map(|columns| (columns.email, columns.partner))
    }

    #[test]
    fn columns_have_many_names() {
        for name in [
            "email",
            " E-MAIL ",
            "Email Address",
            "Mail",
            "Primary Email",
            "Member Email [Required]",
            "User name (email)",
            "E-mail 1 - Value",
            "E-Mail-Adresse",
            "Adresse e-mail",
            "Correo electrónico",
            "דוא\"ל",
            "\u{feff}e_mail",
        ] {
            assert_eq!(find(&["Name", name], ColumnOptions::default()), Ok((1, None)), "{name}");
        }
        for name in ["partner", "Partner ID", "partner_name", "Company", "Organisation", "Account Name"] {
            assert_eq!(find(&[name, "email"], ColumnOptions::default()), Ok((1, Some(0))), "{name}");
        }
    }

    #[test]
    fn columns_of_a_better_group_have_priority() {
        assert_eq!(find(&["Mail", "Email", "Group Email"], ColumnOptions::default()), Ok((1, None)));
        let members = ["ID", "EMAIL", "ROLE", "PARTNER_ID", "PARTNER_NAME"];
        assert_eq!(find(&members, ColumnOptions::default()), Ok((1, Some(3))));
        let with_arg = ColumnOptions { has_partner_arg: true, ..ColumnOptions::default() };
        assert_eq!(find(&["email", "Company"], with_arg), Ok((0, None)));
        assert_eq!(find(&["email", "Company", "partner"], with_arg), Ok((0, Some(2))));
    }

    #[test]
    fn columns_can_be_chosen() {
        let options = ColumnOptions {
            email: Some("identifier"),
            partner: Some("TEAM"),
            has_partner_arg: true,
            ..ColumnOptions::default()
        };
        assert_eq!(find(&["Identifier", "email", "team", "partner"], options), Ok((0, Some(2))));
        let missing = ColumnOptions { email: Some("x"), ..options };
        assert_eq!(
            find(&["Identifier"], missing),
            Err(ColumnError::NotFound { option: "--email-column", chosen: Some("x".to_owned()) })
        );
    }

    #[test]
    fn columns_that_are_ambiguous_are_errors() {
        for header in [["email", "name", "Email"], ["mail", "name", "e-mail address"], ["email", "name", "E-Mail"]] {
            let columns = [0, 2];
            assert_eq!(
                find(&header, ColumnOptions::default()),
                Err(ColumnError::Ambiguous { option: "--email-column", columns })
            );
        }
        let header = ["company", "email", "account name"];
        assert!(matches!(find(&header, ColumnOptions::default()), Err(ColumnError::Ambiguous { .. })));
        assert!(find(&["name"], ColumnOptions::default()).is_err());
    }
}
