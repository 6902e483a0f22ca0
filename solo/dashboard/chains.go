package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ltcsolo/solo/delivery"
	"ltcsolo/solo/units"
	"ltcsolo/template"
)

// What the page lists of all chains together. It names chains only if there are several.

// chainNode is a node of a chain.
type chainNode struct {
	Chain string
	Node
}

// AllNodes returns the nodes of all chains, Litecoin's first.
func (p *page) AllNodes() []chainNode {
	var all []chainNode
	for _, n := range p.Nodes {
		all = append(all, chainNode{template.Litecoin.Name, n})
	}
	for _, m := range p.Merged {
		for _, n := range m.Nodes {
			all = append(all, chainNode{m.Chain, n})
		}
	}
	return all
}

// chainBlock is a found block of a chain.
type chainBlock struct {
	Chain    string // empty if there is only one
	Maturity int
	Reward   string
	Age      float64 // seconds since it was found
	Block
}

// ToGo returns how many confirmations the block needs until its reward can be spent; 0 if it is not in the best chain.
func (b chainBlock) ToGo() int {
	if b.State != string(delivery.StateImmature) {
		return 0
	}
	return max(0, b.Maturity-max(0, b.Confirmations))
}

// freshFor is how long the page announces a found block.
const freshFor = 10 * time.Minute

// Fresh returns the blocks to announce, newest first.
func (p *page) Fresh() []chainBlock {
	return slices.DeleteFunc(p.AllBlocks(), func(b chainBlock) bool { return b.Age >= freshFor.Seconds() })
}

// AllBlocks returns the found blocks of all chains, newest first.
func (p *page) AllBlocks() []chainBlock {
	litecoin, _ := template.Litecoin.Network(p.Network)
	var all []chainBlock
	for _, b := range p.Blocks {
		all = append(all, chainBlock{p.litecoin(), litecoin.Maturity, units.Litecoin(b.Value), p.age(b.Found), b})
	}
	for _, m := range p.Merged {
		for _, b := range m.Blocks {
			all = append(all, chainBlock{m.Chain, m.Maturity, m.Coins(b.Value), p.age(b.Found), Block(b)})
		}
	}
	slices.SortStableFunc(all, func(a, b chainBlock) int { return b.Found.Compare(a.Found) })
	return all[:min(maxBlocks, len(all))]
}

// age returns how many seconds ago t was.
func (p *page) age(t time.Time) float64 { return seconds(p.Time.Sub(t)) }

// maxOpen is how many blocks the page shows without unfolding.
const maxOpen = 2

// Newest returns the blocks that are always shown, Older those that can be unfolded.
func (p *page) Newest() []chainBlock { all := p.AllBlocks(); return all[:min(maxOpen, len(all))] }
func (p *page) Older() []chainBlock  { all := p.AllBlocks(); return all[min(maxOpen, len(all)):] }

// AllFound returns the number of found blocks of all chains, including those of earlier runs.
func (p *page) AllFound() int {
	n := p.BlocksFound()
	for i := range p.Merged {
		n += p.Merged[i].BlocksFound()
	}
	return n
}

// tally counts the blocks of a chain by their state.
type tally struct {
	Chain  string // empty if there is only one
	States map[string]int
}

// Tallies returns the counts of the chains that have blocks.
func (p *page) Tallies() []tally {
	all := []tally{{p.litecoin(), p.BlockStates}}
	for _, m := range p.Merged {
		all = append(all, tally{m.Chain, m.BlockStates})
	}
	return slices.DeleteFunc(all, func(t tally) bool { return sum(t.States) == 0 })
}

// AcceptedText says how many blocks of this run are in the best chain: "2", or "2 litecoin, 1 dogecoin".
func (p *page) AcceptedText() string {
	parts := []string{strings.TrimSpace(fmt.Sprint(p.Accepted, " ", p.litecoin()))}
	for _, m := range p.Merged {
		parts = append(parts, fmt.Sprint(m.Accepted, " ", m.Chain))
	}
	return strings.Join(parts, ", ")
}

// litecoin is Litecoin's name if other chains are mined too.
func (p *page) litecoin() string {
	if len(p.Merged) == 0 {
		return ""
	}
	return template.Litecoin.Name
}

// capital writes the name of a chain as a heading.
func capital(name string) string {
	return strings.ToUpper(name[:min(1, len(name))]) + name[min(1, len(name)):]
}
