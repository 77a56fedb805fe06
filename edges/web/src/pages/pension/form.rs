//! Facts as a form and back. What the form has no field for stands in its last field as the text of a file.

use kernel::{Refusal, Text, roc};
use rules::facts::{Facts, read};
use time::Date;
use toml::{Table, Value};
use webkit::{Form, Page};

/// Rows of service and of pay offered at first, and most.
pub const ROWS: (usize, usize) = (3, 60);

/// Fields of one value, as form field and path in a file.
const WORDS: [(&str, &[&str]); 4] =
    [("ground", &["ground"]), ("benefit", &["benefit"]), ("condition", &["condition"]), ("severance", &["severance"])];
const DATES: [(&str, &[&str]); 5] = [
    ("born_on", &["born_on"]),
    ("effective_on", &["effective_on"]),
    ("top_step_since", &["top_step_since"]),
    ("left_on", &["left_on"]),
    ("filed_on", &["filed_on"]),
];
const NUMBERS: [(&str, &[&str]); 13] = [
    ("credited_old", &["credited", "old"]),
    ("credited_new", &["credited", "new"]),
    ("pay_average", &["pay", "average"]),
    ("deposit_insurance", &["deposit", "insurance_principal"]),
    ("deposit_lump", &["deposit", "lump_principal"]),
    ("insurance_months", &["insurance", "months"]),
    ("insurance_old_months", &["insurance", "old_months"]),
    ("insurance_credited_months", &["insurance", "credited_months"]),
    ("insurance_lump", &["insurance", "lump"]),
    ("hazardous_voluntary_age", &["hazardous", "voluntary_age"]),
    ("hazardous_mandatory_age", &["hazardous", "mandatory_age"]),
    ("other_sector_months", &["other_sector_months"]),
    ("private_school_months", &["private_school_months"]),
];
const YES: [(&str, &[&str]); 6] = [
    ("indigenous", &["indigenous"]),
    ("insurance_annuity", &["insurance", "annuity"]),
    ("disability_benefit", &["disability_benefit"]),
    ("special_reason", &["special_reason"]),
    ("extended", &["extended"]),
    ("foreign", &["foreign"]),
];
const REQUIRED: [&str; 5] = ["post", "born_on", "effective_on", "ground", "pay_last"];

/// Rows that a form shows for `service` or `pay`.
pub fn rows(form: &Form, name: &str) -> usize {
    let sent = form.value(&format!("{name}_rows")).parse().unwrap_or(ROWS.0);
    let more = if form.sent(&format!("more_{name}")) { ROWS.0 } else { 0 };
    (sent + more).clamp(ROWS.0, ROWS.1)
}

/// The facts that were typed; `None` if something is wrong, which is then noted on the form.
pub fn facts(form: &mut Form) -> Option<Facts> {
    for name in REQUIRED {
        if form.trimmed(name).is_empty() {
            form.fault(name, Text::new("請填寫這一項。", "Please fill this in."));
        }
    }
    let mut table = more(form);
    if let Some((scheme, post)) = form.value("post").split_once('/') {
        put(&mut table, &["scheme"], scheme.to_owned().into());
        put(&mut table, &["post"], post.to_owned().into());
    }
    for (name, path) in WORDS {
        let word = form.trimmed(name).to_owned();
        if !word.is_empty() {
            put(&mut table, path, word.into());
        }
    }
    for (name, path) in DATES {
        if let Some(date) = form.date(name) {
            put(&mut table, path, date.to_string().into());
        }
    }
    for (name, path) in NUMBERS {
        if let Some(number) = number(form, name) {
            put(&mut table, path, number.into());
        }
    }
    for (name, path) in YES {
        if form.sent(name) {
            put(&mut table, path, true.into());
        }
    }
    let service = service(form);
    if !service.is_empty() {
        put(&mut table, &["service"], service.into());
    }
    let family = family(form);
    if !family.is_empty() {
        put(&mut table, &["survivors"], family.into());
    }
    let (last, history) = pay(form);
    if let Some(last) = last {
        put(&mut table, &["pay", "last"], last);
    }
    if !history.is_empty() {
        put(&mut table, &["pay", "history"], history.into());
    }
    if !form.is_clean() {
        return None;
    }
    let text = toml::to_string(&table).unwrap_or_default();
    read::toml(&text).map_err(|refusal| refuse(form, &refusal)).ok()
}

