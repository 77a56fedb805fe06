//! `renshi pension reform`: a changed law over a population file, part by part, so that no more than two parts are in memory.

use super::{law_of, today};
use crate::args::PensionReform;
use aws_lc_rs::digest::{SHA256, digest};
use rules::Stop;
use rules::reform::{COLUMNS, Compared, Member, Reform, Totals};
use serde::{Deserialize, Serialize};
use statute::Edition;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// People calculated between two notes of how far the run is.
const PART: usize = 40_000;

/// Where the spread of gains and losses is cut, NT dollars a month: a choice of presentation.
const EDGES: [i64; 10] = [-20_000, -10_000, -5_000, -1_000, 0, 1, 1_000, 5_000, 10_000, 20_000];

/// How far a run is: enough to go on after it was stopped.
#[derive(Serialize, Deserialize)]
struct Progress {
    /// What the run is of; another population, change, law or span is another run.
    run: String,
    /// Rows done.
    rows: u64,
    /// Bytes of the comparison written for them.
    bytes: u64,
    totals: Totals,
}

/// Calculates the population.
///
/// # Errors
/// A file cannot be read or written, a row is refused, or the law lacks a value.
pub fn run(asked: &PensionReform) -> Result<ExitCode, String> {
    let started = Instant::now();
    let (reform, run) = laws(asked)?;
    let mut comparison = asked.out.as_deref().map(|path| Comparison::open(path, run)).transpose()?;
    let mut totals = comparison.as_ref().map_or_else(|| Totals::new(&reform, &EDGES), |c| c.progress(&reform).totals);
    let done = comparison.as_ref().map_or(0, |c| c.rows);
    let mut rows = Rows::open(&asked.population)?;
    rows.skip(done)?;
    loop {
        let members = rows.part()?;
        if members.is_empty() {
            break;
        }
        let (part, lines) = calculate(&reform, &members, asked.out.is_some())?;
        totals.merge(&part);
        if let Some(comparison) = &mut comparison {
            comparison.write(&lines, members.len(), &totals)?;
        }
    }
    if let Some(comparison) = comparison {
        comparison.finish()?;
    }
    print(asked, &reform, &totals);
    let seconds = started.elapsed().as_secs_f64();
    eprintln!("{} people, {} years, two laws: {seconds:.1} s", totals.people, reform.span().1);
    Ok(ExitCode::SUCCESS)
}

/// Both laws, and a name for the run that changes with everything it depends on.
fn laws(asked: &PensionReform) -> Result<(Reform, String), String> {
    let change = std::fs::read_to_string(&asked.change).map_err(|error| unreadable(&asked.change, &error))?;
    let day = asked.law.unwrap_or_else(today);
    let after = Edition::parse(&change, day).map_err(|fault| format!("`{}`: {fault}", asked.change.display()))?;
    let before = Edition::of(after.law);
    let first = asked.first.unwrap_or_else(|| today().year());
    let size = std::fs::metadata(&asked.population).map_err(|error| unreadable(&asked.population, &error))?.len();
    let of = format!("{} {size} {} {first} {}\n{change}", asked.population.display(), after.law, asked.years);
    let run = digest(&SHA256, of.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((Reform::new(law_of(before)?, law_of(after)?, first, asked.years.into()), run))
}

/// The rows of a population file.
struct Rows {
    reader: csv::Reader<BufReader<File>>,
    record: csv::StringRecord,
}

impl Rows {
    fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(BufReader::with_capacity(1 << 20, file));
        let headings = reader.headers().map_err(|error| unreadable(path, &error))?;
        if headings.iter().ne(COLUMNS.iter().copied()) {
            return Err(format!("`{}` has other columns than {}", path.display(), COLUMNS.join(",")));
        }
        Ok(Self { reader, record: csv::StringRecord::new() })
    }

    fn skip(&mut self, rows: u64) -> Result<(), String> {
        for _ in 0..rows {
            self.reader.read_record(&mut self.record).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// The next people; none at the end.
    fn part(&mut self) -> Result<Vec<Member>, String> {
        let mut members = Vec::with_capacity(PART);
        while members.len() < PART && self.reader.read_record(&mut self.record).map_err(|error| error.to_string())? {
            let line = self.record.position().map_or(0, csv::Position::line);
            members.push(Member::read(line, &self.record).map_err(|refusal| refusal.text.to_string())?);
        }
        Ok(members)
    }
}

/// Calculates people on all processors; the lines of the comparison come in the order of the people.
fn calculate(reform: &Reform, members: &[Member], is_written: bool) -> Result<(Totals, String), String> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let share = members.len().div_ceil(workers).max(1);
    let parts: Vec<Result<(Totals, String), String>> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            members.chunks(share).map(|members| scope.spawn(move || part(reform, members, is_written))).collect();
        workers.into_iter().map(|worker| worker.join().expect("a calculation does not panic")).collect()
    });
    let (mut totals, mut lines) = (Totals::new(reform, &EDGES), String::new());
    for part in parts {
        let (part, written) = part?;
        totals.merge(&part);
        lines += &written;
    }
    Ok((totals, lines))
}

