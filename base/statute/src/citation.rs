//! Where in the law something stands.

use std::fmt;

use crate::Act;

/// Act, article (條), paragraph (項), subparagraph (款), item (目). Prints as documents cite it: 行政程序法第96條第1項第2款.
/// Parts that are 0 are not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Citation {
    /// The act.
    pub act: Act,
    /// 條.
    pub article: u16,
    /// 條之○.
    pub branch: u16,
    /// 項.
    pub paragraph: u16,
    /// 款.
    pub subparagraph: u16,
    /// 目.
    pub item: u16,
}

impl Citation {
    pub(crate) fn new(act: Act) -> Self {
        Self { act, article: 0, branch: 0, paragraph: 0, subparagraph: 0, item: 0 }
    }

    /// Reads `act/article/paragraph/subparagraph/item` as rules name their places: `s0080034/31/4/3`, `s0070001/48-1`.
    pub fn parse(place: &str) -> Option<Self> {
        let mut parts = place.split('/');
        let cited = Act::in_folder(parts.next()?)?.cite();
        let Some(article) = parts.next() else { return Some(cited) };
        let (article, branch) = article.split_once('-').unwrap_or((article, "0"));
        let mut numbers = [0; 3];
        for (at, part) in parts.enumerate() {
            *numbers.get_mut(at)? = part.parse().ok()?;
        }
        let [paragraph, subparagraph, item] = numbers;
        let cited = cited.article(article.parse().ok()?, branch.parse().ok()?);
        Some(cited.paragraph(paragraph).subparagraph(subparagraph).item(item))
    }

    /// 第`article`條之`branch`; branch 0 is the article itself.
    #[must_use]
    pub fn article(self, article: u16, branch: u16) -> Self {
        Self { article, branch, ..self }
    }

    /// 第`number`項.
    #[must_use]
    pub fn paragraph(self, number: u16) -> Self {
        Self { paragraph: number, ..self }
    }

    /// 第`number`款.
    #[must_use]
    pub fn subparagraph(self, number: u16) -> Self {
        Self { subparagraph: number, ..self }
    }

    /// 第`number`目.
    #[must_use]
    pub fn item(self, number: u16) -> Self {
        Self { item: number, ..self }
    }

    /// In English: `Administrative Procedure Act, Article 96, paragraph 1, subparagraph 2`.
    pub fn english(&self) -> String {
        let mut text = self.act.name_en().to_owned();
        match (self.article, self.branch) {
            (0, _) => {}
            (article, 0) => text += &format!(", Article {article}"),
            (article, branch) => text += &format!(", Article {article}-{branch}"),
        }
        for (word, number) in [("paragraph", self.paragraph), ("subparagraph", self.subparagraph), ("item", self.item)]
        {
            if number > 0 {
                text += &format!(", {word} {number}");
            }
        }
        text
    }

    /// The whole article as kept, if the act's text is kept.
    pub fn text(&self) -> Option<&'static str> {
        self.act.article_text(self.article, self.branch)
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.act.name())?;
        if self.article > 0 {
            write!(out, "第{}條", self.article)?;
        }
        if self.branch > 0 {
            write!(out, "之{}", self.branch)?;
        }
        for (number, unit) in [(self.paragraph, '項'), (self.subparagraph, '款'), (self.item, '目')] {
            if number > 0 {
                write!(out, "第{number}{unit}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_documents_cite() {
        let citation = Act::S0040001.article(12).paragraph(1).subparagraph(1);
        assert_eq!(citation.to_string(), "公務人員考績法第12條第1項第1款");
        assert_eq!(Act::A0030018.cite().article(12, 1).to_string(), "公文程式條例第12條之1");
        assert_eq!(Act::J0080037.cite().to_string(), "電子簽章法");
        assert_eq!(
            Act::A0030055.article(96).paragraph(1).english(),
            "Administrative Procedure Act, Article 96, paragraph 1"
        );
    }

    #[test]
    fn reads_a_place_as_rules_write_it() {
        let place = |text| Citation::parse(text).map(|citation| citation.to_string());
        assert_eq!(place("s0080034/31/4/3").as_deref(), Some("公務人員退休資遣撫卹法第31條第4項第3款"));
        assert_eq!(place("a0030018/12-1").as_deref(), Some("公文程式條例第12條之1"));
        for bad in ["none/1", "s0080034/x", "s0080034/1/2/3/4/5", ""] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }

    #[test]
    fn leads_to_the_text() {
        assert!(Act::A0030055.article(121).paragraph(1).text().unwrap().contains("二年內"));
    }
}
