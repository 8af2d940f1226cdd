package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// stored holds the hashes of the one growing tree of this program; leaf i is the number i as 8 bytes, big-endian.
type stored []tlog.Hash

var tree stored

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = s[index]
	}
	return hashes, nil
}

// grow makes the tree at least this large.
func grow(size int64) {
	for n := int64(0); ; n++ {
		if n >= size {
			return
		}
		if tlog.StoredHashCount(n) < int64(len(tree)) {
			continue
		}
		leaf := make([]byte, 8)
		binary.BigEndian.PutUint64(leaf, uint64(n))
		hashes, err := tlog.StoredHashes(n, leaf, tree)
		if err != nil {
			log.Fatal(err)
		}
		tree = append(tree, hashes...)
	}
}

func answerRoot(args []string) string {
	size := number(args[0])
	grow(size)
	if size == 0 {
		empty := sha256.Sum256(nil)
		return hex.EncodeToString(empty[:])
	}
	root, err := tlog.TreeHash(size, tree)
	if err != nil {
		log.Fatal(err)
	}
	return hex.EncodeToString(root[:])
}

func answerInclusion(args []string) string {
	index, size := number(args[0]), number(args[1])
	grow(size)
	proof, err := tlog.ProveRecord(size, index, tree)
	if err != nil {
		log.Fatal(err)
	}
	return hashList(proof)
}

func answerConsistency(args []string) string {
	before, after := number(args[0]), number(args[1])
	grow(after)
	proof, err := tlog.ProveTree(after, before, tree)
	if err != nil {
		log.Fatal(err)
	}
	return hashList(proof)
}

// answerTiles lists what must be written when the tree grows: path and digest of each tile, sorted. sumdb asks for
// every width a partial tile passes through; C2SP only for the width it has now, so the widest is kept, and dropped
// when the tile was already that wide before.
func answerTiles(args []string) string {
	before, after := number(args[0]), number(args[1])
	grow(after)
	widest := map[[2]int64]tlog.Tile{}
	for _, tile := range tlog.NewTiles(8, before, after) {
		at := [2]int64{int64(tile.L), tile.N}
		if tile.W > widest[at].W {
			widest[at] = tile
		}
	}
	var lines []string
	for _, tile := range widest {
		hadWidth := before>>(8*uint(tile.L)) - tile.N<<8
		if int64(tile.W) <= hadWidth {
			continue
		}
		bytes, err := tlog.ReadTileData(tile, tree)
		if err != nil {
			log.Fatal(err)
		}
		digest := sha256.Sum256(bytes)
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		lines = append(lines, path+"="+hex.EncodeToString(digest[:]))
	}
	sort.Strings(lines)
	return strings.Join(lines, " ")
}

// answerTreeNote writes the note text of a tree of this size in the one checkpoint form that sumdb knows.
func answerTreeNote(args []string) string {
	size := number(args[0])
	grow(size)
	root, err := tlog.TreeHash(size, tree)
	if err != nil {
		log.Fatal(err)
	}
	return hex.EncodeToString(tlog.FormatTree(tlog.Tree{N: size, Hash: root}))
}

func hashList(hashes []tlog.Hash) string {
	texts := make([]string, len(hashes))
	for i, hash := range hashes {
		texts[i] = fmt.Sprintf("%x", hash[:])
	}
	return strings.Join(texts, " ")
}
