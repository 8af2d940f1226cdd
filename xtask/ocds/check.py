"""Validates files of OCDS with the standard's own programs: check.py STANDARD.zip EXTENSION_DIR SCRATCH FILE...

Each file must have no error against the standard, and no member that neither the standard nor our extension defines. Each
record's compiled release must be what ocdsmerge makes of its releases. Before that, faults are planted and must be found.
"""

import copy
import json
import os
import sys
import warnings
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig
from ocdsmerge import Merger

RELEASE_SCHEMA = "standard-1__1__5/schema/release-schema.json"

# Members of two extensions that are not in the offline copy: enquiries of a tender, links of a page. And translations,
# which the schema allows by a pattern: the validator names them when it has nothing else to name.
KNOWN = {"enquiries", "links", "title_en", "description_en"}

# What a validator says, and what it says when all is well.
SILENT = {
    "validation_errors": [],
    "deprecated_fields": [],
    "additional_closed_codelist_values": {},
    "additional_open_codelist_values": {},
    "additional_checks": {},
}


def judge(standard, data):
    """What the validator finds wrong, as texts."""
    config = LibCoveOCDSConfig()
    config.config.update(standard_zip=f"file://{standard}", context="api")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        found = ocds_json_output(json_data=copy.deepcopy(data), lib_cove_ocds_config=config)
    wrong = [f"{name}: {found[name]}" for name, silent in SILENT.items() if (found[name] or silent) != silent]
    wrong += [f"warning: {one.message}" for one in warned if "ocds" in type(one.message).__module__]
    return wrong, {field["field"] for field in found["additional_fields"]}


def extended(standard, extension, scratch):
    """A copy of the standard with our extension merged in."""
    target = scratch / "standard-with-extension.zip"
    patch = json.loads((extension / "release-schema.json").read_text())
    with zipfile.ZipFile(standard) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == RELEASE_SCHEMA:
                content = json.dumps(merged(json.loads(content), patch))
            new.writestr(name, content)
    return target


def merged(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def releases_of(data):
    return data["releases"] if "releases" in data else data["records"][0]["releases"]


def without_ocid(data):
    del releases_of(data)[0]["ocid"]


def amount_as_text(data):
    first = next(release for release in releases_of(data) if "planning" in release)
    amount = first["planning"]["budget"]["amount"]
    amount["amount"] = str(amount["amount"])


def date_of_no_zone(data):
    releases_of(data)[0]["date"] = "2020-06-03 10:00"


def tag_of_no_codelist(data):
    releases_of(data)[0]["tag"] = ["opening"]


def empty_title(data):
    releases_of(data)[0]["tender"]["title"] = ""


def two_releases_of_one_id(data):
    releases_of(data)[0]["id"] = releases_of(data)[1]["id"]


FAULTS = [without_ocid, amount_as_text, date_of_no_zone, tag_of_no_codelist, empty_title, two_releases_of_one_id]
FAULTS_OF_PACKAGES = [two_releases_of_one_id]


def plant(standard, data):
    """Every planted fault must be found."""
    for fault in FAULTS:
        if "records" in data and fault in FAULTS_OF_PACKAGES:
            continue
        spoilt = copy.deepcopy(data)
        fault(spoilt)
        wrong, _ = judge(standard, spoilt)
        if not wrong:
            sys.exit(f"the planted fault {fault.__name__} was not found")


def examine(standard, ours, file, plants):
    """What is wrong in a file; how many releases and records it has."""
    data = json.loads(file.read_text())
    if plants:
        plant(standard, data)
    wrong, _ = judge(standard, data)
    more, unknown = judge(ours, data)
    wrong += more
    if unknown - KNOWN:
        wrong.append(f"members that no schema defines: {sorted(unknown - KNOWN)}")
    with zipfile.ZipFile(standard) as archive:
        merger = Merger(json.loads(archive.read(RELEASE_SCHEMA)))
    for record in data.get("records", []):
        if merger.create_compiled_release(record["releases"]) != record["compiledRelease"]:
            wrong.append("the compiled release is not what ocdsmerge makes")
    return wrong, len(releases_of(data)), len(data.get("records", []))


def chosen(files):
    """A file of each kind, releases and records, in which faults can be planted."""
    planted = {}
    for file in files:
        data = json.loads(file.read_text())
        if any("planning" in release for release in releases_of(data)):
            planted.setdefault("records" if "records" in data else "releases", file)
    return planted


def main():
    standard, extension, scratch = (Path(argument).resolve() for argument in sys.argv[1:4])
    files = [Path(argument) for argument in sys.argv[4:]]
    ours = extended(standard, extension, scratch)
    planted = chosen(files)
    faults, releases, records = [], 0, 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        examined = [pool.submit(examine, standard, ours, file, file in planted.values()) for file in files]
        for file, result in zip(files, examined):
            wrong, of_releases, of_records = result.result()
            releases, records = releases + of_releases, records + of_records
            print(f"  {len(wrong)} errors  {file}")
            faults += [f"{file}: {one}" for one in wrong]
    if set(planted) != {"records", "releases"}:
        faults.append(f"expected releases and records to plant faults in, found {sorted(planted)}")
    if faults:
        sys.exit("\n".join(faults))
    print(f"  {releases} releases and {records} records; {len(FAULTS)} planted faults were found")


if __name__ == "__main__":
    main()
