//! Lists every file of rules with its header and its rules, so that what is added is known without being named again.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let here = env::var("CARGO_MANIFEST_DIR")?;
    let (sources, law) = (Path::new(&here).join("src"), Path::new(&here).join("../../law"));
    println!("cargo::rerun-if-changed={}", sources.display());
    let mut list = String::from("&[\n");
    // What is written with a hyphen under law/ has an underscore here: a module's name has no hyphen.
    let all_cases = Path::new(&here).join("../../cases/rules");
    println!("cargo::rerun-if-changed={}", all_cases.display());
    let is_act = |path: &&std::path::PathBuf| {
        let folder = path.file_name().and_then(|name| name.to_str()).map(|name| name.replace('_', "-"));
        folder.is_some_and(|folder| path.is_dir() && law.join(folder).is_dir())
    };
    for act in sorted(&sources)?.iter().filter(is_act) {
        for file in sorted(act)?.iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")) {
            println!("cargo::rerun-if-changed={}", file.display());
            let [act, name] = [act, file].map(|path| path.file_stem().and_then(|stem| stem.to_str()));
            let (act, name) = act.zip(name).ok_or("a file name of the rules is not UTF-8")?;
            if name != "mod" {
                let text = fs::read_to_string(file)?;
                let statics = text.lines().filter_map(name_of_rule);
                let rules: String = statics.map(|rule| format!("&crate::{act}::{name}::{rule}, ")).collect();
                let (id, header) = (format!("{act}/{name}"), header(&text));
                let values = values(&text);
                let cases = fs::read_to_string(all_cases.join(&id).with_extension("toml")).unwrap_or_default();
                writeln!(
                    list,
                    "    RuleFile {{ id: {id:?}, header: {header:?}, rules: &[{rules}], values: &{values:?}, cases: {cases:?} }},"
                )?;
            }
        }
    }
    list.push(']');
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("files.rs"), list)?)
}

fn sorted(folder: &Path) -> Result<Vec<std::path::PathBuf>, std::io::Error> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

/// `pub static LUMP: Rule = Rule {` is LUMP.
fn name_of_rule(line: &str) -> Option<&str> {
    line.strip_prefix("pub static ")?.split_once(": Rule = ").map(|(name, _)| name)
}

/// The keys in the file's `values! { … }`.
fn values(text: &str) -> Vec<&str> {
    let declared = text.split_once("values! {").and_then(|(_, rest)| rest.split_once("\n}"));
    declared.map_or_else(Vec::new, |(declared, _)| declared.split('"').skip(1).step_by(2).collect())
}

/// The module's header without its comment signs.
fn header(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}
