package dashboard

import (
	"fmt"
	"strings"

	"ltcsolo/solo"
	"ltcsolo/solo/units"
)

// tile is a figure that people look at first.
type tile struct {
	Name  string
	Value string
	Note  string // empty if there is nothing to add
}

// Tiles returns the figures of the page's overview. What is not known has none.
func (p *page) Tiles() []tile {
	tiles := []tile{p.rateTile()}
	if p.Stratum != nil {
		tiles = append(tiles, p.minersTile())
	}
	tiles = append(tiles, p.bestTile(), p.foundTile())
	tiles = append(tiles, p.oddsTiles()...)
	tiles = append(tiles, p.moneyTiles()...)
	if t := p.Template; t != nil && t.PreviousAge != nil {
		note := "height " + units.Thousands(int64(t.Height-1))
		if p.stats.Outdated() != "" {
			note += ", as far as is known"
		}
		tiles = append(tiles, tile{"Network's last block", units.Age(*t.PreviousAge) + " ago", note})
	}
	if celsius, of := hottest(p.stats); celsius > 0 {
		tiles = append(tiles, tile{"Hottest", fmt.Sprintf("%.0f °C", celsius), of})
	}
	return tiles
}

func (p *page) rateTile() tile {
	value, deviation, _ := strings.Cut(units.MeasuredRate(p.Search.HashRate, p.Search.HashRateError), " ±")
	if deviation != "" {
		deviation = "±" + deviation
	}
	return tile{"Hash rate", value, deviation}
}

func (p *page) minersTile() tile {
	all := len(p.Miners())
	connected := units.Thousands(int64(solo.ConnectedMiners(p.stats.Workers)))
	if all == 0 {
		return tile{"Miners", "none yet", ""}
	}
	return tile{"Miners", connected + " of " + units.Thousands(int64(all)), "connected"}
}

// bestTile tells of the best share in the miners' own unit, as their screens show it.
func (p *page) bestTile() tile {
	best, ever := p.Search.BestShare, p.Search.BestShareEver
	t := tile{"Best share", "none yet", ""}
	var notes []string
	if best > 0 {
		t.Value = units.Difficulty(best)
	}
	if ever > best {
		notes = append(notes, "ever "+units.Difficulty(ever))
	}
	if p.Template != nil {
		notes = append(notes, p.BlockText())
	}
	t.Note = strings.Join(notes, ", ")
	return t
}

func (p *page) foundTile() tile {
	if p.AllFound() == 0 {
		return tile{"Blocks found", "none yet", ""}
	}
	t := tile{"Blocks found", units.Thousands(int64(p.AllFound())), ""}
	accepted := p.Accepted
	for _, m := range p.Merged {
		accepted += m.Accepted
	}
	if accepted > 0 {
		t.Note = units.Thousands(int64(accepted)) + " of this run"
	}
	return t
}

// oddsTiles tells of each chain that is mined.
func (p *page) oddsTiles() (tiles []tile) {
	add := func(name string, o *Odds) {
		if o != nil && o.Expected != nil {
			tiles = append(tiles, tile{name, units.Duration(*o.Expected), "on average"})
		}
	}
	if p.litecoin() == "" {
		add("A block in", p.Odds)
		return tiles
	}
	add("A litecoin block in", p.Odds)
	for _, m := range p.Merged {
		if m.Committed {
			add("A "+m.Chain+" block in", m.Odds)
		}
	}
	return tiles
}

// moneyTiles tells what a day costs and can be expected to earn.
func (p *page) moneyTiles() (tiles []tile) {
	m := p.Money
	if m == nil {
		return nil
	}
	if m.CostDay != nil {
		tiles = append(tiles, tile{"Power costs", m.Text(*m.CostDay), "a day"})
	}
	if m.IncomeDay != nil {
		tiles = append(tiles, tile{"Expected income", m.Text(*m.IncomeDay), "a day, on average"})
	}
	return tiles
}

// hottest returns the temperature of the hottest worker that tells it, and its name.
func hottest(s *solo.Stats) (celsius float64, of string) {
	if s.Search.Temperature > 0 {
		celsius, of = s.Search.Temperature, "this machine"
	}
	for i := range s.Workers {
		if rig := s.Workers[i].Rig; rig != nil && rig.Hottest() > celsius {
			celsius, of = rig.Hottest(), line(s.Workers[i].Name)
		}
	}
	return celsius, of
}
