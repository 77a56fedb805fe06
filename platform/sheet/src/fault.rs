//! Why a file is not taken, in words for the person who sent it.

use kernel::{Refusal, Text};

/// A character of a Big5 file that stands for different things on different machines, or for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCharacter {
    /// Row as a spreadsheet shows it, from 1.
    pub line: u32,
    /// Column, from 0.
    pub column: usize,
    /// Position of its first byte in the file, from 0.
    pub offset: usize,
    /// Its one or two bytes.
    pub bytes: Vec<u8>,
    /// Whether it lies in a user-defined area (造字) rather than outside the code altogether.
    pub user_defined: bool,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetFault {
    /// No byte, or no row that holds anything.
    #[error("the file is empty")]
    Empty,
    /// More bytes than allowed.
    #[error("{bytes} bytes, at most {max}")]
    TooLarge {
        /// Size of the file.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Another format than CSV, ODS or XLSX.
    #[error("\"{name}\" is {found}")]
    OtherFormat {
        /// Name of the file.
        name: String,
        /// What it is.
        found: &'static str,
    },
    /// The name promises another format than the content has.
    #[error("\"{name}\" holds {content}")]
    OtherName {
        /// Name of the file.
        name: String,
        /// What the content is.
        content: &'static str,
    },
    /// A workbook that brings programs with it.
    #[error("macros in {part}")]
    Macro {
        /// Part of the package with the program.
        part: String,
    },
    /// The file ends before it should.
    #[error("the file is cut: {0}")]
    CutOff(&'static str),
    /// A quoted CSV field that is never closed.
    #[error("a quote opened in row {line} is never closed")]
    OpenQuote {
        /// Row in which the field begins.
        line: u32,
        /// Its column, from 0.
        column: usize,
    },
    /// Text after the closing quote of a CSV field.
    #[error("text after the closing quote at {cell}")]
    StrayQuote {
        /// Address of the cell.
        cell: String,
    },
    /// A CSV row with fewer fields than the header.
    #[error("row {line} has {found} fields, the header {expected}")]
    ShortRow {
        /// The row.
        line: u32,
        /// Fields in it.
        found: usize,
        /// Fields in the header.
        expected: usize,
    },
    /// Text in a column that has no name in the header.
    #[error("{cell} lies beyond the header")]
    BeyondHeader {
        /// Address of the first such cell.
        cell: String,
        /// Its row.
        line: u32,
    },
    /// More rows than allowed.
    #[error("more than {max} rows")]
    TooManyRows {
        /// The limit.
        max: usize,
    },
    /// More columns than allowed.
    #[error("row {line} has more than {max} columns")]
    TooManyColumns {
        /// The row.
        line: u32,
        /// The limit.
        max: usize,
    },
    /// More text in a cell than allowed.
    #[error("{cell} has more than {max} characters")]
    CellTooLong {
        /// Address of the cell.
        cell: String,
        /// The limit.
        max: usize,
    },
    /// A package that inflates to more than allowed (zip bomb).
    #[error("the packed file inflates beyond {max} bytes or {ratio} times its size")]
    Bomb {
        /// Limit in bytes.
        max: u64,
        /// Limit in proportion.
        ratio: u64,
    },
    /// Protected with a password.
    #[error("the file is encrypted")]
    Encrypted,
    /// A formula in a cell of a workbook.
    #[error("a formula at {cell}")]
    Formula {
        /// Address of the first one.
        cell: String,
    },
    /// A control character that no text has; 0 is NUL.
    #[error("control character {code:#04x} at byte {offset}")]
    Control {
        /// The character.
        code: u8,
        /// Line of text it is in, from 1; 0 if it is in a workbook.
        line: u32,
        /// Byte of the file, from 0.
        offset: usize,
    },
    /// Neither UTF-8 nor Big5 text.
    #[error("neither UTF-8 nor Big5 at byte {offset}")]
    NotText {
        /// First byte that is neither.
        offset: usize,
    },
    /// Some lines are UTF-8 and some are Big5.
    #[error("line {line} is not in the encoding of the lines before it")]
    MixedEncoding {
        /// First line of text that differs, from 1.
        line: u32,
        /// What most lines before it are.
        expected: &'static str,
    },
    /// Characters of a Big5 file that have no fixed meaning, at most a hundred of them, in file order.
    #[error("{} characters without a fixed meaning", .0.len())]
    Characters(Vec<BadCharacter>),
    /// A package or its XML that does not follow its format.
    #[error("damaged: {part}")]
    Damaged {
        /// Part of the package.
        part: String,
    },
    /// Columns that are needed but not in the header.
    #[error("missing columns")]
    MissingColumns(
        /// Their names.
        Vec<String>,
    ),
    /// A column name that stands twice in the header.
    #[error("a column stands twice")]
    DuplicateColumn {
        /// The name.
        name: String,
        /// Addresses in letters of both.
        letters: [String; 2],
    },
}

impl SheetFault {
    /// Stable name for machines, `sheet.…`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "sheet.empty",
            Self::TooLarge { .. } => "sheet.too_large",
            Self::OtherFormat { .. } => "sheet.other_format",
            Self::OtherName { .. } => "sheet.other_name",
            Self::Macro { .. } => "sheet.macro",
            Self::CutOff(_) => "sheet.cut_off",
            Self::OpenQuote { .. } => "sheet.open_quote",
            Self::StrayQuote { .. } => "sheet.stray_quote",
            Self::ShortRow { .. } => "sheet.short_row",
            Self::BeyondHeader { .. } => "sheet.beyond_header",
            Self::TooManyRows { .. } => "sheet.too_many_rows",
            Self::TooManyColumns { .. } => "sheet.too_many_columns",
            Self::CellTooLong { .. } => "sheet.cell_too_long",
            Self::Bomb { .. } => "sheet.bomb",
            Self::Encrypted => "sheet.encrypted",
            Self::Formula { .. } => "sheet.formula",
            Self::Control { .. } => "sheet.control",
            Self::NotText { .. } => "sheet.not_text",
            Self::MixedEncoding { .. } => "sheet.mixed_encoding",
            Self::Characters(_) => "sheet.characters",
            Self::Damaged { .. } => "sheet.damaged",
            Self::MissingColumns(_) => "sheet.missing_columns",
            Self::DuplicateColumn { .. } => "sheet.duplicate_column",
        }
    }

    /// The refusal a module hands on.
    pub fn refusal(&self) -> Refusal {
        Refusal::from_text(self.code(), self.text())
    }

    /// What to tell the reader: what is wrong, where, and what to do. Bytes are counted from 1 here.
    pub fn text(&self) -> Text {
        self.size_text().or_else(|| self.form_text()).unwrap_or_else(|| self.content_text())
    }

    fn size_text(&self) -> Option<Text> {
        Some(match self {
            Self::TooLarge { bytes, max } => Text::new(
                format!("檔案有{}，上限為{}，請分批上傳", megabytes(*bytes), megabytes(*max)),
                format!("The file has {}; the most is {}. Please send it in parts", megabytes(*bytes), megabytes(*max)),
            ),
            Self::TooManyRows { max } => Text::new(
                format!("資料超過{max}列，請分批上傳"),
                format!("More than {max} rows; please send the file in parts"),
            ),
            Self::TooManyColumns { line, max } => {
                Text::new(format!("第{line}列超過{max}欄"), format!("Row {line} has more than {max} columns"))
            }
            Self::CellTooLong { cell, max } => {
                Text::new(format!("儲存格{cell}超過{max}字"), format!("Cell {cell} has more than {max} characters"))
            }
            Self::Bomb { max, ratio } => Text::new(
                format!("壓縮檔解開後超過{}MB或原大小之{ratio}倍，不予讀取", max >> 20),
                format!(
                    "The packed file would inflate beyond {} MB or {ratio} times its size and is not read",
                    max >> 20
                ),
            ),
            _ => return None,
        })
    }

    fn form_text(&self) -> Option<Text> {
        Some(match self {
            Self::Empty => Text::new("檔案沒有任何資料", "The file holds no data"),
            Self::OtherFormat { name, found } => Text::new(
                format!("「{name}」的內容是{found}；請使用CSV、ODS或XLSX檔"),
                format!("The content of \"{name}\" is {found}; please use CSV, ODS or XLSX"),
            ),
            Self::OtherName { name, content } => Text::new(
                format!("「{name}」的內容是{content}，與副檔名不符；請以正確的副檔名重新存檔"),
                format!(
                    "\"{name}\" holds {content}, which is not what its name says; please save it under the right name"
                ),
            ),
            Self::Macro { part } => Text::new(
                format!("檔案含有巨集（{part}），不予讀取；請另存為不含巨集的ODS或XLSX檔"),
                format!("The file has macros ({part}) and is not read; please save it as ODS or XLSX without macros"),
            ),
            Self::CutOff(what) => Text::new(
                format!("檔案不完整（{what}），請重新取得檔案"),
                format!("The file is cut off ({what}); please get it again"),
            ),
            Self::OpenQuote { line, column } => Text::new(
                format!("第{line}列第{}欄的引號沒有結束，檔案可能被截斷", column + 1),
                format!("The quote in row {line}, column {} is never closed; the file may be cut off", column + 1),
            ),
            Self::StrayQuote { cell } => Text::new(
                format!("儲存格{cell}的結束引號之後還有文字"),
                format!("There is text after the closing quote in cell {cell}"),
            ),
            Self::ShortRow { line, found, expected } => Text::new(
                format!("第{line}列只有{found}欄，標題列有{expected}欄，檔案可能被截斷"),
                format!("Row {line} has {found} fields and the header {expected}; the file may be cut off"),
            ),
            Self::BeyondHeader { cell, .. } => Text::new(
                format!("儲存格{cell}有資料，但標題列該欄沒有名稱"),
                format!("Cell {cell} holds data, but its column has no name in the header"),
            ),
            Self::Encrypted => Text::new(
                "檔案設有密碼保護，請移除密碼後再上傳",
                "The file is protected with a password; please remove it",
            ),
            Self::Damaged { part } => Text::new(format!("檔案損毀：{part}"), format!("The file is damaged: {part}")),
            Self::MissingColumns(names) => Text::new(
                format!("標題列缺少欄位：「{}」", names.join("」、「")),
                format!("The header lacks these columns: \"{}\"", names.join("\", \"")),
            ),
            Self::DuplicateColumn { name, letters: [first, second] } => Text::new(
                format!("欄位「{name}」重複，見{first}欄及{second}欄"),
                format!("Column \"{name}\" stands twice, in {first} and {second}"),
            ),
            _ => return None,
        })
    }

    fn content_text(&self) -> Text {
        match self {
            Self::Formula { cell } => Text::new(
                format!("儲存格{cell}是公式，請改貼為值後再上傳"),
                format!("Cell {cell} is a formula; please paste its value instead"),
            ),
            Self::Control { code, line, offset } => Text::new(
                format!("第{line}行有控制字元0x{code:02X}（第{}位元組），不是文字檔", offset + 1),
                format!(
                    "Line {line} holds control character 0x{code:02X} (byte {}); this is not a text file",
                    offset + 1
                ),
            ),
            Self::NotText { offset } => Text::new(
                format!("檔案既非UTF-8也非Big5文字（第{}位元組起）", offset + 1),
                format!("The file is neither UTF-8 nor Big5 text (from byte {})", offset + 1),
            ),
            Self::MixedEncoding { line, expected } => Text::new(
                format!("第{line}行的文字編碼與前文（{expected}）不同，請以單一編碼重新存檔"),
                format!(
                    "Line {line} is in another encoding than the lines before ({expected}); please save the file in one encoding"
                ),
            ),
            Self::Characters(found) => Text::new(
                found.iter().map(|c| c.describe().zh).collect::<Vec<_>>().join("；"),
                found.iter().map(|c| c.describe().en).collect::<Vec<_>>().join("; "),
            ),
            _ => unreachable!("size_text and form_text have all others"),
        }
    }
}

impl BadCharacter {
    /// What to tell the reader about this one.
    pub fn describe(&self) -> Text {
        let Self { line, column, offset, bytes, user_defined } = self;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let (zh, en) = match user_defined {
            true => ("為造字（各機器字形不同）", "is user-defined (造字) and differs between machines"),
            false => ("無法對應任何字元", "stands for no character"),
        };
        Text::new(
            format!("第{line}列第{}欄的0x{hex}（第{}位元組）{zh}", column + 1, offset + 1),
            format!("0x{hex} in row {line}, column {} (byte {}) {en}", column + 1, offset + 1),
        )
    }
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / f64::from(1 << 20))
}
