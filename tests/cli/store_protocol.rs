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
    /// Whether, when it was claimed, an earlier attempt was recorded as invited.
    was_settled: bool,
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
    /// The list has shown this, with this number of attempts.
    Decide(Seen, usize),
    /// Create the intent; whether the claim rests on a doubt.
    Claim(usize, bool),
    /// The response to the creation was lost.
    Reclaim(usize, bool),
    /// List again after a claim that rests on a doubt.
    Check(usize),
    Send(usize),
    /// Record the outcome of the attempt.
    Record(usize, Outcome),
    Done,
    Crashed,
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
    /// Creations of intents whose response was lost, and which may still land: the attempt, and the machine.
    late: [Option<(usize, usize)>; MACHINES],
    /// Whether claims count as old, so that those without an outcome are unknown.
    is_late: bool,
    retry_unknown: bool,
}

impl World {
    fn new(retry_unknown: bool) -> Self {
        World {
            attempts: [ModelAttempt::default(); MAX_ATTEMPT + 1],
            machines: [Step::List; MACHINES],
            late: [None; MACHINES],
            is_late: false,
            retry_unknown,
        }
    }

    /// Returns the state of the invitation, as the protocol derives it from the names of the objects.
    fn seen(&self) -> (Seen, usize) {
        let latest = (1..=MAX_ATTEMPT).rev().find(|attempt| self.attempts[*attempt].intent.is_some()).unwrap_or(0);
        let open = || self.attempts.iter().filter(|attempt| attempt.intent.is_some() && !attempt.failed);
        let seen = match latest {
            _ if self.attempts.iter().any(|attempt| attempt.invited) => Seen::Invited,
            0 => Seen::Nothing,
            // Not only the latest attempt: one that failed says nothing about an earlier one.
            _ if open().next().is_none() => Seen::Failed,
            _ if !self.is_late && open().any(|attempt| !attempt.unknown) => Seen::InFlight,
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
            if let Some((attempt, of)) = self.late[machine] {
                add(&|world| {
                    world.create_intent(attempt, of);
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
                vec![(Step::Decide(seen, latest), nothing())]
            }
            Step::Decide(seen, latest) => {
                let is_doubtful = seen == Seen::Unknown;
                let may_claim = matches!(seen, Seen::Nothing | Seen::Failed) || (is_doubtful && self.retry_unknown);
                let claim = may_claim && latest < MAX_ATTEMPT;
                vec![(if claim { Step::Claim(latest + 1, is_doubtful) } else { Step::Done }, nothing())]
            }
            Step::Claim(attempt, is_doubtful) => {
                let won = self.attempts[attempt].intent.is_none();
                let after = if is_doubtful { Step::Check(attempt) } else { Step::Send(attempt) };
                let mut steps: Vec<Choice> = vec![
                    // The response is lost: before the creation, after it, or before one that lands late.
                    (Step::Reclaim(attempt, is_doubtful), nothing()),
                    (Step::Reclaim(attempt, is_doubtful), Box::new(move |world| world.create_intent(attempt, machine))),
                ];
                if self.late[machine].is_none() {
                    steps.push((
                        Step::Reclaim(attempt, is_doubtful),
                        Box::new(move |world| world.late[machine] = Some((attempt, machine))),
                    ));
                }
                let create = Box::new(move |world: &mut World| world.create_intent(attempt, machine));
                steps.push(if won { (after, create) } else { (Step::Done, nothing()) });
                steps
            }
            Step::Reclaim(attempt, is_doubtful) => {
                // The same creation again: an intent that is there may be our own.
                let after = if is_doubtful { Step::Check(attempt) } else { Step::Send(attempt) };
                let owner = self.attempts[attempt].intent;
                let is_ours = owner.is_none_or(|owner| owner == machine);
                let create = Box::new(move |world: &mut World| world.create_intent(attempt, machine));
                vec![if is_ours { (after, create) } else { (Step::Done, nothing()) }]
            }
            Step::Check(attempt) => {
                let is_settled = self.attempts[..attempt].iter().any(|earlier| earlier.invited);
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

    fn create_intent(&mut self, attempt: usize, machine: usize) {
        let was_settled = self.attempts[..attempt].iter().any(|earlier| earlier.invited);
        let attempt = &mut self.attempts[attempt];
        if attempt.intent.is_none() {
            attempt.intent = Some(machine);
            attempt.was_settled = was_settled;
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
                ModelAttempt { sent: 1, was_settled: true, .. } => {
                    return fail("sent although it was settled when claimed");
                }
                _ => {}
            }
        }
        let sent = self.attempts.iter().filter(|attempt| attempt.arrives).count();
        if sent > 1 && !self.retry_unknown { Err("the person was invited twice".to_owned()) } else { Ok(()) }
    }

    /// Checks that no invitation is forgotten: what may have been sent is seen as that, once claims count as old.
    fn check_end(&self) -> Result<(), String> {
        let arrives = self.attempts.iter().any(|attempt| attempt.arrives);
        let mut end = self.clone();
        end.is_late = true;
        let (seen, _) = end.seen();
        let is_remembered = matches!(seen, Seen::Invited | Seen::Unknown);
        if arrives && !is_remembered { Err(format!("forgotten: {seen:?}")) } else { Ok(()) }
    }
}

/// Explores all worlds that can follow from the first one, and returns their number.
fn explore(retry_unknown: bool) -> usize {
    let mut seen = HashSet::from([World::new(retry_unknown)]);
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
    assert!(explore(false) > 10_000);
}

#[test]
fn protocol_sends_each_attempt_once_if_unknown_ones_are_retried() {
    assert!(explore(true) > 10_000);
}
