//! The acts whose text is kept in `law/`, by their number in the national database of laws (全國法規資料庫).

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use time::Date;

use crate::{Citation, embedded};

/// Declares the acts with their folder under `law/`.
macro_rules! acts {
    ($($(#[doc = $doc:literal])* $variant:ident = $folder:literal,)*) => {
        /// An act or regulation kept in `law/`. The variant is its `pcode`; what has none is named.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Act {
            /// All acts, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its folder under `law/`, which is its `pcode` in lower case.
            pub fn folder(self) -> &'static str {
                match self {
                    $(Self::$variant => $folder,)*
                }
            }
        }
    };
}

acts! {
    /// 公文程式條例.
    A0030018 = "a0030018",
    /// 行政程序法.
    A0030055 = "a0030055",
    /// 教師法.
    H0020040 = "h0020040",
    /// 公立學校教職員退休資遣撫卹條例.
    H0150049 = "h0150049",
    /// 公立學校教職員退休資遣撫卹條例施行細則.
    H0150051 = "h0150051",
    /// 公立學校退休教職員一次退休金及養老給付優惠存款辦法.
    H0150054 = "h0150054",
    /// 公立學校教職員個人專戶制退休資遣撫卹條例.
    H0150056 = "h0150056",
    /// 電子簽章法.
    J0080037 = "j0080037",
    /// 公務人員考績法.
    S0040001 = "s0040001",
    /// 公務人員考績法施行細則.
    S0040002 = "s0040002",
    /// 考績委員會組織規程.
    S0040003 = "s0040003",
    /// 公教人員保險法.
    S0070001 = "s0070001",
    /// 公務人員退休法 (repealed; 補償金 and people entitled before 2018-07-01).
    S0080001 = "s0080001",
    /// 公教人員退休金其他現金給與補償金發給辦法.
    S0080011 = "s0080011",
    /// 公務人員退休資遣撫卹法.
    S0080034 = "s0080034",
    /// 公務人員退休資遣撫卹法施行細則.
    S0080035 = "s0080035",
    /// 退休公務人員一次退休金與養老給付優惠存款辦法.
    S0080036 = "s0080036",
    /// 公務人員定期退撫給與查驗及發放辦法.
    S0080038 = "s0080038",
    /// 公務人員個人專戶制退休資遣撫卹法.
    S0080045 = "s0080045",
    /// 公務人員個人專戶制退休資遣撫卹法施行細則.
    S0080049 = "s0080049",
    /// 各機關人事資料管理規則.
    S0110020 = "s0110020",
    /// 公務人員保障法.
    S0120001 = "s0120001",
    /// 外來人口新式統一證號措施: no act, and known from the press only.
    ResidenceNumber = "residence-number",
    /// 法定基本工資, as the Ministry of Labor announces it each year.
    BasicWage = "basic-wage",
    /// 公務人員俸額表: pay points and the amounts they are worth, as the Executive Yuan sets them.
    PayTable = "pay-table",
    /// 消費者物價指數, as the central statistics authority publishes it.
    PriceIndex = "price-index",
    /// 簡易生命表, as the Ministry of the Interior publishes it.
    LifeTable = "life-table",
    /// 警察人員人事條例, whose text is not kept.
    PoliceAct = "police-act",
    /// 國民年金法, whose text is not kept.
    NationalPension = "national-pension",
    /// 民法, whose text is not kept.
    CivilCode = "civil-code",
    /// Bounds beyond which a fact is taken for a slip of the pen: no act, and no rule of law uses them.
    Plausibility = "plausibility",
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActFile {
    name: String,
    name_en: String,
    level: String,
    source: String,
    #[serde(default)]
    versions: Vec<Version>,
}

/// One version of an act: when it was made, published and came into force, and whether its text is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Day it was promulgated or, for a regulation, issued.
    #[serde(deserialize_with = "crate::value::toml_date")]
    pub amended: Date,
    /// Day of the gazette, if known.
    #[serde(default, deserialize_with = "crate::value::some_date")]
    pub gazetted: Option<Date>,
    /// First day in force, if known; articles named in `articles` differ.
    #[serde(default, deserialize_with = "crate::value::some_date")]
    pub in_force: Option<Date>,
    /// Articles (and paragraphs) that came into force on another day.
    #[serde(default)]
    pub articles: Vec<ArticleInForce>,
    /// What it changed.
    #[serde(default)]
    pub changed: String,
    /// How well the facts of this version are known; text unless said otherwise.
    pub status: Option<kernel::SourceStatus>,
    /// File of the text under the act's folder.
    text: Option<String>,
    #[serde(rename = "sha256")]
    _sha256: Option<String>,
}

impl Version {
    /// Whether its text is kept.
    pub fn has_text(&self) -> bool {
        self.text.is_some()
    }
}

/// An article that came into force on a day of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleInForce {
    /// 條.
    pub article: u16,
    /// 項; 0 for the whole article.
    #[serde(default)]
    pub paragraph: u16,
    /// First day in force.
    #[serde(deserialize_with = "crate::value::toml_date")]
    pub in_force: Date,
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

static LOADED: LazyLock<Vec<Loaded>> = LazyLock::new(|| Act::ALL.iter().map(|act| load(act.folder())).collect());

