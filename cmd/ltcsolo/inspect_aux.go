package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// inspectedAux is the output of inspect --json for a block of a merged chain.
type inspectedAux struct {
	Chain        string          `json:"chain,omitempty"` // left out: unknown
	ChainID      uint16          `json:"chain_id"`
	Hash         template.Hash   `json:"hash"`
	PoWHash      template.Hash   `json:"pow_hash"` // of the parent's header, without a proof of its own
	Target       template.Target `json:"target"`
	PoWOK        bool            `json:"pow_ok"`
	Proof        *inspectedProof `json:"proof"` // null: the block was mined alone
	Height       int32           `json:"height"`
	Time         string          `json:"time"`
	Transactions int             `json:"transactions"`
	MerkleRootOK bool            `json:"merkle_root_ok"`
	Coinbase     inspectedBase   `json:"coinbase"`
	Bytes        int             `json:"bytes"`
	Weight       int             `json:"weight"`
	OK           bool            `json:"ok"`
}

// inspectedProof is the proof of a merged chain's block.
type inspectedProof struct {
	OK             bool                  `json:"ok"` // all but the PoW hash
	Parent         template.Hash         `json:"parent"`
	ParentTime     string                `json:"parent_time"`
	CoinbaseTxID   template.Hash         `json:"coinbase_txid"`
	ScriptSig      template.Hex          `json:"script_sig"`
	Text           string                `json:"text"`
	CoinbaseBranch []template.Hash       `json:"coinbase_branch"`
	ChainBranch    []template.Hash       `json:"chain_branch"`
	Slot           int32                 `json:"slot"`
	Root           template.Hash         `json:"root"` // of the tree of merged chains
	Commitments    []inspectedCommitment `json:"commitments"`
}

// inspectedCommitment is a commitment to merged chains in a main coinbase.
type inspectedCommitment struct {
	Offset int           `json:"offset"`
	Root   template.Hash `json:"root"`
	Size   uint32        `json:"size"`
	Nonce  uint32        `json:"nonce"`
}

// commitmentsIn returns the commitments in a scriptSig, and what is wrong with them.
func commitmentsIn(scriptSig []byte) (all []inspectedCommitment, problems []string) {
	found, problems := template.FindCommitments(scriptSig)
	for _, c := range found {
		all = append(all, inspectedCommitment(c))
	}
	return all, problems
}

// inspectAux shows and checks a block of a merged chain.
func inspectAux(ctx *cli.Context, raw []byte, network wallet.Network) error {
	b, err := template.ParseAuxBlock(raw)
	if err != nil {
		return terminal.Failed("give the whole block in hex, proof included, as dogecoin-cli getblock HASH false prints it", "%v", err)
	}
	v, problems := inspectAuxBlock(b, network)
	node := "the chain's node"
	if b.Chain != nil {
		node = b.Chain.Daemon
	}
	return showInspected(ctx, v, node, problems)
}

// inspectAuxBlock checks the proof of work of a merged chain's block, and collects what template.ParseAuxBlock found.
func inspectAuxBlock(b *template.AuxBlock, network wallet.Network) (*inspectedAux, []string) {
	chain := b.Chain
	if chain == nil {
		chain = &template.Chain{Ticker: "coins"}
	}
	pow, powOK, found := checkPoW(b.Worked(), b.Target, chain, network)
	problems := append(b.Problems, found...)
	v := &inspectedAux{
		Chain: chain.Name, ChainID: b.ID,
		Hash: b.Header.BlockHash(), PoWHash: pow, Target: b.Target, PoWOK: powOK,
		Height: b.Height, Time: headerTime(b.Header.Time()), Transactions: b.Transactions, MerkleRootOK: b.MerkleRootOK,
		Coinbase: inspectCoinbase(&b.Block, chain, network), Bytes: b.Bytes, Weight: b.Weight, OK: len(problems) == 0,
	}
	if b.Proof != nil {
		v.Proof = inspectProof(b)
	}
	return v, problems
}

