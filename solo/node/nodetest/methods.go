package nodetest

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"ltcsolo/template"
)

// handle executes a request and returns its reply.
func (s *Server) handle(q request) (status int, reply string) {
	result, fault := s.call(q.http.Context(), q)
	if fault != nil {
		return fault.Status, fault.Body
	}
	b, err := json.Marshal(map[string]any{"result": result, "error": nil, "id": 1})
	if err != nil {
		f := RPCError(-1, err.Error())
		return f.Status, f.Body
	}
	return http.StatusOK, string(b)
}

func fail(code int, format string, a ...any) (any, *Fault) {
	f := RPCError(code, fmt.Sprintf(format, a...))
	return nil, &f
}

func (s *Server) call(ctx context.Context, q request) (any, *Fault) {
	if q.Method == "waitforblockheight" {
		return s.waitForHeight(ctx, q)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of.AuxPoW {
		if result, fault, known := s.callDoge(q); known {
			return result, fault
		}
	}
	switch q.Method {
	case "getbestblockhash":
		return s.tip.hash, nil
	case "getblockcount":
		return s.tip.height, nil
	case "getblockhash":
		return s.blockHash(q)
	case "getblockheader":
		return s.blockHeader(q)
	case "getblocktemplate":
		return s.template(q)
	case "submitblock":
		raw, fault := blockParam(q, 0)
		if fault != nil {
			return nil, fault
		}
		return verdict(s.accept(raw))
	case "getblockchaininfo":
		return map[string]any{
			"chain": s.state.Chain, "blocks": s.tip.height, "headers": max(s.tip.height, s.state.Headers), "bestblockhash": s.tip.hash,
			"mediantime": s.tip.time, "initialblockdownload": s.state.InitialDownload, "chainwork": s.chainwork(s.tip),
			"softforks": map[string]any{"mweb": map[string]any{"active": false}},
		}, nil
	case "getnetworkinfo":
		return map[string]any{
			"version": s.state.Version, "subversion": s.state.Subversion, "connections": s.state.Peers, "timeoffset": 0,
		}, nil
	case "getmininginfo":
		target, err := template.TargetFromBits(s.state.Bits)
		if err != nil {
			return fail(-1, "%v", err)
		}
		return map[string]any{"difficulty": target.Difficulty(), "networkhashps": 1.5, "warnings": s.state.Warnings}, nil
	case "getnewaddress":
		return s.state.Address, nil
	case "getaddressesbylabel":
		return map[string]any{s.state.Address: map[string]string{"purpose": "receive"}}, nil
	case "getaddressinfo":
		var address string
		if err := param(q, 0, &address); err != nil {
			return fail(-5, "Invalid address")
		}
		return map[string]bool{"ismine": address == s.state.Address, "iswatchonly": false}, nil
	case "getwalletinfo":
		if s.state.Wallet == "" {
			break
		}
		return map[string]string{"walletname": s.state.Wallet}, nil
	}
	return fail(-32601, "Method not found")
}

// waitForHeight returns the tip once it has the height or the time is up.
func (s *Server) waitForHeight(ctx context.Context, q request) (any, *Fault) {
	var height int32
	var ms int64
	if param(q, 0, &height) != nil || param(q, 1, &ms) != nil {
		return fail(-1, "JSON value is not an integer as expected")
	}
	limit := time.NewTimer(time.Duration(ms) * time.Millisecond)
	defer limit.Stop()
	for done := false; ; {
		s.mu.Lock()
		tip, changed := s.tip, s.changed
		s.mu.Unlock()
		if done || tip.height >= height {
			return map[string]any{"hash": tip.hash, "height": tip.height}, nil
		}
		select {
		case <-changed:
		case <-limit.C:
			done = true
		case <-ctx.Done():
			done = true
		}
	}
}

func (s *Server) blockHash(q request) (any, *Fault) {
	var height int32
	if param(q, 0, &height) != nil || height < 0 || height > s.tip.height {
		return fail(-8, "Block height out of range")
	}
	if height == 0 && s.state.Chain == "test" {
		return testGenesis, nil
	}
	b := s.tip
	for b.height > height {
		b = s.parentOf(b)
	}
	return b.hash, nil
}

func (s *Server) blockHeader(q request) (any, *Fault) {
	var hash template.Hash
	if err := param(q, 0, &hash); err != nil {
		return fail(-8, "%v", err)
	}
	b := s.blocks[hash]
	if b == nil {
		return fail(-5, "Block not found")
	}
	fields := map[string]any{
		"hash": b.hash, "confirmations": s.confirmations(b), "height": b.height, "time": b.time, "mediantime": b.time,
		"bits": fmt.Sprintf("%08x", s.state.Bits), "previousblockhash": b.parent, "chainwork": s.chainwork(b),
	}
	if s.of.AuxPoW {
		return like(q.Method, fields)
	}
	fields["nTx"] = 1
	return fields, nil
}

func (s *Server) template(q request) (any, *Fault) {
	var r struct {
		Mode  string   `json:"mode"`
		Rules []string `json:"rules"`
	}
	if err := param(q, 0, &r); err != nil {
		return fail(-1, "JSON value is not an object as expected")
	}
	if r.Mode == "proposal" && s.state.NoProposals {
		return fail(-8, "Invalid mode")
	}
	if r.Mode == "proposal" {
		return s.propose(q)
	}
	if len(r.Rules) < len(template.Litecoin.RequestRules) {
		return fail(-8, "getblocktemplate must be called with the segwit & mweb rule sets (call with {\"rules\": [\"mweb\", \"segwit\"]})")
	}
	reply, err := s.reply()
	if err != nil {
		return fail(-1, "%v", err)
	}
	return reply, nil
}

func (s *Server) propose(q request) (any, *Fault) {
	var r struct {
		Data template.Hex `json:"data"`
	}
	if err := param(q, 0, &r); err != nil {
		return fail(-22, "Block decode failed")
	}
	b, err := template.ParseBlock(r.Data)
	switch {
	case err != nil:
		return fail(-22, "Block decode failed")
	case b.Header.PreviousBlock() != s.tip.hash:
		return "inconclusive-not-best-prevblk", nil
	case len(b.Problems) > 0:
		return b.Problems[0], nil
	}
	return nil, nil
}

func param(q request, n int, v any) error {
	if n >= len(q.Params) {
		return fmt.Errorf("parameter %d is missing", n+1)
	}
	return json.Unmarshal(q.Params[n], v)
}

func blockParam(q request, n int) ([]byte, *Fault) {
	var text string
	if err := param(q, n, &text); err == nil {
		if raw, err := hex.DecodeString(text); err == nil {
			return raw, nil
		}
	}
	_, f := fail(-22, "Block decode failed")
	return nil, f
}

// verdict returns submitblock's reply.
func verdict(word string, err error) (any, *Fault) {
	switch {
	case err != nil:
		return fail(-22, "Block decode failed")
	case word == "":
		return nil, nil
	}
	return word, nil
}
