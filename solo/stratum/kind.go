package stratum

import (
	"strconv"
	"strings"

	"ltcsolo/template"
)

// Difficulties in this package are in pool units, as Scrypt miners show them: difficulty 1 is 0000ffff0000…, 65536 expected
// hashes (template.PoolDifficultyFactor).

// kind is a class of clients that are treated alike. It follows from the user agent, which tells CPUs, GPUs and stock
// Antminers apart, and little else: most firmware presents itself as some cgminer.
type kind struct {
	Name      string
	Start     float64 // difficulty for a client of which nothing else is known
	Floor     float64 // lowest difficulty while a client that has found no share yet is offered less and less
	Fractions bool    // takes difficulties below 1; firmware may read them as 0
	Bfgminer  bool    // see wire and target
}

// Floors. Chips of Antminers return no hash below difficulty 2048 (L7) or 4096 (L9); hardware that is still warming up
// must not be met by a difficulty at which its first second is a flood. cgminer and sgminer test what the GPU returns
// against difficulty 1 before anything else (test_nonce): below that they send no share, and count a hardware error for
// each.
const (
	floorCPU      = 1.0 / 64
	floorGPU      = 1
	floorHardware = 32
	floorGodMiner = 2048
)

var (
	kindGodMiner = kind{Name: "Antminer", Start: 262144, Floor: floorGodMiner}
	kindCPU      = kind{Name: "CPU miner", Start: 4, Floor: floorCPU, Fractions: true}
	kindGPU      = kind{Name: "GPU miner", Start: 256, Floor: floorGPU}
	kindBfgminer = kind{Name: "bfgminer", Start: 256, Floor: floorCPU, Fractions: true, Bfgminer: true}
	kindLottery  = kind{Name: "lottery miner", Start: 1024, Floor: floorHardware}
	kindUnknown  = kind{Name: "unknown", Start: 32768, Floor: floorHardware}
)

// userAgents are the beginnings of user agents in lower case. What the stock firmware of L7 and L9 says in its second
// attempt at subscribing is ckbminer. cgminer from 4 on is hardware: the L3+ says cgminer/4.9.0.
var userAgents = []struct {
	prefix string
	kind   kind
}{
	{"godminer/", kindGodMiner},
	{"ckbminer", kindGodMiner},
	{"cpuminer", kindCPU},
	{"minerd", kindCPU},
	{"cgminer/2.", kindGPU},
	{"cgminer/3.", kindGPU},
	{"sgminer/", kindGPU},
	{"bfgminer", kindBfgminer},
}

// lotteryMiners occur anywhere in a user agent, in lower case.
var lotteryMiners = []string{"nmminer", "luckyminer", "bitaxe"}

func classify(userAgent string) kind {
	ua := strings.ToLower(strings.TrimSpace(userAgent))
	for _, u := range userAgents {
		if strings.HasPrefix(ua, u.prefix) {
			return u.kind
		}
	}
	for _, name := range lotteryMiners {
		if strings.Contains(ua, name) {
			return kindLottery
		}
	}
	return kindUnknown
}

// least returns the lowest difficulty that the kind can be sent.
func (k kind) least() float64 {
	if k.Fractions {
		return minDifficulty
	}
	return 1
}

// bfgminerScrypt is the difficulty from which on bfgminer divides what it is sent by 65536. It takes anything below in
// node units (stratum_set_difficulty in bfgminer's util.c: "broken Scrypt pools").
const bfgminerScrypt = 16

// wire returns the difficulty as mining.set_difficulty shows it to this kind: digits without an exponent.
func (k kind) wire(difficulty float64) string {
	if k.Bfgminer && difficulty < bfgminerScrypt {
		difficulty /= template.PoolDifficultyFactor
	}
	return strconv.FormatFloat(difficulty, 'f', -1, 64)
}

// target returns the share target for a difficulty that vardiff chose. It is exact for powers of two, and never below the
// target that the client computes, so that what the client takes for a share is one. bfgminer divides 2^224 where all
// others divide ffff * 2^208, and so do its descendants in hardware.
func (k kind) target(difficulty float64) template.Target {
	if k.Bfgminer {
		difficulty *= 0xffff / float64(0x10000)
	}
	t, err := template.TargetFromDifficulty(difficulty)
	if err != nil {
		panic(err) // vardiff's are within minDifficulty and maxDifficulty
	}
	return t
}

// difficultyOf returns the highest difficulty whose share target the PoW hash meets; 0 for a hash that is not known.
func difficultyOf(pow template.Hash) float64 {
	if pow == (template.Hash{}) {
		return 0
	}
	return template.Target(pow).Difficulty() * template.PoolDifficultyFactor
}
