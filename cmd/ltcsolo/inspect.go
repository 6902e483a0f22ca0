package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/scrypt"
	"ltcsolo/solo/textfile"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

func inspectCommand() *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "decode and check a serialized block: proof of work, merkle root, witness commitment, MWEB, coinbase, merged mining",
		ArgsUsage: "FILE|-",
		Description: `Reads a block in hex from a file, or from standard input with -. Its bytes, the JSON-RPC reply that has it, the file of a
found block in the state directory, and a header alone (80 bytes) are fine too. Of a merged chain's block, such as Dogecoin's, the proof is
checked: the parent's work, the commitment in its coinbase, the slot, and the branches; one without a proof has its own work. The exit code is 0 if everything that can be checked
without a node is right, else 1.

Examples:
  litecoin-cli getblock HASH 0 | ltcsolo inspect -
  dogecoin-cli getblock HASH false | ltcsolo inspect -
  ltcsolo inspect --network main --json block.hex
  ltcsolo inspect ~/.local/state/ltcsolo/main/blocks/*.block`,
		Flags: append([]cli.Flag{&cli.StringFlag{Name: "network",
			Usage: "`NAME`: main, test or regtest: shows the addresses paid, and checks the target against the network's limit (default: neither)"}},
			settings.CommonFlags()...),
		Action: inspect,
	}
}

// inspection is the output of inspect --json.
type inspection struct {
	Hash                template.Hash   `json:"hash"`
	PoWHash             template.Hash   `json:"pow_hash"`
	Target              template.Target `json:"target"`
	PoWOK               bool            `json:"pow_ok"`
	Height              int32           `json:"height"`
	Time                string          `json:"time"`
	Transactions        int             `json:"transactions"`
	MerkleRootOK        bool            `json:"merkle_root_ok"`
	WitnessCommitmentOK bool            `json:"witness_commitment_ok"`
	MWEB                bool            `json:"mweb"`
	HogEx               bool            `json:"hogex"`
	Coinbase            inspectedBase   `json:"coinbase"`
	Bytes               int             `json:"bytes"`
	Weight              int             `json:"weight"`
	OK                  bool            `json:"ok"`
}

type inspectedBase struct {
	ScriptSig template.Hex      `json:"script_sig"`
	Text      string            `json:"text"`
	Outputs   []inspectedOutput `json:"outputs"`

	Commitments        []inspectedCommitment `json:"commitments,omitempty"` // to merged chains
	CommitmentProblems []string              `json:"commitment_problems,omitempty"`
}

type inspectedOutput struct {
	terminal.Amount
	Script  template.Hex `json:"script"`
	Address string       `json:"address,omitempty"` // with --network, if the script is an address's
}

func inspect(ctx *cli.Context) error {
	var network wallet.Network
	if name := ctx.String("network"); name != "" {
		var err error
		if network, err = settings.ParseNetwork(name); err != nil {
			return err
		}
	}
	raw, err := readBlock(ctx.App.Reader, ctx.Args().First())
	if err != nil {
		return err
	}
	if len(raw) == template.HeaderSize {
		return inspectHeader(ctx, template.Header(raw), network)
	}
	if template.IsAuxBlock(raw) {
		return inspectAux(ctx, raw, network)
	}
	b, err := template.ParseBlock(raw)
	if err != nil {
		return terminal.Failed("give the whole block in hex, as litecoin-cli getblock HASH 0 prints it", "%v", err)
	}
	v, problems := inspectBlock(b, network)
	return showInspected(ctx, v, template.Litecoin.Daemon, problems)
}

// showInspected prints what was found out about a block of node's chain. The error is refusedFor's.
func showInspected(ctx *cli.Context, v interface{ print(io.Writer) error }, node string, problems []string) (err error) {
	if ctx.Bool("json") {
		err = terminal.PrintJSON(ctx.App.Writer, v)
	} else {
		err = v.print(ctx.App.Writer)
	}
	if err != nil {
		return err
	}
	return refusedFor(node, problems)
}

// refusedFor returns the error about what is wrong with a block, nil if nothing is.
func refusedFor(node string, problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	return terminal.Failed("get the block from its source again", "%s would refuse this block: %s", node, strings.Join(problems, "; "))
}

// readBlock reads a block, or a header alone, from a file, or from standard input for "-": in hex, as a JSON-RPC reply has
// it, as a file of the journal, or its bytes.
func readBlock(stdin io.Reader, name string) ([]byte, error) {
	text, err := readInput(stdin, name)
	if err != nil {
		return nil, err
	}
	if isRawBlock(text) {
		return text, nil
	}
	if bytes.HasPrefix(text, []byte("ltcsolo block ")) { // a file of the journal
		text = text[bytes.LastIndex(text, []byte("\nblock: "))+1:]
		text = bytes.TrimPrefix(text, []byte("block: "))
	}
	if text, err = savedReply("", "getblock", text); err != nil {
		return nil, err
	}
	digits := bytes.Join(bytes.Fields(text), nil)
	digits = bytes.Trim(digits, `"`) // a string of JSON
	digits = bytes.TrimPrefix(bytes.TrimPrefix(digits, []byte("0x")), []byte("0X"))
	raw := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(raw, digits); err != nil || len(raw) == 0 {
		return nil, terminal.Usage("", "give a block's serialization in hex digits, as litecoin-cli getblock HASH 0 prints it", "the input is not hex")
	}
	return raw, nil
}

