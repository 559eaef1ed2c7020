//! Names that were meant.

/// Whether one letter is missing, too many or another, or two stand the other way round.
pub(crate) fn is_almost(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, left @ ..], [_, right @ ..]) if left == right => true,
        ([_, left @ ..], _) if left == b => true,
        (_, [_, right @ ..]) if right == a => true,
        ([a, b, left @ ..], [c, d, right @ ..]) => a == d && b == c && left == right,
        _ => false,
    }
}
