//! The skeleton of a module: one operation that truly works is left to its author, everything around it is here.

use std::fs;
use std::path::Path;

/// Writes `modules/NAME` and tells what to do next.
pub fn module(root: &Path, name: &str) -> Result<String, String> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(format!("`{name}`: a module's name is one lower-case word"));
    }
    let folder = root.join("modules").join(name);
    if folder.exists() {
        return Err(format!("modules/{name} exists already"));
    }
    for (path, text) in files(name) {
        let path = folder.join(path);
        let parent = path.parent().expect("every file lies in the module's folder");
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(format!(
        "modules/{name} is there. Next: add `{name} = {{ path = \"modules/{name}\" }}` to [workspace.dependencies], say in \
         xtask/src/tidy/shelves.rs which modules it may call, and write its first operation."
    ))
}

fn files(name: &str) -> Vec<(&'static str, String)> {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
         license.workspace = true\npublish.workspace = true\n\n[lints]\nworkspace = true\n\n[dependencies]\nkernel.workspace = \
         true\ndb.workspace = true\nthiserror.workspace = true\n\n[dev-dependencies]\ntestkit.workspace = true\n\
         tokio.workspace = true\n"
    );
    let library = format!(
        "//! What this module is about, in one line.\n//!\n//! Owns:     schema `{name}`: its tables.\n//! Promises: what holds \
         for everyone who calls it.\n//! Never:    what it must not do.\n//! Serves:   who calls it.\n//! Start at: its first \
         operation.\n\nmod decide;\nmod error;\nmod model;\nmod ops;\nmod store;\n\npub use error::Error;\n\n/// The tables of \
         this module.\npub const MIGRATIONS: &[db::Migration] = &[db::Migration {{ module: \"{name}\", name: \
         \"create_schema\", sql: include_str!(\"../migrations/create_schema.sql\") }}];\n"
    );
    let error = "//! Why an operation of this module did not happen.\n\nuse kernel::Refusal;\n\n/// Refused or failed.\n\
         #[derive(Debug, thiserror::Error)]\npub enum Error {\n    /// The rules say no.\n    #[error(transparent)]\n    \
         Refused(#[from] Refusal),\n    /// The database could not do it.\n    #[error(\"the database could not do it\")]\n    \
         Fault(#[from] db::DbError),\n}\n";
    vec![
        ("Cargo.toml", manifest),
        ("src/lib.rs", library),
        ("src/error.rs", error.to_owned()),
        ("src/model.rs", "//! Types and states; transitions by value. No I/O.\n".to_owned()),
        ("src/decide.rs", "//! Facts and a command to an outcome or a refusal. Pure.\n".to_owned()),
        (
            "src/ops/mod.rs",
            "//! One file per operation: permit, load, decide, write, leaf, event; and its tests.\n".to_owned(),
        ),
        ("src/store.rs", "//! The SQL of this module, noun first.\n".to_owned()),
        ("migrations/create_schema.sql", format!("CREATE SCHEMA {name};\n")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_written_once_and_has_a_sane_name() {
        let root = std::env::temp_dir().join(format!("xtask-new-{}", std::process::id()));
        module(&root, "warehouse").unwrap();
        let library = fs::read_to_string(root.join("modules/warehouse/src/lib.rs")).unwrap();
        assert!(library.contains("schema `warehouse`"));
        assert!(module(&root, "warehouse").is_err());
        assert!(module(&root, "../x").is_err());
        fs::remove_dir_all(root).unwrap();
    }
}