fn load(folder: &str) -> Loaded {
    let read = |path: &str| embedded::file(path).unwrap_or_else(|| panic!("law/{path} is embedded and tested"));
    let path = format!("{folder}/act.toml");
    let file: ActFile =
        toml::from_str(read(&path)).unwrap_or_else(|e| panic!("law/{path} is embedded and tested: {e}"));
    let text = file.versions.iter().rev().find_map(|version| version.text.as_deref());
    let parts = text.map_or_else(Vec::new, |text| {
        let path = format!("{folder}/{text}");
        let text: Result<TextFile, _> = serde_json::from_str(read(&path));
        text.unwrap_or_else(|e| panic!("law/{path} is embedded and tested: {e}")).parts
    });
    let articles = parts.into_iter().filter_map(|part| Some((article_number(part.number.as_deref()?)?, part.text)));
    Loaded { articles: articles.collect(), file }
}

/// `第 12-1 條` is (12, 1).
fn article_number(text: &str) -> Option<(u16, u16)> {
    let number = text.strip_prefix('第')?.strip_suffix('條')?.trim();
    let (article, branch) = number.split_once('-').unwrap_or((number, "0"));
    Some((article.parse().ok()?, branch.parse().ok()?))
}

impl Act {
    fn loaded(self) -> &'static Loaded {
        &LOADED[self as usize]
    }

    /// The act kept in this folder of `law/`.
    pub fn in_folder(folder: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.folder() == folder)
    }

    /// Chinese name.
    pub fn name(self) -> &'static str {
        &self.loaded().file.name
    }

    /// English name: the database's, or our translation where it has none.
    pub fn name_en(self) -> &'static str {
        &self.loaded().file.name_en
    }

    /// 法律, 命令 or what else it is.
    pub fn level(self) -> &'static str {
        &self.loaded().file.level
    }

    /// Where its text and its dates were read.
    pub fn source(self) -> &'static str {
        &self.loaded().file.source
    }

    /// Its versions, ascending.
    pub fn versions(self) -> &'static [Version] {
        &self.loaded().file.versions
    }

    /// Day of the newest amendment whose text is kept; `None` if no text is.
    pub fn version(self) -> Option<Date> {
        self.versions().iter().rev().find(|version| version.has_text()).map(|version| version.amended)
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

    /// Article and branch of every article kept, ascending.
    pub fn articles(self) -> impl Iterator<Item = (u16, u16)> {
        self.loaded().articles.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::embedded::FILES;

    fn hex_sha256(bytes: &[u8]) -> String {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn each_act_is_its_folder() {
        for act in Act::ALL {
            assert_eq!(Act::in_folder(act.folder()), Some(*act));
            assert_eq!(act.folder().replace('-', ""), format!("{act:?}").to_lowercase());
            assert!(!act.name().is_empty() && !act.name_en().is_empty() && !act.source().is_empty(), "{act:?}");
        }
        assert_eq!(Act::S0040002.name(), "公務人員考績法施行細則");
        assert_eq!(Act::S0120001.version(), Some(time::macros::date!(2022 - 06 - 22)));
    }

    #[test]
    fn every_folder_of_law_is_an_act() {
        let folders: BTreeSet<_> = FILES.iter().filter_map(|(path, _)| Some(path.split_once('/')?.0)).collect();
        let acts = Act::ALL.iter().map(|act| act.folder()).chain(["readings"]).collect();
        assert_eq!(folders, acts);
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
    fn versions_ascend_and_their_texts_are_what_the_hashes_say() {
        let mut kept = BTreeSet::new();
        for act in Act::ALL {
            assert!(act.versions().is_sorted_by_key(|version| version.amended), "{act:?}");
            for version in act.versions() {
                assert_eq!(version.text.is_some(), version._sha256.is_some(), "{act:?} {}", version.amended);
                let Some(text) = &version.text else { continue };
                let path = format!("{}/{text}", act.folder());
                assert_eq!(text, &format!("text/{}.json", version.amended), "{path}");
                let bytes = embedded::file(&path).unwrap().as_bytes();
                assert_eq!(version._sha256, Some(hex_sha256(bytes)), "{path}");
                kept.insert(path);
            }
        }
        let texts = FILES.iter().map(|(path, _)| *path).filter(|path| path.contains("/text/"));
        assert_eq!(texts.map(str::to_owned).collect::<BTreeSet<_>>(), kept);
    }

    #[test]
    fn values_quote_the_article_they_were_read_from() {
        for key in crate::keys() {
            let file: toml::Table = toml::from_str(embedded::file(&format!("{key}.toml")).unwrap()).unwrap();
            let Some(hash) = file.get("text_sha256") else { continue };
            let number = |name: &str| file.get(name).map_or(0, |n| n.as_integer().unwrap().try_into().unwrap());
            let act = Act::in_folder(key.split('/').next().unwrap()).unwrap();
            let text = act.article_text(number("article"), number("branch"));
            let text = text.unwrap_or_else(|| panic!("{key}: no such article"));
            assert_eq!(hash.as_str(), Some(hex_sha256(text.as_bytes()).as_str()), "{key}");
        }
    }
}
