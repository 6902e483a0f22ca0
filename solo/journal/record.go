package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ltcsolo/solo"
	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// A block's file is text: the magic line, comments that say what to do with it, a "key: value" line for each
// property, a verdict line for each answer of a node in the order of their coming, the sha256 of all bytes above,
// and last the block in hex.
//
//	ltcsolo block 1
//	# ...
//	network: regtest
//	height: 433
//	...
//	verdict: 2026-11-23T12:00:00.25Z http://127.0.0.1:19443 accepted
//	check: <64 hex digits>
//	block: 00000020...
const (
	magic   = "ltcsolo block"
	version = "1"
)

// Keys with a meaning of their own among the lines.
const (
	keyVerdict = "verdict"
	keyCheck   = "check"
	keyBlock   = "block"
)

// record is what a block's file says.
type record struct {
	network, address string
	candidate        solo.Candidate
	others           []string // lines of a later minor form, kept when the file is written again
	verdicts         []verdict
}

// verdict is one node's answer.
type verdict struct {
	at      time.Time
	node    string
	verdict solo.Verdict
}

// name is the file's name.
func (r *record) name() string {
	return fmt.Sprintf("%d-%s%s", r.candidate.Height, r.candidate.BlockHash, suffix)
}

// pending reports whether the block is to be sent to these nodes, or, if there are none, to any.
func (r *record) pending(nodes []string) bool {
	answered := make(map[string]bool)
	for _, v := range r.verdicts {
		if v.verdict.Outcome == solo.Accepted {
			return false
		}
		if v.verdict.Final() {
			answered[v.node] = true
		}
	}
	for _, n := range nodes {
		if !answered[n] {
			return true
		}
	}
	return len(nodes) == 0 && len(answered) == 0
}

// encode writes the file's text.
func (r *record) encode() []byte {
	c := &r.candidate
	sum := sha256.Sum256(c.Block)
	cli := "litecoin-cli"
	switch r.network {
	case "test":
		cli += " -testnet"
	case "regtest":
		cli += " -regtest"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", magic, version)
	// An argument of a command is limited to 128 KiB on Linux, so the hex goes through standard input.
	fmt.Fprintf(&b, `# A solved Litecoin block. ltcsolo sends it to the node by itself. To do it by hand, in this directory:
#   sed -n 's/^block: //p' %s | %s -stdin submitblock
# No answer means that the node has taken the block; "duplicate" that it had it already.
`, r.name(), cli)
	for _, line := range [][2]string{
		{"network", r.network},
		{"height", strconv.Itoa(int(c.Height))},
		{"block_hash", c.BlockHash.String()},
		{"pow_hash", c.PoWHash.String()},
		{"value_litoshi", strconv.FormatInt(c.Value, 10)},
		{"address", r.address},
		{"script", hex.EncodeToString(c.Script)},
		{"found", c.Found.UTC().Format(time.RFC3339Nano)},
		{"worker", c.Worker},
		{"job", c.JobID},
		{"bytes", strconv.Itoa(len(c.Block))},
		{"sha256", hex.EncodeToString(sum[:])},
	} {
		fmt.Fprintf(&b, "%s: %s\n", line[0], oneLine(line[1]))
	}
	for _, line := range r.others {
		fmt.Fprintln(&b, line)
	}
	for _, v := range r.verdicts {
		fmt.Fprintf(&b, "%s: %s %s %s\n", keyVerdict, v.at.UTC().Format(time.RFC3339Nano),
			strings.ReplaceAll(oneLine(v.node), " ", "%20"), oneLine(v.verdict.String()))
	}
	fmt.Fprintf(&b, "%s: %x\n", keyCheck, sha256.Sum256(b.Bytes()))
	fmt.Fprintf(&b, "%s: ", keyBlock)
	b.Write(hex.AppendEncode(nil, c.Block))
	b.WriteByte('\n')
	return b.Bytes()
}

// errVersion is for files that a later version wrote: these are not touched.
var errVersion = errors.New("it was written by another version of ltcsolo: use that, or hand the block over as the file says")

// decode reads what encode wrote. It fails for a text of which any byte is not as it was written.
func decode(text []byte) (record, error) {
	var r record
	head, body, _ := bytes.Cut(text, []byte("\n"))
	switch v, ok := strings.CutPrefix(string(head), magic+" "); {
	case !ok:
		return r, errors.New("its first line is not that of a found block")
	case v != version:
		return r, errVersion
	}
	last := bytes.LastIndex(text, []byte("\n"+keyBlock+": "))
	checkAt := bytes.LastIndex(text[:max(last, 0)], []byte("\n"+keyCheck+": "))
	if checkAt < 0 || text[len(text)-1] != '\n' {
		return r, errors.New("it is cut short")
	}
	checked := text[:checkAt+1]
	if want := fmt.Sprintf("%s: %x", keyCheck, sha256.Sum256(checked)); string(text[checkAt+1:last]) != want {
		return r, errors.New("its lines are not as they were written")
	}
	values := map[string]string{}
	for line := range strings.Lines(string(body[:max(len(checked)-len(head)-1, 0)])) {
		if err := r.take(strings.TrimSuffix(line, "\n"), values); err != nil {
			return r, err
		}
	}
	var err error
	if r.candidate.Block, err = hexLine(text[last+1:]); err != nil {
		return r, err
	}
	if sum := sha256.Sum256(r.candidate.Block); values["sha256"] != hex.EncodeToString(sum[:]) {
		return r, errors.New("the block's bytes are not as they were written")
	}
	return r, r.set(values)
}

// take sorts one line.
func (r *record) take(line string, values map[string]string) error {
	if strings.HasPrefix(line, "#") {
		return nil
	}
	key, value, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("line %.40q is no property", line)
	}
	switch key {
	case keyVerdict:
		v, err := parseVerdict(value)
		r.verdicts = append(r.verdicts, v)
		return err
	case "network", "height", "block_hash", "pow_hash", "value_litoshi", "address", "script", "found", "worker", "job",
		"bytes", "sha256":
		if _, twice := values[key]; twice {
			return fmt.Errorf("it has two lines %s", key)
		}
		var err error
		values[key], err = fromOneLine(value)
		return err
	}
	r.others = append(r.others, line)
	return nil
}