// isRawBlock reports whether an input is a block's bytes, or a header's: those of a text are no control characters.
func isRawBlock(input []byte) bool {
	return len(input) >= template.HeaderSize && !textfile.IsUTF16(input) && bytes.ContainsFunc(input, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t'
	})
}

// inspectBlock checks a block's proof of work, and collects what template.ParseBlock found.
func inspectBlock(b *template.Block, network wallet.Network) (*inspection, []string) {
	pow, powOK, found := checkPoW(&b.Header, b.Target, template.Litecoin, network)
	problems := append(b.Problems, found...)
	v := &inspection{
		Hash: b.Header.BlockHash(), PoWHash: pow, Target: b.Target, PoWOK: powOK,
		Height: b.Height, Time: headerTime(b.Header.Time()), Transactions: b.Transactions, MerkleRootOK: b.MerkleRootOK,
		WitnessCommitmentOK: b.WitnessCommitmentOK, MWEB: b.MWEB, HogEx: b.HogEx, Bytes: b.Bytes, Weight: b.Weight,
		Coinbase: inspectCoinbase(b, template.Litecoin, network), OK: len(problems) == 0,
	}
	v.Coinbase.Commitments, v.Coinbase.CommitmentProblems = commitmentsIn(b.ScriptSig)
	return v, problems
}

// inspectCoinbase describes the coinbase of a chain's block.
func inspectCoinbase(b *template.Block, chain *template.Chain, network wallet.Network) inspectedBase {
	v := inspectedBase{ScriptSig: b.ScriptSig, Text: b.ScriptSig.Text(), Outputs: []inspectedOutput{}}
	for _, out := range b.Outputs {
		o := inspectedOutput{Amount: terminal.AmountOf(out.Value, chain), Script: out.Script}
		if a, ok := wallet.Coin(chain.Name).FromScript(out.Script, network); ok {
			o.Address = a.Text
		}
		v.Outputs = append(v.Outputs, o)
	}
	return v
}

// checkPoW hashes a header and compares the hash with its target. A target of zero, which ParseBlock has told of, is not ok.
func checkPoW(h *template.Header, target template.Target, chain *template.Chain, network wallet.Network) (pow template.Hash, ok bool, problems []string) {
	pow = template.Hash(scrypt.Sum((*[scrypt.HeaderSize]byte)(h)))
	ok = target != (template.Target{}) && target.MetBy(&pow)
	if target != (template.Target{}) && !ok {
		problems = append(problems, "high-hash: the PoW hash is above the target")
	}
	if limit, known := powLimit(chain, network); known && target.ExpectedHashes() < limit.ExpectedHashes() {
		problems, ok = append(problems, fmt.Sprintf("bad-diffbits: the target is above the limit of network %s", network)), false
	}
	return pow, ok, problems
}

// powLimit returns the easiest target that a network of the chain allows. It is not ok without a network.
func powLimit(chain *template.Chain, network wallet.Network) (template.Target, bool) {
	n, ok := chain.Network(string(network))
	if !ok {
		return template.Target{}, false
	}
	t, err := template.TargetFromBits(n.PowLimitBits)
	return t, err == nil
}

func (v *inspection) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "block hash:\t%s\n", v.Hash)
	printHeight(w, v.Height)
	fmt.Fprintf(w, "time:\t%s\n", v.Time)
	fmt.Fprintf(w, "proof of work:\t%s\n", okOrWrong(v.PoWOK))
	fmt.Fprintf(w, "  PoW hash:\t%s\n", v.PoWHash)
	fmt.Fprintf(w, "  target:\t%s\n", v.Target)
	fmt.Fprintf(w, "merkle root:\t%s\n", okOrWrong(v.MerkleRootOK))
	fmt.Fprintf(w, "witness commitment:\t%s\n", okOrWrong(v.WitnessCommitmentOK))
	fmt.Fprintf(w, "transactions:\t%d\n", v.Transactions)
	fmt.Fprintf(w, "HogEx, MWEB:\t%s, %s\n", terminal.YesNo(v.HogEx), terminal.YesNo(v.MWEB))
	fmt.Fprintf(w, "size:\t%d bytes, weight %d\n", v.Bytes, v.Weight)
	v.Coinbase.print(w)
	return w.Flush()
}

func okOrWrong(ok bool) string {
	if ok {
		return "ok"
	}
	return "WRONG"
}

// payee returns the address of an output, or its script if that pays no known kind of address.
func payee(address string, script []byte) string {
	if address != "" {
		return address
	}
	return fmt.Sprintf("script %x", script)
}

// headerTime returns the time of a header as results have it.
func headerTime(seconds uint32) string { return terminal.ISOTime(time.Unix(int64(seconds), 0)) }