/// What the last field says of facts that the form has no field for.
fn more(form: &mut Form) -> Table {
    match form.value("more").parse::<Table>() {
        Ok(table) => table,
        Err(_) => {
            let words = Text::new("這裡的內容不是 TOML 格式。", "This is not TOML.");
            form.fault("more", words);
            Table::new()
        }
    }
}

fn put(table: &mut Table, path: &[&str], value: Value) {
    let Some((last, folders)) = path.split_last() else { return };
    let mut at = table;
    for folder in folders {
        let next = at.entry((*folder).to_owned()).or_insert_with(|| Table::new().into());
        let Value::Table(inner) = next else { return };
        at = inner;
    }
    at.insert((*last).to_owned(), value);
}

/// A whole number as people type it: with commas, in full-width digits.
pub fn number(form: &mut Form, name: &str) -> Option<i64> {
    let typed: String = form.trimmed(name).chars().filter(|c| !matches!(c, ',' | '，' | ' ')).map(narrow).collect();
    if typed.is_empty() {
        return None;
    }
    let number = typed.parse::<i64>().ok().filter(|number| *number >= 0);
    if number.is_none() {
        form.fault(name, Text::new("請填整數，例如 590。", "A whole number, such as 590."));
    }
    number
}

fn narrow(c: char) -> char {
    c.to_digit(10)
        .or_else(|| "０１２３４５６７８９".chars().position(|wide| wide == c).map(|at| at as u32))
        .and_then(|digit| char::from_digit(digit, 10))
        .unwrap_or(c)
}

/// The rows of service: the form has the last day of each, a file the day after.
fn service(form: &mut Form) -> Vec<Value> {
    let mut spells = Vec::new();
    for at in 0..rows(form, "service") {
        let kind = form.trimmed(&format!("service_kind_{at}")).to_owned();
        let span = span(form, "service", at);
        if kind.is_empty() && span.is_none() {
            continue;
        }
        let Some((from, until)) = span.filter(|_| !kind.is_empty()) else {
            half_filled(form, &format!("service_kind_{at}"));
            continue;
        };
        let standing = form.trimmed(&format!("service_standing_{at}")).to_owned();
        let mut spell = Table::new();
        put(&mut spell, &["from"], from.to_string().into());
        put(&mut spell, &["until"], until.to_string().into());
        put(&mut spell, &["kind"], kind.into());
        if !standing.is_empty() {
            put(&mut spell, &["standing"], standing.into());
        }
        spells.push(spell.into());
    }
    spells
}

/// The rows of survivors.
fn family(form: &mut Form) -> Vec<Value> {
    let mut survivors = Vec::new();
    for at in 0..rows(form, "family") {
        let relation = form.trimmed(&format!("family_kind_{at}")).to_owned();
        let days = [
            ("born_on", form.date(&format!("family_born_{at}"))),
            ("married_on", form.date(&format!("family_from_{at}"))),
        ];
        if relation.is_empty() {
            if days.iter().any(|(_, day)| day.is_some()) {
                half_filled(form, &format!("family_kind_{at}"));
            }
            continue;
        }
        let mut survivor = Table::new();
        put(&mut survivor, &["relation"], relation.into());
        for (name, day) in days {
            if let Some(day) = day {
                put(&mut survivor, &[name], day.to_string().into());
            }
        }
        survivors.push(survivor.into());
    }
    survivors
}

fn half_filled(form: &mut Form, name: &str) {
    if form.is_clean() {
        let (zh, en) = ("這一列請填完整，或全部留空。", "Fill in this row, or leave all of it empty.");
        form.fault(name, Text::new(zh, en));
    }
}

