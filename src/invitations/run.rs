//! What is done next: which invitations are sent, in which order, and what one failure means for the rest.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Invitee;
use super::journal::{Key, Known};
use crate::error::{Error, Kind};

/// So many answers lost one after the other mean that the server is broken: more would only be more doubt.
const MOST_LOST: usize = 10;

/// What is to be done about everybody who is wanted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// To be sent.
    pub send: Vec<Invitee>,
    /// Invited already, or members by now.
    pub done: usize,
    /// Members already, and left out as wished.
    pub members: Vec<Invitee>,
    /// Nobody knows whether they are invited.
    pub unknown: Vec<Invitee>,
    /// It was unknown, and they are members now.
    pub settled: Vec<Invitee>,
    /// Their partner is gone.
    pub gone: Vec<Invitee>,
}

/// What the caller wishes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes {
    /// Leave out who is a member already.
    pub skip_members: bool,
    /// Send again what is unknown.
    pub retry_unknown: bool,
}

impl Plan {
    /// Decides about each of `wanted`. `members` gives the members' addresses of a partner in lower case, or `None`
    /// where the partner is gone; it is asked once a partner, and only where that makes a difference.
    pub fn make(
        wanted: Vec<Invitee>,
        known: &HashMap<Key, Known>,
        wishes: Wishes,
        mut members: impl FnMut(&str) -> Result<Option<HashSet<String>>, Error>,
    ) -> Result<Self, Error> {
        let mut plan = Plan::default();
        let mut asked: HashMap<Rc<str>, Option<HashSet<String>>> = HashMap::new();
        for invitee in wanted {
            let state = known.get(&invitee.key());
            if matches!(state, Some(Known::Invited | Known::Member)) {
                plan.done += 1;
                continue;
            }
            let is_unknown = state == Some(&Known::Unknown);
            if !is_unknown && !wishes.skip_members {
                plan.send.push(invitee);
                continue;
            }
            if !asked.contains_key(&invitee.partner_id) {
                asked.insert(Rc::clone(&invitee.partner_id), members(&invitee.partner_id)?);
            }
            let there = asked.get(&invitee.partner_id).and_then(Option::as_ref);
            let is_member = there.is_some_and(|members| members.contains(&invitee.email.to_lowercase()));
            let list = match (is_unknown, is_member) {
                (true, true) => &mut plan.settled,
                (true, false) if !wishes.retry_unknown => &mut plan.unknown,
                (false, true) => &mut plan.members,
                _ if there.is_none() => &mut plan.gone,
                _ => &mut plan.send,
            };
            list.push(invitee);
        }
        Ok(plan)
    }
}

/// What became of everybody who was wanted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Invited by this run.
    pub invited: usize,
    /// Invited before, or members already.
    pub skipped: usize,
    /// Refused: they were not invited.
    pub failed: usize,
    /// May or may not have been invited.
    pub unknown: usize,
    /// Not sent.
    pub not_tried: usize,
}

impl Tally {
    /// What a plan has decided beforehand.
    pub fn of(plan: &Plan) -> Self {
        Tally {
            skipped: plan.done + plan.members.len() + plan.settled.len(),
            unknown: plan.unknown.len(),
            not_tried: plan.gone.len(),
            ..Tally::default()
        }
    }

    /// The counts in words.
    pub fn in_words(&self) -> String {
        let Tally { invited, skipped, failed, unknown, not_tried } = self;
        format!("{invited} invited, {skipped} skipped, {failed} failed, {unknown} unknown, {not_tried} not tried")
    }
}

/// What a run needs to have done. Each step is over when it returns.
pub trait Steps {
    /// Puts on the disk that this invitation is about to be sent. A failure ends the run, with nothing sent.
    fn intend(&mut self, invitee: &Invitee) -> Result<(), Error>;
    /// Sends it.
    fn send(&mut self, invitee: &Invitee) -> Result<(), Error>;
    /// Puts on the disk what became of it. A failure ends the run.
    fn conclude(&mut self, invitee: &Invitee, result: &Result<(), Error>) -> Result<(), Error>;
    /// Hears of a failure that does not end the run.
    fn failed(&mut self, invitee: &Invitee, error: Error);
    /// Whether the run is to end before the next invitation.
    fn is_interrupted(&self) -> bool;
    /// Hears how many are done, before each one.
    fn progress(&mut self, done: usize);
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// What became of everybody.
    pub tally: Tally,
    /// The failure that ended it before everybody was tried, and whose turn it was.
    pub by: Option<(Invitee, Error)>,
    /// The kinds of the failures that did not.
    pub failures: HashSet<Kind>,
}

