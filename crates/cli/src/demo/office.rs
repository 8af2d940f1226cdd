//! The officers' part: the administrator founds the register and admits the firms, the tenderer publishes, proposes
//! and awards. Every step may be repeated: its command is the same each time, and so is the answer.

use super::{
    bill::{CEILING, ESTIMATE},
    cast::{self, Firm, HOST, ORIGIN, TENDERER},
    committee, experts, guest,
    papers::{self, TITLE, TITLE_EN},
    plan::{Folders, Pace, Plan},
    seat::Seat,
    stage::Stage,
    supervisor,
};
use crate::{
    args::registry,
    cmd::{admin, tender},
    fault::Fault,
    files::{self, Access},
    outside,
    remote::{Answer, Remote, sign},
};
use std::path::Path;
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_client::{Address, Trust};
use ximu_procedure::{
    role::Role,
    wire::{Command, SignedCommand},
};
use ximu_text::Text;

/// Registrations under way at the same time.
const AT_ONCE: usize = 8;

/// Tries to publish: when the machine is so slow that the deadline is too near, it is set anew.
const PUBLISH_TRIES_MAX: u32 = 5;

/// The id of a tender; a failed one is repeated under a new id 重新招标.
pub fn tender_id(attempt: u32) -> Result<ProcedureId, Fault> {
    let text = if attempt == 1 { "yc-baiyang-2".to_owned() } else { format!("yc-baiyang-2-again-{attempt}") };
    text.parse().map_err(|error| Fault::new("id", format!("{error}"), ""))
}

/// Connects to the host.
///
/// # Errors
/// When it does not answer.
pub fn connect(address: &Address) -> Result<Remote, Fault> {
    Remote::connect(address, &Trust::Public)
}

/// Founds the centre, registers and admits everybody; what is done already is answered as before.
///
/// # Errors
/// When something is refused.
pub fn prepare(
    plan: &Plan,
    folders: &Folders,
    remote: &Remote,
    firms: &[Firm],
    stage: &Stage,
) -> Result<(), Fault> {
    let policy = cast::policy(plan).ok_or_else(|| Fault::new("policy", Text::found_demo_policy, ""))?;
    let name = commitment(plan, "administrator", HOST)?;
    let command = admin::founding(remote, &policy, &name, true)?;
    let founded = stage.persist(|| {
        step(plan, folders, remote, "administrator", "found", command.clone())?;
        record(plan, remote, "administrator", HOST)
    });
    if founded.is_none() {
        return stage.fault().map_or(Ok(()), Err);
    }

    let mut parties: Vec<(&str, &str, Role)> = vec![
        ("tenderer", TENDERER, Role::Tenderer),
        (experts::LABEL, experts::KEEPER, Role::PoolKeeper),
        (committee::LABEL, committee::OFFICER, Role::WitnessOfficer),
    ];
    if plan.seat == Some(Seat::Supervisor) {
        parties.push((supervisor::LABEL, supervisor::NAME, Role::Supervisor));
    }
    let ours = firms.iter().filter(|firm| !firm.registers_late(plan));
    parties.extend(ours.map(|firm| (firm.label.as_str(), firm.name.as_str(), Role::Bidder)));
    let register = |(label, name, role): &(&str, &str, Role)| -> Result<(), Fault> {
        register(plan, folders, remote, label, name)?;
        let party = cast::party(plan, label, name)
            .ok_or_else(|| Fault::new("id", format!("no party id for {label}"), ""))?;
        let admit = Command::AdmitParty { party, roles: vec![*role] };
        let signed =
            sign(ORIGIN, &registry()?, plan.nonce("admit", label), admit, &plan.key("administrator"))?;
        accepted(give(folders, "administrator", remote, &signed)?)
    };
    let register = &register;
    std::thread::scope(|scope| {
        for chunk in parties.chunks(parties.len().div_ceil(AT_ONCE).max(1)) {
            scope.spawn(move || {
                for party in chunk {
                    if stage.persist(|| register(party)).is_none() {
                        return;
                    }
                }
            });
        }
    });
    stage.fault().map_or(Ok(()), Err)
}

/// Registers a party; not yet admitted.
///
/// # Errors
/// When it is refused.
pub fn register(
    plan: &Plan,
    folders: &Folders,
    remote: &Remote,
    label: &str,
    name: &str,
) -> Result<(), Fault> {
    let commitment = commitment(plan, label, name)?;
    step(plan, folders, remote, label, "register", Command::RegisterParty { name: commitment })?;
    record(plan, remote, label, name)
}

