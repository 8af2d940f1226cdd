//! What people read: the procurement documents of the tenderer and the papers of each bid, as plain text that opens
//! anywhere, and one with pages. Everything is invented for the play.

use super::{
    bill::{BOND, CEILING, ITEMS, Priced, priced},
    cast::{Firm, TENDERER},
    plan::Plan,
    scan,
};
use crate::{
    bidding::{
        draft::{Draft, DraftLine},
        index::{Answer, answer},
    },
    fault::Fault,
    files::{self, Access},
};
use std::path::{Path, PathBuf};
use ximu_basics::{
    Decimal, Instant, Money, PartyId, ProcedureId, decimal::Rounding, money::MONEY_SCALE, words,
};

/// The title in Chinese.
pub const TITLE: &str = "白洋高速公路匝道绿化二期工程";
/// The title in English.
pub const TITLE_EN: &str = "Baiyang expressway slip-road planting, phase two";

const MANAGERS: [&str; 12] = [
    "甲项目经理",
    "乙项目经理",
    "丙项目经理",
    "丁项目经理",
    "戊项目经理",
    "己项目经理",
    "庚项目经理",
    "辛项目经理",
    "壬项目经理",
    "癸项目经理",
    "子项目经理",
    "丑项目经理",
];

/// The letter of a bid 投标函.
pub const LETTER: &str = "投标函.md";
/// The priced bill of a bid.
pub const BILL: &str = "已标价工程量清单.csv";

/// The line of a letter that says whose bid it is.
#[must_use]
pub fn signed_by(name: &str) -> String {
    format!("\n投标人：{name}\n")
}

/// Writes the procurement documents; their paths.
///
/// # Errors
/// When the disk says no.
pub fn procurement(folder: &Path, deadline: Instant) -> Result<Vec<PathBuf>, Fault> {
    files::folder(folder)?;
    let notice = format!(
        "# {TITLE} 招标公告（演练）\n\n招标人：{TENDERER}\n最高投标限价：{CEILING} 元\n投标保证金：{BOND} 元\n\
         投标截止时间：{deadline}\n\n投标文件在投标人自己的电脑上密封后提交。截止之前，本中心及任何一家见证中心都看不到\n\
         投标内容，也不公布投标人的名称和数量。解密窗口内请用自己的密钥解密；密钥遗失的，请在窗口内请求协助解密。\n\
         既不解密也不请求协助解密的，视为撤销投标。\n"
    );
    let terms = format!(
        "# {TITLE} 招标文件（演练）\n\n## 一、工程概况\n\n匝道两侧绿化：苗木栽植、草皮铺设、护坡、喷灌及两年养护。\n\n\
         ## 二、评标办法\n\n偏离基准价法：有效报价七家及以上时去掉一个最高价和一个最低价，其余的算术平均值乘以开标时抽取的\n\
         系数 K（0.97、0.98、0.99 之一）为基准价；报价等于基准价得 60 分，每高 1% 扣 1 分，每低 1% 扣 0.5 分，偏离率\n\
         四舍五入保留两位小数；同分者报价低的在先。系数和评标专家都由多家中心共同出随机数抽取，任何人都能重算。\n\
         其余 40 分由评标委员会评：施工组织设计 20 分、项目管理机构 12 分，由各位成员独立评；类似业绩 8 分，近五年每完成\n\
         一项公路绿化工程得 1 分，最多 8 分。推荐三名中标候选人，公示三日后定标。投标保证金 {BOND} 元。\n\n\
         ## 三、工期与质量\n\n工期不超过 180 日历天；质量合格；养护期苗木成活率不低于 98%。\n"
    );
    let mut bill = String::from("序号,项目名称,单位,工程量\n");
    for (number, item) in (1..).zip(&ITEMS) {
        let quantity = hundredths(item.quantity_hundredths);
        bill.push_str(&format!("{number},{},{},{quantity}\n", item.name, item.unit));
    }
    let documents = [("招标公告.md", notice), ("招标文件.md", terms), ("工程量清单.csv", bill)];
    documents
        .into_iter()
        .map(|(name, text)| {
            let path = folder.join(name);
            files::write(&path, text.as_bytes(), Access::Shared)?;
            Ok(path)
        })
        .collect()
}

