//! The command line of `import`.

use super::Failure;
use auxilearn_lab::table::{Dialect, Kind, Mark, Separator};

pub const USAGE: &str = "\
usage: import TABLE --main NAME --aux NAME,… --inputs NAME,… [options] > experiment.json

Makes an experiment document of TABLE (`-` reads standard input): lines of cells, cut by commas, semicolons, tabs,
bars or blanks. How it was read and what became of its lines is told on standard error; what is not sure is refused
with line, column and cell, and the option that answers it.

  --main NAME        column of the main target
  --aux NAME,…       columns of the auxiliary targets; none for a penalty of every input
  --inputs NAME,…    columns that make up x. Names with commas: give the option several times; #3 is the third
                     column
  --kind KIND        regression (with --aux the default), ridge (without), classification or mlp
  --split A,B        shares of training and held-out set, drawn by the seed (0.4,0.4); what is left is the test set
  --split NAME:train=WORD,…;aux=WORD,…;test=WORD,…
                     sets by the words of a column
  --lines N          at most so many lines, drawn by the seed
  --skip-missing     leave out lines without a value in a chosen column
  --raw              do not standardise columns
  --seed N           seed of lines, split and experiment (1)
  --title TEXT       title of the document (the file's name)
  --out FILE         write there instead of to standard output

  --encoding LABEL   utf-8, utf-16le, gb18030, shift_jis, windows-1252, …
  --separator C      , ; | tab or blanks
  --decimal C        . or , before decimals; the other one stands between thousands then
  --names yes|no     whether the first line holds names
  --missing WORD     a further word for a missing value, such as -999; several times if need be
  --number X         a suspicious number is a number all the same

Exit code 2: the table or the command line is wrong; 1: something could not be read or written.";

pub enum SplitArgument {
    Shares { train: f64, aux_set: f64 },
    Column { name: String, train: Vec<String>, aux_set: Vec<String>, test: Vec<String> },
}

pub struct Arguments {
    pub file: String,
    pub main: String,
    pub auxiliaries: Vec<String>,
    pub inputs: Vec<String>,
    pub kind: Option<Kind>,
    pub split: SplitArgument,
    pub lines: Option<usize>,
    pub skip_missing: bool,
    pub standardise: bool,
    pub seed: u64,
    pub title: Option<String>,
    pub out: Option<String>,
    pub encoding: Option<String>,
    pub dialect: Dialect,
}

pub enum Command {
    Help,
    Import(Box<Arguments>),
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            file: String::new(),
            main: String::new(),
            auxiliaries: Vec::new(),
            inputs: Vec::new(),
            kind: None,
            split: SplitArgument::Shares { train: 0.4, aux_set: 0.4 },
            lines: None,
            skip_missing: false,
            standardise: true,
            seed: 1,
            title: None,
            out: None,
            encoding: None,
            dialect: Dialect::default(),
        }
    }
}

