//! Prints a paper from its template (one or more files) and data: `print_order COUNT DATA.json OUT.pdf TEMPLATE.typ…`. With a count above 0 it prints the same
//! paper that often, each time with another number, and reports pages per second and memory.

use std::error::Error;
use std::time::Instant;

use pdf::{Attachment, Backdrop, FontSources, Paper, Picture, Press, Relationship, qr_svg};
use serde_json::Value;
use time::macros::datetime;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [count, data, out, template @ ..] = args.as_slice() else {
        return Err("usage: print_order COUNT DATA.json OUT.pdf TEMPLATE.typ…".into());
    };
    // Templates are part of the program everywhere else; here one leak per run stands in for that.
    let template: String = template.iter().map(std::fs::read_to_string).collect::<Result<_, _>>()?;
    let template: &'static str = Box::leak(template.into_boxed_str());
    let data: Value = serde_json::from_str(&std::fs::read_to_string(data)?)?;
    let press = Press::new(&FontSources::system())?;
    let started = Instant::now();
    std::fs::write(out, print(&press, template, &data, 0)?)?;
    eprintln!("first page with {}: {:.1} ms, {}", press.main_font(), started.elapsed().as_secs_f64() * 1e3, memory());
    let count: usize = count.parse()?;
    let started = Instant::now();
    for index in 0..count {
        print(&press, template, &vary(&data, index), index)?;
        if (index + 1) % 200 == 0 {
            let seconds = started.elapsed().as_secs_f64();
            eprintln!("{} papers: {:.1}/s, {}", index + 1, (index + 1) as f64 / seconds, memory());
        }
    }
    Ok(())
}

/// Another number, another name, another reason: as in a real batch, nothing personal repeats.
fn vary(data: &Value, index: usize) -> Value {
    let mut data = data.clone();
    let name: String = ["王李張劉陳楊黃趙吳周", "小大明德文志美玉春秋", "明華英傑芳強軍敏靜麗"]
        .iter()
        .enumerate()
        .filter_map(|(place, characters)| characters.chars().nth(index / 10usize.pow(place as u32) % 10))
        .collect();
    data["number"] = format!("範府人考字第115{index:07}號").into();
    data["name"] = name.clone().into();
    data["recipient"] = format!("{name}君").into();
    data["subject"] = format!("核定{name}君獎勵如下，請查照。").into();
    data["reason"] = format!("辦理第{index}號跨機關人事資料介接案，如期完成，辛勞得力。").into();
    data
}

fn print(press: &Press, template: &'static str, data: &Value, index: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let qr = qr_svg(&format!("HTTPS://ORDERS.EXAMPLE.GOV.TW/Q/{index:024}#ZYXWVUTSRQPONMLKJIHGFEDC"), 0.5)?;
    let bundle = vec![b'x'; 6000];
    Ok(press.render(&Paper {
        template,
        data,
        pictures: &[Picture { name: "qr", svg: &qr.svg, width_mm: qr.side_mm, alt: "查驗本令的 QR 條碼" }],
        attachments: &[Attachment {
            name: "order.json",
            mime: "application/json",
            data: &bundle,
            description: "本令的查驗資料",
            relationship: Relationship::Data,
        }],
        backdrop: Backdrop { watermark: "示範資料", binding: "裝訂線", landscape: data.get("rows").is_some() },
        title: "令",
        author: "範例市政府",
        description: "",
        lang: "zh-TW",
        ident: &format!("{index:032x}"),
        created_at: datetime!(2026-03-02 10:15:30 +8),
    })?)
}

/// Resident memory as Linux reports it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS unknown");
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
