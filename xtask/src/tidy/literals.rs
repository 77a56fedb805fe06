//! No number of law stands in Rust: what a rule counts with comes from `law/`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{Problem, Tree, is_test};

const WHY: &str =
    "a number in base/rules may be a number of law, which must carry its article, its dates and its source";

/// Reads the sources of base/rules as the compiler does; tests, strings, comments, attributes and tuple fields do not count.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let sources = tree.ending(".rs").filter(|(path, _)| path.starts_with("base/rules/src/") && !is_test(path));
    sources.flat_map(|(path, text)| numbers(path, text)).collect()
}

fn numbers(path: &str, text: &str) -> Vec<Problem> {
    let problem = |line, what, fix| Problem { file: path.to_owned(), line, what, why: WHY, fix };
    let Ok(tokens) = text.parse::<TokenStream>() else {
        return vec![problem(1, "is not Rust".to_owned(), "make it compile")];
    };
    let mut found = Vec::new();
    collect(tokens, &mut found);
    let remedy = "write it as a dated value under law/ and name it in the file's `values!`; a year has `kernel::calendar::MONTHS_A_YEAR`";
    found.into_iter().map(|(line, number)| problem(line, format!("the number {number}"), remedy)).collect()
}

fn collect(tokens: TokenStream, found: &mut Vec<(usize, String)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_dot = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|token| is_sign(token, '.'));
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if let Some(after) = after_attribute(&tokens, at) {
            let is_for_tests = tokens[after - 1].to_string().replace(' ', "") == "[cfg(test)]";
            at = if is_for_tests { after_item(&tokens, after) } else { after };
            continue;
        }
        let is_field = is_dot(at.checked_sub(1)) && !is_dot(at.checked_sub(2));
        match token {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Literal(literal) if !is_field => {
                let text = literal.to_string();
                if text.starts_with(|c: char| c.is_ascii_digit()) && !is_nothing_or_one(&text) {
                    found.push((literal.span().start().line, text));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Where the attribute that begins at a token (`#[…]`, `#![…]`) has ended.
fn after_attribute(tokens: &[TokenTree], at: usize) -> Option<usize> {
    is_sign(&tokens[at], '#').then_some(())?;
    let group = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| is_sign(token, '!')));
    matches!(tokens.get(group)?, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
        .then_some(group + 1)
}

/// Where the item that begins at a token has ended: after its body or its semicolon.
fn after_item(tokens: &[TokenTree], from: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_sign(token, ';'),
    };
    tokens[from..].iter().position(ends).map_or(tokens.len(), |at| from + at + 1)
}

/// Nothing and one, of whatever whole type, are words of arithmetic; every other number means something that somebody decided.
fn is_nothing_or_one(number: &str) -> bool {
    let of_type = number.strip_prefix(['0', '1']).map(|rest| rest.trim_start_matches('_'));
    of_type.is_some_and(|of_type| of_type.is_empty() || of_type.starts_with(['i', 'u']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, String)> {
        let problems = check(&Tree::of(&[("base/rules/src/s0080034/a001_x.rs", text)]));
        problems.into_iter().map(|problem| (problem.line, problem.what)).collect()
    }

    #[test]
    fn a_number_is_found_with_its_line() {
        let text = "fn f() -> i64 {\n    let half = 2;\n    0..35u32; x..=12; [0; 3]; 1_000; 0.5; 0x1; 1e1;\n}\n";
        let numbers: Vec<_> = found(text).into_iter().map(|(line, what)| format!("{line}: {what}")).collect();
        let on_line_3 = ["35u32", "12", "3", "1_000", "0.5", "0x1", "1e1"].map(|n| format!("3: the number {n}"));
        assert_eq!(numbers[0], "2: the number 2");
        assert_eq!(numbers[1..], on_line_3);
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        let text = "//! 35 years\n/// Article 28.\n#![doc(x = 3)]\n#[allow(y = 4)]\nstatic A037: (i64, u32) = (0, 1u32);\n\
                    fn f() { a.0; b.1.2; a028::g(\"12 × 2\", r#\"{\"5\"}\"#, '7', b'8'); 1_i64; /* 9 */ }\n\
                    #[cfg(test)]\n#[rustfmt::skip]\nmod tests { const T: i64 = 68_393; }\n\
                    #[cfg(test)]\nuse x::y;\nfn g() -> u8 { 2 }\n";
        assert_eq!(found(text), [(12, "the number 2".to_owned())]);
    }

    #[test]
    fn other_crates_and_test_files_may_count() {
        let text = "fn f() -> u8 { 2 }";
        for path in ["base/kernel/src/roc.rs", "base/rules/tests/it/main.rs", "base/rules/src/s0080034/tests.rs"] {
            assert_eq!(check(&Tree::of(&[(path, text)])), [], "{path}");
        }
        assert_eq!(found("fn {").len(), 1, "what cannot be read is not passed over");
    }
}
