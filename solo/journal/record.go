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

	"ltcsolo/solo/delivery"
	"ltcsolo/template"
)

// A block's file is text: the magic line, comments that say how to use it, a "key: value" line for each property, a verdict
// line for each answer of a node and a state line for each change of the block's state, each kind in order of arrival, the
// SHA-256 of all bytes above, and last the block in hex. A Litecoin block has no line chain, and value_litoshi for value.
//
//	ltcsolo block 1
//	# ...
//	chain: dogecoin
//	network: regtest
//	height: 433
//	...
//	verdict: 2026-11-23T12:00:00.25Z http://127.0.0.1:19443 accepted
//	state: 2026-11-23T12:00:01Z immature
//	state: 2026-11-23T12:09:00Z orphaned by <block hash>
//	check: <64 hex digits>
//	block: 00000020...
const (
	magic   = "ltcsolo block"
	version = "1"
)

// Keys of lines that are not plain properties.
const (
	keyChain   = "chain"
	keyVerdict = "verdict"
	keyState   = "state"
	keyCheck   = "check"
	keyBlock   = "block"
)

// Words of a state line.
const (
	by      = "by"
	forGood = "for good"
)

// record is the content of a block's file.
type record struct {
	chain            *template.Chain
	network, address string
	candidate        delivery.Candidate
	others           []string               // unknown lines of a later version, kept when the file is rewritten
	verdicts         []delivery.NodeVerdict // all refusals in a file are read as refusals for now; see block
	states           []delivery.Standing
}

// name returns the file's name.
func (r *record) name() string {
	return fmt.Sprintf("%d-%s%s", r.candidate.Height, r.candidate.BlockHash, suffix)
}

// block returns what became of the record's block, whose bytes it does not need.
func (r *record) block(l Labels) delivery.Block {
	address := r.address
	if address == "" && l.AddressOf != nil {
		address = l.AddressOf(r.candidate.Script)
	}
	b := delivery.NewBlock(&r.candidate, address)
	var last delivery.Standing
	if n := len(r.states); n > 0 {
		last = r.states[n-1]
	}
	standing := last.State == ""
	for _, v := range r.verdicts {
		if v.Verdict.Outcome == delivery.RefusedForNow && l.RefusedForNow != nil && !l.RefusedForNow(v.Verdict.Reason) {
			v.Verdict.Outcome = delivery.Rejected
		}
		if !standing && v.At.After(last.At) {
			standing = true
			b.Stand(last)
		}
		b.Answer(v)
	}
	if !standing {
		b.Stand(last)
	}
	return b
}

