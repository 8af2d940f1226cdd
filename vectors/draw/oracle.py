#!/usr/bin/env python3
"""A second implementation of docs/spec/draw.md, chapters 4 to 7, in plain Python: reads vectors.json and draws again.

    python3 vectors/draw/oracle.py vectors/draw/vectors.json
"""

import hashlib
import json
import sys


def digest(label, parts):
    """H(label; p1, p2, ...) of draw 1.2."""
    text = label.encode("ascii") + b"\0"
    for part in parts:
        text += len(part).to_bytes(8, "big") + part
    return hashlib.sha256(text).digest()


def seed_of(vector, pool):
    if all(one["content"] is None for one in vector["contributions"]):
        return None
    parts = [bytes.fromhex(vector["genesis"]), vector["set"].encode(), pool]
    for one in vector["contributions"]:
        parts += [one["author"].encode(), bytes.fromhex(one["envelope"]), bytes.fromhex(one["content"] or "")]
    return digest("ximu-draw-seed/1", parts)


def words(seed, name):
    number = 0
    while True:
        block = digest("ximu-draw-stream/1", [seed, name.encode(), number.to_bytes(8, "big")])
        for start in range(0, 32, 8):
            yield int.from_bytes(block[start:start + 8], "big")
        number += 1


def below(stream, n):
    bits = (n - 1).bit_length()
    if bits == 0:
        return 0
    while True:
        top = next(stream) >> (64 - bits)
        if top < n:
            return top


def order(seed, name, leaves, recused, take):
    rest = sorted(set(leaves) - set(recused))
    stream = words(seed, name)
    chosen = []
    # Lifted out of a list, place by place, with the swap written out: the other way to say the same permutation.
    places = dict(enumerate(rest))
    for place in range(min(take, len(rest))):
        other = place + below(stream, len(rest) - place)
        places[place], places[other] = places[other], places[place]
        chosen.append(places[place])
    return chosen


def check(vector):
    values = vector["values"]
    values_hash = digest("ximu-draw-values/1", [value.encode() for value in values])
    pool = values_hash if values else bytes.fromhex(vector["pool"])
    seed = seed_of(vector, pool)
    found = dict(vector, seed=seed and seed.hex(), values_hash=values_hash.hex(), pool=pool.hex())
    found["order"] = order(seed, vector["stream"], vector["leaves"], vector["recused"], vector["take"]) if seed else []
    found["value"] = values[below(words(seed, vector["stream"]), len(values))] if seed and values else None
    found["below"] = []
    for case in vector["below"]:
        stream = words(seed or bytes(32), vector["stream"])
        found["below"].append({"n": case["n"], "numbers": [below(stream, case["n"]) for _ in range(12)]})
    for name in vector:
        if found[name] != vector[name]:
            sys.exit(f"{vector['name']}: {name}: expected {found[name]}, found {vector[name]}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)
    for vector in vectors:
        check(vector)
    print(f"{len(vectors)} draws agree")


main()
