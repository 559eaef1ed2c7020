//! An engine with one fault: what it takes in, and what it answers.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use catga::store::{Answer, Clash, Engine, Identity, Member, Memory, Snapshot, Store, StoreError};
use catga::time::SystemRandom;

use super::fault::Fault;
use super::snapshot::Seen;
use crate::engines;

pub struct Broken {
    inner: Arc<dyn Engine>,
    fault: Fault,
    calls: AtomicU64,
    late: Mutex<Vec<Member>>,
    old: Mutex<Option<Arc<dyn Snapshot>>>,
}

impl Broken {
    pub fn new(fault: Fault) -> Self {
        Self {
            inner: engines::memory(),
            fault,
            calls: AtomicU64::new(0),
            late: Mutex::default(),
            old: Mutex::default(),
        }
    }

    /// The member, as a broken engine takes it.
    fn taken(&self, member: &Member) -> Member {
        let mut member = member.clone();
        match self.fault {
            Fault::ChecksNoPoints => member.points.clear(),
            Fault::ChecksNoRanges => member.spans.clear(),
            Fault::ChecksNothing | Fault::ChecksWithoutTheGroup => member.at = None,
            Fault::ChecksTheFirstPointAlone => member.points.truncate(1),
            Fault::ChecksTheFirstNeedAlone => member.needs.truncate(1),
            Fault::IgnoresNeeds => member.needs.clear(),
            // What depends on the sequence: positions and fences.
            Fault::LosesLateWrites => member.writes.retain(|write| {
                let written = |sequence| write.at(sequence, |_| Ok(None)).unwrap();
                written(1) == written(2)
            }),
            Fault::LosesTheLastWrite => drop(member.writes.pop()),
            Fault::LosesTheFirstWrite if !member.writes.is_empty() => drop(member.writes.remove(0)),
            Fault::KeepsTheFirstWriteAlone => member.writes.truncate(1),
            Fault::LosesDeletes => member.writes.retain(|write| write.at(1, |_| Ok(None)).unwrap().record().is_some()),
            Fault::ForgetsWhatIsOld => {
                // What was read some commits ago is not checked any more.
                let head = self.inner.head();
                if member.at.as_ref().is_some_and(|at| head - at.sequence() > 100) {
                    member.at = None;
                }
            }
            _ => {}
        }
        member
    }

    fn inner(&self, group: &[Member]) -> Vec<Answer> {
        self.inner.commit(group)
    }
}

