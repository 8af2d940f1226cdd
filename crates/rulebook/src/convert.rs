//! From a merged tree to [`Rules`] (rules 11.5): every key of a rules file, in one place.
//!
//! Each function reads all its keys before it gives up, so that every fault of the form is reported at once.

use ximu_basics::{Money, PartyId, ProcedureId};
use ximu_procedure::{
    calendar::{Units, WorkingDays},
    rules::{
        AbnormalRule, Award, BeatStep, Beats, Bond, CoefficientSet, Criterion, Draw, Enquire, Enter, Escrow,
        ExpertShare, LegalPeriod, LegalRule, Lot, MeanDrop, Notice, OutageRule, Pack, Phase, PhaseKind, Pool,
        RULES_VERSION, Rules, SEMANTICS, Score, Seal, StratumSeats, Text, Unseal,
    },
};

use crate::{
    Fault, method,
    table::{Faults, Syntax, Table},
    tree::Node,
};

const ID: Syntax = Syntax {
    expected: "an id in quotes: 1 to 64 characters from a-z, 0-9 and '-'",
    fix: "write small letters, digits and '-' only",
};
const AMOUNT: Syntax = Syntax {
    expected: "an amount of yuan in quotes, such as \"1234567.00\"",
    fix: "write digits, a point and two decimals, without separators or a unit",
};
const INSTANT: Syntax = Syntax {
    expected: "a time in quotes, such as \"2020-06-03T10:00:00+08:00\"",
    fix: "write the date, T, the time to the second and the zone",
};
const DATE: Syntax = Syntax {
    expected: "a date in quotes, such as \"2026-02-14\"",
    fix: "write year, month and day with hyphens",
};
pub(crate) const DECIMAL: Syntax =
    Syntax { expected: "a number in quotes, such as \"100.00\"", fix: "write digits and at most one point" };

/// Reads the whole document.
///
/// # Errors
/// Every fault of its form.
pub(crate) fn rules(tree: &Node) -> Result<Rules, Vec<Fault>> {
    let faults = Faults::of(tree.place.clone());
    let rules = document(tree, &faults);
    let faults = faults.into_sorted();
    match rules {
        Some(rules) if faults.is_empty() => Ok(rules),
        Some(_) | None => Err(faults),
    }
}

fn document(tree: &Node, faults: &Faults) -> Option<Rules> {
    let known = [
        "preset",
        "id",
        "title",
        "description",
        "sandbox",
        "lots",
        "tenderer",
        "custody",
        "escrow",
        "beats",
        "pack",
        "calendar",
        "legal",
        "coefficients",
        "phases",
        "notice",
        "enquire",
        "enter",
        "seal",
        "unseal",
        "draw",
        "score",
        "award",
    ];
    let table = Table::new(String::new(), tree, &known, faults)?;
    let preset = table.text("preset");
    let id = table.parsed::<ProcedureId>("id", &ID);
    let title = text(&table, "title");
    let description = text(&table, "description");
    // Absence means a real procedure; a table that cannot be read is a fault, never a real procedure.
    let sandbox = if table.has("sandbox") { sandbox(&table).map(Some) } else { Some(None) };
    let lots = lots(&table);
    let tenderer = table.parsed::<PartyId>("tenderer", &ID);
    let custody = table.text("custody");
    let escrow = escrow(&table);
    let beats = beats(&table);
    let pack = table.optional("pack", pack);
    let calendar = table.optional("calendar", calendar);
    let legal = legal(&table);
    let coefficients = if table.has("coefficients") { coefficients(&table) } else { Some(Vec::new()) };
    let phases = phases(&table);
    Some(Rules {
        v: RULES_VERSION,
        semantics: SEMANTICS,
        id: id?,
        preset: preset?,
        title: title?,
        description: description?,
        sandbox: sandbox?,
        lots: lots?,
        tenderer: tenderer?,
        custody: custody?,
        escrow: escrow?,
        beats: beats?,
        pack: pack?.map(Box::new),
        calendar: calendar?,
        legal: legal?,
        coefficients: coefficients?,
        phases: phases?,
    })
}

fn text(above: &Table<'_>, name: &str) -> Option<Text> {
    let table = above.table(name, &["zh", "en"])?;
    let (zh, en) = (table.text("zh"), table.text("en"));
    Some(Text { zh: zh?, en: en? })
}

fn sandbox(above: &Table<'_>) -> Option<Units> {
    let table = above.table("sandbox", &["day_ms", "minute_ms", "beat_ms"])?;
    let (day_ms, minute_ms, beat_ms) =
        (table.number("day_ms"), table.number("minute_ms"), table.number("beat_ms"));
    Some(Units { day_ms: day_ms?, minute_ms: minute_ms?, beat_ms: beat_ms? })
}

