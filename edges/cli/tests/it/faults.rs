//! kill -9 in the middle of approving and sealing, of the program and of the database: what was acknowledged is there once, nothing
//! is there by half.

use crate::program::{Folder, renshi, text};
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const AGENCIES: usize = 30;
const PEOPLE_EACH: usize = 12;

fn code(agency: usize) -> String {
    format!("3{agency:08}A")
}

/// A valid national id for number `n`.
fn national_id(n: usize) -> String {
    let body = format!("A1{n:07}");
    let digits = body.bytes().skip(1).map(|byte| u32::from(byte - b'0'));
    let sum: u32 = 1 + digits.zip([8, 7, 6, 5, 4, 3, 2, 1]).map(|(digit, weight)| digit * weight).sum::<u32>();
    format!("{body}{}", (10 - sum % 10) % 10)
}

pub fn write_files(folder: &Folder) {
    let mut agencies = String::from(
        "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\n",
    );
    let mut people = String::from("身分證號,姓名,性別,出生日期,機關代碼,職稱,官職等\n");
    let mut awards = String::from(
        "身分證號,姓名,機關代碼,獎懲事由(更新資料庫),獎懲事由(長)(非必填，建議不使用),獎懲結果,其他事項,獎懲類別,適用法規,適用法規名稱,條,點,項,款,目,教示條款\n",
    );
    for agency in 0..AGENCIES {
        let code = code(agency);
        writeln!(agencies, "{code},範例機關{agency},100,臺北市,,{code},範例機關{agency},,0000000,,2,,,,,,").unwrap();
        // Who approves receives no award: nobody decides about himself.
        let head = national_id(AGENCIES * PEOPLE_EACH + agency);
        writeln!(people, "{head},李範例,1,0600101,{code},首長,P12").unwrap();
        for n in 0..PEOPLE_EACH {
            let id = national_id(agency * PEOPLE_EACH + n);
            writeln!(people, "{id},王小明,1,0700101,{code},科員,P07").unwrap();
            writeln!(awards, "{id},王小明,{code},辦理資料介接案有功。,,4010,,A02,BT,標準表,,3,,2,,1").unwrap();
        }
    }
    folder.file("agencies.csv", &agencies);
    folder.file("people.csv", &people);
    folder.file("awards.csv", &awards);
}

pub fn demo(folder: &Folder) -> Command {
    let mut command = renshi();
    command.args(["demo", "--exit"]).env("RENSHI_LOG", "info");
    for (name, file) in [("--agencies", "agencies.csv"), ("--people", "people.csv"), ("--awards", "awards.csv")] {
        command.arg(name).arg(folder.0.join(file));
    }
    command.arg("--data").arg(folder.0.join("data"));
    command
}

/// Starts the journey, calls `kill` once `after` cases were acknowledged, and returns how many were in the end.
fn interrupted(folder: &Folder, after: usize, kill: impl Fn(u32)) -> usize {
    let mut child = demo(folder).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut acknowledged = 0;
    for line in lines.map_while(Result::ok) {
        acknowledged += usize::from(line.contains("case approved"));
        if acknowledged == after && line.contains("case approved") {
            kill(child.id());
        }
    }
    child.wait().unwrap();
    acknowledged
}

fn kill_9(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

/// Ends the whole database at once, as a power cut of its machine would.
fn kill_database(data: &Path) {
    let pid = std::fs::read_to_string(data.join("pg/postmaster.pid")).unwrap();
    let postmaster: u32 = pid.lines().next().unwrap().parse().unwrap();
    let children = Command::new("ps").args(["--ppid", &postmaster.to_string(), "-o", "pid="]).output().unwrap();
    kill_9(postmaster);
    for child in String::from_utf8(children.stdout).unwrap().split_whitespace() {
        let _ = Command::new("kill").args(["-9", child]).status();
    }
}

/// After a restart: the check is clean, and at most the case that was under way came in beside the acknowledged ones, whole.
fn check(folder: &Folder, acknowledged: usize) {
    let output = renshi().args(["register", "fsck", "--data"]).arg(folder.0.join("data")).output().unwrap();
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    let orders: usize = said.split(" orders").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert_eq!(orders % PEOPLE_EACH, 0, "a case is there by half: {said}");
    let cases = orders / PEOPLE_EACH;
    assert!(cases == acknowledged || cases == acknowledged + 1, "{cases} cases, {acknowledged} acknowledged: {said}");
}

#[test]
fn the_program_is_killed_while_it_seals() {
    for after in [1, 6, 17] {
        let folder = Folder::new(&format!("kill-program-{after}"));
        write_files(&folder);
        let acknowledged = interrupted(&folder, after, kill_9);
        assert!((after..AGENCIES).contains(&acknowledged), "{acknowledged}");
        check(&folder, acknowledged);
    }
}

#[test]
fn the_database_is_killed_while_the_program_seals() {
    for after in [2, 11] {
        let folder = Folder::new(&format!("kill-database-{after}"));
        write_files(&folder);
        let data = folder.0.join("data");
        let acknowledged = interrupted(&folder, after, |_| kill_database(&data));
        assert!((after..AGENCIES).contains(&acknowledged), "{acknowledged}");
        check(&folder, acknowledged);
    }
}
