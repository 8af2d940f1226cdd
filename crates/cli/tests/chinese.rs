//! Whoever asks for Chinese gets Chinese: every sentence of the command line, and commands of every role that fail or succeed
//! without a centre. Codes, paths, hashes, names of commands and what a library says in its own words are not sentences.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can fail")]
#![allow(missing_docs, reason = "a test, not an interface")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use ximu_text::{Language, MESSAGES, Text};

/// So many English words in a row are a sentence.
const WORDS: usize = 3;

/// The first English sentence in a text.
fn english(text: &str) -> Option<String> {
    without_details(text).lines().find_map(|line| {
        let mut run: Vec<&str> = Vec::new();
        for word in line.split([' ', '：', '；', '，', '。', '（', '）', '|']) {
            // `ximu committee see` is a command, whatever follows it up to the next mark.
            let is_command = run.first() == Some(&"ximu");
            let bare = word.trim_end_matches([',', ';', ':', '.', '?']);
            let is_word = !bare.is_empty() && bare.chars().all(|letter| letter.is_ascii_alphabetic());
            if is_word {
                run.push(bare);
            }
            if !is_word || bare != word {
                run.clear();
            }
            if !is_command && run.len() >= WORDS && run.first() != Some(&"ximu") {
                return Some(line.to_owned());
            }
        }
        None
    })
}

/// The text without what libraries say in their own words.
fn without_details(text: &str) -> String {
    let mut parts = text.split("（技术信息：");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once('）').map_or("", |(_, rest)| rest))
}

#[test]
fn an_english_sentence_is_seen_and_a_command_or_a_detail_is_none() {
    for text in ["所见：expected no file at a.key, found one", "  to do: choose another name"] {
        assert!(english(text).is_some(), "{text}");
    }
    for text in [
        "策略文件用 ximu admin example-config 对照",
        "见 ximu committee see",
        "可以取：seal, open, verify",
        "读不了 a b.key（技术信息：No such file or directory (os error 2)）",
    ] {
        assert_eq!(english(text), None);
    }
}

#[test]
fn every_sentence_of_the_command_line_is_chinese() {
    let ours = ["advice-", "found-", "cli-", "see-", "doctor-"];
    let mut seen = 0;
    for (name, _) in MESSAGES.iter().filter(|(name, _)| ours.iter().any(|kind| name.starts_with(kind))) {
        let said = Text::new(Language::Chinese).named(name).unwrap();
        assert_eq!(english(&said), None, "{name}");
        assert!(!said.is_ascii(), "{name}: {said}");
        seen += 1;
    }
    assert!(seen > 300, "{seen}");
}

fn ximu(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ximu"));
    command.args(line.split(' ')).args(["--lang", "zh"]).current_dir(folder).env("LC_ALL", "C.UTF-8");
    command.env_remove("XIMU_PASSPHRASE").output().unwrap()
}

