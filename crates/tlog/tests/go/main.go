// Command peer answers questions about Merkle trees, tiles, signed notes, cosignatures and beats, one line each.
//
// It is the other side of tests/go_peer.rs. Trees, tiles and notes are those of golang.org/x/mod/sumdb; the
// cosignature and the beat are second implementations of their specifications.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
)

// questions maps the first word of a line to what answers it; arguments are decimal numbers or hexadecimal bytes.
var questions = map[string]func(args []string) string{
	"root":        answerRoot,
	"inclusion":   answerInclusion,
	"consistency": answerConsistency,
	"tiles":       answerTiles,
	"tree-note":   answerTreeNote,
	"sign":        answerSign,
	"open":        answerOpen,
	"cosign":      answerCosign,
	"cosigned":    answerCosigned,
	"beat":        answerBeat,
	"path":        answerPath,
}

func main() {
	log.SetFlags(0)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		answer, known := questions[words[0]]
		if !known {
			log.Fatalf("unknown question %q", words[0])
		}
		fmt.Fprintln(out, answer(words[1:]))
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func data(text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	return bytes
}
