/// Prints lines under headings, the first column to the left and the rest to the right.
pub fn print(headings: &[&str], lines: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count());
        cells.chain([headings[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let print_line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        println!("{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    };
    print_line(&headings.iter().map(ToString::to_string).collect::<Vec<_>>());
    print_line(&widths.iter().map(|&width| "-".repeat(width)).collect::<Vec<_>>());
    for line in lines {
        print_line(line);
    }
}
