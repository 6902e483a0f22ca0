package nodetest

import (
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ltcsolo/solo/scrypt"
	"ltcsolo/template"
)

// capturedReply is a reply of a real node; see testdata.
type capturedReply struct {
	What   string            `json:"what"`
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
	HTTP   int               `json:"http"`
	Reply  struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	} `json:"reply"`
}

//go:embed testdata/dogecoind-1.14.9.json
var dogecoindReplies []byte

// captured returns the real replies.
func captured() (all []capturedReply) {
	if err := json.Unmarshal(dogecoindReplies, &all); err != nil {
		panic(err)
	}
	return all
}

// like returns the result of a real reply with other values of some fields.
func like(method string, fields map[string]any) (any, *Fault) {
	for _, c := range captured() {
		result := map[string]any{}
		if c.Method != method || c.HTTP != 200 || json.Unmarshal(c.Reply.Result, &result) != nil {
			continue
		}
		for name, value := range fields {
			if _, ok := result[name]; !ok {
				panic(fmt.Sprintf("a real %s has no %s", method, name))
			}
			result[name] = value
		}
		return result, nil
	}
	panic("there is no reply to " + method)
}

// callDoge answers the methods whose answers of a dogecoind differ from a litecoind's. known is false for others.
func (s *Server) callDoge(q request) (result any, fault *Fault, known bool) {
	result, fault = s.answerDoge(q)
	return result, fault, result != nil || fault != nil || q.Method == "getblocktemplate"
}

func (s *Server) answerDoge(q request) (any, *Fault) {
	target, err := template.TargetFromBits(s.state.Bits)
	if err != nil {
		return fail(-1, "%v", err)
	}
	switch q.Method {
	case "getblockchaininfo":
		return like(q.Method, map[string]any{
			"chain": s.state.Chain, "blocks": s.tip.height, "headers": max(s.tip.height, s.state.Headers), "bestblockhash": s.tip.hash,
			"difficulty": target.Difficulty(), "mediantime": s.tip.time, "initialblockdownload": s.state.InitialDownload, "chainwork": s.chainwork(s.tip),
		})
	case "getnetworkinfo":
		return like(q.Method, map[string]any{
			"version": s.state.Version, "subversion": s.state.Subversion, "connections": s.state.Peers, "warnings": s.state.Warnings,
		})
	case "getmininginfo":
		return like(q.Method, map[string]any{
			"blocks": s.tip.height, "difficulty": target.Difficulty(), "errors": s.state.Warnings, "chain": s.state.Chain,
		})
	case "validateaddress":
		return s.validateAddress(q)
	case "getblock":
		return s.rawBlock(q)
	case "getblocktemplate":
		return s.dogeTemplate(q)
	case "getnewaddress", "getaddressesbylabel", "getaddressinfo", "getwalletinfo":
		return fail(-32601, "Method not found")
	}
	return nil, nil
}

// validateAddress knows the captured addresses and State.Address.
func (s *Server) validateAddress(q request) (any, *Fault) {
	var address string
	if err := param(q, 0, &address); err != nil {
		return fail(-1, "JSON value is not a string as expected")
	}
	for _, c := range captured() {
		var asked string
		if c.Method == "validateaddress" && json.Unmarshal(c.Params[0], &asked) == nil && asked == address {
			return c.Reply.Result, nil
		}
	}
	return map[string]bool{"isvalid": false}, nil
}

// rawBlock is getblock without verbosity, or with.
func (s *Server) rawBlock(q request) (any, *Fault) {
	var hash template.Hash
	if err := param(q, 0, &hash); err != nil {
		return fail(-5, "Block not found")
	}
	b := s.blocks[hash]
	switch {
	case b == nil:
		return fail(-5, "Block not found")
	case b.bare:
		return fail(-1, "Block not found on disk")
	}
	return hex.EncodeToString(b.raw), nil
}

