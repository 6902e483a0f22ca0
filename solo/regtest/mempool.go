package regtest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// mwebWallet is a second wallet of the first node. It owns only MWEB coins, so
// its payments are peg-outs or stay in MWEB. It is loaded only while used: with
// two wallets loaded, wallet calls without a name fail (-19).
const mwebWallet = "mweb"

// pegInAmount is the subsidy at heights 1 to 149. A peg-in that spends such a
// coin completely leaves no change. Change would go to the wallet as MWEB, and
// its later payments could then be peg-outs.
const pegInAmount = 50

// Mixed holds the txids of MixedMempool. MWEBOnly is not among the block's
// transactions: it becomes part of the extension block.
type Mixed struct {
	P2PKH, P2SH, P2WPKH string // payments to an address of that kind
	Parent, Child       string // Child spends outputs of Parent of the three kinds
	PegIn               string
	PegOut, MWEBOnly    string
}

// MixedMempool puts one transaction of every kind into the first node's
// mempool and waits until the node's template has them. If MWEB is not active
// yet, it first mines to MWEBHeight.
func (net *Network) MixedMempool(t testing.TB) Mixed {
	t.Helper()
	var m Mixed
	within(t, func(ctx context.Context) (err error) {
		n := net.Nodes[0]
		at, err := get[int](ctx, n, "", "getblockcount")
		if err != nil {
			return err
		}
		if at < MWEBHeight {
			if err := net.Advance(ctx, MWEBHeight); err != nil {
				return err
			}
		}
		m, err = net.mix(ctx)
		if err != nil {
			return err
		}
		return n.templateHas(ctx, m.P2PKH, m.P2SH, m.P2WPKH, m.Parent, m.Child, m.PegIn)
	})
	return m
}

func (net *Network) mix(ctx context.Context) (m Mixed, err error) {
	n := net.Nodes[0]
	// The MWEB payments come first: they spend the confirmed coin.
	if m.PegOut, m.MWEBOnly, err = n.payFromMWEB(ctx); err != nil {
		return m, err
	}
	if m.PegIn, err = net.pegIn(ctx); err != nil {
		return m, err
	}
	for _, p := range []struct {
		kind Kind
		txid *string
	}{{Legacy, &m.P2PKH}, {P2SHSegwit, &m.P2SH}, {Bech32, &m.P2WPKH}} {
		if *p.txid, _, err = n.payOne(ctx, p.kind); err != nil {
			return m, err
		}
	}
	var outputs []coin
	if m.Parent, outputs, err = n.payOne(ctx, Legacy, P2SHSegwit, Bech32); err != nil {
		return m, err
	}
	m.Child, _, err = n.spend(ctx, outputs, Bech32)
	return m, err
}

// pegIn moves one whole coin to the wallet "mweb" and returns the txid.
func (net *Network) pegIn(ctx context.Context) (txid string, err error) {
	n := net.Nodes[0]
	var address string
	err = n.withMWEBWallet(ctx, func() error {
		address, err = get[string](ctx, n, mwebWallet, "getnewaddress", "", MWEB)
		return err
	})
	if err != nil {
		return "", err
	}
	const subtractFee = true
	if txid, err = get[string](ctx, n, "", "sendtoaddress", address, pegInAmount, "", "", subtractFee); err != nil {
		return "", err
	}
	if ok, err := n.hasPegIn(ctx); err != nil || !ok {
		return "", errors.Join(fmt.Errorf("peg in: %s is not a peg-in in the mempool", txid), err)
	}
	return txid, nil
}

// payFromMWEB makes a peg-out to the miner's wallet and a payment within MWEB.
func (n *Node) payFromMWEB(ctx context.Context) (pegOut, within string, err error) {
	transparent, err := n.NewAddress(ctx, Bech32)
	if err != nil {
		return "", "", err
	}
	err = n.withMWEBWallet(ctx, func() error {
		if pegOut, err = get[string](ctx, n, mwebWallet, "sendtoaddress", transparent, 3); err != nil {
			return err
		}
		address, err := get[string](ctx, n, mwebWallet, "getnewaddress", "", MWEB)
		if err != nil {
			return err
		}
		within, err = get[string](ctx, n, mwebWallet, "sendtoaddress", address, 2)
		return err
	})
	return pegOut, within, err
}

// withMWEBWallet runs f while the wallet "mweb" is loaded; it creates the wallet
// if necessary. Wallet calls in f must name their wallet. (unloadwallet must be
// called without a wallet in its path.)
func (n *Node) withMWEBWallet(ctx context.Context, f func() error) error {
	_, err := n.Call(ctx, "loadwallet", mwebWallet)
	var refused *RPCError
	if errors.As(err, &refused) && refused.Code == rpcWalletNotFound {
		_, err = n.Call(ctx, "createwallet", mwebWallet)
	}
	if err != nil {
		return err
	}
	err = f()
	_, unload := n.Call(ctx, "unloadwallet", mwebWallet)
	return errors.Join(err, unload)
}