impl Engine for Broken {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        let snapshot = self.inner.snapshot()?;
        let call = self.calls.fetch_add(1, SeqCst);
        let mut seen = Seen { at: snapshot.at().clone(), snapshot, fault: self.fault, engine: Arc::clone(&self.inner) };
        match self.fault {
            Fault::SnapshotsAreOld => {
                let mut old = self.old.lock().unwrap();
                if call.is_multiple_of(4) || old.is_none() {
                    *old = Some(Arc::clone(&seen.snapshot));
                }
                seen.snapshot = Arc::clone(old.as_ref().unwrap());
                seen.at = seen.snapshot.at().clone();
            }
            Fault::SnapshotsAreNewerThanTheySay => {
                let mut old = self.old.lock().unwrap();
                if let Some(old) = &*old {
                    // It says that it is of now, and shows the state of then.
                    seen.snapshot = Arc::clone(old);
                }
                *old = Some(self.inner.snapshot()?);
            }
            Fault::ReadsFindWhatIsGone => {
                let mut old = self.old.lock().unwrap();
                if old.is_none() || call.is_multiple_of(3) {
                    *old = Some(Arc::clone(&seen.snapshot));
                }
            }
            _ => {}
        }
        Ok(Arc::new(seen))
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        let call = self.calls.fetch_add(1, SeqCst);
        let taken: Vec<Member> = group.iter().map(|member| self.taken(member)).collect();
        match self.fault {
            Fault::ChecksWithoutTheGroup => {
                // All are checked first, without their writes, then applied without a check.
                let checks = |member: &Member| Member { writes: Vec::new(), ..member.clone() };
                let checked = self.inner(&group.iter().map(checks).collect::<Vec<_>>());
                let passed =
                    |(member, answer): (Member, &Answer)| matches!(answer, Answer::Committed(_)).then_some(member);
                let apply: Vec<Member> = taken.into_iter().zip(&checked).filter_map(passed).collect();
                let mut applied = self.inner(&apply).into_iter();
                let answer = |answer| match answer {
                    Answer::Committed(_) => applied.next().unwrap(),
                    other => other,
                };
                checked.into_iter().map(answer).collect()
            }
            Fault::LosesTheLastMember => {
                let mut answers = self.inner(&taken[..taken.len() - 1]);
                answers.push(Answer::Committed(self.inner.head() + 1));
                answers
            }
            Fault::AppliesBackwards => {
                let backwards: Vec<Member> = taken.into_iter().rev().collect();
                self.inner(&backwards).into_iter().rev().collect()
            }
            Fault::AppliesTwice => {
                let answers = self.inner(&taken);
                let again: Vec<Member> = taken.into_iter().map(|member| Member { at: None, ..member }).collect();
                let _ = self.inner(&again);
                answers
            }
            Fault::AppliesOneGroupLate => {
                let late = std::mem::replace(&mut *self.late.lock().unwrap(), taken);
                let head = self.inner.head();
                let _ = self.inner(&late);
                (0..group.len() as u64).map(|number| Answer::Committed(head + number + 1)).collect()
            }
            Fault::AppliesConflicts => {
                let answers = self.inner(&taken);
                let conflicts = taken.into_iter().zip(&answers);
                let conflicts: Vec<Member> = conflicts
                    .filter(|(_, answer)| matches!(answer, Answer::Conflict(_)))
                    .map(|(member, _)| Member { at: None, needs: Vec::new(), ..member })
                    .collect();
                let _ = self.inner(&conflicts);
                answers
            }
            Fault::AnswersConflictForCommitted => {
                let answers = self.inner(&taken).into_iter();
                answers.map(|answer| if call % 5 == 4 { Answer::Conflict(Clash::Read) } else { answer }).collect()
            }
            Fault::AnswersFailedForCommitted => {
                let answers = self.inner(&taken);
                let failed = |answer| match answer {
                    Answer::Committed(_) if call % 5 == 4 => Answer::Failed(some_error()),
                    other => other,
                };
                answers.into_iter().map(failed).collect()
            }
            Fault::AnswersCommittedForConflict => {
                let committed = |answer| match answer {
                    Answer::Conflict(_) => Answer::Committed(self.inner.head() + 1),
                    other => other,
                };
                self.inner(&taken).into_iter().map(committed).collect()
            }
            Fault::AnswersUnknown => {
                let answers = self.inner(&taken);
                if call % 5 == 4 { Vec::new() } else { answers }
            }
            Fault::AnswersInAnotherOrder => {
                let mut answers = self.inner(&taken);
                answers.rotate_left(1);
                answers
            }
            Fault::AnswersTooFew => {
                let mut answers = self.inner(&taken);
                answers.truncate(8);
                if answers.len() == 8 {
                    answers.pop();
                }
                answers
            }
            Fault::OneConflictIsEverybodys => {
                let answers = self.inner(&taken);
                match answers.iter().any(|answer| matches!(answer, Answer::Conflict(_))) {
                    true => answers.iter().map(|_| Answer::Conflict(Clash::Read)).collect(),
                    false => answers,
                }
            }
            Fault::SplitsGroups => taken
                .iter()
                .flat_map(|member| {
                    std::thread::yield_now();
                    self.inner(std::slice::from_ref(member))
                })
                .collect(),
            Fault::PanicsSometimes if call % 7 == 6 => panic!("the engine is broken"),
            Fault::SequencesStandStill | Fault::SequencesGoBack => {
                let to = |sequence| if self.fault == Fault::SequencesStandStill { 1 } else { u64::MAX / 2 - sequence };
                let answer = |answer| match answer {
                    Answer::Committed(sequence) => Answer::Committed(to(sequence)),
                    other => other,
                };
                self.inner(&taken).into_iter().map(answer).collect()
            }
            _ => self.inner(&taken),
        }
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }

    fn head(&self) -> u64 {
        if self.fault == Fault::HeadStandsStill { 0 } else { self.inner.head() }
    }
}

/// An error of a store, as only a store makes them.
fn some_error() -> StoreError {
    let store: Store = Store::new(Memory::new(&SystemRandom)).unwrap();
    store.begin_inside(&[store.id()]).expect_err("it is open already")
}