/// A command, its exit code, and what stands in its answer.
#[rustfmt::skip]
const COMMANDS: &[(&str, i32, &str)] = &[
    // What is not understood.
    ("verfy x.zip", 2, "所见：没有 verfy 这个命令"),
    ("key new", 2, "所见：缺少参数 --out <文件>"),
    ("key new --oot a.key", 2, "所见：没有 --oot 这个参数"),
    ("bench fly", 2, "不能写 fly"),
    ("act yc-1 c.json --centre nowhere --key a.key", 2, "不能写 nowhere"),
    // Keys.
    ("key new --out a.key", 0, "加锁：没有，能读到文件的人就能签名"),
    ("key new --out a.key", 2, "所见：a.key 已有文件，这里应该没有"),
    ("key show a.key", 0, "公钥 "),
    ("key show none.key", 2, "所见：没有这个文件：none.key"),
    ("key show text.txt", 2, "所见：text.txt 不是密钥文件"),
    ("key show a.key --centre http://127.0.0.1:1", 2, "错误 ["),
    // Tenderers and whoever gives a command.
    ("tender check bad.toml", 2, "所见：规则不成立，共 "),
    ("tender check none.toml", 2, "所见：规则不成立，共 1 处："),
    ("tender publish bad.toml --centre http://127.0.0.1:1 --key a.key", 2, "规则不成立"),
    ("tender show http://127.0.0.1:1/tenders/yc-1", 2, "错误 ["),
    ("tender contract --file text.txt --salt text.txt --price 1.00 --out c.json", 2, "应为 64 位十六进制数字"),
    ("tender contract --file text.txt --salt new.salt --price x --out c.json", 2, "所见：--price（技术信息："),
    ("tender contract --file text.txt --salt new.salt --price 1.00 --out c.json", 0, "c.json: "),
    ("act yc-1 text.txt --centre http://127.0.0.1:1 --key a.key", 2, "所见：text.txt（技术信息："),
    ("act yc-1 cancel.json --centre http://127.0.0.1:1 --key a.key", 2, "错误 ["),
    ("act yc-1 cancel.json --centre http://127.0.0.1:1 --key text.txt", 2, "怎么办：用 ximu key new --out 生成一把"),
    // Bidders.
    ("bid seal --tender http://127.0.0.1:1/tenders/yc-1 --form bid.json --key a.key --out bid", 2, "bid.json（技术信息："),
    ("bid submit bid --centre http://127.0.0.1:1 --key a.key", 2, "错误 ["),
    ("bid receipt bid --policy text.txt", 2, "所见：bid 里没有 receipt.json"),
    ("bid open bid --centre http://127.0.0.1:1 --key a.key", 2, "所见：应有已密封的投标 bid/submission.json"),
    ("bid hand text.txt --policy text.txt", 2, "所见：读不了 text.txt（技术信息："),
    // Committees.
    ("committee pool experts.txt --pool nantong --book book.json --command freeze.json", 0, "freeze.json：2 位专家，其中 1 位须回避"),
    ("committee pool text.txt --pool nantong --book b.json --command f.json", 2, "所见：text.txt 第 1 行：没有写管理方据以识别本人的记录"),
    ("committee pool twice.txt --pool nantong --book b.json --command f.json", 2, "第 2 行：每位专家只写一次"),
    ("committee pool experts.txt --pool nantong --book b.json --command b.json", 2, "应是两个文件"),
    ("committee vouch text.txt --as keeper --key a.key", 2, "所见：text.txt（技术信息："),
    ("committee see yc-1 --centre http://127.0.0.1:1 --key a.key", 2, "错误 ["),
    // Those who run a centre.
    ("admin policy --log a.example/log=a.key --witness b.example=text.txt --quorum 1", 2, "不是密钥文件"),
    ("admin policy --log a.example/log=a.key --witness b.example=a.key --quorum 2", 2, "这些密钥组不成见证策略"),
    ("key new --out b.key", 0, "公钥 "),
    ("admin policy --log a.example/log=a.key --witness b.example=b.key --quorum 1", 0, "这份见证策略的指纹："),
    ("admin doctor --data-dir .", 1, "异常"),
    ("admin doctor --data-dir centre", 1, "settings     a.example/log，监听 127.0.0.1:18000"),
    ("admin backup --data-dir . --out copy", 2, "既没有 journal 也没有 "),
    ("admin restore copy --data-dir new", 2, "所见：没有这个文件：copy/backup.json"),
    ("admin register --centre http://127.0.0.1:1 --key a.key --name 江城园林", 2, "错误 ["),
    ("serve --data-dir none", 2, "怎么办：写一份；ximu admin example-config"),
    ("serve --data-dir centre --store mysql:x", 2, "所见：应写 --store sqlite:目录"),
    ("serve --data-dir wrong", 2, "所见：wrong/ximu.toml（技术信息："),
    ("peer --data-dir centre", 2, "应有 [peer] 这一节，没有找到"),
    ("journal show --data-dir .", 2, "所见：应为交易中心的数据目录"),
    ("journal step 1 --data-dir .", 2, "所见：应为交易中心的数据目录"),
    // Auditors.
    ("verify none.zip", 2, "所见：没有这个文件：none.zip"),
    ("verify text.txt", 2, "无法读取，因此没有核验。"),
    ("verify text.txt --policy yichang", 2, "所见：应为 64 位十六进制指纹或策略文件"),
    ("verify text.txt --identity a.key", 2, "所见：--identity 用于档案"),
    ("verify http://127.0.0.1:1", 2, "所见：应为文件或项目的网址"),
    ("report text.txt diary --out r.pdf", 2, "所见：应为 "),
    ("ocds text.txt --out ocds", 1, "怎么办：详情见 ximu verify"),
    ("bench verify", 2, "所见：verify 要用 --bundle 给出核验包"),
];

#[test]
fn what_a_command_answers_in_chinese_has_no_english_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (name, text) in [
        ("text.txt", "hello\n"),
        ("bad.toml", "preset = \"cn-construction-open\"\nid = \"YC\"\ncolour = \"red\"\n"),
        ("cancel.json", "{\"type\": \"cancel\", \"reason\": \"停电\"}"),
        ("bid.json", "{\"price\": 1.5}"),
        ("experts.txt", "bridges\t甲\nbridges\t乙\tkin\n"),
        ("twice.txt", "bridges\t甲\nbridges\t甲\n"),
    ] {
        fs::write(path.join(name), text).unwrap();
    }
    let settings = "[serve]\norigin = \"a.example/log\"\nkey = \"../a.key\"\nlisten = \"127.0.0.1:18000\"\n";
    for (name, text) in [("centre", settings), ("wrong", "[serve]\norign = 1\n")] {
        fs::create_dir(path.join(name)).unwrap();
        fs::write(path.join(name).join("ximu.toml"), text).unwrap();
    }
    let mut faults = Vec::new();
    for (line, code, said) in COMMANDS {
        let output = ximu(path, line);
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if output.status.code() != Some(*code) || !told.contains(said) {
            faults.push(format!("ximu {line}: expected {code} and {said}, found {}\n{told}", output.status));
        }
        if let Some(sentence) = english(&told) {
            faults.push(format!("ximu {line}: in English: {sentence}\n{told}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_language_of_the_environment_is_enough_and_a_wrong_one_is_told_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let told = |arguments: &[&str], language: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ximu"));
        command.args(arguments).current_dir(folder.path()).env("LC_ALL", language);
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let show = ["key", "show", "none.key"];
    assert!(told(&show, "zh_CN.UTF-8").contains("所见：没有这个文件：none.key"));
    assert!(told(&show, "C.UTF-8").starts_with("error [file]: expected a file at none.key, found none"));
    let other = told(&["--lang", "fr", "key", "show", "none.key"], "zh_CN.UTF-8");
    assert!(other.contains("所见：语言应写 zh 或 en"), "{other}");
}

#[test]
fn what_a_program_reads_is_the_same_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let json = |language: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ximu"));
        command.args(["admin", "doctor", "--json", "--data-dir", ".", "--lang", language]);
        String::from_utf8(command.current_dir(folder.path()).output().unwrap().stdout).unwrap()
    };
    assert!(json("zh").contains("expected the data directory of a centre"), "{}", json("zh"));
    assert_eq!(json("zh"), json("en"));
}
