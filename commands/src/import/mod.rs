//! Makes an experiment document of a table: CSV and its relatives, in any usual encoding.

mod arguments;

use std::fs::File;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use arguments::{Arguments, Command, SplitArgument};
use auxilearn_lab::table::{
    Choices, Column, Encoding, Kind, MAX_TABLE_BYTES, Open, Question, Split, Table, TableError, check_bytes,
    encoding_of,
};

/// A message and the exit code that goes with it.
struct Failure(u8, String);

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        Self(2, error.to_string())
    }
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    match arguments::parse().and_then(execute) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(code, message)) => {
            note(&format!("import: {message}"));
            ExitCode::from(code)
        }
    }
}

/// A line on standard error, whether or not anybody reads it.
fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn execute(command: Command) -> Result<(), Failure> {
    let arguments = match command {
        Command::Help => return print(arguments::USAGE),
        Command::Import(arguments) => arguments,
    };
    let text = text_of(&arguments)?;
    let table = Table::read(&text, &arguments.dialect)?;
    table.notes().iter().for_each(|line| note(line));
    let choices = choices(&arguments, &table)?;
    refuse_open(&table, &choices)?;
    let made = table.document(&choices)?;
    made.notes.iter().for_each(|line| note(line));
    let document = serde_json::to_string(&serde_json::Value::from(made.document))
        .map_err(|error| Failure(1, error.to_string()))?;
    match &arguments.out {
        None => print(&document),
        Some(path) => {
            std::fs::write(path, document + "\n").map_err(|error| Failure(1, format!("{path}: {error}")))
        }
    }
}

fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure(1, error.to_string())),
        _ => Ok(()),
    }
}

/// The text of the file, in the encoding that is told or certain.
fn text_of(arguments: &Arguments) -> Result<String, Failure> {
    let file = &arguments.file;
    let mut bytes = Vec::new();
    let limit = MAX_TABLE_BYTES as u64 + 1;
    let read = match file.as_str() {
        "-" => io::stdin().take(limit).read_to_end(&mut bytes),
        path => File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    read.map_err(|error| Failure(1, format!("{file}: {error}")))?;
    check_bytes(&bytes)?;
    let (found, certain) = encoding_of(&bytes);
    let label = match &arguments.encoding {
        Some(label) => label.as_str(),
        None if certain => found.label(),
        None => {
            let all = Encoding::ALL.map(Encoding::label).join(", ");
            let what = format!(
                "{file}: not text in UTF-8, perhaps {}. Say which with --encoding: {all}, or another label of the web.",
                found.label()
            );
            return Err(Failure(2, what));
        }
    };
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())
        .ok_or_else(|| Failure(2, format!("--encoding: {label:?} is no encoding of the web")))?;
    let (text, encoding, wrong) = encoding.decode(&bytes);
    if wrong {
        return Err(Failure(2, format!("{file}: not text in {}", encoding.name())));
    }
    note(&format!("Read as {}.", encoding.name()));
    Ok(text.into_owned())
}

/// Refuses a table with an open question about a chosen column, naming the option that answers it.
fn refuse_open(table: &Table, choices: &Choices) -> Result<(), Failure> {
    let used = |question: &&Question| {
        let chosen = |column: usize| {
            choices.main == column
                || choices.inputs.contains(&column)
                || choices.auxiliaries.contains(&column)
        };
        question.column.as_ref().is_none_or(|(column, _)| chosen(*column))
    };
    let Some(question) = table.questions().iter().find(used) else { return Ok(()) };
    let option = match question.open {
        Open::Decimal(_) => "--decimal . or --decimal ,".to_owned(),
        Open::Names => "--names yes or --names no".to_owned(),
        Open::Missing(value) => format!("--missing={value} or --number={value}"),
    };
    Err(Failure(2, format!("{} (give {option})", question.error())))
}

fn choices(arguments: &Arguments, table: &Table) -> Result<Choices, Failure> {
    let columns = table.columns();
    let find = |name: &String| column(columns, name);
    let find_all = |names: &[String]| names.iter().map(find).collect::<Result<Vec<usize>, Failure>>();
    let inputs = find_all(&arguments.inputs)?;
    for column in inputs.iter().filter(|column| columns[**column].is_index) {
        note(&format!(
            "Column {}, “{}”, counts the lines: is it an input?",
            column + 1,
            columns[*column].name
        ));
    }
    let auxiliaries = find_all(&arguments.auxiliaries)?;
    let kind = arguments.kind.unwrap_or(if auxiliaries.is_empty() { Kind::Ridge } else { Kind::Regression });
    let split = match &arguments.split {
        SplitArgument::Shares { train, aux_set } => Split::Shares { train: *train, aux_set: *aux_set },
        SplitArgument::Column { name, train, aux_set, test } => Split::Column {
            column: find(name)?,
            train: train.clone(),
            aux_set: aux_set.clone(),
            test: test.clone(),
        },
    };
    Ok(Choices {
        title: arguments.title(),
        kind,
        inputs,
        main: find(&arguments.main)?,
        auxiliaries,
        split,
        standardise: arguments.standardise,
        skip_missing: arguments.skip_missing,
        lines: arguments.lines,
        seed: arguments.seed,
    })
}

/// The column of that name, or of that number behind `#`.
fn column(columns: &[Column], name: &str) -> Result<usize, Failure> {
    let mut named = columns.iter().enumerate().filter(|(_, column)| column.name == name);
    match (named.next(), named.next()) {
        (Some((i, _)), None) => return Ok(i),
        (Some(_), Some(_)) => {
            return Err(Failure(
                2,
                format!("several columns are called {name:?}: choose by number, such as #2"),
            ));
        }
        (None, _) => {}
    }
    let number = name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    if let Some(number) = number.filter(|number| (1..=columns.len()).contains(number)) {
        return Ok(number - 1);
    }
    let all: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    Err(Failure(2, format!("no column is called {name:?}; there are: {}", all.join(", "))))
}
