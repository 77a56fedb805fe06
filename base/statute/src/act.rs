//! The acts whose text is kept in `law/`, by their number in the national database of laws (全國法規資料庫).

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use time::Date;

use crate::{Citation, embedded::ACTS};

/// An act or regulation kept in `law/`. The variant is its `pcode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// 公文程式條例.
    A0030018,
    /// 行政程序法.
    A0030055,
    /// 教師法.
    H0020040,
    /// 電子簽章法.
    J0080037,
    /// 公務人員考績法.
    S0040001,
    /// 公務人員考績法施行細則.
    S0040002,
    /// 考績委員會組織規程.
    S0040003,
    /// 各機關人事資料管理規則.
    S0110020,
    /// 公務人員保障法.
    S0120001,
    /// 外來人口新式統一證號措施: no act, and known from the press only.
    ResidenceNumber,
}

#[derive(Deserialize)]
struct ActFile {
    name: String,
    name_en: String,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    #[serde(deserialize_with = "crate::value::toml_date")]
    amended: Date,
}

#[derive(Deserialize)]
struct TextFile {
    #[serde(rename = "法規內容")]
    parts: Vec<Part>,
}

/// An article, or a heading without a number.
#[derive(Deserialize)]
struct Part {
    #[serde(rename = "條號")]
    number: Option<String>,
    #[serde(rename = "條文內容", default)]
    text: String,
}

struct Loaded {
    file: ActFile,
    articles: BTreeMap<(u16, u16), String>,
}

static LOADED: LazyLock<Vec<Loaded>> =
    LazyLock::new(|| ACTS.iter().map(|(folder, act, text)| load(folder, act, text)).collect());

fn load(folder: &str, act: &str, text: &str) -> Loaded {
    let file = toml::from_str(act).unwrap_or_else(|e| panic!("law/{folder}/act.toml is embedded and tested: {e}"));
    let parts = match text {
        "" => Vec::new(),
        _ => {
            let read: Result<TextFile, _> = serde_json::from_str(text);
            read.unwrap_or_else(|e| panic!("the text of law/{folder} is embedded and tested: {e}")).parts
        }
    };
    let articles = parts.into_iter().filter_map(|part| Some((article_number(part.number.as_deref()?)?, part.text)));
    Loaded { file, articles: articles.collect() }
}

/// `第 12-1 條` is (12, 1).
fn article_number(text: &str) -> Option<(u16, u16)> {
    let number = text.strip_prefix('第')?.strip_suffix('條')?.trim();
    let (article, branch) = number.split_once('-').unwrap_or((number, "0"));
    Some((article.parse().ok()?, branch.parse().ok()?))
}

impl Act {
    /// All acts, in the order of the embedded list.
    pub const ALL: [Self; ACTS.len()] = [
        Self::A0030018,
        Self::A0030055,
        Self::H0020040,
        Self::J0080037,
        Self::S0040001,
        Self::S0040002,
        Self::S0040003,
        Self::S0110020,
        Self::S0120001,
        Self::ResidenceNumber,
    ];

    fn loaded(self) -> &'static Loaded {
        &LOADED[self as usize]
    }

    /// The act kept in this folder of `law/`.
    pub(crate) fn in_folder(folder: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.folder() == folder)
    }

    /// Its folder under `law/`, which is its `pcode` in lower case.
    pub fn folder(self) -> &'static str {
        ACTS[self as usize].0
    }

    /// Chinese name.
    pub fn name(self) -> &'static str {
        &self.loaded().file.name
    }

    /// English name: the database's, or our translation where it has none.
    pub fn name_en(self) -> &'static str {
        &self.loaded().file.name_en
    }

    /// Day of the amendment whose text is kept; `None` if no text is.
    pub fn version(self) -> Option<Date> {
        self.loaded().file.versions.last().map(|version| version.amended)
    }

    /// The act as a whole.
    pub fn cite(self) -> Citation {
        Citation::new(self)
    }

    /// One article of it.
    pub fn article(self, article: u16) -> Citation {
        Citation::new(self).article(article, 0)
    }

    /// Text of 第`article`條之`branch` (branch 0: 第`article`條) as kept, paragraphs separated by CR LF.
    pub fn article_text(self, article: u16, branch: u16) -> Option<&'static str> {
        self.loaded().articles.get(&(article, branch)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::embedded::VALUES;

    fn hex_sha256(bytes: &[u8]) -> String {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn each_act_is_its_folder() {
        for act in Act::ALL {
            assert_eq!(Act::in_folder(act.folder()), Some(act));
            let variant = format!("{act:?}").to_lowercase();
            assert_eq!(act.folder().replace('-', ""), variant, "the list and the enum are in one order");
        }
        assert_eq!(Act::S0040002.name(), "公務人員考績法施行細則");
        assert_eq!(Act::S0120001.version(), Some(time::macros::date!(2022 - 06 - 22)));
    }

    #[test]
    fn articles_are_found_with_their_branches() {
        assert!(
            Act::S0120001
                .article_text(30, 0)
                .unwrap()
                .starts_with("復審之提起，應自行政處分達到之次日起三十日內為之。")
        );
        assert!(Act::A0030018.article_text(12, 1).is_some());
        assert_eq!(Act::S0120001.article_text(999, 0), None);
    }

    #[test]
    fn texts_are_what_their_hashes_say() {
        for (folder, act, text) in ACTS {
            let act: toml::Table = toml::from_str(act).unwrap();
            let Some(versions) = act.get("versions") else { continue };
            let newest = versions.as_array().unwrap().last().unwrap();
            assert_eq!(newest["sha256"].as_str(), Some(hex_sha256(text.as_bytes()).as_str()), "{folder}");
        }
    }

    #[test]
    fn values_quote_the_article_they_were_read_from() {
        for (key, file) in VALUES {
            let file: toml::Table = toml::from_str(file).unwrap();
            let Some(article) = file.get("article") else { continue };
            let act = Act::in_folder(key.split('/').next().unwrap()).unwrap();
            let text = act.article_text(article.as_integer().unwrap().try_into().unwrap(), 0).unwrap();
            assert_eq!(file["text_sha256"].as_str(), Some(hex_sha256(text.as_bytes()).as_str()), "{key}");
        }
    }

    #[test]
    fn every_file_of_law_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
        let mut found = BTreeSet::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => drop(found.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned())),
                }
            }
        }
        let mut named: BTreeSet<String> = VALUES.iter().map(|(key, _)| format!("{key}.toml")).collect();
        for act in Act::ALL {
            named.insert(format!("{}/act.toml", act.folder()));
            named.extend(act.version().map(|day| format!("{}/text/{day}.json", act.folder())));
        }
        assert_eq!(found, named);
    }
}