fn lots(above: &Table<'_>) -> Option<Vec<Lot>> {
    let lot = |table: &Table<'_>| {
        let id = table.parsed("id", &ID);
        let title = text(table, "title");
        let ceiling = amount(table, "ceiling");
        let estimate = amount(table, "estimate");
        Some(Lot { id: id?, title: title?, ceiling: ceiling?, estimate: estimate? })
    };
    let tables = above.tables("lots", &["id", "title", "ceiling", "estimate"])?;
    all(tables.iter().map(|table| table.as_ref().and_then(lot)))
}

fn amount(table: &Table<'_>, name: &str) -> Option<Money> {
    table.read_text(name, &AMOUNT, |text| Money::yuan(text).ok())
}

fn escrow(above: &Table<'_>) -> Option<Escrow> {
    let table = above.table("escrow", &["t", "n", "holders", "opens"])?;
    let (t, n) = (table.number("t"), table.number("n"));
    let holders = table.texts("holders");
    let opens = table.word("opens");
    Some(Escrow { t: t?, n: n?, holders: holders?, opens: opens? })
}

fn beats(above: &Table<'_>) -> Option<Beats> {
    let table = above.table("beats", &["grace_ms", "base_every_ms", "steps"])?;
    let (grace_ms, base_every_ms) = (table.number("grace_ms"), table.number("base_every_ms"));
    let step = |table: &Table<'_>| {
        let (within_minutes, every_ms) = (table.number("within_minutes"), table.number("every_ms"));
        Some(BeatStep { within_minutes: within_minutes?, every_ms: every_ms? })
    };
    let steps = table.tables("steps", &["within_minutes", "every_ms"]);
    let steps = steps.and_then(|steps| all(steps.iter().map(|table| table.as_ref().and_then(step))));
    Some(Beats { grace_ms: grace_ms?, steps: steps?, base_every_ms: base_every_ms? })
}

fn pack(above: &Table<'_>) -> Option<Pack> {
    let table = above.table("pack", &["id", "must", "bond_kinds"])?;
    let (id, must) = (table.text("id"), table.words("must"));
    let bond_kinds = if table.has("bond_kinds") { table.words("bond_kinds") } else { Some(Vec::new()) };
    Some(Pack { id: id?, must: must?, bond_kinds: bond_kinds? })
}

fn calendar(above: &Table<'_>) -> Option<WorkingDays> {
    let table = above.table("calendar", &["years", "holidays", "workdays"])?;
    let years = table.numbers("years");
    let (holidays, workdays) = (table.parsed_list("holidays", &DATE), table.parsed_list("workdays", &DATE));
    Some(WorkingDays { years: years?, holidays: holidays?, workdays: workdays? })
}

fn legal(above: &Table<'_>) -> Option<Vec<LegalPeriod>> {
    let known = ["value", "unit", "article", "law", "as_of"];
    let period = |(rule, table): &(LegalRule, Table<'_>)| {
        let (value, unit) = (table.number("value"), table.word("unit"));
        let (article, law, as_of) = (table.text("article"), table.text("law"), table.text("as_of"));
        Some(LegalPeriod {
            rule: *rule,
            value: value?,
            unit: unit?,
            article: article?,
            law: law?,
            as_of: as_of?,
        })
    };
    let mut periods = all(above.named("legal", &known)?.iter().map(|named| named.as_ref().and_then(period)))?;
    periods.sort_by_key(|period| period.rule);
    Some(periods)
}

fn coefficients(above: &Table<'_>) -> Option<Vec<CoefficientSet>> {
    let set = |table: &Table<'_>| {
        let (name, values) = (table.parsed("name", &ID), table.parsed_list("values", &DECIMAL));
        Some(CoefficientSet { name: name?, values: values? })
    };
    let tables = above.tables("coefficients", &["name", "values"])?;
    all(tables.iter().map(|table| table.as_ref().and_then(set)))
}

/// The phases in the order of the list `phases`, each with the table of its name. A table that is not in the list
/// is read for its faults all the same.
fn phases(above: &Table<'_>) -> Option<Vec<Phase>> {
    let order = above.words::<PhaseKind>("phases");
    let read = |kind: PhaseKind| {
        let wanted = order.as_ref().is_some_and(|order| order.contains(&kind));
        (wanted || above.has(kind.as_str())).then(|| phase(above, kind)).flatten()
    };
    let phases = [
        PhaseKind::Notice,
        PhaseKind::Enquire,
        PhaseKind::Enter,
        PhaseKind::Seal,
        PhaseKind::Unseal,
        PhaseKind::Draw,
        PhaseKind::Score,
        PhaseKind::Award,
    ]
    .map(read);
    let of = |kind: &PhaseKind| phases.iter().flatten().find(|phase| phase.kind() == *kind).cloned();
    all(order?.iter().map(of))
}