/// Invites everybody in `send`, one after the other.
///
/// A failure that all others would meet too (the credentials, the connection) ends the run; a partner that is gone ends
/// only its own part of it; and any other concerns one invitation alone.
pub fn run(send: &[Invitee], tally: Tally, steps: &mut impl Steps) -> Ended {
    let mut ended = Ended { tally, by: None, failures: HashSet::new() };
    let mut gone: HashSet<&str> = HashSet::new();
    let mut lost = 0;
    for (at, invitee) in send.iter().enumerate() {
        if gone.contains(&*invitee.partner_id) {
            ended.tally.not_tried += 1;
            continue;
        }
        steps.progress(at);
        let by = match attempt(invitee, steps, &mut ended.tally) {
            Attempt::Made => {
                lost = 0;
                continue;
            }
            Attempt::Failed(error) => {
                if error.kind() == Kind::NotFound {
                    gone.insert(&invitee.partner_id);
                }
                lost = if error.kind() == Kind::OutcomeUnknown { lost + 1 } else { 0 };
                ended.failures.insert(error.kind());
                if lost < MOST_LOST {
                    steps.failed(invitee, error);
                    continue;
                }
                error
            }
            Attempt::End(error) => error,
        };
        ended.tally.not_tried += send.len() - at - 1;
        ended.by = Some((invitee.clone(), by));
        break;
    }
    ended
}

/// What one invitation means for the run.
enum Attempt {
    Made,
    Failed(Error),
    End(Error),
}

/// Makes one invitation, counts it, and decides whether the run goes on.
fn attempt(invitee: &Invitee, steps: &mut impl Steps, tally: &mut Tally) -> Attempt {
    let ready =
        if steps.is_interrupted() { Err(Error::new(Kind::Interrupted, "interrupted")) } else { steps.intend(invitee) };
    if let Err(error) = ready {
        tally.not_tried += 1;
        return Attempt::End(error);
    }
    let result = steps.send(invitee);
    let concluded = steps.conclude(invitee, &result);
    match result.as_ref().map_err(Error::kind) {
        Ok(()) => tally.invited += 1,
        Err(Kind::OutcomeUnknown) => tally.unknown += 1,
        Err(Kind::Interrupted) => tally.not_tried += 1,
        Err(_) => tally.failed += 1,
    }
    match (result, concluded) {
        (_, Err(error)) => Attempt::End(error),
        (Ok(()), Ok(())) => Attempt::Made,
        (Err(error), Ok(())) if concerns_all(error.kind()) => Attempt::End(error),
        (Err(error), Ok(())) => Attempt::Failed(error),
    }
}

