//! An experiment document of the columns chosen.

use super::lanes::{self, fields, list, number, text};
use super::numbers::trimmed;
use super::{Choices, Kind, Split, Table, TableError};
use crate::experiment::{Experiment, Json, MAX_DOCUMENT_BYTES, drawn_lines, shuffled};
use crate::lang::{t, tr};

/// Decimals that are kept of standardised numbers: far more than any table has, and short to write.
const DECIMALS: f64 = 1e6;
/// Lines below which a test error says little.
const FEW: usize = 30;
/// Lines by which it is judged how many fit.
const TRIED: usize = 1_000;
/// Bytes of a document beside its data.
const BESIDE: usize = 100_000;

/// Columns as numbers, for the lines that are used.
struct Sets {
    /// Lines of training, auxiliary and test set.
    lines: [Vec<usize>; 3],
    inputs: Vec<Vec<f64>>,
    main: Vec<f64>,
    auxiliaries: Vec<Vec<f64>>,
}

/// A document made of a table, and what became of its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The document.
    pub document: Json,
    /// Lines of training, auxiliary and test set.
    pub sizes: [usize; 3],
    /// Remarks on the sets, in sentences.
    pub notes: Vec<String>,
}

impl Table {
    /// Makes a document with the table's numbers in it.
    ///
    /// # Errors
    /// Choices that make no problem; a question that is open; a cell that is no number, with its line and column; sets
    /// without lines; more numbers than a document may have.
    pub fn document(&self, choices: &Choices) -> Result<Made, TableError> {
        self.check(choices)?;
        let chosen = || std::iter::once(&choices.main).chain(&choices.inputs).chain(&choices.auxiliaries);
        let mut columns = Vec::new();
        for column in chosen() {
            columns.push(self.numbers(*column)?);
        }
        let whole = |row: &usize| columns.iter().all(|column| column[*row].is_some());
        let lacking = (0..self.rows()).find(|row| !whole(row));
        if let (false, Some(row)) = (choices.skip_missing, lacking) {
            let empty = columns.iter().zip(chosen()).find(|(column, _)| column[row].is_none());
            let column = empty.map_or(choices.main, |(_, column)| *column);
            let what = tr!("no value. Fill it in, or choose to leave out lines without a value.");
            return Err(self.at(Some(row), column, what));
        }
        let complete: Vec<usize> = (0..self.rows()).filter(whole).collect();
        let mut notes = Vec::new();
        if let Some(row) = lacking {
            notes.push(t!(
                "Left out for a missing value: {count} lines, the first is line {line}.",
                count = self.rows() - complete.len(),
                line = self.line_numbers[row]
            ));
        }
        let used = drawn(complete, choices, &mut notes);
        let lines = self.split(choices, used.clone())?;
        // By a column, sets are in the order of the file; by chance no line is left out.
        let by_column = matches!(choices.split, Split::Column { .. });
        let placed = |row: &usize| lines.iter().any(|set| set.binary_search(row).is_ok());
        let outside = used.iter().filter(|row| by_column && !placed(row)).collect::<Vec<_>>();
        if let Some(first) = outside.first() {
            notes.push(t!(
                "Left out, in no set: {count} lines, the first is line {line}.",
                count = outside.len(),
                line = self.line_numbers[**first]
            ));
        }
        notes.extend(chosen().filter_map(|column| self.note_of_words(*column)));
        let mut columns =
            columns.into_iter().map(|column| column.into_iter().map(Option::unwrap_or_default).collect());
        let main: Vec<f64> = columns.next().unwrap_or_default();
        let inputs = columns.by_ref().take(choices.inputs.len()).collect();
        let mut sets = Sets { lines, inputs, main, auxiliaries: columns.collect() };
        self.scale(choices, &mut sets)?;
        check_size(&sets)?;
        let document = document(choices, &sets, |column| self.name(column));
        // Whatever is wrong now is wrong with the choices as a whole.
        Experiment::from_value(&document).map_err(|error| TableError::of_table(error.to_string()))?;
        let sizes = sets.lines.each_ref().map(Vec::len);
        notes.extend(notes_of_sizes(sizes));
        Ok(Made { document, sizes, notes })
    }

    fn check(&self, choices: &Choices) -> Result<(), TableError> {
        let Choices { inputs, auxiliaries, kind, main, .. } = choices;
        let split = if let Split::Column { column, .. } = &choices.split { Some(column) } else { None };
        let mut chosen = inputs.iter().chain(auxiliaries).chain([main]).chain(split);
        let wrong = if chosen.any(|column| *column >= self.width()) {
            tr!("The choices are not complete.")
        } else if inputs.is_empty() {
            tr!("Choose at least one column as input.")
        } else if auxiliaries.is_empty() && *kind != Kind::Ridge {
            tr!(
                "Choose at least one column as auxiliary target, or a penalty for every input as the problem."
            )
        } else if !auxiliaries.is_empty() && *kind == Kind::Ridge {
            tr!("With a penalty for every input there are no auxiliary targets: choose none.")
        } else if let Some(column) = twice(choices) {
            return Err(self.at(None, column, tr!("chosen twice: a column has one role.")));
        } else {
            return Ok(());
        };
        Err(TableError::of_table(wrong))
    }