fn phase(above: &Table<'_>, kind: PhaseKind) -> Option<Phase> {
    match kind {
        PhaseKind::Notice => notice(above).map(Phase::Notice),
        PhaseKind::Enquire => enquire(above).map(Phase::Enquire),
        PhaseKind::Enter => enter(above).map(Phase::Enter),
        PhaseKind::Seal => seal(above).map(Phase::Seal),
        PhaseKind::Unseal => unseal(above).map(Phase::Unseal),
        PhaseKind::Draw => draw(above).map(Phase::Draw),
        PhaseKind::Score => score(above).map(Phase::Score),
        PhaseKind::Award => award(above).map(Phase::Award),
    }
}

fn notice(above: &Table<'_>) -> Option<Notice> {
    let table = above.table("notice", &["documents_available_days"])?;
    Some(Notice { documents_available_days: table.number("documents_available_days")? })
}

fn enquire(above: &Table<'_>) -> Option<Enquire> {
    let known = ["questions_to_deadline_days", "questions_max", "objections_to_deadline_days", "answer_days"];
    let table = above.table("enquire", &known)?;
    let (questions_to_deadline_days, questions_max) =
        (table.number("questions_to_deadline_days"), table.number("questions_max"));
    let (objections_to_deadline_days, answer_days) =
        (table.number("objections_to_deadline_days"), table.number("answer_days"));
    Some(Enquire {
        questions_to_deadline_days: questions_to_deadline_days?,
        questions_max: questions_max?,
        objections_to_deadline_days: objections_to_deadline_days?,
        answer_days: answer_days?,
    })
}

fn enter(above: &Table<'_>) -> Option<Enter> {
    let known = ["credentials", "members_max", "applications_to_deadline_days", "officer", "bond"];
    let table = above.table("enter", &known)?;
    let credentials = table.parsed_list("credentials", &ID);
    let (members_max, days) = (table.number("members_max"), table.number("applications_to_deadline_days"));
    let officer = if table.has("officer") { table.parsed("officer", &ID).map(Some) } else { Some(None) };
    let bond = table.optional("bond", bond);
    Some(Enter {
        credentials: credentials?,
        members_max: members_max?,
        applications_to_deadline_days: days?,
        officer: officer?,
        bond: bond?,
    })
}

fn bond(above: &Table<'_>) -> Option<Bond> {
    let table = above.table("bond", &["amount", "keeper", "kinds"])?;
    let (amount, keeper) = (amount(&table, "amount"), table.parsed("keeper", &ID));
    let kinds = table.words("kinds");
    Some(Bond { amount: amount?, keeper: keeper?, kinds: kinds? })
}

fn seal(above: &Table<'_>) -> Option<Seal> {
    let known = ["deadline", "minimum_bids", "form_bytes_max", "body_bytes_max", "versions_max"];
    let table = above.table("seal", &known)?;
    let deadline = table.parsed("deadline", &INSTANT);
    let (minimum_bids, versions_max) = (table.number("minimum_bids"), table.number("versions_max"));
    let (form_bytes_max, body_bytes_max) = (table.number("form_bytes_max"), table.number("body_bytes_max"));
    Some(Seal {
        deadline: deadline?,
        minimum_bids: minimum_bids?,
        form_bytes_max: form_bytes_max?,
        body_bytes_max: body_bytes_max?,
        versions_max: versions_max?,
    })
}

fn unseal(above: &Table<'_>) -> Option<Unseal> {
    let table =
        above.table("unseal", &["window_minutes", "fault", "objection_minutes", "read_out", "relays"])?;
    let (window_minutes, fault) = (table.number("window_minutes"), table.word("fault"));
    let (objection_minutes, read_out) = (table.number("objection_minutes"), table.words("read_out"));
    let relays = table.optional("relays", |table| table.flag("relays"));
    Some(Unseal {
        window_minutes: window_minutes?,
        fault: fault?,
        objection_minutes: objection_minutes?,
        read_out: read_out?,
        relays: relays?.unwrap_or(false),
    })
}

fn draw(above: &Table<'_>) -> Option<Draw> {
    let table = above.table("draw", &["pools", "seats", "delegates", "experts", "contribution_minutes"])?;
    let pool = |table: &Table<'_>| {
        let (id, keeper) = (table.parsed("id", &ID), table.parsed("keeper", &ID));
        Some(Pool { id: id?, keeper: keeper? })
    };
    let line = |table: &Table<'_>| {
        let (stratum, seats) = (table.parsed("stratum", &ID), table.number("seats"));
        let pool_least = table.optional("pool_least", |table| table.number("pool_least"));
        let pools = table.optional("pools", |table| table.parsed_list("pools", &ID));
        Some(StratumSeats { stratum: stratum?, seats: seats?, pool_least: pool_least?, pools: pools? })
    };
    let pools = table.tables("pools", &["id", "keeper"]);
    let pools = pools.and_then(|pools| all(pools.iter().map(|table| table.as_ref().and_then(pool))));
    let seats = table.tables("seats", &["stratum", "seats", "pool_least", "pools"]);
    let seats = seats.and_then(|seats| all(seats.iter().map(|table| table.as_ref().and_then(line))));
    let experts = table.table("experts", &["least", "of"]).and_then(|table| {
        let (least, of) = (table.number("least"), table.number("of"));
        Some(ExpertShare { least: least?, of: of? })
    });
    let (delegates, contribution_minutes) = (table.number("delegates"), table.number("contribution_minutes"));
    Some(Draw {
        pools: pools?,
        seats: seats?,
        delegates: delegates?,
        experts: experts?,
        contribution_minutes: contribution_minutes?,
    })
}