/// First day and day after the last of a row.
fn span(form: &mut Form, name: &str, at: usize) -> Option<(Date, Date)> {
    let (from, last) = (form.date(&format!("{name}_from_{at}")), form.date(&format!("{name}_last_{at}")));
    from.zip(last.and_then(Date::next_day))
}

/// The last pay and what the average is worked out from, in one unit.
fn pay(form: &mut Form) -> (Option<Value>, Vec<Value>) {
    let unit = Some(form.trimmed("pay_unit")).filter(|unit| !unit.is_empty()).unwrap_or("point").to_owned();
    let level = |number: i64| Value::from(Table::from_iter([(unit.clone(), Value::from(number))]));
    let last = number(form, "pay_last").map(level);
    let mut history = Vec::new();
    for at in 0..rows(form, "pay") {
        let amount = number(form, &format!("pay_level_{at}"));
        let span = span(form, "pay", at);
        if amount.is_none() && span.is_none() {
            continue;
        }
        let (Some(amount), Some((from, until))) = (amount, span) else {
            half_filled(form, &format!("pay_from_{at}"));
            continue;
        };
        let mut spell = Table::new();
        put(&mut spell, &["from"], from.to_string().into());
        put(&mut spell, &["until"], until.to_string().into());
        put(&mut spell, &["level"], level(amount));
        history.push(spell.into());
    }
    (last, history)
}

/// Notes what the rules say of facts beside the field it is about.
pub fn refuse(form: &mut Form, refusal: &Refusal) {
    let cited = refusal.citation.as_deref();
    let zh = cited.map_or_else(|| refusal.text.zh.to_string(), |place| format!("{}（{place}）", refusal.text.zh));
    let text = Text::new(zh, refusal.text.en.to_string());
    let field = refusal.field.as_deref().map(input);
    form.fault(field.unwrap_or("post"), text);
}

/// The field of the form in which a fact is typed.
fn input(path: &str) -> &'static str {
    let all = WORDS.iter().chain(&DATES).chain(&NUMBERS).chain(&YES);
    let exact = all.filter(|(_, known)| known.join(".") == path).map(|(name, _)| *name).next();
    let top = path.split(['.', '[']).next().unwrap_or(path);
    exact.unwrap_or(match top {
        "scheme" | "post" => "post",
        "service" => "service",
        "survivors" => "family",
        "credited" => "credited_old",
        "pay" if path.starts_with("pay.last") => "pay_last",
        "pay" => "pay",
        "deposit" => "deposit_insurance",
        "insurance" => "insurance_months",
        "hazardous" => "hazardous_voluntary_age",
        _ => "more",
    })
}

/// Facts as a filled form.
pub fn filled(facts: &Facts, page: &Page) -> Form {
    let mut table: Table = read::to_toml(facts).parse().unwrap_or_default();
    let take = |table: &mut Table, name: &str| match table.remove(name) {
        Some(Value::String(word)) => word,
        _ => String::new(),
    };
    let (scheme, post) = (take(&mut table, "scheme"), take(&mut table, "post"));
    let mut form = Form::new().with("post", format!("{scheme}/{post}"));
    form = with_pay(form, &mut table, page);
    form = with_service(form, &mut table, page);
    form = with_family(form, &mut table, page);
    for (name, path) in WORDS.iter().chain(&DATES).chain(&NUMBERS).chain(&YES) {
        match drop_at(&mut table, path) {
            Some(Value::String(word)) => form = form.with(name, shown(&word, page)),
            Some(Value::Integer(number)) if number != 0 => form = form.with(name, number),
            Some(Value::Boolean(true)) => form = form.with(name, "1"),
            _ => {}
        }
    }
    table.retain(|_, value| !is_nothing(value));
    if table.is_empty() { form } else { form.with("more", toml::to_string(&table).unwrap_or_default()) }
}

/// What a file says where nothing is the case.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Boolean(yes) => !yes,
        Value::Integer(number) => *number == 0,
        Value::Array(values) => values.is_empty(),
        Value::Table(table) => table.values().all(is_nothing),
        _ => false,
    }
}

