package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"testing"
	"time"

	"golang.org/x/crypto/scrypt"

	"ltcsolo/template"
)

// rig is a miner that speaks Stratum and solves a block when the test says so.
type rig struct {
	conn    net.Conn
	lines   *bufio.Scanner
	session string // its id
	e1      []byte // extranonce1
	job     rigJob // the newest
	last    int    // id of a request
}

// rigJob is what a rig knows of a job from mining.notify.
type rigJob struct {
	id                   string
	previous             template.Hash
	coinb1, coinb2       []byte
	branch               []template.Hash
	version, bits, ntime uint32
}

// rigShare is a share as a rig submits it.
type rigShare struct {
	job, extranonce2, time, nonce string
	hash                          template.Hash // block hash
}

// startRig connects a rig that goes on with a session, unless that is empty, and waits for its first job.
func startRig(t *testing.T, address, session string) *rig {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	r := &rig{conn: conn, lines: bufio.NewScanner(conn)}
	var answer []json.RawMessage
	r.decode(t, r.call(t, "mining.subscribe", "rig/1", session), &answer)
	var subscriptions [][2]string
	var e1 string
	r.decode(t, answer[0], &subscriptions)
	r.decode(t, answer[1], &e1)
	r.session, r.e1 = subscriptions[0][1], hexBytes(t, e1)
	r.call(t, "mining.authorize", "shed.rig", "")
	for r.job.id == "" {
		r.read(t)
	}
	return r
}

// call sends a request and returns the result. An error fails the test.
func (r *rig) call(t *testing.T, method string, params ...string) json.RawMessage {
	t.Helper()
	r.last++
	request, err := json.Marshal(map[string]any{"id": r.last, "method": method, "params": params})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.conn.Write(append(request, '\n')); err != nil {
		t.Fatal(err)
	}
	for {
		switch id, result, refused := r.read(t); {
		case id != r.last:
		case refused != "":
			t.Fatalf("%s was refused: %s", request, refused)
		default:
			return result
		}
	}
}

// read takes a line. id is 0 if it is no answer.
func (r *rig) read(t *testing.T) (id int, result json.RawMessage, refused string) {
	t.Helper()
	r.conn.SetReadDeadline(time.Now().Add(time.Minute))
	if !r.lines.Scan() {
		t.Fatalf("no line: %v", r.lines.Err())
	}
	var line struct {
		ID            int
		Method        string
		Params        []json.RawMessage
		Result, Error json.RawMessage
	}
	r.decode(t, r.lines.Bytes(), &line)
	if line.Method == "mining.notify" {
		r.notify(t, line.Params)
	}
	if string(line.Error) != "null" {
		refused = string(line.Error)
	}
	return line.ID, line.Result, refused
}

func (r *rig) notify(t *testing.T, params []json.RawMessage) {
	t.Helper()
	var text [8]string
	for i := range text {
		if i != 4 {
			r.decode(t, params[i], &text[i])
		}
	}
	var branch []string
	r.decode(t, params[4], &branch)
	r.job = rigJob{
		id: text[0], coinb1: hexBytes(t, text[2]), coinb2: hexBytes(t, text[3]), version: hexWord(t, text[5]), bits: hexWord(t, text[6]), ntime: hexWord(t, text[7]),
	}
	for i, previous := 0, hexBytes(t, text[1]); i < len(previous); i += 4 { // each word is in reverse
		binary.LittleEndian.PutUint32(r.job.previous[i:], binary.BigEndian.Uint32(previous[i:]))
	}
	for _, h := range branch {
		r.job.branch = append(r.job.branch, template.Hash(hexBytes(t, h)))
	}
}

// awaitTip waits for a job on another previous block than the newest job's.
func (r *rig) awaitTip(t *testing.T) {
	t.Helper()
	for previous := r.job.previous; r.job.previous == previous; {
		r.read(t)
	}
}

// solve solves a block of the newest job.
func (r *rig) solve(t *testing.T) rigShare {
	t.Helper()
	j, e2 := r.job, make([]byte, 4)
	target, err := template.TargetFromBits(j.bits)
	if err != nil {
		t.Fatal(err)
	}
	root := doubleSHA256(j.coinb1, r.e1, e2, j.coinb2)
	for _, h := range j.branch {
		root = doubleSHA256(root[:], h[:])
	}
	header := binary.LittleEndian.AppendUint32(nil, j.version)
	header = append(append(header, j.previous[:]...), root[:]...)
	header = binary.LittleEndian.AppendUint32(header, j.ntime)
	header = binary.LittleEndian.AppendUint32(header, j.bits)
	for nonce := range uint32(1000) {
		header := binary.LittleEndian.AppendUint32(header[:76:76], nonce)
		key, err := scrypt.Key(header, header, 1024, 1, 1, template.HashSize)
		if err != nil {
			t.Fatal(err)
		}
		if target.MetBy((*template.Hash)(key)) {
			return rigShare{j.id, hex.EncodeToString(e2), fmt.Sprintf("%08x", j.ntime), fmt.Sprintf("%08x", nonce), doubleSHA256(header)}
		}
	}
	t.Fatal("a thousand hashes are no block: this is no test network")
	return rigShare{}
}

// submit submits a share, which must be good.
func (r *rig) submit(t *testing.T, s rigShare) {
	t.Helper()
	if result := r.call(t, "mining.submit", "shed.rig", s.job, s.extranonce2, s.time, s.nonce); string(result) != "true" {
		t.Fatalf("result of the share %+v: %s", s, result)
	}
}

func (r *rig) decode(t *testing.T, text []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
}

func hexBytes(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func hexWord(t *testing.T, text string) uint32 { return binary.BigEndian.Uint32(hexBytes(t, text)) }

func doubleSHA256(parts ...[]byte) template.Hash {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return sha256.Sum256(h.Sum(nil))
}