// dogeTemplate is getblocktemplate (rpc/mining.cpp): unlike litecoind, dogecoind wants a peer on every network.
func (s *Server) dogeTemplate(q request) (any, *Fault) {
	var r struct {
		Mode string       `json:"mode"`
		Data template.Hex `json:"data"`
	}
	err := param(q, 0, &r)
	switch {
	case r.Mode == "proposal" && s.state.NoProposals:
		return fail(-8, "Invalid mode")
	case r.Mode == "proposal" && err != nil:
		return fail(-22, "Block decode failed")
	case r.Mode == "proposal":
		return s.proposeDoge(r.Data)
	case s.state.Peers == 0:
		return fail(-9, "Dogecoin is not connected!")
	case s.state.InitialDownload:
		return fail(-10, "Dogecoin is downloading blocks...")
	}
	reply, err := s.reply()
	if err != nil {
		return fail(-1, "%v", err)
	}
	return like(q.Method, map[string]any{
		"version": reply.Version, "previousblockhash": reply.PreviousBlockHash, "coinbasevalue": reply.CoinbaseValue,
		"longpollid": reply.LongPollID, "target": reply.Target, "mintime": reply.MinTime, "curtime": reply.CurTime, "bits": reply.Bits,
		"height": reply.Height,
	})
}

// proposeDoge judges a proposal. Its proof is not looked at, only decoded (TestBlockValidity without fCheckPOW).
func (s *Server) proposeDoge(raw []byte) (any, *Fault) {
	b, err := template.ParseAuxBlock(raw)
	if err != nil {
		return fail(-22, "Block decode failed")
	}
	switch known := s.blocks[b.Header.BlockHash()]; {
	case known != nil && known.bare:
		return "duplicate-inconclusive", nil
	case known != nil:
		return "duplicate", nil
	case b.Header.PreviousBlock() != s.tip.hash:
		return "inconclusive-not-best-prevblk", nil
	}
	if refusal := s.refusal(b); refusal != "" {
		return refusal, nil
	}
	return nil, nil
}

// judge decodes a submitted block and returns the reject reason of its contents; empty if there is none. Of a block that is
// not merge-mined it looks at nothing.
func (s *Server) judge(raw []byte) (h template.Header, refusal string, err error) {
	if !s.of.AuxPoW {
		b, err := template.ParseBlock(raw)
		if err != nil {
			return h, "", err
		}
		return b.Header, "", nil
	}
	b, err := template.ParseAuxBlock(raw)
	if err != nil {
		return h, "", err
	}
	if b.ID != s.of.ID || len(b.CheckProof()) > 0 || s.state.CheckPoW && !s.solved(b) {
		return b.Header, "high-hash", nil
	}
	return b.Header, s.refusal(b), nil
}

// solved reports whether the PoW hash meets the block's target.
func (s *Server) solved(b *template.AuxBlock) bool {
	pow := template.Hash(scrypt.Sum((*[scrypt.HeaderSize]byte)(b.Worked())))
	return b.Target.MetBy(&pow)
}

// refusal returns the reject reason of a merge-mined block whose proof is good (validation.cpp); empty if there is none.
func (s *Server) refusal(b *template.AuxBlock) string {
	parent := s.blocks[b.Header.PreviousBlock()]
	if parent == nil {
		return "bad-prevblk"
	}
	if !slices.Contains(s.offered, b.Header.Bits()) { // a test may change them while a block is on its way
		return "bad-diffbits"
	}
	if b.Header.Time() <= parent.time {
		return "time-too-old"
	}
	if own := b.Problems[len(b.CheckProof()):]; len(own) > 0 {
		reason, _, _ := strings.Cut(own[0], ":")
		return reason
	}
	paid := int64(0)
	for _, out := range b.Outputs {
		paid += out.Value
	}
	if paid > s.valueAt(parent.height+1) {
		return "bad-cb-amount"
	}
	return ""
}

// AddHeader makes the node know a block by its header only, as one that a peer has announced, and returns its hash.
func (s *Server) AddHeader(raw []byte) template.Hash {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := (*template.Header)(raw)
	b := &block{hash: h.BlockHash(), parent: h.PreviousBlock(), time: h.Time(), bare: true}
	if parent := s.blocks[b.parent]; parent != nil {
		b.height = parent.height + 1
	}
	s.blocks[b.hash] = b
	return b.hash
}
