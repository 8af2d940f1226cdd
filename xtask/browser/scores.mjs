// Whether a member's scores stand in what a committee did, as it gave and corrected them.
// node scores.mjs SCORES < panel.jsonl
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

const { given, corrected, called, far } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const operations = readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const events = operations.flatMap(({ outcome }) => outcome.events ?? []);
const sheets = events.filter(({ type }) => type === "contribution_opened").map(({ content }) => JSON.parse(Buffer.from(content, "base64")));
const line = (sheet, bidder) => sheet.scores.find((one) => one.bidder === bidder);
const whole = (sheet) => given.every(({ bidder, criterion, score }) => line(sheet, bidder)?.points[criterion] === score);
assert.ok(sheets.some(whole), `none of ${sheets.length} sheets is the member's`);
const fixed = ({ type, old, new: now }) => type === "score_corrected" && old === corrected.old && now === corrected.corrected;
assert.ok(events.some(fixed), "the correction is not there");
const calls = ({ type, member, bidder, criterion }) =>
  type === "abnormal_called" && member === called.member && `${bidder} ${criterion}` === called.place;
assert.ok(events.some(calls), "the call is not there");
const justifies = ({ type, bidder, criterion }) => type === "score_justified" && bidder === far.bidder && criterion === far.criterion;
assert.ok(events.some(justifies), "the reasons are not there");