// encode returns the file's text.
func (r *record) encode() []byte {
	c := &r.candidate
	sum := sha256.Sum256(c.Block)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", magic, version)
	// Linux limits an argument of a command to 128 KiB, so the hex goes through standard input.
	fmt.Fprintf(&b, `# A solved %s block. ltcsolo sends it to the node by itself. To do it by hand, in this directory:
#   sed -n 's/^block: //p' %s | %s -stdin submitblock
# No answer means that the node has taken the block; "duplicate" that it had it already.
`, strings.TrimSuffix(r.chain.Client, " Core"), r.name(), r.client())
	if r.chain != template.Litecoin {
		fmt.Fprintf(&b, "# The value is in 1/100,000,000 %s.\n%s: %s\n", r.chain.Ticker, keyChain, r.chain.Name)
	}
	for _, line := range [][2]string{
		{"network", r.network},
		{"height", strconv.Itoa(int(c.Height))},
		{"block_hash", c.BlockHash.String()},
		{"pow_hash", c.PoWHash.String()},
		{r.valueKey(), strconv.FormatInt(c.Value, 10)},
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
		fmt.Fprintf(&b, "%s: %s %s %s\n", keyVerdict, v.At.UTC().Format(time.RFC3339Nano),
			strings.ReplaceAll(oneLine(v.Node), " ", "%20"), oneLine(v.Verdict.String()))
	}
	for _, st := range r.states {
		fmt.Fprintf(&b, "%s: %s %s", keyState, st.At.UTC().Format(time.RFC3339Nano), st.State)
		if st.ReplacedBy != (template.Hash{}) {
			fmt.Fprintf(&b, " %s %s", by, st.ReplacedBy)
		}
		if st.Settled {
			fmt.Fprintf(&b, " %s", forGood)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s: %x\n", keyCheck, sha256.Sum256(b.Bytes()))
	fmt.Fprintf(&b, "%s: ", keyBlock)
	b.Write(hex.AppendEncode(nil, c.Block))
	b.WriteByte('\n')
	return b.Bytes()
}

// client is the command that calls the node of the block's chain and network.
func (r *record) client() string {
	cli := strings.TrimSuffix(r.chain.Daemon, "d") + "-cli"
	switch r.network {
	case "test":
		return cli + " -testnet"
	case "regtest":
		return cli + " -regtest"
	}
	return cli
}

// valueKey is the key of the line with the block's value.
func (r *record) valueKey() string {
	if r.chain == template.Litecoin {
		return "value_litoshi"
	}
	return "value"
}

// errVersion is the error for a file of a later version. Such files are not changed.
var errVersion = errors.New("it was written by another version of ltcsolo: use that, or hand the block over as the file says")

// decode reads what encode wrote. It fails if any byte has changed.
func decode(text []byte) (record, error) {
	head, block, err := split(text)
	if err != nil {
		return record{}, err
	}
	if block[len(block)-1] != '\n' {
		return record{}, errCut
	}
	r, values, err := decodeHead(head)
	if err != nil {
		return r, err
	}
	c := &r.candidate
	if c.Block, err = hexLine(block); err != nil {
		return r, err
	}
	if sum := sha256.Sum256(c.Block); values["sha256"] != hex.EncodeToString(sum[:]) {
		return r, errors.New("the block's bytes have changed")
	}
	if len(c.Block) < template.HeaderSize || template.DoubleSHA256(c.Block[:template.HeaderSize]) != c.BlockHash {
		return r, errors.New("block_hash does not match the block")
	}
	return r, nil
}

var errCut = errors.New("it is cut short")

// split returns the block's line and the head before it, each with its line end.
func split(text []byte) (head, block []byte, err error) {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	switch v, ok := strings.CutPrefix(string(first), magic+" "); {
	case !ok:
		return nil, nil, errors.New("its first line is not that of a found block")
	case v != version:
		return nil, nil, errVersion
	}
	at := bytes.Index(text, []byte("\n"+keyBlock+": "))
	if at < 0 {
		return nil, nil, errCut
	}
	return text[:at+1], text[at+1:], nil
}

// decodeHead reads all lines before the block's.
func decodeHead(head []byte) (r record, values map[string]string, err error) {
	at := bytes.LastIndex(head, []byte("\n"+keyCheck+": "))
	if at < 0 {
		return r, nil, errCut
	}
	checked := head[:at+1]
	if want := fmt.Sprintf("%s: %x\n", keyCheck, sha256.Sum256(checked)); string(head[at+1:]) != want {
		return r, nil, errors.New("its lines have changed")
	}
	values = map[string]string{}
	_, lines, _ := bytes.Cut(checked, []byte("\n"))
	for line := range strings.Lines(string(lines)) {
		if err := r.take(strings.TrimSuffix(line, "\n"), values); err != nil {
			return r, nil, err
		}
	}
	return r, values, r.set(values)
}

// take reads one line: a verdict, a state, or a property, which it puts into values.
func (r *record) take(line string, values map[string]string) error {
	if strings.HasPrefix(line, "#") {
		return nil
	}
	key, value, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("line %.40q is not a property", line)
	}
	switch key {
	case keyVerdict:
		v, err := parseVerdict(value)
		r.verdicts = append(r.verdicts, v)
		return err
	case keyState:
		st, err := parseState(value)
		r.states = append(r.states, st)
		return err
	case keyChain, "network", "height", "block_hash", "pow_hash", "value_litoshi", "value", "address", "script", "found", "worker", "job",
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

// set reads the properties.
func (r *record) set(values map[string]string) error {
	c := &r.candidate
	r.chain = template.Litecoin
	if name, other := values[keyChain]; other {
		var known bool
		if r.chain, known = template.ChainNamed(name); !known {
			return errVersion
		}
	}
	r.network, r.address, c.Worker, c.JobID = values["network"], values["address"], values["worker"], values["job"]
	height, err := strconv.ParseInt(values["height"], 10, 32)
	if err != nil {
		return fmt.Errorf("height: %w", err)
	}
	c.Height = int32(height)
	if c.BlockHash, err = template.ParseHash(values["block_hash"]); err != nil {
		return fmt.Errorf("block_hash: %w", err)
	}
	if c.PoWHash, err = template.ParseHash(values["pow_hash"]); err != nil {
		return fmt.Errorf("pow_hash: %w", err)
	}
	if c.Value, err = strconv.ParseInt(values[r.valueKey()], 10, 64); err != nil {
		return fmt.Errorf("%s: %w", r.valueKey(), err)
	}
	if c.Script, err = hex.DecodeString(values["script"]); err != nil {
		return fmt.Errorf("script: %w", err)
	}
	if c.Found, err = time.Parse(time.RFC3339Nano, values["found"]); err != nil {
		return fmt.Errorf("found: %w", err)
	}
	return nil
}

func parseVerdict(value string) (v delivery.NodeVerdict, err error) {
	at, rest, _ := strings.Cut(value, " ")
	node, text, _ := strings.Cut(rest, " ")
	if v.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return v, fmt.Errorf("verdict: %w", err)
	}
	if v.Node, err = fromOneLine(strings.ReplaceAll(node, "%20", " ")); err != nil {
		return v, err
	}
	if text, err = fromOneLine(text); err != nil {
		return v, err
	}
	v.Verdict, err = delivery.ParseVerdict(text)
	return v, err
}

func parseState(value string) (st delivery.Standing, err error) {
	value, st.Settled = strings.CutSuffix(value, " "+forGood)
	at, rest, _ := strings.Cut(value, " ")
	state, rival, replaced := strings.Cut(rest, " "+by+" ")
	if st.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return st, fmt.Errorf("state: %w", err)
	}
	if replaced {
		if st.ReplacedBy, err = template.ParseHash(rival); err != nil {
			return st, fmt.Errorf("state: %w", err)
		}
	}
	switch st.State = delivery.BlockState(state); st.State {
	case delivery.StateUnsettled, delivery.StateImmature, delivery.StateMature, delivery.StateOrphaned, delivery.StateRejected:
		return st, nil
	}
	return st, fmt.Errorf("unknown state %.40q", state)
}

// hexLine decodes the block's line, which includes its line end.
func hexLine(line []byte) ([]byte, error) {
	digits := line[len(keyBlock+": ") : len(line)-1]
	raw := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(raw, digits); err != nil {
		return nil, fmt.Errorf("block: %w", err)
	}
	return raw, nil
}

// oneLine returns text as the value of a line: quoted if it would not survive there unquoted.
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

// fromOneLine is the inverse of oneLine.
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
