use catga_benches::figure::Figure;
use catga_benches::rows::AT_WORK;
use catga_benches::target::Target;

/// What is promised of the figures.
pub(crate) fn of(figures: &[Figure]) -> Vec<Target> {
    let figures = Figures(figures);
    let bare = figures.of("catga");
    let mut targets = Vec::new();
    for name in ["catga, 3 pass on", "catga, 5 pass on"] {
        let passing = figures.of(name);
        targets.push(Target::at_most(format!("{name}: instructions over bare"), over(passing, bare), 0.0));
        targets.push(Target::at_most(format!("{name}: bytes over bare"), bytes_over(passing, bare), 0.0));
    }
    let direct = figures.of("direct call");
    let send = over(bare, direct);
    targets.push(Target::at_most("a bare send: instructions over the direct call", send, 25.0));
    for (ours, theirs) in BESIDE_MEDI {
        let (ours, theirs) = (figures.of(ours), figures.of(theirs));
        let what = format!("{}: instructions below {}", ours.row, theirs.row);
        targets.push(Target::below(what, ours.instructions, theirs.instructions));
    }
    let nested = over(figures.of("catga, a handler that sends"), figures.of("direct, a handler that calls"));
    targets.push(Target::at_most("a nested send: instructions over its own direct call", nested - send, 25.0));
    let streamed = over(figures.of("catga, a row of a stream"), figures.of("direct, a row of a stream"));
    targets.push(Target::at_most("a row of a stream: instructions over the bare stream", streamed, 15.0));
    let production = figures.of("catga, production");
    targets.push(Target::at_most(
        "the production pipeline: times a bare send's instructions",
        production.instructions / bare.instructions,
        4.0,
    ));
    targets.push(Target::at_most(
        "a request in memory: times a bare channel pair's instructions",
        figures.of("catga, request and reply in memory").instructions
            / figures.of("channel pair, request and reply").instructions,
        1.5,
    ));
    let plain = figures.of("plain decode, direct call and encode");
    for name in ["catga, decode, dispatch and encode", "catga, the same with 1 000 messages"] {
        let times = figures.of(name).instructions / plain.instructions;
        targets.push(Target::at_most(format!("{name}: times the plain calls' instructions"), times, 1.1));
    }
    let idle = figures.ours().filter(|figure| !AT_WORK.contains(&figure.row));
    // Not their sum: of a row that is over and one that is below by as much nothing would be seen.
    let allocations = idle.map(|figure| figure.allocations).fold(0.0, f64::max);
    targets.push(Target::at_most("allocations in any row of ours with nothing to do", allocations, 0.0));
    for name in ["catga", "catga, 3 pass on", "catga, 5 pass on"] {
        let what = format!("{name}: bytes of future over the handler's");
        targets.push(Target::at_most(what, bytes_over(figures.of(name), direct), 150.0));
    }
    let nested = figures.of("catga, a handler that sends");
    targets.push(Target::at_most(
        "a handler that sends: bytes of future over the handler's, for each of its two sends",
        bytes_over(nested, figures.of("direct, a handler that calls")) / 2.0,
        150.0,
    ));
    let published = bytes_over(figures.of("catga, publish to 1"), figures.of("direct, 1 handler of an event"));
    targets.push(Target::at_most("catga, publish to 1: bytes of future over the handler's", published, 150.0));
    for (ours, theirs) in BESIDE_LIBRARIES {
        let (ours, theirs) = (figures.of(ours), figures.of(theirs));
        let what = format!("{}: times the instructions of {}", ours.row, theirs.row);
        targets.push(Target::at_most(what, ours.instructions / theirs.instructions, 1.05));
        let what = format!("{}: allocations over {}", ours.row, theirs.row);
        targets.push(Target::at_most(what, ours.allocations - theirs.allocations, 0.0));
    }
    targets
}

/// Our rows of bytes, and those of the libraries that the formats are made with.
const BESIDE_LIBRARIES: [(&str, &str); 9] = [
    ("catga Postcard, encode", "postcard, encode"),
    ("catga Postcard, encode to a slice", "postcard, encode to a slice"),
    ("catga Json, encode", "serde_json, encode"),
    ("catga MessagePack, encode", "rmp-serde, encode"),
    ("catga Protobuf, encode", "prost, encode"),
    ("catga Postcard, decode", "postcard, decode"),
    ("catga Json, decode", "serde_json, decode"),
    ("catga MessagePack, decode", "rmp-serde, decode"),
    ("catga Protobuf, decode", "prost, decode"),
];

/// Our rows, and those of the fastest peer that do the same.
const BESIDE_MEDI: [(&str, &str); 4] = [
    ("catga", "medi-rs"),
    ("catga, 3 pass on", "medi-rs, 3 decorators"),
    ("catga, 5 pass on", "medi-rs, 5 decorators"),
    ("catga, a handler that sends", "medi-rs, a handler that sends"),
];

struct Figures<'a>(&'a [Figure]);

impl<'a> Figures<'a> {
    fn of(&self, name: &str) -> &'a Figure {
        let found = self.0.iter().find(|figure| figure.row == name);
        found.unwrap_or_else(|| panic!("there is no row `{name}`"))
    }

    fn ours(&self) -> impl Iterator<Item = &'a Figure> {
        self.0.iter().filter(|figure| figure.row.starts_with("catga") && !figure.row.ends_with("decode"))
    }
}

fn over(figure: &Figure, base: &Figure) -> f64 {
    figure.instructions - base.instructions
}

fn bytes_over(figure: &Figure, base: &Figure) -> f64 {
    figure.future as f64 - base.future as f64
}
