//! A model of the protocol of a journal in a store: every interleaving of three machines that invite one person, with lost
//! responses, requests that land late, and crashes at any step.
//!
//! It is a second, independent description: if the protocol is changed in `invitations/journal/store.rs`, it must be
//! changed here, too.

use std::collections::HashSet;

const MACHINES: usize = 3;
/// The highest attempt that a machine may claim.
const MAX_ATTEMPT: usize = 3;

/// What is recorded about an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct ModelAttempt {
    /// The machine whose intent was created.
    intent: Option<usize>,
    invited: bool,
    failed: bool,
    unknown: bool,
    /// How often its invitation was sent.
    sent: u8,
    /// Whether an invitation that was sent may still arrive.
    arrives: bool,
    /// The latest attempt that the machine knew as invited when it decided; 0 if none. If there is one, this is a resend.
    basis: usize,
    /// The latest earlier attempt that was recorded as invited when this one was claimed.
    settled_at_claim: usize,
}

/// What a machine knows from its list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Seen {
    Nothing,
    Invited,
    Failed,
    Unknown,
    InFlight,
}

/// What a machine does next.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Step {
    List,
    /// The list has shown this: with this number of attempts, which of them is the latest that is invited, and whether one
    /// after it is open.
    Decide(Seen, usize, usize, bool),
    /// Create the intent.
    Claim(Claim),
    /// The response to the creation was lost.
    Reclaim(Claim),
    /// List again after a claim that rests on a doubt.
    Check(Claim),
    Send(usize),
    /// Record the outcome of the attempt.
    Record(usize, Outcome),
    Done,
    Crashed,
}

/// A claim that a machine has decided to make.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Claim {
    attempt: usize,
    machine: usize,
    /// Whether an earlier attempt may have succeeded.
    is_doubtful: bool,
    basis: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Outcome {
    Invited,
    Failed,
    Unknown,
}

/// What a step does to the world.
type Change = Box<dyn Fn(&mut World)>;

/// What a machine may do: the step that follows, and what changes.
type Choice = (Step, Change);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct World {
    attempts: [ModelAttempt; MAX_ATTEMPT + 1],
    machines: [Step; MACHINES],
    /// Creations of intents whose response was lost, and which may still land.
    late: [Option<Claim>; MACHINES],
    /// Whether claims count as old, so that those without an outcome are unknown.
    is_late: bool,
    retry_unknown: bool,
    /// Whether machines invite once more who was invited.
    resend: bool,
}

impl World {
    fn new(retry_unknown: bool, resend: bool) -> Self {
        World {
            attempts: [ModelAttempt::default(); MAX_ATTEMPT + 1],
            machines: [Step::List; MACHINES],
            late: [None; MACHINES],
            is_late: false,
            retry_unknown,
            resend,
        }
    }

    /// Returns the latest attempt before this one that is recorded as invited; 0 if none is.
    fn success_before(&self, attempt: usize) -> usize {
        (1..attempt).rev().find(|earlier| self.attempts[*earlier].invited).unwrap_or(0)
    }

    /// Returns the state of the invitation, as the protocol derives it from the objects, and the latest attempt.
    fn seen(&self) -> (Seen, usize) {
        let latest = (1..=MAX_ATTEMPT).rev().find(|attempt| self.attempts[*attempt].intent.is_some()).unwrap_or(0);
        let success = self.success_before(MAX_ATTEMPT + 1);
        // Not only the latest attempt: one that failed says nothing about an earlier one. After a success, only resends count.
        let is_open = |attempt: &ModelAttempt| attempt.intent.is_some() && !attempt.failed;
        let open: Vec<&ModelAttempt> = self.attempts[success + 1..]
            .iter()
            .filter(|attempt| is_open(attempt) && (success == 0 || attempt.basis > 0))
            .collect();
        let seen = match (latest, success) {
            (0, _) => Seen::Nothing,
            (_, 1..) if open.is_empty() => Seen::Invited,
            (_, 0) if open.is_empty() => Seen::Failed,
            _ if !self.is_late && open.iter().any(|attempt| !attempt.unknown) => Seen::InFlight,
            _ => Seen::Unknown,
        };
        (seen, latest)
    }