/// The contract with the winner, at the price of the award. Nothing in it depends on when it is written, so that writing it
/// again gives the same file.
#[must_use]
pub fn contract(id: &ProcedureId, winner: &str, price: Money) -> String {
    format!(
        "# {TITLE} 施工合同（演练）\n\n项目编号：{id}\n\n发包人：{TENDERER}\n承包人：{winner}\n\n\
         根据《中华人民共和国民法典》《中华人民共和国招标投标法》，发包人和承包人按照招标文件和中标人的投标文件订立本合同。\n\n\
         ## 一、工程内容\n\n匝道两侧绿化：苗木栽植、草皮铺设、护坡、喷灌及两年养护，以招标文件的工程量清单为准。\n\n\
         ## 二、合同价款\n\n{price}（大写：{}），即中标价。双方不再订立背离合同实质性内容的其他协议。\n\n\
         ## 三、工期与质量\n\n工期、质量和项目负责人以承包人的投标函为准；养护期自全部工程竣工验收合格之日起算两年，\n\
         苗木成活率不低于 98%。\n\n\
         ## 四、合同文件\n\n本合同、中标通知书、投标函、已标价工程量清单、招标文件及其答复共同构成合同文件。\n\n\
         ## 五、签订\n\n签订时间以交易中心日志中本合同的记录为准。日志里只有本文件的加盐承诺值；持有本文件和盐的人都能核对。\n\n\
         发包人（盖章）：{TENDERER}\n\n承包人（盖章）：{winner}\n",
        words::spell(price),
    )
}

/// Where every bid answers the criteria of this tender.
#[must_use]
pub fn answers() -> Vec<Answer> {
    let said = ["plan=施工组织设计.md", "staff=施工组织设计.md", "record=类似业绩.pdf#2"];
    said.into_iter().filter_map(|text| answer(text).ok()).collect()
}

/// Writes the papers of one version of a bid; the draft of the form and the paths of the body's files.
///
/// # Errors
/// When the disk says no or the numbers overflow.
pub fn bid(plan: &Plan, firm: &Firm, version: u32, folder: &Path) -> Result<(Draft, Vec<PathBuf>), Fault> {
    files::folder(folder)?;
    let lines = priced(plan, &firm.label, version);
    let draft = draft(plan, firm, &lines);
    let price = total(&lines)?;
    let days = draft.duration_days;
    let letter = format!(
        "# 投标函\n\n致：{TENDERER}\n\n1. 我方已仔细研究{TITLE}招标文件的全部内容，愿意以\n   {price}（大写：{}）的投标总报价，\n   \
         工期 {days} 日历天，按合同约定实施和完成承包工程，修补工程中的任何缺陷，工程质量达到{}。\n\n\
         2. 我方承诺在投标有效期内不修改、撤销投标文件。\n\n3. 随同本投标函提交投标保证金一份，金额为 {BOND} 元。\n\n\
         4. 如我方中标：（1）我方承诺在收到中标通知书后三十日内与你方签订合同；（2）我方承诺按照招标文件规定\n   \
         向你方递交履约担保；（3）我方承诺在合同约定的期限内完成并移交全部合同工程。\n{}项目负责人：{}\n",
        words::spell(price),
        draft.quality,
        signed_by(&firm.name),
        draft.manager,
    );
    let mut bill = String::from("序号,项目名称,单位,工程量,综合单价（元）,合价（元）\n");
    for (number, line) in (1..).zip(&lines) {
        let total = line_total(line)?;
        let (item, quantity, unit_price) = (line.item, line.quantity, line.unit_price);
        bill.push_str(&format!("{number},{},{},{quantity},{unit_price},{total}\n", item.name, item.unit));
    }
    bill.push_str(&format!(",合计,,,,{}\n", price.amount()));
    let works = works(plan, firm, days, &draft.manager);
    let papers = [
        (LETTER, letter.into_bytes()),
        (BILL, bill.into_bytes()),
        ("施工组织设计.md", works.into_bytes()),
        ("类似业绩.pdf", scan::pdf(&record(plan, firm))),
    ];
    let paths = papers.into_iter().map(|(name, bytes)| {
        let path = folder.join(name);
        files::write(&path, &bytes, Access::Secret)?;
        Ok(path)
    });
    Ok((draft, paths.collect::<Result<_, Fault>>()?))
}

fn draft(plan: &Plan, firm: &Firm, lines: &[Priced]) -> Draft {
    let manager = plan.number("manager", &firm.label, 12) as usize;
    Draft {
        bidder_name: firm.name.clone(),
        price: None,
        price_words: None,
        bond: BOND.to_owned(),
        quality: "合格，苗木成活率不低于98%".to_owned(),
        duration_days: 120 + 5 * plan.number("days", &firm.label, 13),
        manager: MANAGERS.get(manager).copied().unwrap_or("项目经理").to_owned(),
        lines: lines
            .iter()
            .map(|line| DraftLine {
                item: line.item.name.to_owned(),
                unit: line.item.unit.to_owned(),
                quantity: line.quantity,
                unit_price: line.unit_price,
                total: None,
            })
            .collect(),
    }
}

