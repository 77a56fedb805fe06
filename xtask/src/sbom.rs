//! The bill of materials of a release: what `cargo cyclonedx` says of the program and `npm sbom` of the page scripts, in one
//! CycloneDX document without a path of the machine it was made on, held against what cargo itself says is built.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Joins `crates` and `scripts` into `out`; fails if the document is not sound or leaves out a package of the program.
pub fn run(root: &Path, crates: &str, scripts: &str, out: &str) -> ExitCode {
    match make(root, crates, scripts).and_then(|bill| write(&bill, out)) {
        Ok(count) => {
            println!("{out}: {count} components");
            ExitCode::SUCCESS
        }
        Err(problems) => {
            problems.iter().for_each(|problem| println!("{problem}"));
            ExitCode::FAILURE
        }
    }
}

fn make(root: &Path, crates: &str, scripts: &str) -> Result<Value, Vec<String>> {
    let read = |path: &str| {
        let text = std::fs::read_to_string(path).map_err(|error| vec![format!("{path}: {error}")])?;
        serde_json::from_str::<Value>(&text).map_err(|error| vec![format!("{path}: {error}")])
    };
    let bill = joined(root, read(crates)?, read(scripts)?);
    let mut problems = faults(&bill);
    problems.extend(missing(&bill, &built(root).map_err(|error| vec![error])?));
    if problems.is_empty() { Ok(bill) } else { Err(problems) }
}

fn write(bill: &Value, out: &str) -> Result<usize, Vec<String>> {
    let text = serde_json::to_string_pretty(bill).expect("a JSON value can be written");
    std::fs::write(out, text + "\n").map_err(|error| vec![format!("{out}: {error}")])?;
    Ok(bill["components"].as_array().map_or(0, Vec::len))
}

/// The program with its crates, and the page scripts with their packages as one part of it.
fn joined(root: &Path, mut bill: Value, mut scripts: Value) -> Value {
    let page_scripts = scripts["metadata"]["component"].take();
    for list in ["components", "dependencies"] {
        let mut more = scripts[list].as_array().cloned().unwrap_or_default();
        if list == "components" {
            more.push(page_scripts.clone());
        }
        if let Some(all) = bill[list].as_array_mut() {
            all.extend(more);
        }
    }
    bill["metadata"]["component"]["name"] = json!("renshi");
    bill["metadata"]["component"]["type"] = json!("application");
    let program = bill["metadata"]["component"]["bom-ref"].clone();
    let depends = bill["dependencies"].as_array_mut().into_iter().flatten().find(|entry| entry["ref"] == program);
    if let Some(list) = depends.and_then(|entry| entry["dependsOn"].as_array_mut()) {
        list.push(page_scripts["bom-ref"].clone());
    }
    without_places(&mut bill, &format!("path+file://{}/", root.display()));
    bill
}

/// Takes this machine's paths out of every name.
fn without_places(value: &mut Value, place: &str) {
    match value {
        Value::String(text) => {
            if let Some((name, _)) = text.split_once("?download_url=file:") {
                *text = name.to_owned();
            }
            *text = text.replace(place, "renshi:");
        }
        Value::Array(all) => all.iter_mut().for_each(|value| without_places(value, place)),
        Value::Object(all) => all.values_mut().for_each(|value| without_places(value, place)),
        _ => {}
    }
}

/// What the specification (CycloneDX 1.5) demands of the parts we write.
fn faults(bill: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            faults.push(what);
        }
    };
    must(bill["bomFormat"] == "CycloneDX" && bill["specVersion"] == "1.5", "not a CycloneDX 1.5 document".into());
    let serial = bill["serialNumber"].as_str().unwrap_or("");
    must(serial.starts_with("urn:uuid:") && serial.len() == 45, format!("the serial number `{serial}` is no UUID"));
    let mut refs: BTreeSet<&str> = bill["metadata"]["component"]["bom-ref"].as_str().into_iter().collect();
    for component in bill["components"].as_array().into_iter().flatten() {
        let name = component["name"].as_str().unwrap_or("");
        let whole = ["type", "version", "purl"].iter().all(|field| component[field].is_string());
        must(whole && !name.is_empty(), format!("component `{name}` lacks its type, version or address"));
        let reference = component["bom-ref"].as_str().unwrap_or("");
        must(!reference.is_empty() && refs.insert(reference), format!("`{reference}` stands twice or for nothing"));
    }
    for entry in bill["dependencies"].as_array().into_iter().flatten() {
        let to = entry["dependsOn"].as_array().into_iter().flatten().chain([&entry["ref"]]);
        for reference in to.filter_map(Value::as_str) {
            must(refs.contains(reference), format!("a dependency names `{reference}`, which is no component"));
        }
    }
    let text = bill.to_string();
    must(!text.contains("file://"), "a path of this machine is named".into());
    faults
}

