use core::fmt;

/// What a suite has found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub(super) lines: Vec<Line>,
    /// How many duplicates a scenario may see.
    pub(super) allowed: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) verdict: Verdict,
}

/// What came of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing was lost, and so many arrived again after they had been acknowledged.
    Passed {
        /// How many.
        duplicates: usize,
    },
    /// A promise was broken: which, and how.
    Failed(String),
    /// The transport does not promise it, or it is not a transport's to promise: this is whose.
    NotApplicable(&'static str),
}

impl Report {
    /// What came of each scenario, by its id.
    pub fn verdicts(&self) -> impl Iterator<Item = (&'static str, &Verdict)> {
        self.lines.iter().map(|line| (line.id, &line.verdict))
    }

    /// How many scenarios were run.
    pub fn executed(&self) -> usize {
        let ran = |line: &&Line| !matches!(line.verdict, Verdict::NotApplicable(_));
        self.lines.iter().filter(ran).count()
    }

    /// How many duplicates there were, in all scenarios.
    pub fn duplicates(&self) -> usize {
        let count = |line: &Line| if let Verdict::Passed { duplicates } = line.verdict { duplicates } else { 0 };
        self.lines.iter().map(count).sum()
    }

    /// The ids of the scenarios that failed, or saw more duplicates than are allowed.
    pub fn failed(&self) -> Vec<&'static str> {
        let is_failed = |line: &&Line| match &line.verdict {
            Verdict::Passed { duplicates } => *duplicates > self.allowed,
            Verdict::Failed(_) => true,
            Verdict::NotApplicable(_) => false,
        };
        self.lines.iter().filter(is_failed).map(|line| line.id).collect()
    }

    /// Holds the report to this: so many scenarios were run, and none failed.
    ///
    /// # Errors
    /// The whole report as text.
    pub fn check(&self, executed: usize) -> Result<(), String> {
        if self.failed().is_empty() && self.executed() == executed {
            return Ok(());
        }
        Err(format!("{self}{} of {executed} scenarios were run; failed: {:?}", self.executed(), self.failed()))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Line { id, title, verdict } in &self.lines {
            match verdict {
                Verdict::Passed { duplicates: 0 } => writeln!(f, "{id:<4} passed          {title}")?,
                Verdict::Passed { duplicates } => writeln!(f, "{id:<4} {duplicates:>3} duplicates  {title}")?,
                Verdict::Failed(why) => writeln!(f, "{id:<4} FAILED          {title}: {why}")?,
                Verdict::NotApplicable(whose) => writeln!(f, "{id:<4} not applicable  {title} ({whose})")?,
            }
        }
        Ok(())
    }
}