/// Publishes a tender whose deadline is the law's twenty days from now.
///
/// # Errors
/// When it is refused for another reason than a deadline that has come too near.
pub fn publish(plan: &Plan, folders: &Folders, remote: &Remote, id: &ProcedureId) -> Result<(), Fault> {
    let key = plan.key("tenderer");
    let folder = folders.tenderer();
    for attempt in 1..=PUBLISH_TRIES_MAX {
        let pace = plan.pace;
        let margin = pace.margin_ms() * i64::from(attempt);
        let open_ms = pace.units().days_ms(20).saturating_add(margin);
        let deadline = outside::now().plus_ms(open_ms);
        let paths = papers::procurement(&folder, deadline)?;
        let path = folder.join("tender.toml");
        files::write(&path, rules(plan, id, deadline)?.as_bytes(), Access::Shared)?;
        let book = ximu_rulebook::open(&path, None).map_err(tender::rule_faults)?;
        let documents = paths
            .iter()
            .map(|path| tender::upload_document(remote, &key, path))
            .collect::<Result<Vec<_>, Fault>>()?;
        let epochs = tender::epochs(remote, book.rules(), &key, |holder| remote.peer(holder))?;
        let rules = book.rules().clone();
        let command = Command::Publish { rules, documents, epochs, policy: remote.info.policy_hash };
        match give(folders, "tenderer", remote, &remote.sign(id, command, &key)?)? {
            Answer::Accepted(_) => return Ok(()),
            Answer::Refused { code, .. } if code == "already_exists" => return Ok(()),
            Answer::Refused { code, .. } if code == "rules_invalid" && attempt < PUBLISH_TRIES_MAX => {}
            refused @ Answer::Refused { .. } => return accepted(refused),
        }
    }
    Ok(())
}

/// The rules file: the national preset, this tender's particulars, and the rehearsal's calendar.
fn rules(plan: &Plan, id: &ProcedureId, deadline: Instant) -> Result<String, Fault> {
    let units = plan.pace.units();
    let places = cast::places(plan);
    let holders: Vec<String> = places.iter().map(|place| format!("\"{}\"", place.name)).collect();
    let custody = places.first().map_or("", |place| place.name);
    let tenderer = cast::party(plan, "tenderer", TENDERER)
        .ok_or_else(|| Fault::new("id", "no party id for the tenderer", ""))?;
    let keeper = cast::party(plan, experts::LABEL, experts::KEEPER)
        .ok_or_else(|| Fault::new("id", "no party id for the keeper of the pool", ""))?;
    let seats = experts::seats(plan.experts);
    let seats = seats.map(|(stratum, seats)| format!("{{ stratum = \"{stratum}\", seats = {seats} }}"));
    let beats = match plan.pace {
        Pace::Fast => {
            "base_every_ms = 8000\nsteps = [{ within_minutes = 50, every_ms = 4000 }, { within_minutes = 10, every_ms = 1000 }]"
        }
        Pace::Watch | Pace::Seat => {
            "base_every_ms = 20000\nsteps = [{ within_minutes = 20, every_ms = 10000 }, { within_minutes = 5, every_ms = 2000 }]"
        }
    };
    Ok(format!(
        "# {TITLE}（演练）：在全国预设之上只写本项目的内容。\n\
         preset = \"cn-construction-open\"\n\
         phases = [\"notice\", \"enquire\", \"seal\", \"unseal\", \"draw\", \"score\", \"award\"]\n\
         coefficients = [{{ name = \"k\", values = [\"0.97\", \"0.98\", \"0.99\"] }}]\n\
         id = \"{id}\"\n\
         tenderer = \"{tenderer}\"\n\
         custody = \"{custody}\"\n\n\
         [title]\nzh = \"{TITLE}\"\nen = \"{TITLE_EN}\"\n\n\
         [description]\n\
         zh = \"匝道两侧绿化：苗木栽植、草皮铺设、护坡、喷灌及两年养护。\"\n\
         en = \"Planting on both sides of the slip roads: trees, turf, slope protection, irrigation, two years of care.\"\n\n\
         [[lots]]\nid = \"lot-1\"\n\
         title = {{ zh = \"绿化工程\", en = \"Planting works\" }}\n\
         ceiling = \"{CEILING}\"\nestimate = \"{ESTIMATE}\"\n\n\
         # {n} 家外地中心各持一份，任意 {t} 家合在一起才能打开。\n\
         [escrow]\nt = {t}\nn = {n}\nopens = \"who_asked\"\nholders = [{holders}]\n\n\
         [seal]\ndeadline = \"{deadline}\"\n\n\
         # 评标专家：从江苏的专家库抽取，主场不知道抽到的是谁。\n\
         [draw]\ndelegates = 0\ncontribution_minutes = 30\nexperts = {{ least = 2, of = 3 }}\n\
         pools = [{{ id = \"{pool}\", keeper = \"{keeper}\" }}]\nseats = [{seats}]\n\n\
         # 评标：客观分应当一致，主观分各打各的；评分表密封，同时打开。\n\
         # 评委先在席位上阅读投标文件，再打分。\n\
         [score]\nmembers_least = 5\npapers = true\nsheet_minutes = 240\nreview_minutes = {review}\nclarify_minutes = 240\n\
         sign_minutes = 240\nextension_minutes = 60\nmean_scale = 2\nmean_rounding = \"half_up\"\n\
         ties = \"lower_price_then_criteria_then_neutral_key\"\nabnormal = {{ rounding = \"half_up\" }}\n{criteria}\n\
         # 报价评分：偏离基准价法。去一个最高价和一个最低价，平均后乘以开标时抽取的系数。\n\
         [award.method]\nmethod = \"deviation_from_benchmark\"\npoints = \"60\"\n\
         enters = \"responsive\"\nabove_ceiling = \"rejected\"\n\
         drop = [{{ count_from = 7, drop = \"count\", highest = 1, lowest = 1 }}]\n\
         factor = \"drawn:k\"\nmean_rounding = \"half_up\"\nbase_scale = 2\nbase_rounding = \"half_up\"\n\
         deviation_scale = 2\ndeviation_rounding = \"half_up\"\ndeduct_above = \"1\"\ndeduct_below = \"0.5\"\n\
         floor = \"0\"\nscore_scale = 2\nscore_rounding = \"half_up\"\n\
         ties = \"lower_price_then_neutral_key\"\n\n\
         # 演练：一天 {day} 毫秒，一分钟 {minute} 毫秒。\n\
         [sandbox]\nday_ms = {day}\nminute_ms = {minute}\nbeat_ms = {beat}\n\n\
         [beats]\n{beats}\n",
        n = plan.centres,
        t = plan.escrow,
        pool = experts::POOL,
        review = guest::review_minutes(plan),
        criteria = committee::CRITERIA,
        seats = seats.join(", "),
        holders = holders.join(", "),
        day = units.day_ms,
        minute = units.minute_ms,
        beat = units.beat_ms,
    ))
}