fn score(above: &Table<'_>) -> Option<Score> {
    let known = [
        "criteria",
        "members_least",
        "sheet_minutes",
        "review_minutes",
        "clarify_minutes",
        "sign_minutes",
        "extension_minutes",
        "drop",
        "mean_scale",
        "mean_rounding",
        "abnormal",
        "pass",
        "ties",
        "outage",
        "papers",
    ];
    let table = above.table("score", &known)?;
    let criteria = table.tables("criteria", &["id", "title", "points", "kind", "scale"]);
    let criteria = criteria.and_then(|list| all(list.iter().map(|table| table.as_ref().and_then(criterion))));
    let members_least = table.number("members_least");
    let (sheet_minutes, review_minutes) = (table.number("sheet_minutes"), table.number("review_minutes"));
    let (clarify_minutes, sign_minutes) = (table.number("clarify_minutes"), table.number("sign_minutes"));
    let extension_minutes = table.number("extension_minutes");
    let drop = table.optional("drop", |table| {
        let drop = table.table("drop", &["from_members", "highest", "lowest"])?;
        let from_members = drop.number("from_members");
        let (highest, lowest) = (drop.number("highest"), drop.number("lowest"));
        Some(MeanDrop { from_members: from_members?, highest: highest?, lowest: lowest? })
    });
    let (mean_scale, mean_rounding) = (table.number("mean_scale"), table.word("mean_rounding"));
    let abnormal = table.optional("abnormal", |table| {
        let abnormal = table.table("abnormal", &["rounding"])?;
        Some(AbnormalRule { rounding: abnormal.word("rounding")? })
    });
    let pass = table.optional("pass", |table| table.parsed("pass", &DECIMAL));
    let ties = table.word("ties");
    let outage = table.optional("outage", outage);
    let papers = table.optional("papers", |table| table.flag("papers"));
    Some(Score {
        criteria: criteria?,
        members_least: members_least?,
        sheet_minutes: sheet_minutes?,
        review_minutes: review_minutes?,
        clarify_minutes: clarify_minutes?,
        sign_minutes: sign_minutes?,
        extension_minutes: extension_minutes?,
        drop: drop?,
        mean_scale: mean_scale?,
        mean_rounding: mean_rounding?,
        abnormal: abnormal?,
        pass: pass?,
        ties: ties?,
        outage: outage?,
        papers: papers?.unwrap_or_default(),
    })
}

fn outage(above: &Table<'_>) -> Option<OutageRule> {
    let table = above.table("outage", &["before_minutes", "during_minutes", "article", "law", "as_of"])?;
    let (before, during) = (table.number("before_minutes"), table.number("during_minutes"));
    let (article, law, as_of) = (table.text("article"), table.text("law"), table.text("as_of"));
    Some(OutageRule {
        before_minutes: before?,
        during_minutes: during?,
        article: article?,
        law: law?,
        as_of: as_of?,
    })
}

fn criterion(table: &Table<'_>) -> Option<Criterion> {
    let (id, title) = (table.parsed("id", &ID), text(table, "title"));
    let (points, kind, scale) = (table.parsed("points", &DECIMAL), table.word("kind"), table.number("scale"));
    Some(Criterion { id: id?, title: title?, points: points?, kind: kind?, scale: scale? })
}

fn award(above: &Table<'_>) -> Option<Award> {
    let table =
        above.table("award", &["shortlist", "method", "candidates_max", "publication_days", "separation"])?;
    let shortlist = if table.has("shortlist") { method::shortlist(&table).map(Some) } else { Some(None) };
    let method = method::method(&table);
    let (candidates_max, publication_days) =
        (table.number("candidates_max"), table.number("publication_days"));
    let separation = table.optional("separation", |table| text(table, "separation"));
    Some(Award {
        separation: separation?,
        shortlist: shortlist?,
        method: method?,
        candidates_max: candidates_max?,
        publication_days: publication_days?,
    })
}

/// All values, read to the end even when one is missing.
pub(crate) fn all<T>(values: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    values.collect::<Vec<_>>().into_iter().collect()
}