fn part(reform: &Reform, members: &[Member], is_written: bool) -> Result<(Totals, String), String> {
    let (mut totals, mut lines) = (Totals::new(reform, &EDGES), String::new());
    for member in members {
        let line = match reform.compare(member) {
            Ok(compared) => {
                totals.add(&compared, &EDGES);
                compared_line(member, &compared)
            }
            Err(Stop::Missing(fault)) => {
                totals.add_missing(fault.key());
                format!("{},,,,{}\n", member.person, fault.key())
            }
            Err(Stop::Refused(refusal)) => return Err(format!("person {}: {}", member.person, refusal.text)),
        };
        if is_written {
            lines += &line;
        }
    }
    Ok((totals, lines))
}

fn compared_line(member: &Member, compared: &Compared) -> String {
    let (before, after): (i64, i64) = (compared.before.iter().sum(), compared.after.iter().sum());
    let months: u32 = compared.months.iter().sum();
    format!("{},{months},{before},{after},\n", member.person)
}

/// The comparison of each person, and beside it how far it is.
struct Comparison {
    file: File,
    state: PathBuf,
    run: String,
    rows: u64,
    bytes: u64,
    kept: Option<Totals>,
}

impl Comparison {
    fn open(path: &Path, run: String) -> Result<Self, String> {
        let fault = |error: std::io::Error| format!("`{}` cannot be written: {error}", path.display());
        let mut state = path.as_os_str().to_owned();
        state.push(".progress");
        let state = PathBuf::from(state);
        let progress = std::fs::read(&state).ok().and_then(|text| serde_json::from_slice::<Progress>(&text).ok());
        let progress = progress.filter(|progress| progress.run == run);
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(path).map_err(fault)?;
        let Some(Progress { rows, bytes, totals, .. }) = progress else {
            let headings = "person,months,before,after,missing\n";
            file.set_len(0).map_err(fault)?;
            file.write_all(headings.as_bytes()).map_err(fault)?;
            return Ok(Self { file, state, run, rows: 0, bytes: headings.len() as u64, kept: None });
        };
        // What was written after the last note belongs to people who will be calculated again.
        file.set_len(bytes).map_err(fault)?;
        file.seek(SeekFrom::End(0)).map_err(fault)?;
        eprintln!("going on after {rows} people");
        Ok(Self { file, state, run, rows, bytes, kept: Some(totals) })
    }

    fn progress(&self, reform: &Reform) -> Progress {
        let totals = self.kept.clone().unwrap_or_else(|| Totals::new(reform, &EDGES));
        Progress { run: self.run.clone(), rows: self.rows, bytes: self.bytes, totals }
    }

    /// The lines first, durably, then the note that they are there.
    fn write(&mut self, lines: &str, rows: usize, totals: &Totals) -> Result<(), String> {
        self.bytes += lines.len() as u64;
        self.rows += rows as u64;
        let progress = Progress { run: self.run.clone(), rows: self.rows, bytes: self.bytes, totals: totals.clone() };
        let note = self.state.with_extension("progress.new");
        let written = self
            .file
            .write_all(lines.as_bytes())
            .and_then(|()| self.file.sync_data())
            .and_then(|()| std::fs::write(&note, serde_json::to_vec(&progress).unwrap_or_default()))
            .and_then(|()| std::fs::rename(&note, &self.state));
        written.map_err(|error| format!("the comparison cannot be written: {error}"))
    }

    fn finish(self) -> Result<(), String> {
        match std::fs::remove_file(&self.state) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.to_string()),
            _ => Ok(()),
        }
    }
}

fn print(asked: &PensionReform, reform: &Reform, totals: &Totals) {
    let (first, _) = reform.span();
    if asked.json {
        let answer = serde_json::json!({ "first_year": first, "edges": EDGES, "totals": totals });
        println!("{answer:#}");
        return;
    }
    println!(
        "{:>4}  {:>9}  {:>16}  {:>16}  {:>15}  {:>8}  {:>8}",
        "year", "paid", "before", "after", "more", "gain", "lose"
    );
    for (year, sum) in (first..).zip(&totals.years) {
        let more = sum.after - sum.before;
        let [before, after, more] = [sum.before, sum.after, more].map(grouped);
        println!("{year:>4}  {:>9}  {before:>20}  {after:>20}  {more:>18}  {:>8}  {:>8}", sum.paid, sum.gain, sum.lose);
    }
    println!("\nwhat the change brings a month, people:");
    let mut from = None;
    for (at, count) in totals.spread.iter().enumerate() {
        let until = EDGES.get(at).copied();
        let words = match (from, until) {
            (None, Some(until)) => format!("below {until}"),
            (Some(0), _) => "nothing".to_owned(),
            (Some(from), Some(until)) => format!("{from} to below {until}"),
            (from, None) => format!("{} and more", from.unwrap_or_default()),
        };
        println!("{words:>24}  {count:>9}");
        from = until;
    }
    for (key, count) in &totals.missing {
        println!("not calculated: {count} people, law/{key}.toml has no value for their day");
    }
}

/// 1234567 as 1,234,567.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    format!("{}{}", if number < 0 { "-" } else { "" }, groups.join(","))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("`{}` cannot be read: {error}", path.display())
}