    /// Checks the words by which a column splits the lines.
    fn check_words(&self, column: usize, sets: [&Vec<String>; 3]) -> Result<(), TableError> {
        let words: Vec<&String> = sets.into_iter().flatten().collect();
        for (i, word) in words.iter().enumerate() {
            if words[..i].contains(word) {
                return Err(self.at(None, column, t!("“{word}” stands for two sets.", word = word)));
            }
            if !self.cells(column).any(|cell| cell == word.as_str()) {
                return Err(self.at(None, column, t!("no line has the word “{word}”.", word = word)));
            }
        }
        Ok(())
    }

    /// Lines of the three sets.
    fn split(&self, choices: &Choices, kept: Vec<usize>) -> Result<[Vec<usize>; 3], TableError> {
        if let Split::Column { column, train, aux_set, test } = &choices.split {
            self.check_words(*column, [train, aux_set, test])?;
        }
        let sets = match &choices.split {
            Split::Shares { train, aux_set } => {
                let count = |share: f64| (share.clamp(0.0, 1.0) * kept.len() as f64).round() as usize;
                let (n_train, n_aux) = (count(*train), count(*aux_set));
                let mut lines = shuffled(kept, choices.seed);
                let mut aux = lines.split_off(n_train.min(lines.len()));
                let test = aux.split_off(n_aux.min(aux.len()));
                [lines, aux, test]
            }
            Split::Column { column, train, aux_set, test } => [train, aux_set, test].map(|values| {
                let cell = |row: usize| trimmed(self.records[row].get(*column).unwrap_or_default());
                let belongs = |row: &&usize| values.iter().any(|value| value == cell(**row));
                kept.iter().filter(belongs).copied().collect()
            }),
        };
        if sets[0].is_empty() {
            return Err(TableError::of_table(tr!("The training set has no lines.")));
        }
        if sets[1].is_empty() {
            return Err(TableError::of_table(tr!("The held-out auxiliary set has no lines.")));
        }
        Ok(sets)
    }

    /// Standardises what is to be, over the training lines alone: the held-out sets must not be looked at. Labels are checked.
    fn scale(&self, choices: &Choices, sets: &mut Sets) -> Result<(), TableError> {
        let targets = || std::iter::once(choices.main).chain(choices.auxiliaries.iter().copied());
        if choices.kind == Kind::Classification {
            for (values, column) in std::iter::once(&sets.main).chain(&sets.auxiliaries).zip(targets()) {
                let used = sets.lines.iter().flatten();
                if let Some(row) = used.into_iter().find(|row| !(0.0..=1.0).contains(&values[**row])) {
                    return Err(self.at(Some(*row), column, tr!("expected a label from 0 to 1.")));
                }
            }
        }
        if !choices.standardise {
            return Ok(());
        }
        let train = &sets.lines[0];
        let constant = |column| {
            self.at(
                None,
                column,
                tr!("the same value in all training lines. Leave the column out, or do not standardise."),
            )
        };
        for (values, column) in sets.inputs.iter_mut().zip(&choices.inputs) {
            standardise(values, train).ok_or_else(|| constant(*column))?;
        }
        if choices.kind != Kind::Classification {
            for (values, column) in
                std::iter::once(&mut sets.main).chain(&mut sets.auxiliaries).zip(targets())
            {
                standardise(values, train).ok_or_else(|| constant(column))?;
            }
        }
        Ok(())
    }
}

/// A column that is chosen twice.
fn twice(choices: &Choices) -> Option<usize> {
    let all: Vec<usize> = [&choices.inputs, &choices.auxiliaries]
        .into_iter()
        .flatten()
        .copied()
        .chain([choices.main])
        .collect();
    all.iter().enumerate().find(|(i, column)| all[..*i].contains(column)).map(|(_, column)| *column)
}

/// As many of the lines as are asked for, drawn by the seed, in their order.
fn drawn(lines: Vec<usize>, choices: &Choices, notes: &mut Vec<String>) -> Vec<usize> {
    let Some(count) = choices.lines.filter(|count| *count < lines.len()) else { return lines };
    notes.push(t!("Drawn by the seed: {count} of {all} lines.", count = count, all = lines.len()));
    drawn_lines(lines, count, choices.seed)
}