/// How many like works a bidder shows, which are its points for them.
#[must_use]
pub fn like_works(plan: &Plan, bidder: &PartyId) -> u32 {
    5 + plan.number("works", bidder.as_str(), 3)
}

/// The record of like works: what it is, the list, where the proofs are.
fn record(plan: &Plan, firm: &Firm) -> Vec<Vec<String>> {
    const PLACES: [&str; 8] = ["龙泉铺", "鸦鹊岭", "猇亭", "白洋", "安福寺", "枝江西", "董市", "顾家店"];
    let works = firm.party(plan).map_or(0, |party| like_works(plan, &party));
    let line = |(number, place): (u32, &&str)| {
        let of_it = |purpose: &str, below| plan.number(purpose, &format!("{} {number}", firm.label), below);
        let (year, month, amount) =
            (2016 + of_it("year", 4), 1 + of_it("month", 12), 210 + of_it("amount", 700));
        format!("{number}. {place}互通绿化工程，合同价 {amount} 万元，{year} 年 {month} 月竣工验收合格")
    };
    let listed = (1..).zip(&PLACES).take(works as usize).map(line);
    let page = |lines: Vec<String>| [vec![format!("投标人：{}（演练）", firm.name)], lines].concat();
    vec![
        page(vec!["类似业绩".to_owned(), "近五年完成的公路绿化工程，见下页。".to_owned()]),
        page([vec![format!("类似业绩一览表：共 {works} 项")], listed.collect()].concat()),
        page(vec!["证明材料：中标通知书、合同协议书、竣工验收证明（略）。".to_owned()]),
    ]
}

fn works(plan: &Plan, firm: &Firm, days: u32, manager: &str) -> String {
    const SEASONS: [&str; 4] =
        ["雨季前完成乔木栽植", "先护坡后栽植", "分三个匝道流水作业", "乔木与喷灌同步施工"];
    const CARE: [&str; 3] = ["专职养护班六人", "专职养护班八人并配洒水车一台", "驻场养护与月度巡检相结合"];
    let season = SEASONS.get(plan.number("season", &firm.label, 4) as usize).copied().unwrap_or_default();
    let care = CARE.get(plan.number("care", &firm.label, 3) as usize).copied().unwrap_or_default();
    let start = 10 + plan.number("start", &firm.label, 10);
    let (engineers, years) =
        (3 + plan.number("staff", &firm.label, 4), 6 + plan.number("years", &firm.label, 12));
    format!(
        "# 施工组织设计\n\n投标人：{}\n\n## 一、总体安排\n\n总工期 {days} 日历天，其中场地整理 {start} 天。{season}。\n\n\
         ## 二、苗木与栽植\n\n苗木到场当日栽植；乔木带土球，土球直径不小于胸径的八倍，三角支撑固定；草皮满铺、滚压、浇透水。\n\n\
         ## 三、安全文明施工\n\n匝道施工按规定设置警示标志和锥桶，夜间不占道作业；弃土当日清运。\n\n## 四、养护\n\n养护两年，{care}。\n\n\
         ## 五、项目管理机构\n\n项目负责人：{manager}，从事绿化施工 {years} 年；技术负责人一名，施工员、质量员、安全员共 {engineers} 名，均持证上岗。\n",
        firm.name,
    )
}

/// The price of a bid: the sum of its lines.
///
/// # Errors
/// When the numbers overflow, which none here do.
pub fn total(lines: &[Priced]) -> Result<Money, Fault> {
    let mut sum = Decimal::new(0, MONEY_SCALE).map_err(|error| overflow(&error))?;
    for line in lines {
        sum = sum.plus(line_total(line)?).map_err(|error| overflow(&error))?;
    }
    Money::new(ximu_basics::Currency::Cny, sum).map_err(|error| overflow(&error))
}

fn line_total(line: &Priced) -> Result<Decimal, Fault> {
    let product = line.quantity.times(line.unit_price).map_err(|error| overflow(&error))?;
    product.rescale(MONEY_SCALE, Rounding::HalfUp).map_err(|error| overflow(&error))
}

fn hundredths(value: i64) -> String {
    Decimal::new(i128::from(value), 2).map(|quantity| quantity.to_string()).unwrap_or_default()
}

fn overflow(error: &dyn std::fmt::Display) -> Fault {
    Fault::new("number", error.to_string(), "")
}