// litoshi is an amount: 100,000,000 are 1 LTC.
type litoshi int64

const (
	litecoin litoshi = 100_000_000
	plainFee         = litecoin / 1000 // fee of each transaction of spend
)

func (a litoshi) String() string { return fmt.Sprintf("%d.%08d", a/litecoin, a%litecoin) }

// UnmarshalJSON reads litecoind's decimal LTC exactly, without a float.
func (a *litoshi) UnmarshalJSON(text []byte) error {
	whole, fraction, _ := strings.Cut(string(text), ".")
	var w, f litoshi
	if _, err := fmt.Sscan(whole, (*int64)(&w)); err != nil {
		return fmt.Errorf("read amount %s: %w", text, err)
	}
	if _, err := fmt.Sscanf((fraction + "00000000")[:8], "%d", (*int64)(&f)); err != nil {
		return fmt.Errorf("read amount %s: %w", text, err)
	}
	*a = w*litecoin + f
	return nil
}

// coin is an unspent output as in listunspent. MWEB coins have no script.
type coin struct {
	TxID         string  `json:"txid"`
	Vout         int     `json:"vout"`
	Amount       litoshi `json:"amount"`
	ScriptPubKey string  `json:"scriptPubKey"`
}

// payOne spends the wallet's largest confirmed coin.
func (n *Node) payOne(ctx context.Context, kinds ...Kind) (txid string, outputs []coin, err error) {
	coins, err := get[[]coin](ctx, n, "", "listunspent")
	if err != nil {
		return "", nil, err
	}
	coins = slices.DeleteFunc(coins, func(c coin) bool { return c.ScriptPubKey == "" })
	if len(coins) == 0 {
		return "", nil, errors.New("pay: the wallet has no coin to spend; mine 101 blocks first")
	}
	best := slices.MaxFunc(coins, func(a, b coin) int { return cmp.Compare(a.Amount, b.Amount) })
	return n.spend(ctx, []coin{best}, kinds...)
}

// spend pays the coins, less the fee, in equal parts to fresh addresses of the
// wallet, one of each kind.
func (n *Node) spend(ctx context.Context, inputs []coin, kinds ...Kind) (txid string, outputs []coin, err error) {
	sum := -plainFee
	from := make([]map[string]any, 0, len(inputs))
	for _, c := range inputs {
		sum += c.Amount
		from = append(from, map[string]any{"txid": c.TxID, "vout": c.Vout})
	}
	to := make([]map[string]string, 0, len(kinds))
	for i, kind := range kinds {
		address, err := n.NewAddress(ctx, kind)
		if err != nil {
			return "", nil, err
		}
		outputs = append(outputs, coin{Vout: i, Amount: sum / litoshi(len(kinds))})
		to = append(to, map[string]string{address: outputs[i].Amount.String()})
	}
	raw, err := get[string](ctx, n, "", "createrawtransaction", from, to)
	if err != nil {
		return "", nil, err
	}
	signed, err := get[struct{ Hex string }](ctx, n, "", "signrawtransactionwithwallet", raw)
	if err != nil {
		return "", nil, err
	}
	if txid, err = get[string](ctx, n, "", "sendrawtransaction", signed.Hex); err != nil {
		return "", nil, err
	}
	for i := range outputs {
		outputs[i].TxID = txid
	}
	return txid, outputs, nil
}

// templateHas waits until getblocktemplate lists the transactions: the node
// keeps a template for 5 s while only the mempool changes. It does not wait for
// a node that gives no template because it has no peer (-9).
func (n *Node) templateHas(ctx context.Context, txids ...string) error {
	return poll(ctx, func() error {
		text, err := n.Call(ctx, "getblocktemplate", map[string]any{"rules": n.net.program.rules})
		var refused *RPCError
		if errors.As(err, &refused) && refused.Code == rpcNoPeer {
			return nil
		}
		if err != nil {
			return err
		}
		var reply struct {
			Transactions []struct{ TxID string }
		}
		if err := json.Unmarshal(text, &reply); err != nil {
			return fmt.Errorf("decode getblocktemplate: %w", err)
		}
		for _, txid := range txids {
			if !slices.ContainsFunc(reply.Transactions, func(x struct{ TxID string }) bool { return x.TxID == txid }) {
				return fmt.Errorf("the template lacks %s", txid)
			}
		}
		return nil
	})
}