impl Arguments {
    /// Returns the title that is given, or the file's name without its ending.
    pub fn title(&self) -> String {
        let stem =
            || std::path::Path::new(&self.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        match &self.title {
            Some(title) => title.clone(),
            None => stem().filter(|stem| stem != "-").unwrap_or_else(|| "A table".to_owned()),
        }
    }
}

/// Reads the command line.
pub fn parse() -> Result<Command, Failure> {
    use lexopt::prelude::*;
    let usage = |error: lexopt::Error| Failure(2, format!("{error} (see --help)"));
    let (mut file, mut main, mut seen) = (None, None, Vec::new());
    let mut arguments = Arguments::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(usage)? {
        let name = match argument {
            Long(name) => name.to_owned(),
            Short('h') => return Ok(Command::Help),
            Value(value) if file.is_none() => {
                file = Some(value.string().map_err(usage)?);
                continue;
            }
            other => return Err(usage(other.unexpected())),
        };
        let many = ["aux", "inputs", "missing", "number"].contains(&name.as_str());
        if !many && seen.contains(&name) {
            return Err(Failure(2, format!("--{name} is given twice (see --help)")));
        }
        seen.push(name.clone());
        match name.as_str() {
            "help" => return Ok(Command::Help),
            "skip-missing" => arguments.skip_missing = true,
            "raw" => arguments.standardise = false,
            _ => {
                let value = parser.value().and_then(|value| value.string()).map_err(usage)?;
                if name == "main" {
                    main = Some(value);
                } else {
                    take(&mut arguments, &name, value)?;
                }
            }
        }
    }
    let missing = |what: &str| Failure(2, format!("no {what} given (see --help)"));
    arguments.file = file.ok_or_else(|| missing("table"))?;
    arguments.main = main.ok_or_else(|| missing("--main"))?;
    if arguments.inputs.is_empty() {
        return Err(missing("--inputs"));
    }
    Ok(Command::Import(Box::new(arguments)))
}

/// Takes an option with a value.
fn take(arguments: &mut Arguments, name: &str, value: String) -> Result<(), Failure> {
    let wrong =
        |expected: &str| Failure(2, format!("--{name}: expected {expected}, found {value:?} (see --help)"));
    match name {
        "aux" => arguments.auxiliaries.extend(names(&value)),
        "inputs" => arguments.inputs.extend(names(&value)),
        "kind" => {
            arguments.kind = Some(match value.as_str() {
                "regression" => Kind::Regression,
                "ridge" => Kind::Ridge,
                "classification" => Kind::Classification,
                "mlp" => Kind::Network,
                _ => return Err(wrong("regression, ridge, classification or mlp")),
            });
        }
        "split" => {
            arguments.split = split(&value).ok_or_else(|| wrong("two shares or the words of a column"))?
        }
        "lines" => {
            let lines = value.parse().ok().filter(|lines| *lines > 0);
            arguments.lines = Some(lines.ok_or_else(|| wrong("a whole number above 0"))?);
        }
        "seed" => {
            let seed = value.parse().ok().filter(|seed| *seed < 1 << 53);
            arguments.seed = seed.ok_or_else(|| wrong("a whole number below 2^53"))?;
        }
        "title" => arguments.title = Some(value),
        "out" => arguments.out = Some(value),
        "encoding" => arguments.encoding = Some(value),
        "separator" | "decimal" | "names" | "missing" | "number" => {
            return take_dialect(&mut arguments.dialect, name, value);
        }
        _ => return Err(Failure(2, format!("unknown option --{name} (see --help)"))),
    }
    Ok(())
}

/// Takes an option about the form of the table.
fn take_dialect(dialect: &mut Dialect, name: &str, value: String) -> Result<(), Failure> {
    let wrong =
        |expected: &str| Failure(2, format!("--{name}: expected {expected}, found {value:?} (see --help)"));
    match name {
        "separator" => {
            let separator = match value.as_str() {
                "tab" => Some(Separator::Tab),
                "blanks" => Some(Separator::Blanks),
                other => one_character(other).and_then(Separator::of),
            };
            dialect.separator = Some(separator.ok_or_else(|| wrong(", ; | tab or blanks"))?);
        }
        "decimal" => {
            let mark = Mark::BOTH.into_iter().find(|mark| one_character(&value) == Some(mark.char()));
            dialect.decimal = Some(mark.ok_or_else(|| wrong("a point or a comma"))?);
        }
        "names" => {
            dialect.has_names = Some(match value.as_str() {
                "yes" => true,
                "no" => false,
                _ => return Err(wrong("yes or no")),
            });
        }
        "missing" => dialect.missing.push(value),
        _ => dialect.numbers.push(value),
    }
    Ok(())
}

/// Names between commas; the option is given several times where they have commas themselves.
fn names(value: &str) -> Vec<String> {
    value.split(',').map(|name| name.trim().to_owned()).collect()
}

fn one_character(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// `0.5,0.25`, or `column:train=a,b;aux=c;test=d`.
fn split(value: &str) -> Option<SplitArgument> {
    if let Some((train, aux_set)) = value.split_once(',')
        && let (Ok(train), Ok(aux_set)) = (train.trim().parse(), aux_set.trim().parse())
    {
        let fits = |share: f64| (0.0..=1.0).contains(&share);
        return (fits(train) && fits(aux_set) && train + aux_set <= 1.0)
            .then_some(SplitArgument::Shares { train, aux_set });
    }
    let (name, sets) = value.split_once(':')?;
    let (mut train, mut aux_set, mut test) = (Vec::new(), Vec::new(), Vec::new());
    for set in sets.split(';').filter(|set| !set.trim().is_empty()) {
        let (set, words) = set.split_once('=')?;
        match set.trim() {
            "train" => train.extend(names(words)),
            "aux" => aux_set.extend(names(words)),
            "test" => test.extend(names(words)),
            _ => return None,
        }
    }
    Some(SplitArgument::Column { name: name.trim().to_owned(), train, aux_set, test })
}
