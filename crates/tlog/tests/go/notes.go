package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// answerSign signs a text with sumdb's signer: name, seed, text. It answers the signed note.
func answerSign(args []string) string {
	name, seed, text := string(data(args[0])), data(args[1]), data(args[2])
	key := ed25519.NewKeyFromSeed(seed)
	public := append([]byte{1}, key.Public().(ed25519.PublicKey)...)
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, keyID(name, public), secret))
	if err != nil {
		log.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		log.Fatal(err)
	}
	return hex.EncodeToString(signed)
}

// answerOpen opens a note with sumdb under one verifier key: key, note. It answers "yes" or "no".
func answerOpen(args []string) string {
	verifier, err := note.NewVerifier(string(data(args[0])))
	if err != nil {
		return "no"
	}
	if _, err := note.Open(data(args[1]), note.VerifierList(verifier)); err != nil {
		return "no"
	}
	return "yes"
}

// answerCosign cosigns a note text: name, seed, time, text. It answers the signed note.
func answerCosign(args []string) string {
	name, seed, text := string(data(args[0])), data(args[1]), data(args[3])
	signer := &cosigner{cosignKey: cosignKey{name: name}, time: uint64(number(args[2]))}
	signer.key = ed25519.NewKeyFromSeed(seed)
	signer.public = signer.key.Public().(ed25519.PublicKey)
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		log.Fatal(err)
	}
	return hex.EncodeToString(signed)
}

// answerCosigned opens a note under one witness key of type 4: key, note. It answers the time or "no".
func answerCosigned(args []string) string {
	name, rest, _ := strings.Cut(string(data(args[0])), "+")
	id, encoded, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != 33 || raw[0] != 4 {
		return "no"
	}
	key := &cosignKey{name: name, public: raw[1:]}
	if fmt.Sprintf("%08x", key.KeyHash()) != id {
		return "no"
	}
	opened, err := note.Open(data(args[1]), note.VerifierList(key))
	if err != nil {
		return "no"
	}
	signature, err := base64.StdEncoding.DecodeString(opened.Sigs[0].Base64)
	if err != nil {
		log.Fatal(err)
	}
	return fmt.Sprint(binary.BigEndian.Uint64(signature[4:12]))
}

// cosignKey verifies cosignatures of type 4 (c2sp.org/tlog-cosignature) inside sumdb's note package.
type cosignKey struct {
	name   string
	public ed25519.PublicKey
}

func (k *cosignKey) Name() string    { return k.name }
func (k *cosignKey) KeyHash() uint32 { return keyID(k.name, append([]byte{4}, k.public...)) }

func (k *cosignKey) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	return ed25519.Verify(k.public, cosignMessage(time, text), signature[8:])
}

// cosigner makes cosignatures of type 4.
type cosigner struct {
	cosignKey
	key  ed25519.PrivateKey
	time uint64
}

func (c *cosigner) Sign(text []byte) ([]byte, error) {
	stamp := make([]byte, 8)
	binary.BigEndian.PutUint64(stamp, c.time)
	return append(stamp, ed25519.Sign(c.key, cosignMessage(c.time, text))...), nil
}

func cosignMessage(time uint64, text []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), text...)
}

func keyID(name string, typedKey []byte) uint32 {
	digest := sha256.Sum256(append([]byte(name+"\n"), typedKey...))
	return binary.BigEndian.Uint32(digest[:])
}