// inspectProof describes the proof of a merged chain's block.
func inspectProof(b *template.AuxBlock) *inspectedProof {
	p := b.Proof
	commitments, _ := commitmentsIn(p.ScriptSig)
	return &inspectedProof{
		OK: len(b.CheckProof()) == 0, Parent: p.Parent.BlockHash(), ParentTime: headerTime(p.Parent.Time()), CoinbaseTxID: p.CoinbaseTxID,
		ScriptSig: p.ScriptSig, Text: p.ScriptSig.Text(), CoinbaseBranch: nonNil(p.Branch), ChainBranch: nonNil(p.ChainBranch),
		Slot: p.Slot, Root: p.Root(b.Header.BlockHash()), Commitments: append([]inspectedCommitment{}, commitments...),
	}
}

// nonNil returns the hashes as a list that is [] in JSON if it is empty, and not null.
func nonNil(hashes []template.Hash) []template.Hash { return append([]template.Hash{}, hashes...) }

func (v *inspectedAux) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	chain := v.Chain
	if chain == "" {
		chain = "unknown"
	}
	how, whose := "mined alone", ""
	if v.Proof != nil {
		how, whose = "merge-mined", ", of the parent"
	}
	fmt.Fprintf(w, "chain:\t%s, id %d, %s\n", chain, v.ChainID, how)
	fmt.Fprintf(w, "block hash:\t%s\n", v.Hash)
	printHeight(w, v.Height)
	fmt.Fprintf(w, "time:\t%s\n", v.Time)
	fmt.Fprintf(w, "proof of work:\t%s\n", okOrWrong(v.PoWOK))
	fmt.Fprintf(w, "  PoW hash:\t%s%s\n", v.PoWHash, whose)
	fmt.Fprintf(w, "  target:\t%s\n", v.Target)
	size := fmt.Sprintf("%d bytes", v.Bytes)
	if v.Proof != nil {
		v.Proof.print(w)
		size += ", proof included"
	}
	fmt.Fprintf(w, "merkle root:\t%s\n", okOrWrong(v.MerkleRootOK))
	fmt.Fprintf(w, "transactions:\t%d\n", v.Transactions)
	fmt.Fprintf(w, "size:\t%s\n", size)
	v.Coinbase.print(w)
	return w.Flush()
}

func (p *inspectedProof) print(w io.Writer) {
	fmt.Fprintf(w, "merged mining:\t%s\n", okOrWrong(p.OK))
	fmt.Fprintf(w, "  parent block:\t%s of %s\n", p.Parent, p.ParentTime)
	fmt.Fprintf(w, "  parent's coinbase:\t%x\n", []byte(p.ScriptSig))
	fmt.Fprintf(w, "  text:\t%s\n", p.Text)
	fmt.Fprintf(w, "  txid:\t%s, with a branch of %d\n", p.CoinbaseTxID, len(p.CoinbaseBranch))
	printCommitments(w, p.Commitments, nil)
	fmt.Fprintf(w, "  slot:\t%d, with a branch of %d\n", p.Slot, len(p.ChainBranch))
	fmt.Fprintf(w, "  leads to the root:\t%s\n", p.Root)
}

func printCommitments(w io.Writer, all []inspectedCommitment, problems []string) {
	for _, c := range all {
		fmt.Fprintf(w, "  commitment:\troot %s, size %d, nonce %d, at byte %d\n", c.Root, c.Size, c.Nonce, c.Offset)
	}
	for _, p := range problems {
		fmt.Fprintf(w, "  merged chains refuse:\t%s\n", p)
	}
}

func printHeight(w io.Writer, height int32) {
	if height == 0 {
		fmt.Fprintf(w, "height:\tnot in the block\n")
	} else {
		fmt.Fprintf(w, "height:\t%d\n", height)
	}
}

func (c *inspectedBase) print(w io.Writer) {
	fmt.Fprintf(w, "coinbase:\t%x\n", []byte(c.ScriptSig))
	fmt.Fprintf(w, "  text:\t%s\n", c.Text)
	printCommitments(w, c.Commitments, c.CommitmentProblems)
	for _, o := range c.Outputs {
		fmt.Fprintf(w, "  pays:\t%s to %s\n", o.Amount, payee(o.Address, o.Script))
	}
}
