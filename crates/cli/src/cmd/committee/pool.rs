//! The keeper of a pool: it freezes the pool before a draw, and says afterwards who was drawn (draw 8).

use crate::{
    args::TrustArguments,
    fault::{Done, Exit, Fault},
    files::{self, Access},
    out, outside,
    pool::{Book, Expert},
};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use ximu_basics::{Hash, PoolId, ProcedureId, Salt, StratumId, json};
use ximu_client::{Address, Centre, Timeouts};
use ximu_procedure::wire::command::RecusalGround;
use ximu_text::Text;

/// Makes of a list of experts what a draw needs of a pool: leaves without names, and the book that only its keeper has.
///
/// LIST is a text with one expert a line, as a spreadsheet gives its columns: the stratum, a tab, what the keeper knows the
/// expert by, and for who must not be drawn another tab and the ground: employment, kin, interest, authority or barred. Salts
/// are made anew each time, so nobody recognises an expert of an earlier draw. Give the command with `ximu act` and the
/// keeper's key when it is this pool's turn; keep the book, it alone says whom a leaf stands for. Nothing is sent.
#[derive(Debug, Args)]
pub struct Pool {
    /// The list of experts
    list: PathBuf,
    /// The pool's id in the rules
    #[arg(long, value_name = "ID")]
    pool: PoolId,
    /// Where to write the book, which is for the keeper alone; must not exist yet
    #[arg(long, value_name = "FILE")]
    book: PathBuf,
    /// Where to write the command that freezes the pool
    #[arg(long, value_name = "FILE")]
    command: PathBuf,
}

/// Says which experts of a keeper's book sit on the committee now, and who has declined.
///
/// The leaves are those that the centre shows; the names come from the book and go nowhere.
#[derive(Debug, Args)]
pub struct Drawn {
    /// The book that `ximu committee pool` wrote
    book: PathBuf,
    /// The tender's page, for instance https://centre.example/tenders/yc-2020-0603
    #[arg(long, value_name = "URL", value_parser = crate::cmd::bid::tender)]
    tender: (Address, ProcedureId),
    #[command(flatten)]
    trust: TrustArguments,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

impl Pool {
    pub(super) fn run(self) -> Done {
        if self.book == self.command {
            return Err(Fault::argument(Text::found_same_file, Text::advice_other_name));
        }
        let text = files::read_text(&self.list)?;
        let mut experts = Vec::new();
        let mut known = BTreeSet::new();
        for (number, line) in (1_u32..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let path = self.list.display().to_string();
            let expert = expert(line, &Salt(outside::random()?))
                .map_err(|fault| fault.during(|t: Text| t.found_line(number, &path)))?;
            if !known.insert(expert.record.clone()) {
                let said = |t: Text| t.found_expert_twice(number, &path, format!("{:?}", expert.record));
                return Err(Fault::argument(said, Text::advice_expert_once));
            }
            experts.push(expert);
        }
        if experts.is_empty() {
            let said = |t: Text| t.found_no_expert(self.list.display().to_string());
            return Err(Fault::argument(said, Text::advice_expert_line));
        }
        let book = Book { experts, pool: self.pool };
        files::check_writable(&self.command)?;
        book.write(&self.book, files::write_new)?;
        files::write(&self.command, &json::to_canonical(&book.freezing())?, Access::Shared)?;
        let recused = book.experts.iter().filter(|expert| expert.recused.is_some()).count();
        out::say(|t| t.cli_pool_frozen(book.experts.len(), self.command.display().to_string(), recused));
        Ok(Exit::Done)
    }
}

/// One line of the list.
fn expert(line: &str, salt: &Salt) -> Result<Expert, Fault> {
    let advice = Text::advice_expert_line;
    let mut columns = line.split('\t').map(str::trim);
    let (stratum, record) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
    let stratum = stratum.parse().map_err(|error| {
        let said = |t: Text| t.found_stratum(format!("{error}"), format!("{stratum:?}"));
        Fault::argument(said, advice)
    })?;
    if record.is_empty() {
        return Err(Fault::argument(Text::found_no_record, advice));
    }
    let ground = columns.next().filter(|ground| !ground.is_empty()).map(ground).transpose()?;
    if let Some(more) = columns.find(|more| !more.is_empty()) {
        return Err(Fault::argument(|t: Text| t.found_columns(format!("{more:?}")), advice));
    }
    Ok(Expert::new(stratum, record.to_owned(), ground, salt))
}

fn ground(text: &str) -> Result<RecusalGround, Fault> {
    serde_json::from_value(text.into()).map_err(|_error| {
        let said = |t: Text| t.found_ground(format!("{text:?}"));
        Fault::argument(said, Text::advice_recusal_grounds)
    })
}

/// What the centre shows of a draw.
#[derive(Debug, Deserialize)]
struct Shown {
    experts: Option<Experts>,
}

#[derive(Debug, Deserialize)]
struct Experts {
    members: Vec<Member>,
    declined: Vec<Hash>,
}

#[derive(Debug, Deserialize)]
struct Member {
    leaf: Hash,
}

/// An expert of the book who was drawn. Without its salt, with which anybody could match names against leaves.
#[derive(Debug, Serialize)]
struct Line<'a> {
    leaf: &'a Hash,
    record: &'a str,
    state: &'static str,
    stratum: &'a StratumId,
}

impl Drawn {
    pub(super) fn run(self) -> Done {
        let book = Book::read(&self.book)?;
        let (address, procedure) = &self.tender;
        let centre = Centre::new(address.clone(), &self.trust.load()?, Timeouts::default())?;
        let shown = centre.tender(procedure)?.ok_or_else(|| {
            let said = |t: Text| t.found_procedure_at(address.to_string(), procedure.as_str());
            Fault::new("procedure-unknown", said, Text::advice_check_address)
        })?;
        let shown = Shown::deserialize(&shown)
            .map_err(|error| Fault::new("json", |t: Text| t.found_tender_state(error.to_string()), ""))?;
        let experts = shown.experts.filter(|experts| !experts.members.is_empty()).ok_or_else(|| {
            Fault::new("stage_wrong", Text::found_not_drawn, Text::advice_after_draw).passing()
        })?;
        let of_book = |leaf: &Hash, state| {
            let Expert { leaf, record, stratum, .. } = book.expert(leaf)?;
            Some(Line { leaf, record, state, stratum })
        };
        let members = experts.members.iter().filter_map(|member| of_book(&member.leaf, "member"));
        let lines: Vec<Line<'_>> =
            members.chain(experts.declined.iter().filter_map(|leaf| of_book(leaf, "declined"))).collect();
        show(&self.book, &lines, experts.members.len(), self.json);
        Ok(Exit::Done)
    }
}

fn show(book: &Path, lines: &[Line<'_>], members: usize, json: bool) {
    if json {
        return out::json(&lines);
    }
    for Line { leaf, record, state, stratum } in lines {
        out::say(|t| {
            let state = if *state == "member" { t.cli_drawn_member() } else { t.cli_drawn_declined() };
            format!("{state} {leaf} {stratum}{} {record}", t.pick("：", ":"))
        });
    }
    let ours = lines.iter().filter(|line| line.state == "member").count();
    out::say(|t| t.cli_drawn_count(book.display().to_string(), members, ours));
}