    /// Returns all worlds that can follow.
    fn next(&self) -> Vec<World> {
        let mut worlds = Vec::new();
        let mut add = |change: &dyn Fn(&mut World)| {
            let mut world = self.clone();
            change(&mut world);
            worlds.push(world);
        };
        if !self.is_late {
            add(&|world| world.is_late = true);
        }
        for machine in 0..MACHINES {
            if let Some(claim) = self.late[machine] {
                add(&|world| {
                    world.create_intent(claim);
                    world.late[machine] = None;
                });
                add(&|world| world.late[machine] = None);
            }
            let step = self.machines[machine];
            if !matches!(step, Step::Done | Step::Crashed) {
                add(&|world| world.machines[machine] = Step::Crashed);
            }
            for (step, apply) in self.steps_of(machine, step) {
                add(&|world| {
                    apply(world);
                    world.machines[machine] = step;
                });
            }
        }
        worlds
    }

    /// Returns what a machine may do in this step, each with the step that follows.
    fn steps_of(&self, machine: usize, step: Step) -> Vec<Choice> {
        let nothing = || Box::new(|_: &mut World| ()) as Change;
        match step {
            Step::List => {
                let (seen, latest) = self.seen();
                let success = self.success_before(MAX_ATTEMPT + 1);
                let is_open = self.attempts[success + 1..].iter().any(|one| one.intent.is_some() && !one.failed);
                vec![(Step::Decide(seen, latest, success, is_open), nothing())]
            }
            Step::Decide(seen, latest, basis, is_doubtful) => {
                let may_claim = match seen {
                    Seen::Nothing | Seen::Failed => true,
                    Seen::Unknown => self.retry_unknown,
                    Seen::Invited => self.resend,
                    Seen::InFlight => false,
                };
                let claim = Claim { attempt: latest + 1, machine, is_doubtful, basis };
                let claims = may_claim && latest < MAX_ATTEMPT;
                vec![(if claims { Step::Claim(claim) } else { Step::Done }, nothing())]
            }
            Step::Claim(claim) => {
                let won = self.attempts[claim.attempt].intent.is_none();
                let after = if claim.is_doubtful { Step::Check(claim) } else { Step::Send(claim.attempt) };
                let create = || Box::new(move |world: &mut World| world.create_intent(claim)) as Change;
                let mut steps: Vec<Choice> = vec![
                    // The response is lost: before the creation, after it, or before one that lands late.
                    (Step::Reclaim(claim), nothing()),
                    (Step::Reclaim(claim), create()),
                ];
                if self.late[machine].is_none() {
                    steps.push((Step::Reclaim(claim), Box::new(move |world| world.late[machine] = Some(claim))));
                }
                steps.push(if won { (after, create()) } else { (Step::Done, nothing()) });
                steps
            }
            Step::Reclaim(claim) => {
                // The same creation again: an intent that is there may be our own.
                let after = if claim.is_doubtful { Step::Check(claim) } else { Step::Send(claim.attempt) };
                let owner = self.attempts[claim.attempt].intent;
                let is_ours = owner.is_none_or(|owner| owner == machine);
                let create = Box::new(move |world: &mut World| world.create_intent(claim));
                vec![if is_ours { (after, create) } else { (Step::Done, nothing()) }]
            }
            Step::Check(Claim { attempt, basis, .. }) => {
                let is_settled = self.success_before(attempt) > basis;
                vec![(if is_settled { Step::Record(attempt, Outcome::Failed) } else { Step::Send(attempt) }, nothing())]
            }
            Step::Send(attempt) => [Outcome::Invited, Outcome::Failed, Outcome::Unknown]
                .into_iter()
                .map(|outcome| {
                    let send = move |world: &mut World| {
                        let attempt = &mut world.attempts[attempt];
                        attempt.sent += 1;
                        // A rejected invitation does not arrive; one without a response may.
                        attempt.arrives = outcome != Outcome::Failed;
                    };
                    (Step::Record(attempt, outcome), Box::new(send) as Change)
                })
                .collect(),
            Step::Record(attempt, outcome) => {
                let record = move |world: &mut World| {
                    let attempt = &mut world.attempts[attempt];
                    match outcome {
                        Outcome::Invited => attempt.invited = true,
                        Outcome::Failed => attempt.failed = true,
                        Outcome::Unknown => attempt.unknown = true,
                    }
                };
                vec![(Step::Done, Box::new(record))]
            }
            Step::Done | Step::Crashed => Vec::new(),
        }
    }