/// A command of the register by the key of a label, the same at every start.
fn step(
    plan: &Plan,
    folders: &Folders,
    remote: &Remote,
    label: &str,
    name: &str,
    command: Command,
) -> Result<(), Fault> {
    let signed = sign(ORIGIN, &registry()?, plan.nonce(name, label), command, &plan.key(label))?;
    accepted(give(folders, label, remote, &signed)?)
}

/// Gives a command and keeps the centre's signed word, as every officer should: with it a lost entry can be shown.
///
/// # Errors
/// When there is no answer, it does not verify, or it cannot be kept.
pub fn give(
    folders: &Folders,
    label: &str,
    remote: &Remote,
    signed: &SignedCommand,
) -> Result<Answer, Fault> {
    let answer = remote.give(signed)?;
    let word = match &answer {
        Answer::Accepted(given) => Some(given),
        Answer::Refused { given, .. } => given.as_ref(),
    };
    if let Some(word) = word {
        let folder = folders.officer(label);
        files::folder(&folder)?;
        let path = folder.join(format!("{}.acknowledgement.json", signed.id()));
        files::write(&path, &ximu_basics::json::to_canonical(word)?, Access::Shared)?;
    }
    Ok(answer)
}

fn accepted(answer: Answer) -> Result<(), Fault> {
    match answer {
        Answer::Accepted(_) => Ok(()),
        Answer::Refused { code, detail, .. } => Err(Fault::new(code, detail, "")),
    }
}

fn commitment(plan: &Plan, label: &str, name: &str) -> Result<Hash, Fault> {
    cast::name_commitment(plan, label, name)
        .ok_or_else(|| Fault::new("id", format!("no name for {label}"), ""))
}

fn record(plan: &Plan, remote: &Remote, label: &str, name: &str) -> Result<(), Fault> {
    let bytes = cast::name_record(plan, label, name)
        .ok_or_else(|| Fault::new("id", format!("no name for {label}"), ""))?;
    Ok(remote.centre.put_record(&bytes)?)
}

/// Puts the officers' and tenderer's keys where a person can use them with the other subcommands.
///
/// # Errors
/// When the disk says no.
pub fn key_files(plan: &Plan, folders: &Folders) -> Result<(), Fault> {
    let write = |label: &str, folder: &Path| -> Result<(), Fault> {
        files::folder(folder)?;
        let path = folder.join(format!("{label}.key"));
        if path.is_file() { Ok(()) } else { plan.key(label).write_new(&path) }
    };
    write("administrator", &folders.host())?;
    write(experts::LABEL, &folders.pool())?;
    match plan.seat {
        Some(Seat::Supervisor) => write(supervisor::LABEL, &folders.seat())?,
        Some(Seat::Host) => write("administrator", &folders.seat())?,
        Some(Seat::Bidder | Seat::Evaluator) | None => {}
    }
    write("tenderer", &folders.tenderer())
}
