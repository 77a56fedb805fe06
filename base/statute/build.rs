//! Lists every file of `law/`, so that what is added there is carried in the binary without being named again in Rust.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let law = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../law").canonicalize()?;
    println!("cargo::rerun-if-changed={}", law.display());
    let mut files = Vec::new();
    collect(&law, &law, &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        writeln!(list, "    ({file:?}, include_str!({:?})),", law.join(&file).display().to_string())?;
    }
    list.push(']');
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("law.rs"), list)?)
}

fn collect(law: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(law, &path, files)?;
        } else {
            let name = path.strip_prefix(law)?.to_str().ok_or("a file name in law/ is not UTF-8")?;
            files.push(name.replace('\\', "/"));
        }
    }
    Ok(())
}