    fn create_intent(&mut self, claim: Claim) {
        let settled_at_claim = self.success_before(claim.attempt);
        let attempt = &mut self.attempts[claim.attempt];
        if attempt.intent.is_none() {
            *attempt = ModelAttempt { intent: Some(claim.machine), basis: claim.basis, settled_at_claim, ..*attempt };
        }
    }

    /// Checks the invariants of the protocol.
    fn check(&self) -> Result<(), String> {
        for (number, attempt) in self.attempts.iter().enumerate() {
            let fail = |what: &str| Err(format!("attempt {number}: {what}"));
            match attempt {
                ModelAttempt { sent: 2.., .. } => return fail("sent twice"),
                ModelAttempt { sent: 1, intent: None, .. } => return fail("sent without a claim"),
                ModelAttempt { invited: true, sent: 0, .. } => return fail("recorded as invited, but not sent"),
                ModelAttempt { failed: true, arrives: true, .. } => {
                    return fail("recorded as failed, but it may arrive");
                }
                ModelAttempt { sent: 1, settled_at_claim, basis, .. } if settled_at_claim > basis => {
                    return fail("sent although it was settled when claimed");
                }
                _ => {}
            }
        }
        // One letter, and one more for each that is known to have been sent and is repeated.
        let arrives = |basis: usize| self.attempts.iter().filter(move |one| one.arrives && one.basis == basis).count();
        let is_twice = (0..=MAX_ATTEMPT).any(|basis| arrives(basis) > 1);
        if is_twice && !self.retry_unknown { Err("the person was invited twice".to_owned()) } else { Ok(()) }
    }

    /// Checks that no invitation is forgotten: what may have been sent is seen as that, once claims count as old.
    fn check_end(&self) -> Result<(), String> {
        let arrives = self.attempts.iter().any(|attempt| attempt.arrives);
        let mut end = self.clone();
        end.is_late = true;
        let (seen, _) = end.seen();
        // A resend that may have arrived must not be repeated as if it had not been sent.
        let success = end.success_before(MAX_ATTEMPT + 1);
        let is_resend_open = end.attempts[success + 1..].iter().any(|attempt| attempt.arrives && attempt.basis > 0);
        let is_remembered = seen == Seen::Unknown || (seen == Seen::Invited && !is_resend_open);
        if arrives && !is_remembered { Err(format!("forgotten: {seen:?}")) } else { Ok(()) }
    }
}

/// Explores all worlds that can follow from the first one, and returns their number.
fn explore(retry_unknown: bool, resend: bool) -> usize {
    let mut seen = HashSet::from([World::new(retry_unknown, resend)]);
    let mut open: Vec<World> = seen.iter().cloned().collect();
    while let Some(world) = open.pop() {
        world.check().and_then(|()| world.check_end()).unwrap_or_else(|problem| panic!("{problem}: {world:?}"));
        for next in world.next() {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen.len()
}

#[test]
fn protocol_invites_at_most_once_and_forgets_no_one() {
    assert!(explore(false, false) > 10_000);
}

#[test]
fn protocol_sends_each_attempt_once_if_unknown_ones_are_retried() {
    assert!(explore(true, false) > 10_000);
}

#[test]
fn protocol_sends_one_more_for_each_resend() {
    assert!(explore(false, true) > 10_000);
}

#[test]
fn protocol_sends_each_resend_once_if_unknown_ones_are_retried() {
    assert!(explore(true, true) > 10_000);
}