fn notes_of_sizes([train, aux_set, test]: [usize; 3]) -> Vec<String> {
    let mut notes = vec![t!(
        "Training set: {train} lines; held-out set: {aux_set}; test set: {test}.",
        train = train,
        aux_set = aux_set,
        test = test
    )];
    if test < FEW {
        notes.push(t!("The test set has fewer than {few} lines: its error says little.", few = FEW));
    }
    notes
}

/// Mean 0 and variance 1 over some lines; `None` if they are all the same.
fn standardise(values: &mut [f64], lines: &[usize]) -> Option<()> {
    let n = lines.len() as f64;
    let mean = lines.iter().map(|row| values[*row]).sum::<f64>() / n;
    let deviation = (lines.iter().map(|row| (values[*row] - mean).powi(2)).sum::<f64>() / n).sqrt();
    if deviation <= f64::EPSILON * mean.abs() {
        return None;
    }
    for value in values {
        *value = ((*value - mean) / deviation * DECIMALS).round() / DECIMALS;
    }
    Some(())
}

/// Refuses what would make too long a document.
fn check_size(sets: &Sets) -> Result<(), TableError> {
    let columns = || sets.inputs.iter().chain([&sets.main]).chain(&sets.auxiliaries);
    let lines: usize = sets.lines.iter().map(Vec::len).sum();
    let rough = columns().count() * lines;
    let written =
        |row: &usize| columns().map(|column| column[*row].to_string().len() + 2).sum::<usize>() + 20;
    let room = MAX_DOCUMENT_BYTES - BESIDE;
    // Every number takes two bytes at least: what is far too much is not written out to be counted.
    if 2 * rough < room && sets.lines.iter().flatten().map(written).sum::<usize>() < room {
        return Ok(());
    }
    let some = || sets.lines.iter().flatten().take(TRIED);
    let fit = room * some().count() / some().map(written).sum::<usize>().max(1);
    // Two digits, and some room for longer lines.
    let unit = 10_usize.pow((fit.max(10).ilog10()).saturating_sub(1));
    let fit = fit * 9 / 10 / unit * unit;
    let most = MAX_DOCUMENT_BYTES / 1_000_000;
    let what = t!(
        "{count} numbers make a document of more than {most} MB. Choose fewer columns, or let the seed draw some lines: about {fit} fit.",
        count = rough,
        most = most,
        fit = fit
    );
    Err(TableError::of_table(what))
}

fn document(choices: &Choices, sets: &Sets, name: impl Fn(usize) -> String) -> Json {
    let set = |lines: &[usize]| {
        let row = |row: &usize| list(sets.inputs.iter().map(|column| number(column[*row])));
        vec![
            ("x", list(lines.iter().map(row))),
            ("main", list(lines.iter().map(|row| number(sets.main[*row])))),
        ]
    };
    let mut train = set(&sets.lines[0]);
    let mut data = vec![("source", text("inline"))];
    if choices.kind != Kind::Ridge {
        let task = |column: &Vec<f64>| list(sets.lines[0].iter().map(|row| number(column[*row])));
        train.push(("aux", list(sets.auxiliaries.iter().map(task))));
        data.push(("names", list(choices.auxiliaries.iter().map(|column| text(&name(*column))))));
    }
    data.push(("train", fields(train)));
    data.push(("aux_set", fields(set(&sets.lines[1]))));
    if !sets.lines[2].is_empty() {
        data.push(("test", fields(set(&sets.lines[2]))));
    }
    let mean_square = |column: &Vec<f64>| {
        sets.lines[0].iter().map(|row| column[*row].powi(2)).sum::<f64>() / sets.lines[0].len() as f64
    };
    let size = sets.inputs.iter().map(mean_square).sum::<f64>();
    let title: String = choices.title.chars().filter(|c| !c.is_control()).take(200).collect();
    fields(vec![
        ("schema", number(1.0)),
        ("title", text(&title)),
        ("description", text(&described(choices, &name))),
        ("seed", number(choices.seed as f64)),
        ("problem", lanes::problem(choices, fields(data))),
        ("lanes", lanes::lanes(choices, size)),
        ("steps", number(500.0)),
    ])
}

/// Which columns are what, in a sentence.
fn described(choices: &Choices, name: &impl Fn(usize) -> String) -> String {
    let names = |columns: &[usize]| columns.iter().map(|column| name(*column)).collect::<Vec<_>>().join(", ");
    let said = match choices.kind {
        Kind::Ridge => {
            t!("{main} from {inputs}.", main = name(choices.main), inputs = names(&choices.inputs))
        }
        _ => t!(
            "{main} from {inputs}; auxiliary targets: {tasks}.",
            main = name(choices.main),
            inputs = names(&choices.inputs),
            tasks = names(&choices.auxiliaries)
        ),
    };
    said.chars().take(500).collect()
}