fn concerns_all(kind: Kind) -> bool {
    matches!(kind, Kind::Denied | Kind::Unavailable | Kind::Config | Kind::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitations::journal::Event;
    use proptest::prelude::*;

    fn invitee(partner: &str, email: &str) -> Invitee {
        Invitee { partner_id: partner.into(), email: email.to_owned() }
    }

    /// Answers by script, and keeps a book of everything.
    #[derive(Default)]
    struct Script {
        answers: Vec<Option<Kind>>,
        book: Vec<String>,
        interrupt_after: Option<usize>,
        break_journal_at: Option<usize>,
        sent: usize,
    }

    impl Steps for Script {
        fn intend(&mut self, invitee: &Invitee) -> Result<(), Error> {
            if self.break_journal_at == Some(self.sent) {
                return Err(Error::new(Kind::Unexpected, "full"));
            }
            self.book.push(format!("intend {}", invitee.email));
            Ok(())
        }
        fn send(&mut self, invitee: &Invitee) -> Result<(), Error> {
            self.book.push(format!("send {}", invitee.email));
            self.sent += 1;
            match self.answers.get(self.sent - 1).copied().flatten() {
                Some(kind) => Err(Error::new(kind, "no")),
                None => Ok(()),
            }
        }
        fn conclude(&mut self, invitee: &Invitee, _: &Result<(), Error>) -> Result<(), Error> {
            self.book.push(format!("conclude {}", invitee.email));
            Ok(())
        }
        fn failed(&mut self, invitee: &Invitee, _: Error) {
            self.book.push(format!("failed {}", invitee.email));
        }
        fn is_interrupted(&self) -> bool {
            self.interrupt_after == Some(self.sent)
        }
        fn progress(&mut self, _: usize) {}
    }

    fn four() -> Vec<Invitee> {
        vec![invitee("p", "a"), invitee("p", "b"), invitee("q", "c"), invitee("p", "d")]
    }

    fn play(mut script: Script) -> (Tally, Option<Kind>, Script) {
        let ended = run(&four(), Tally::default(), &mut script);
        (ended.tally, ended.by.map(|(_, error)| error.kind()), script)
    }

    fn answers(answers: &[Option<Kind>]) -> Script {
        Script { answers: answers.to_vec(), ..Script::default() }
    }

    #[test]
    fn each_is_intended_sent_and_concluded_in_turn() {
        let (tally, by, script) = play(Script::default());
        assert_eq!((tally, by), (Tally { invited: 4, ..Tally::default() }, None));
        assert_eq!(script.book[..6], ["intend a", "send a", "conclude a", "intend b", "send b", "conclude b"]);
    }

    #[test]
    fn one_refusal_does_not_stop_the_rest() {
        let (tally, by, script) = play(answers(&[None, Some(Kind::Rejected), Some(Kind::OutcomeUnknown), None]));
        assert_eq!(tally, Tally { invited: 2, failed: 1, unknown: 1, ..Tally::default() });
        assert_eq!((by, script.sent), (None, 4));
    }

    #[test]
    fn what_concerns_all_stops_at_once() {
        for kind in [Kind::Denied, Kind::Unavailable, Kind::Config] {
            let (tally, by, script) = play(answers(&[None, Some(kind)]));
            assert_eq!(tally, Tally { invited: 1, failed: 1, not_tried: 2, ..Tally::default() });
            assert_eq!((by, script.sent), (Some(kind), 2));
        }
    }

    #[test]
    fn a_partner_that_is_gone_stops_its_own_rows() {
        let (tally, by, script) = play(answers(&[Some(Kind::NotFound)]));
        assert_eq!(tally, Tally { invited: 1, failed: 1, not_tried: 2, ..Tally::default() });
        assert_eq!((by, script.sent), (None, 2));
    }

    #[test]
    fn a_server_that_loses_every_answer_is_left_alone() {
        let many: Vec<Invitee> = (0..30).map(|at| invitee("p", &at.to_string())).collect();
        let mut script = answers(&[Some(Kind::OutcomeUnknown); 30]);
        let ended = run(&many, Tally::default(), &mut script);
        assert_eq!(ended.tally, Tally { unknown: MOST_LOST, not_tried: 30 - MOST_LOST, ..Tally::default() });
        assert_eq!(ended.by.unwrap().1.kind(), Kind::OutcomeUnknown);
    }

    #[test]
    fn nothing_is_sent_that_the_journal_could_not_take() {
        let (tally, by, script) = play(Script { break_journal_at: Some(2), ..Script::default() });
        assert_eq!(tally, Tally { invited: 2, not_tried: 2, ..Tally::default() });
        assert_eq!((by, script.sent), (Some(Kind::Unexpected), 2));
    }

    #[test]
    fn an_interrupt_ends_it_before_the_next() {
        let (tally, by, script) = play(Script { interrupt_after: Some(1), ..Script::default() });
        assert_eq!(tally, Tally { invited: 1, not_tried: 3, ..Tally::default() });
        assert_eq!((by, script.sent), (Some(Kind::Interrupted), 1));
        let (tally, ..) = play(answers(&[None, Some(Kind::Interrupted)]));
        assert_eq!(tally, Tally { invited: 1, not_tried: 3, ..Tally::default() });
    }

    fn known(events: &[(&str, Known)]) -> HashMap<Key, Known> {
        events.iter().map(|(email, known)| (Key::new("p", email), *known)).collect()
    }

    fn emails(list: &[Invitee]) -> Vec<&str> {
        list.iter().map(|invitee| invitee.email.as_str()).collect()
    }

    #[test]
    fn a_plan_leaves_out_what_is_known() {
        let known = known(&[("a", Known::Invited), ("b", Known::Unknown), ("d", Known::Failed)]);
        let everybody = vec![invitee("p", "A"), invitee("p", "b"), invitee("q", "b"), invitee("p", "d")];
        let mut asked = Vec::new();
        let mut plan = |wishes| {
            Plan::make(everybody.clone(), &known, wishes, |partner| {
                asked.push(partner.to_owned());
                Ok(Some(HashSet::new()))
            })
            .unwrap()
        };
        let first = plan(Wishes::default());
        assert_eq!((first.done, emails(&first.send), emails(&first.unknown)), (1, vec!["b", "d"], vec!["b"]));
        let second = plan(Wishes { retry_unknown: true, ..Wishes::default() });
        assert_eq!((emails(&second.send), second.unknown.len()), (vec!["b", "b", "d"], 0));
        assert_eq!(asked, ["p", "p"]);
    }

    #[test]
    fn members_are_settled_or_left_out() {
        let known = known(&[("b", Known::Unknown)]);
        let everybody = || vec![invitee("p", "B"), invitee("p", "c"), invitee("gone", "e")];
        let members = |partner: &str| Ok((partner == "p").then(|| HashSet::from(["b".to_owned(), "c".to_owned()])));
        for retry_unknown in [false, true] {
            let plan = Plan::make(everybody(), &known, Wishes { retry_unknown, skip_members: true }, members).unwrap();
            assert_eq!(emails(&plan.settled), ["B"]);
            assert_eq!(emails(&plan.members), ["c"]);
            assert_eq!(emails(&plan.gone), ["e"]);
            assert_eq!(Tally::of(&plan), Tally { skipped: 2, not_tried: 1, ..Tally::default() });
        }
        let plan = Plan::make(everybody(), &known, Wishes::default(), members).unwrap();
        assert_eq!((emails(&plan.settled), emails(&plan.send)), (vec!["B"], vec!["c", "e"]));
    }

    proptest! {
        /// However often the run is killed, and at whatever step: nobody is sent twice, and nobody is forgotten.
        #[test]
        fn nobody_twice_and_nobody_forgotten(kills in prop::collection::vec(0usize..40, 0..12)) {
            struct Killed;
            let everybody: Vec<Invitee> = (0..10).map(|at| invitee("p", &at.to_string())).collect();
            let mut disk: Vec<Event> = Vec::new();
            let mut made: HashMap<String, usize> = HashMap::new();
            let step = |left: &mut usize| {
                if *left == 0 { return Err(Killed) }
                *left -= 1;
                Ok(())
            };
            for kill in kills.into_iter().chain([usize::MAX]) {
                let mut left = kill;
                let known = super::super::journal::replay(&disk);
                let plan = Plan::make(everybody.clone(), &known, Wishes::default(), |_| Ok(Some(HashSet::new()))).unwrap();
                let _ = (|| {
                    for Invitee { partner_id, email } in &plan.send {
                        let (partner_id, email) = (partner_id.to_string(), email.clone());
                        step(&mut left)?;
                        disk.push(Event::Intent { partner_id: partner_id.clone(), email: email.clone() });
                        step(&mut left)?;
                        *made.entry(email.clone()).or_default() += 1;
                        step(&mut left)?;
                        disk.push(Event::Invited { partner_id, email, invitation_id: "i".into() });
                    }
                    Ok::<(), Killed>(())
                })();
            }
            let known = super::super::journal::replay(&disk);
            for invitee in &everybody {
                let times = made.get(&invitee.email).copied().unwrap_or(0);
                prop_assert!(times <= 1);
                match known[&invitee.key()] {
                    Known::Invited => prop_assert_eq!(times, 1),
                    state => prop_assert_eq!(state, Known::Unknown),
                }
            }
        }
    }
}
