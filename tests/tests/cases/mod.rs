//! The catalogue of wrong programs, each beside its mended one: `<group>/fail/<name>.rs`, what it prints in
//! `<name>.stderr`, and `<group>/pass/<name>.rs`.

use std::fs;
use std::path::{Path, PathBuf};

/// A wrong program. It begins ``//! CATGA001: what is wrong, at `Refund`.``
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    pub id: String,
    /// The macro that it is about.
    pub group: String,
    pub name: String,
    /// What is wrong.
    pub what: String,
    /// What the message points to.
    pub token: String,
    /// The program.
    pub wrong: PathBuf,
}

impl Case {
    /// The cases of a group.
    pub fn of(group: &Path) -> Vec<Self> {
        let files = fs::read_dir(group.join("fail")).unwrap().map(|file| file.unwrap().path());
        let programs =
            files.filter(|file| file.extension().is_some_and(|own| own == "rs") && !file.ends_with("mod.rs"));
        let mut cases: Vec<Self> = programs.map(|program| Self::read(group, program)).collect();
        cases.sort();
        cases
    }

    /// The wrong programs, which do not compile.
    #[allow(dead_code)]
    pub fn errors() -> Vec<Self> {
        let groups = fs::read_dir(tests().join("ui")).unwrap();
        let mut cases: Vec<Self> = groups.flat_map(|group| Self::of(&group.unwrap().path())).collect();
        cases.sort();
        cases
    }

    /// Those that compile with a warning.
    #[allow(dead_code)]
    pub fn warnings() -> Vec<Self> {
        Self::of(&tests().join("crates/warned/src"))
    }

    fn read(group: &Path, wrong: PathBuf) -> Self {
        let text = fs::read_to_string(&wrong).unwrap();
        let head = text.lines().next().unwrap();
        let parts = head.strip_prefix("//! ").and_then(|head| {
            let (id, what) = head.strip_suffix("`.")?.split_once(": ")?;
            let (what, token) = what.rsplit_once(", at `")?;
            Some((id.to_owned(), what.to_owned(), token.to_owned()))
        });
        let Some((id, what, token)) = parts else { panic!("{} begins `{head}`", wrong.display()) };
        assert!(id.starts_with("CATGA"), "{} does not name its rule", wrong.display());
        let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
        Self { id, group: name(group), name: name(&wrong), what, token, wrong }
    }

    /// The program without its mistake.
    #[allow(dead_code)]
    pub fn mended(&self) -> PathBuf {
        let group = self.wrong.parent().and_then(Path::parent).unwrap();
        group.join("pass").join(self.wrong.file_name().unwrap())
    }

    /// Where the output is.
    #[allow(dead_code)]
    pub fn output(&self) -> PathBuf {
        self.wrong.with_extension("stderr")
    }

    /// Whether it compiles with a warning.
    #[allow(dead_code)]
    pub fn is_warning(&self) -> bool {
        self.wrong.starts_with(tests().join("crates"))
    }

    /// Whether its token is at a line and a column, both from one.
    #[allow(dead_code)]
    pub fn is_at(&self, line: usize, column: usize) -> bool {
        let source = fs::read_to_string(&self.wrong).unwrap();
        let found: String = source.lines().nth(line - 1).unwrap().chars().skip(column - 1).collect();
        let Some(after) = found.strip_prefix(&self.token) else { return false };
        !(is_word(self.token.chars().last()) && is_word(after.chars().next()))
    }
}

fn is_word(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
}

fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
