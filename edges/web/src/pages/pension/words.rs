//! The answers a form of facts offers, in the words of the acts; what is sent is what a file of facts says.

use kernel::Text;
use webkit::Choice;

type Words = (&'static str, &'static str, &'static str);

/// Act and kind of post in one answer, as `scheme/post`.
const POSTS: [Words; 5] = [
    ("civil/general", "公務人員", "Civil servant"),
    ("civil/police", "警察、消防、海巡、移民、空中勤務", "Police, fire, coast guard, immigration, air corps"),
    ("teacher/teacher", "高級中等以下學校校長、教師", "Teacher or head of a school"),
    ("teacher/college", "專科以上學校教師", "Teacher at a college or university"),
    ("teacher/staff", "公立學校職員、研究人員等", "Other staff of a public school"),
];

const GROUNDS: [Words; 11] = [
    ("voluntary", "自願退休", "Voluntary"),
    ("mandatory", "屆齡退休", "At the mandatory age"),
    ("ordered", "命令退休", "Ordered"),
    ("ordered-injury", "因公傷病命令退休", "Ordered, by injury on duty"),
    ("ill", "傷病失能之自願退休", "Voluntary, by illness or disability"),
    ("hazardous", "危勞職務之自願退休", "Voluntary, from a hazardous post"),
    ("indigenous", "原住民身分之自願退休", "Voluntary, as an indigenous person"),
    ("downsizing", "機關精簡之自願退休", "Voluntary, as the agency is cut down"),
    ("severance", "資遣", "Severance"),
    ("preserved", "離職保留年資", "Left early with preserved service"),
    ("combined", "併計其他職域年資", "With service under other acts"),
];

const BENEFITS: [Words; 7] = [
    ("monthly", "月退休金", "Monthly pension"),
    ("lump", "一次退休金（資遣給與）", "Lump sum (severance pay)"),
    ("half", "兼領二分之一", "Half lump sum, half monthly"),
    ("deferred", "展期月退休金", "Deferred monthly pension"),
    ("reduced", "減額月退休金", "Reduced monthly pension"),
    ("half-deferred", "兼領二分之一，月退部分展期", "Half lump sum, half deferred"),
    ("half-reduced", "兼領二分之一，月退部分減額", "Half lump sum, half reduced"),
];

const KINDS: [Words; 12] = [
    ("", "（未填）", "(none)"),
    ("civil", "公務人員", "Civil servant"),
    ("teacher", "教師、職員", "Public school"),
    ("conscript", "義務役、替代役", "Conscript"),
    ("military", "志願役軍職", "Military by choice"),
    ("military-civilian", "軍用文職", "Civilian of the army"),
    ("political", "政務人員", "Political appointee"),
    ("employee", "雇員", "Employee"),
    ("public-enterprise", "公營事業", "Public enterprise"),
    ("nurse-teacher", "護理教師", "Nurse teacher"),
    ("approved", "其他核定併計", "Other, approved"),
    ("irregular", "工友、職務代理人等（不採計）", "Not counted"),
];

const STANDINGS: [Words; 4] = [
    ("open", "未領過給與", "nothing paid for it"),
    ("paid-out", "已領退離給與", "paid for"),
    ("refunded", "基金費用已發還", "contributions refunded"),
    ("suspended", "停職、留職停薪未繳費", "suspended, no contributions"),
];

const UNITS: [Words; 3] = [("point", "俸點", "pay point"), ("salary", "薪額", "salary point"), ("amount", "元", "NT$")];

const CONDITIONS: [Words; 5] = [
    ("", "不適用", "none"),
    ("disabled", "半失能以上或重度以上身心障礙", "disabled"),
    ("terminal", "末期", "terminally ill"),
    ("unfit", "永久重大傷病且不能從事本職", "unfit for the post"),
    ("incapable", "終生無工作能力", "never able to work again"),
];

const SEVERANCES: [Words; 4] = [
    ("", "不適用", "none"),
    ("abolished", "裁減人員", "post abolished"),
    ("unfit", "不適任", "unfit for the post"),
    ("other-law", "依其他法規", "under another act"),
];

const RELATIONS: [Words; 6] = [
    ("", "（未填）", "(none)"),
    ("spouse", "配偶", "Spouse"),
    ("child", "子女", "Child"),
    ("parent", "父母", "Parent"),
    ("sibling", "兄弟姊妹", "Brother or sister"),
    ("grandparent", "祖父母", "Grandparent"),
];

fn choices(words: &[Words]) -> Vec<Choice> {
    words.iter().map(|(value, zh, en)| Choice::new(value, Text::new(*zh, *en))).collect()
}

/// What the fields of the form offer.
pub struct Offered {
    /// Act and post.
    pub posts: Vec<Choice>,
    /// Grounds.
    pub grounds: Vec<Choice>,
    /// What is drawn.
    pub benefits: Vec<Choice>,
    /// Kinds of service.
    pub kinds: Vec<Choice>,
    /// What became of service.
    pub standings: Vec<Choice>,
    /// What pay is told in.
    pub units: Vec<Choice>,
    /// Why the ill may retire.
    pub conditions: Vec<Choice>,
    /// Reasons of severance.
    pub severances: Vec<Choice>,
    /// Survivors.
    pub relations: Vec<Choice>,
    /// Open points: field, question, answers.
    pub points: Vec<(String, Text, Vec<Choice>)>,
}

impl Offered {
    /// All answers.
    pub fn new() -> Self {
        let missing = [("", "請選擇", "Choose")];
        let first = |words: &[Words]| choices(&missing).into_iter().chain(choices(words)).collect();
        Self {
            posts: choices(&POSTS),
            grounds: first(&GROUNDS),
            benefits: choices(&BENEFITS),
            kinds: choices(&KINDS),
            standings: choices(&STANDINGS),
            units: choices(&UNITS),
            conditions: choices(&CONDITIONS),
            severances: choices(&SEVERANCES),
            relations: choices(&RELATIONS),
            points: statute::readings().map(|(name, point)| offered(name, point)).collect(),
        }
    }
}

/// An open point as a question: the answer used unless another is chosen is sent as nothing.
fn offered(name: &str, point: &'static statute::Reading) -> (String, Text, Vec<Choice>) {
    let answers = point.options.iter().map(|answer| {
        if answer.name == point.default {
            let (zh, en) = (format!("{}（預設）", answer.zh), format!("{} (used unless chosen otherwise)", answer.en));
            return Choice::new("", Text::new(zh, en));
        }
        Choice::new(format!("{name}/{}", answer.name), Text::new(answer.zh.as_str(), answer.en.as_str()))
    });
    (format!("reading_{name}"), point.question(), answers.collect())
}