fn drop_at(table: &mut Table, path: &[&str]) -> Option<Value> {
    match path {
        [] => None,
        [name] => table.remove(*name),
        [folder, rest @ ..] => match table.get_mut(*folder)? {
            Value::Table(inner) => drop_at(inner, rest),
            _ => None,
        },
    }
}

/// A date as the reader types it; other words as they are.
fn shown(word: &str, page: &Page) -> String {
    match roc::parse(word) {
        Ok(Some(date)) if word.contains('-') => page.date(date),
        _ => word.to_owned(),
    }
}

/// The last day as the reader types it, of the day after.
fn last_day(until: &str, page: &Page) -> String {
    let last = roc::parse(until).ok().flatten().and_then(Date::previous_day);
    last.map_or_else(String::new, |date| page.date(date))
}

fn text<'a>(table: &'a Table, name: &str) -> &'a str {
    table.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The rows of service, if the form can say all that the file says of each.
fn with_service(mut form: Form, table: &mut Table, page: &Page) -> Form {
    let fits = |row: &&Value| row.get("contributed").and_then(Value::as_bool) != Some(false);
    let rows = table.get("service").and_then(Value::as_array).filter(|rows| rows.iter().all(|row| fits(&row)));
    let Some(rows) = rows.cloned() else { return form };
    table.remove("service");
    for (at, row) in rows.iter().filter_map(Value::as_table).enumerate() {
        form = form
            .with(&format!("service_kind_{at}"), text(row, "kind"))
            .with(&format!("service_from_{at}"), shown(text(row, "from"), page))
            .with(&format!("service_last_{at}"), last_day(text(row, "until"), page))
            .with(&format!("service_standing_{at}"), text(row, "standing"));
    }
    form.with("service_rows", rows.len().max(ROWS.0))
}

/// The rows of survivors, if the form can say all that the file says of each.
fn with_family(mut form: Form, table: &mut Table, page: &Page) -> Form {
    let is_known = |name: &str| ["relation", "born_on", "married_on"].contains(&name);
    let fits = |row: &Table| row.iter().all(|(name, value)| is_known(name) || is_nothing(value));
    let rows = table.get("survivors").and_then(Value::as_array).cloned().unwrap_or_default();
    let rows: Vec<Table> = rows.into_iter().filter_map(|row| row.try_into().ok()).collect();
    if rows.is_empty() || !rows.iter().all(fits) {
        return form;
    }
    table.remove("survivors");
    for (at, row) in rows.iter().enumerate() {
        form = form
            .with(&format!("family_kind_{at}"), text(row, "relation"))
            .with(&format!("family_born_{at}"), shown(text(row, "born_on"), page))
            .with(&format!("family_from_{at}"), shown(text(row, "married_on"), page));
    }
    form.with("family_rows", rows.len().max(ROWS.0))
}

/// The last pay, and the rows of pay if all are in its unit.
fn with_pay(mut form: Form, table: &mut Table, page: &Page) -> Form {
    let Some(Value::Table(pay)) = table.get_mut("pay") else { return form };
    let level =
        |value: &Value| value.as_table().and_then(|level| level.iter().next().map(|(k, v)| (k.clone(), v.clone())));
    let Some((unit, last)) = pay.remove("last").as_ref().and_then(level) else { return form };
    form = form.with("pay_unit", &unit).with("pay_last", last.as_integer().unwrap_or_default());
    let rows = pay.get("history").and_then(Value::as_array).cloned().unwrap_or_default();
    let levels: Vec<_> = rows.iter().filter_map(|row| row.get("level").and_then(level)).collect();
    if levels.iter().any(|(other, _)| *other != unit) {
        return form;
    }
    pay.remove("history");
    for (at, (row, (_, amount))) in rows.iter().filter_map(Value::as_table).zip(&levels).enumerate() {
        form = form
            .with(&format!("pay_from_{at}"), shown(text(row, "from"), page))
            .with(&format!("pay_last_{at}"), last_day(text(row, "until"), page))
            .with(&format!("pay_level_{at}"), amount.as_integer().unwrap_or_default());
    }
    form.with("pay_rows", rows.len().max(ROWS.0))
}
