package run

import (
	"context"
	"sync"
	"time"

	"ltcsolo/cmd/ltcsolo/internal/settings"
	"ltcsolo/solo"
	"ltcsolo/solo/odds"
	"ltcsolo/template"
	"ltcsolo/wallet"
)

const (
	accountEvery = time.Minute      // at least this often the account is read
	toldLately   = 10 * time.Minute // for so long what a miner told of its power holds
)

// account adds up what a run costs and what its hashes can be expected to win. It is read often, since power, difficulty
// and rewards change: each reading counts what has happened since the last one. It is safe for concurrent use.
type account struct {
	said settings.Money

	mu     sync.Mutex
	at     time.Time // of the last reading; zero before the first
	hashes uint64    // of the run, by then
	cost   float64
	won    map[*template.Chain]float64 // on average, in the chain's smallest unit
}

// newAccount returns nil, whose readings are nil, if the user has given neither a price nor what electricity costs.
func newAccount(said settings.Money) *account {
	if said.Electricity < 0 && said.Price < 0 && said.DogePrice < 0 {
		return nil
	}
	return &account{said: said, won: make(map[*template.Chain]float64)}
}

// read counts what has happened until now, when s was taken.
func (a *account) read(s *solo.Stats, now time.Time) *solo.Money {
	if a == nil {
		return nil
	}
	m := &solo.Money{Currency: a.said.Currency, Electricity: a.said.Electricity, Power: powerOf(s, a.said.Watts, now)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if passed := now.Sub(a.at); passed > 0 { // what others read at the same time may be a little newer
		if !a.at.IsZero() && m.Power.Watts > 0 && m.Electricity > 0 {
			a.cost += odds.Cost(m.Power.Watts, passed.Seconds(), m.Electricity)
		}
		a.at = now
	}
	searched := 0.0
	if s.Search.Hashes > a.hashes {
		searched = float64(s.Search.Hashes - a.hashes)
		a.hashes = s.Search.Hashes
	}
	for _, c := range minedCoins(s) {
		if c.template != nil {
			a.won[c.chain] += odds.ExpectedReward(c.template.Target, searched, float64(c.template.CoinbaseValue))
		}
		coin := solo.Coin{Chain: c.chain, Price: a.said.PriceOf(c.chain), Expected: a.won[c.chain]}
		if s.Network != string(wallet.Main) {
			coin.Price = -1 // coins of other networks are worth nothing
		}
		m.Coins = append(m.Coins, coin)
	}
	m.Cost = a.cost
	return m
}

// minedCoin is a chain and what is searched of it now; nil if nothing is.
type minedCoin struct {
	chain    *template.Chain
	template *template.Template
}

// minedCoins returns Litecoin and the merged chains.
func minedCoins(s *solo.Stats) []minedCoin {
	litecoin := minedCoin{chain: template.Litecoin}
	if s.Job != nil && (s.Idle == "" || !s.Searching) { // paused, what was hashed before the pause still counts
		litecoin.template = s.Job.Template
	}
	all := []minedCoin{litecoin}
	for i := range s.Merged {
		m := &s.Merged[i]
		c := minedCoin{chain: m.Chain}
		if m.Committed {
			c.template = m.Template
		}
		all = append(all, c)
	}
	return all
}

// powerOf returns the power that the user gave, while anything searches; if given is negative, the sum of what the miners
// have told lately.
func powerOf(s *solo.Stats, given float64, now time.Time) solo.Power {
	if given >= 0 {
		if !s.Searching {
			given = 0
		}
		return solo.Power{Watts: given, Given: true}
	}
	p := solo.Power{Watts: -1}
	for i := range s.Workers {
		w := &s.Workers[i]
		told := w.Rig != nil && w.Rig.Watts > 0 && now.Sub(w.Rig.When) <= toldLately
		if told {
			p.Watts = max(p.Watts, 0) + w.Rig.Watts
			p.Told++
		}
		if told || w.Kind == solo.KindRig || w.Kind != solo.KindCPU && w.Sessions > 0 {
			p.Miners++
		}
	}
	return p
}

// keepAccount reads the account until ctx ends, so that nothing depends on whether anybody looks.
func (r *run) keepAccount(ctx context.Context) {
	if r.account == nil {
		return
	}
	tick := time.NewTicker(accountEvery)
	defer tick.Stop()
	for {
		r.stats()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