func (r *record) set(values map[string]string) error {
	c := &r.candidate
	r.network, r.address, c.Worker, c.JobID = values["network"], values["address"], values["worker"], values["job"]
	height, err := strconv.ParseInt(values["height"], 10, 32)
	if err != nil {
		return fmt.Errorf("height: %w", err)
	}
	c.Height = int32(height)
	if c.BlockHash, err = template.ParseHash(values["block_hash"]); err != nil {
		return fmt.Errorf("block_hash: %w", err)
	}
	if len(c.Block) < template.HeaderSize || template.DoubleSHA256(c.Block[:template.HeaderSize]) != c.BlockHash {
		return errors.New("block_hash is not that of the block")
	}
	if c.PoWHash, err = template.ParseHash(values["pow_hash"]); err != nil {
		return fmt.Errorf("pow_hash: %w", err)
	}
	if c.Value, err = strconv.ParseInt(values["value_litoshi"], 10, 64); err != nil {
		return fmt.Errorf("value_litoshi: %w", err)
	}
	if c.Script, err = hex.DecodeString(values["script"]); err != nil {
		return fmt.Errorf("script: %w", err)
	}
	if c.Found, err = time.Parse(time.RFC3339Nano, values["found"]); err != nil {
		return fmt.Errorf("found: %w", err)
	}
	return nil
}

func parseVerdict(value string) (verdict, error) {
	at, rest, _ := strings.Cut(value, " ")
	node, text, _ := strings.Cut(rest, " ")
	var v verdict
	var err error
	if v.at, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return v, fmt.Errorf("verdict: %w", err)
	}
	if v.node, err = fromOneLine(strings.ReplaceAll(node, "%20", " ")); err != nil {
		return v, err
	}
	if text, err = fromOneLine(text); err != nil {
		return v, err
	}
	v.verdict, err = solo.ParseVerdict(text)
	return v, err
}

// salvage reads a damaged file for the block alone. The block is taken only if it is whole by itself: solved, and
// without a fault that can be seen offline. damage is why decode failed, and what salvage fails with.
func salvage(text []byte, damage error) (record, error) {
	var r record
	_, line, found := bytes.Cut(text, []byte("\n"+keyBlock+": "))
	if !found || errors.Is(damage, errVersion) {
		return r, damage
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	raw := make([]byte, hex.DecodedLen(len(line)))
	if _, err := hex.Decode(raw, line); err != nil {
		return r, damage
	}
	b, err := template.ParseBlock(raw)
	if err != nil || len(b.Problems) > 0 || len(b.Outputs) == 0 {
		return r, damage
	}
	pow := template.Hash(scrypt.Sum((*[scrypt.HeaderSize]byte)(&b.Header)))
	if !b.Target.MetBy(&pow) {
		return r, damage
	}
	r.candidate = solo.Candidate{
		BlockHash: b.Header.BlockHash(), PoWHash: pow, Height: b.Height, Value: b.Outputs[0].Value,
		Script: b.Outputs[0].Script, Found: time.Unix(int64(b.Header.Time()), 0).UTC(), Block: raw,
	}
	return r, nil
}

// hexLine reads the last line, with its line end.
func hexLine(line []byte) ([]byte, error) {
	digits := line[len(keyBlock+": ") : len(line)-1]
	raw := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(raw, digits); err != nil {
		return nil, fmt.Errorf("block: %w", err)
	}
	return raw, nil
}

// oneLine is text as it stands behind a key: quoted if it has what would not stay on the line as it is.
func oneLine(text string) string {
	plain := strings.TrimSpace(text) == text && !strings.HasPrefix(text, `"`)
	for _, c := range text {
		plain = plain && strconv.IsPrint(c) && c != '�'
	}
	if plain {
		return text
	}
	return strconv.Quote(text)
}

func fromOneLine(text string) (string, error) {
	if !strings.HasPrefix(text, `"`) {
		return text, nil
	}
	plain, err := strconv.Unquote(text)
	if err != nil {
		return "", fmt.Errorf("%.40s: %w", text, err)
	}
	return plain, nil
}
