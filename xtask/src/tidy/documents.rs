//! Documents name only what exists: paths, commands of `renshi`, `./dev` and `cargo xtask`, Markdown links.

use super::{Problem, Tree};

const WHY: &str = "a document that names what is not there sends its reader astray";

/// What a document may name, besides paths.
struct Verbs<'a> {
    commands: [(&'a str, Vec<String>); 3],
}

/// Checks the documents at the top and under docs/.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let verbs = Verbs {
        commands: [
            ("renshi ", renshi_verbs(tree)),
            ("./dev ", shell_verbs(tree.texts.get("dev").map_or("", String::as_str))),
            ("cargo xtask ", xtask_verbs(tree.texts.get("xtask/src/main.rs").map_or("", String::as_str))),
        ],
    };
    tree.ending(".md")
        .filter(|(path, _)| path.starts_with("docs/") || !path.contains('/'))
        .flat_map(|(path, text)| document(tree, &verbs, path, text))
        .collect()
}

fn document(tree: &Tree, verbs: &Verbs<'_>, path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let codes: Vec<&str> = if fenced { vec![line] } else { line.split('`').skip(1).step_by(2).collect() };
        let commands = codes.iter().filter_map(|code| unknown_command(verbs, code));
        let paths = codes.iter().filter(|_| !fenced).filter_map(|code| missing_path(tree, path, code));
        let links = links(line).filter_map(|link| missing_link(tree, path, link));
        problems.extend(commands.chain(paths).chain(links).map(|what| Problem {
            file: path.to_owned(),
            line: at + 1,
            what,
            why: WHY,
            fix: "correct the name, or leave the sentence out until the thing exists",
        }));
    }
    problems
}

fn unknown_command(verbs: &Verbs<'_>, code: &str) -> Option<String> {
    let code = code.trim().trim_start_matches("$ ");
    verbs.commands.iter().find_map(|(program, known)| {
        let verb = code.strip_prefix(program)?.split_whitespace().next()?;
        let is_word = verb.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !verb.starts_with('-');
        (is_word && !known.is_empty() && !known.iter().any(|k| k == verb))
            .then(|| format!("`{program}{verb}` is no command"))
    })
}

/// Folders whose names mark a word in code type as a path of this project.
const TOPS: [&str; 12] = [
    "base/",
    "platform/",
    "modules/",
    "edges/",
    "law/",
    "tables/",
    "cases/",
    "testkit/",
    "xtask/",
    "docs/",
    "tests/",
    ".ci/",
];

fn missing_path(tree: &Tree, document: &str, code: &str) -> Option<String> {
    let path = code.split([' ', ':', '#']).next()?.trim_end_matches('/');
    let is_path = TOPS.iter().any(|top| code.starts_with(top)) && !code.contains(['*', '<', '{', '…', '`']);
    let beside = document.rsplit_once('/').map(|(folder, _)| format!("{folder}/{path}"));
    let exists = tree.paths.contains(path) || beside.is_some_and(|beside| tree.paths.contains(&beside));
    (is_path && !exists).then(|| format!("`{path}` does not exist"))
}

fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn missing_link(tree: &Tree, document: &str, link: &str) -> Option<String> {
    let link = link.split('#').next()?.trim_end_matches('/');
    if link.is_empty() || link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    let path = path.join("/");
    (!tree.paths.contains(&path)).then(|| format!("the link to `{path}` leads nowhere"))
}

/// Variants of the command-line enums, as clap spells them.
fn renshi_verbs(tree: &Tree) -> Vec<String> {
    let sources = tree.ending(".rs").filter(|(path, _)| path.starts_with("edges/cli/src/"));
    let mut verbs = Vec::new();
    for (_, text) in sources {
        let mut inside = false;
        for line in text.lines() {
            inside |= line.contains("derive(") && line.contains("Subcommand");
            inside &= !line.starts_with('}');
            let name: String = line.trim().chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
            if inside
                && line.starts_with("    ")
                && !line.starts_with("     ")
                && name.starts_with(|c: char| c.is_ascii_uppercase())
            {
                verbs.push(kebab(&name));
            }
        }
    }
    verbs
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

/// Branches of the script's `case`.
fn shell_verbs(script: &str) -> Vec<String> {
    let branch = |line: &str| Some(line.strip_prefix("  ")?.split_once(')')?.0.to_owned());
    let is_word = |verb: &String| verb.bytes().all(|byte| byte.is_ascii_lowercase());
    script.lines().filter_map(branch).filter(is_word).collect()
}

/// First words of the match arms.
fn xtask_verbs(source: &str) -> Vec<String> {
    let arm = |line: &str| Some(line.trim().strip_prefix("[\"")?.split('"').next()?.to_owned());
    source.lines().filter_map(arm).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLI: &str =
        "#[derive(clap::Subcommand)]\nenum Command {\n    /// Start.\n    Demo(Demo),\n    FsCheck { x: u8 },\n}\n";

    fn found(text: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("docs/a.md", text),
            ("docs/pictures/b.svg", ""),
            ("base/kernel/src/lib.rs", ""),
            ("edges/cli/src/main.rs", CLI),
            ("dev", "case $1 in\n  demo)\n    x\n    ;;\n  test) y ;;\nesac\n"),
            ("xtask/src/main.rs", "match words {\n    [\"tidy\"] => x,\n"),
        ]);
        check(&tree).into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn what_exists_may_be_named() {
        assert_eq!(
            found("`renshi demo --exit`, `renshi fs-check`, `./dev test`, `cargo xtask tidy`"),
            Vec::<String>::new()
        );
        assert_eq!(
            found("`base/kernel`, `base/kernel/src/lib.rs`, [b](pictures/b.svg), [a](../docs/a.md#x)"),
            Vec::<String>::new()
        );
        assert_eq!(found("`base/<crate>/src/lib.rs` and `renshi FILE`"), Vec::<String>::new());
    }

    #[test]
    fn what_does_not_exist_is_found() {
        assert_eq!(found("`renshi fly`"), ["`renshi fly` is no command"]);
        assert_eq!(found("```\n./dev deploy\n```"), ["`./dev deploy` is no command"]);
        assert_eq!(found("`cargo xtask dance`"), ["`cargo xtask dance` is no command"]);
        assert_eq!(found("`base/rules`"), ["`base/rules` does not exist"]);
        assert_eq!(found("[c](pictures/c.svg)"), ["the link to `docs/pictures/c.svg` leads nowhere"]);
    }
}