/// Packages of the program that the bill does not list.
fn missing(bill: &Value, built: &BTreeSet<(String, String)>) -> Vec<String> {
    let components = bill["components"].as_array().into_iter().flatten().chain([&bill["metadata"]["component"]]);
    let listed: BTreeSet<(&str, &str)> = components
        .filter(|component| component["purl"].as_str().is_some_and(|purl| purl.starts_with("pkg:cargo/")))
        .filter_map(|component| Some((component["name"].as_str()?, component["version"].as_str()?)))
        .collect();
    built
        .iter()
        .filter(|(name, version)| !listed.contains(&(name.as_str(), version.as_str())) && name != "cli")
        .map(|(name, version)| format!("`{name} {version}` is built into the program and not listed"))
        .collect()
}

/// Name and version of every package cargo builds into the program, itself included.
fn built(root: &Path) -> Result<BTreeSet<(String, String)>, String> {
    let tree = ["tree", "--locked", "-p", "cli", "-e", "normal,build", "--prefix", "none", "--format", "{p}"];
    let answer = Command::new("cargo").args(tree).current_dir(root).output().map_err(|error| error.to_string())?;
    if !answer.status.success() {
        return Err(String::from_utf8_lossy(&answer.stderr).into_owned());
    }
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
    };
    Ok(String::from_utf8_lossy(&answer.stdout).lines().filter_map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(name: &str, version: &str, kind: &str) -> Value {
        let (reference, purl) = (format!("{name}@{version}"), format!("pkg:{kind}/{name}@{version}"));
        json!({ "type": "library", "bom-ref": reference, "name": name, "version": version, "purl": purl })
    }

    fn bill() -> Value {
        let mut program = component("cli", "0.1.0", "cargo");
        program["bom-ref"] = json!("path+file:///srv/renshi/edges/cli#0.1.0");
        program["purl"] = json!("pkg:cargo/cli@0.1.0?download_url=file://.");
        let crates = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": "urn:uuid:bf1990c9-e632-47e6-b114-1cf269ab4426",
            "metadata": { "component": program }, "components": [component("serde", "1.0.0", "cargo")],
            "dependencies": [{ "ref": "path+file:///srv/renshi/edges/cli#0.1.0", "dependsOn": ["serde@1.0.0"] }],
        });
        let scripts = json!({
            "metadata": { "component": component("renshi-ui", "0.1.0", "npm") },
            "components": [component("sass", "1.0.0", "npm")],
            "dependencies": [{ "ref": "renshi-ui@0.1.0", "dependsOn": ["sass@1.0.0"] }],
        });
        joined(Path::new("/srv/renshi"), crates, scripts)
    }

    #[test]
    fn both_halves_are_in_the_bill_and_no_path_of_the_machine() {
        let bill = bill();
        assert_eq!(faults(&bill), Vec::<String>::new());
        assert_eq!(bill["dependencies"][0]["ref"], "renshi:edges/cli#0.1.0");
        assert_eq!(bill["dependencies"][0]["dependsOn"], json!(["serde@1.0.0", "renshi-ui@0.1.0"]));
        let built = |name: &str| BTreeSet::from([(name.to_owned(), "1.0.0".to_owned())]);
        assert!(missing(&bill, &built("serde")).is_empty());
        // A package of the scripts does not stand in for a crate of the same name.
        assert_eq!(missing(&bill, &built("sass")).len(), 1);
    }

    #[test]
    fn a_bill_that_is_not_sound_is_refused() {
        let spoil = |change: fn(&mut Value)| {
            let mut bill = bill();
            change(&mut bill);
            faults(&bill).len()
        };
        assert_eq!(spoil(|bill| bill["specVersion"] = json!("0.9")), 1);
        assert_eq!(spoil(|bill| bill["serialNumber"] = json!("7")), 1);
        assert_eq!(spoil(|bill| bill["components"][0]["purl"] = Value::Null), 1);
        assert_eq!(spoil(|bill| bill["components"][0]["bom-ref"] = json!("sass@1.0.0")), 2);
        assert_eq!(spoil(|bill| bill["dependencies"][0]["dependsOn"][0] = json!("gone@1")), 1);
        assert_eq!(spoil(|bill| bill["metadata"]["x"] = json!("file:///home")), 1);
    }
}
