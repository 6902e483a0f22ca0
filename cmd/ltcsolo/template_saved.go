package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/cmd/ltcsolo/internal/terminal"
	"ltcsolo/solo/node"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

// showSaved shows the templates in files: Litecoin's, and those of merged chains.
func showSaved(ctx *cli.Context, files []string) error {
	var main *side
	var merged []side
	seen := map[*template.Chain]bool{}
	for _, name := range files {
		s, err := readSaved(ctx, name)
		if err != nil {
			return err
		}
		chain := s.template.Chain
		if seen[chain] {
			return terminal.Usage("from", "give one reply of each chain", "two of the saved replies are of %s", chain.Name)
		}
		seen[chain] = true
		if chain == template.Litecoin {
			main = &s
		} else {
			merged = append(merged, s)
		}
	}
	switch {
	case main == nil:
		return terminal.Usage("from", "give Litecoin's reply with another --from", "there is no saved reply of litecoin: merged chains are mined with its headers")
	case ctx.Bool("merged") && len(merged) == 0:
		return terminal.Usage("merged", "give the merged chain's reply with another --from", "there is no saved reply of a merged chain")
	}
	return present(ctx, *main, merged...)
}

// readSaved returns the side of a saved reply, of the chain that its version tells.
func readSaved(ctx *cli.Context, name string) (side, error) {
	network := ctx.String("network")
	text, err := readInput(ctx.App.Reader, name)
	if err != nil {
		return side{}, err
	}
	result, err := savedResult(network, text)
	if err != nil {
		return side{}, err
	}
	if chain := chainOf(result); chain != template.Litecoin {
		return savedMerged(ctx, chain, result)
	}
	var s side
	if s.script, s.address, err = templatePayout(ctx, network); err != nil {
		return s, err
	}
	s.template, err = template.Litecoin.Decode(result, time.Now())
	if n, ok := template.Litecoin.Network(network); err == nil && ok {
		err = s.template.CheckValue(n)
	}
	if err != nil {
		remedy := fmt.Sprintf(`save one with: %s getblocktemplate '{"rules":["mweb","segwit"]}'`, nodeCLI(template.Litecoin, network))
		return s, terminal.Failed(remedy, "the saved reply cannot be mined on: %v", err)
	}
	return s, nil
}

// savedMerged returns a merged chain's side of a saved reply.
func savedMerged(ctx *cli.Context, chain *template.Chain, result []byte) (side, error) {
	network := ctx.String("network")
	s := side{script: settings.PaysNobody}
	m := settings.Merged{Chain: chain}
	chains, err := settings.ReadShownMerged(ctx)
	if err != nil {
		return s, err
	}
	for _, c := range chains {
		if c.Chain == chain {
			m = c
		}
	}
	if m.Address != "" {
		a, err := decodeMerged(&m, network)
		if err != nil {
			return s, err
		}
		if a.Script != nil {
			s.script, s.address = a.Script, &a
		}
	}
	s.template, err = chain.Decode(result, time.Now())
	if n, ok := chain.Network(network); err == nil && ok {
		err = s.template.CheckValue(n)
	}
	if err != nil {
		return s, terminal.Failed(fmt.Sprintf(`save one with: %s getblocktemplate '{"rules":[]}'`, nodeCLI(chain, network)),
			"the saved reply of %s cannot be mined on: %v", chain.Name, err)
	}
	return s, nil
}

// decodeMerged reads the address of a merged chain for a network, or for any if the name is empty.
func decodeMerged(m *settings.Merged, network string) (wallet.Address, error) {
	if coin, known := wallet.CoinNamed(m.Chain.Name); known && network == "" {
		a, err := coin.DecodeAny(m.Address)
		return a, terminal.About(node.Setting(m.Chain, "address"), err)
	}
	return m.Decode(wallet.Network(network))
}

// chainOf tells a saved getblocktemplate result's chain by its version.
func chainOf(result []byte) *template.Chain {
	var reply struct {
		Version int32 `json:"version"`
	}
	_ = json.Unmarshal(result, &reply) // Decode says what is wrong
	return template.ChainOfVersion(reply.Version)
}

// savedResult returns the getblocktemplate result in a saved reply, which may be compressed and may have the JSON-RPC
// reply around it.
func savedResult(network string, text []byte) ([]byte, error) {
	if bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err == nil {
			text, err = io.ReadAll(io.LimitReader(z, maxInput+1))
		}
		switch {
		case err != nil:
			return nil, terminal.Usage("from", "save the reply again", "the input is damaged gzip: %v", err)
		case len(text) > maxInput:
			return nil, terminal.Usage("from", "give a smaller file", "the input is longer than %d MiB", maxInput>>20)
		}
	}
	return savedReply(network, "getblocktemplate", text)
}

// nodeCLI returns how the client of a chain's node is called on a network; "" is main.
func nodeCLI(chain *template.Chain, network string) string {
	client := strings.TrimSuffix(chain.Daemon, "d") + "-cli"
	switch network {
	case "test":
		return client + " -testnet"
	case "regtest":
		return client + " -regtest"
	}
	return client
}
