package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// The beat of docs/spec/log.md, chapter 10: a second implementation, with a dense tree where the Rust one is sparse.
const depth = 12

// answerBeat computes a published root: seed, number, first order number, then the operations' bytes.
func answerBeat(args []string) string {
	seed, beat, order := data(args[0]), uint64(number(args[1])), uint64(number(args[2]))
	key := derive(seed, "ximu-beat/1 key", beat)
	taken := map[uint64][]byte{}
	for i, text := range args[3:] {
		salt := derive(seed, "ximu-beat/1 operation salt", order)
		orderSalt := derive(seed, "ximu-beat/1 order salt", order)
		first := commit("ximu-beat/1 operation", salt, data(text))
		second := commit("ximu-beat/1 order", orderSalt, numbers(order))
		taken[freeSlot(seed, beat, uint64(i), taken)] = sum([]byte{0}, first, second)
		order++
	}
	_, root := subtree(key, taken, depth, 0)
	return hex.EncodeToString(commit("ximu-beat/1 root", derive(seed, "ximu-beat/1 salt", beat), root))
}

// answerPath checks a path: slot, salt, order commitment, beat salt, siblings joined by commas, operation, root.
func answerPath(args []string) string {
	slot := uint64(number(args[0]))
	hash := sum([]byte{0}, commit("ximu-beat/1 operation", data(args[1]), data(args[5])), data(args[2]))
	for height, sibling := range strings.Split(args[4], ",") {
		if slot>>uint(height)&1 == 0 {
			hash = sum([]byte{1}, hash, data(sibling))
		} else {
			hash = sum([]byte{1}, data(sibling), hash)
		}
	}
	if hex.EncodeToString(commit("ximu-beat/1 root", data(args[3]), hash)) == args[6] {
		return "yes"
	}
	return "no"
}

// subtree computes the node at this height and position, and whether any operation is below it.
func subtree(key []byte, taken map[uint64][]byte, height, position uint64) (bool, []byte) {
	if height == 0 {
		if leaf, ok := taken[position]; ok {
			return true, leaf
		}
		return false, derive(key, "ximu-beat/1 empty", 0, position)
	}
	inLeft, left := subtree(key, taken, height-1, 2*position)
	inRight, right := subtree(key, taken, height-1, 2*position+1)
	if inLeft || inRight {
		return true, sum([]byte{1}, left, right)
	}
	return false, derive(key, "ximu-beat/1 empty", height, position)
}

func freeSlot(seed []byte, beat, position uint64, taken map[uint64][]byte) uint64 {
	for block := uint64(0); block < 4096; block++ {
		bytes := derive(seed, "ximu-beat/1 slot", beat, position, block)
		for at := 0; at < 32; at += 2 {
			slot := uint64(binary.BigEndian.Uint16(bytes[at:]) % 4096)
			if _, ok := taken[slot]; !ok {
				return slot
			}
		}
	}
	for slot := uint64(0); ; slot++ {
		if _, ok := taken[slot]; !ok {
			return slot
		}
	}
}

func derive(key []byte, label string, values ...uint64) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(label))
	mac.Write([]byte{0})
	mac.Write(numbers(values...))
	return mac.Sum(nil)
}

// commit is the digest of a label, a zero byte, and each part behind its length.
func commit(label string, parts ...[]byte) []byte {
	pieces := [][]byte{[]byte(label), {0}}
	for _, part := range parts {
		pieces = append(pieces, numbers(uint64(len(part))), part)
	}
	return sum(pieces...)
}

func sum(pieces ...[]byte) []byte {
	digest := sha256.New()
	for _, piece := range pieces {
		digest.Write(piece)
	}
	return digest.Sum(nil)
}

func numbers(values ...uint64) []byte {
	bytes := make([]byte, 8*len(values))
	for i, value := range values {
		binary.BigEndian.PutUint64(bytes[8*i:], value)
	}
	return bytes
}
