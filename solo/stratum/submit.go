package stratum

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"ltcsolo/solo"
	"ltcsolo/template"
)

// maxBatch is how many shares of a session are judged at once. More wait in its connection, so that a flood delays the
// shares of others by no more than one such batch.
const maxBatch = 32

// maxFuture is how far a header's time may be ahead, in seconds, as in the chain's rules.
const maxFuture = 7200

// pendingShare is a share that waits to be judged together with those that came with it.
type pendingShare struct {
	id         json.RawMessage // of the request
	share      solo.Share
	difficulty float64 // it is judged and credited by
	refusal    refusal // it gets unless it is a block; the zero value: none
	wireJob    string
}

// refusal is what a refused share is answered.
type refusal struct {
	code    int
	message string
}

var (
	unknownJob   = refusal{codeUnknownJob, "Job not found"} // cpuminer-opt counts these words as stale
	duplicate    = refusal{codeDuplicate, "Duplicate share"}
	lowDiff      = refusal{codeLow, "Low difficulty share"}
	unauthorized = refusal{codeUnauthorized, "Unauthorized worker"}
	badTime      = refusal{codeOther, "Time is out of range"}
	badVersion   = refusal{codeOther, "Version bits outside of the mask"}
)

// verdict is what became of a share.
type verdict int

const (
	accepted   verdict = iota // blocks among them
	stale                     // its job is not on the newest parent
	duplicated                // it was submitted before
	low                       // its PoW hash is above the share target
	unknown                   // its job is not known
	malformed                 // it makes no header, or breaks a rule of the protocol
	verdicts                  // how many there are
)

func (v verdict) String() string {
	return [...]string{"accepted", "stale", "duplicate", "low difficulty", "unknown job", "malformed"}[v]
}

// submit takes mining.submit: user, job, extranonce2, time, nonce and, with version rolling, version bits. Whatever makes
// a header is judged, whoever sends it: it may be a block.
func (s *session) submit(q request) {
	if s.id == "" {
		s.judge()
		s.refuse(q, codeUnsubscribed, "Not subscribed")
		return
	}
	p, v, why := s.parseShare(q)
	if v != accepted {
		s.judge()
		s.out = appendError(s.out, q.id, why.code, why.message)
		s.count(v, 0, template.Hash{})
		s.logShare(q, v, 0)
		return
	}
	s.pending = append(s.pending, p)
	if len(s.pending) == maxBatch {
		s.judge()
	}
}

// parseShare makes a share of a request, or says why no header can be made: its verdict is accepted unless so.
func (s *session) parseShare(q request) (pendingShare, verdict, refusal) {
	bad := func(field string) (pendingShare, verdict, refusal) {
		return pendingShare{}, malformed, refusal{codeOther, "Malformed share: " + field}
	}
	wire := strings.ToLower(q.params.text(1))
	s.mu.Lock()
	id, notify, ok := splitWireID(wire, s.notifies)
	difficulty := s.difficulties.easiest(notify)
	s.mu.Unlock()
	var job *template.Job
	if ok {
		job = s.server.cfg.Upstream.Job(id)
	}
	if job == nil {
		return pendingShare{}, unknown, unknownJob
	}
	extranonce2, err := hex.DecodeString(q.params.text(2))
	if err != nil || len(extranonce2) != solo.Extranonce2Size {
		return bad(fmt.Sprintf("extranonce2 is not %d hex digits", 2*solo.Extranonce2Size))
	}
	ntime, ok1 := parseWord(q.params.text(3))
	nonce, ok2 := parseWord(q.params.text(4))
	bits, ok3 := uint32(0), true
	if len(q.params) > 5 {
		bits, ok3 = parseWord(q.params.text(5))
	}
	if !ok1 || !ok2 || !ok3 {
		return bad("time, nonce or version bits are not 8 hex digits")
	}
	p := pendingShare{id: q.id, difficulty: difficulty, wireJob: wire}
	now := time.Now()
	switch {
	case s.worker == nil || difficulty == 0:
		p.refusal = unauthorized
	case ntime < job.Template.MinTime || int64(ntime) > int64(job.Template.TimeAt(now))+maxFuture:
		p.refusal = badTime
	case bits&^s.mask != 0:
		p.refusal = badVersion
	}
	p.share = solo.Share{
		Worker: s.server.workerName(q.params.text(0)), JobID: id,
		Solution: template.Solution{
			Extranonce: append(s.extranonce1[:len(s.extranonce1):len(s.extranonce1)], extranonce2...),
			Version:    rolled(job.Template.Version, s.mask, bits), Time: ntime, Nonce: nonce,
		},
	}
	if s.worker != nil {
		p.share.Worker = s.name
	}
	if p.refusal.code == 0 {
		p.share.Target = s.kind.target(difficulty)
	}
	return p, accepted, refusal{}
}

// rolled returns the header's version (BIP 310). Bits outside of the mask are not allowed, but they are what the miner has
// hashed.
func rolled(version int32, mask, bits uint32) int32 {
	mask |= bits
	return int32(uint32(version)&^mask | bits)
}

// parseWord parses 32 bits in hex digits, big-endian.
func parseWord(text string) (uint32, bool) {
	v, err := strconv.ParseUint(text, 16, 32)
	return uint32(v), err == nil && len(text) == 8
}

// judge has the pending shares judged, and answers them in order.
func (s *session) judge() {
	if len(s.pending) == 0 {
		return
	}
	shares, results := make([]solo.Share, len(s.pending)), make([]solo.Judged, len(s.pending))
	for i, p := range s.pending {
		shares[i] = p.share
	}
	s.server.cfg.Upstream.SubmitAll(shares, results)
	for i := range s.pending {
		s.answer(&s.pending[i], &results[i])
	}
	s.pending = nil
}

// answer answers a share that made a header.
func (s *session) answer(p *pendingShare, j *solo.Judged) {
	v, why := judge(p, j)
	if v == accepted {
		s.out = appendResult(s.out, p.id, "true")
	} else {
		s.out = appendError(s.out, p.id, why.code, why.message)
	}
	if j.Candidate && v != accepted && v != duplicated {
		s.log().Error("block of a share was not made", "worker", p.share.Worker, "job", p.share.JobID, "err", j.Err)
	}
	s.count(v, p.difficulty, j.PoWHash)
	if s.server.log.Enabled(context.Background(), slog.LevelDebug) {
		x := p.share.Solution
		s.log().Debug("share", "worker", p.share.Worker, "job", p.wireJob, "verdict", v.String(), "difficulty", p.difficulty,
			"extranonce", hex.EncodeToString(x.Extranonce), "time", fmt.Sprintf("%08x", x.Time),
			"nonce", fmt.Sprintf("%08x", x.Nonce), "version", fmt.Sprintf("%08x", uint32(x.Version)))
	}
}

// judge returns the verdict on a share, and what a refused one is answered.
func judge(p *pendingShare, j *solo.Judged) (verdict, refusal) {
	switch {
	case errors.Is(j.Err, solo.ErrDuplicate):
		return duplicated, duplicate
	case j.Candidate && j.Err == nil:
		return accepted, refusal{}
	case errors.Is(j.Err, solo.ErrUnknownJob):
		return unknown, unknownJob
	case p.refusal.code != 0:
		return malformed, p.refusal
	case errors.Is(j.Err, solo.ErrStale):
		return stale, unknownJob
	case errors.Is(j.Err, solo.ErrLowDifficulty):
		return low, lowDiff
	case j.Err != nil:
		return malformed, refusal{codeOther, "Share refused"}
	}
	return accepted, refusal{}
}

// count tells everything that counts shares of one. pow is zero if it was not hashed.
func (s *session) count(v verdict, difficulty float64, pow template.Hash) {
	now := time.Now()
	s.server.shares[v].Add(1)
	if s.worker == nil {
		return
	}
	s.worker.share(v, difficulty, pow, now)
	if v == accepted {
		s.accepted++
	}
	sustained := s.refusals.count(v, now)
	s.mu.Lock()
	s.vardiff.share(now, difficultyOf(pow))
	if v == accepted {
		s.meter.add(difficulty)
	}
	s.mu.Unlock()
	if sustained {
		s.resist()
	}
}

// logShare logs a share that made no header, as it came.
func (s *session) logShare(q request, v verdict, difficulty float64) {
	if s.server.log.Enabled(context.Background(), slog.LevelDebug) {
		s.log().Debug("share", "verdict", v.String(), "params", fmt.Sprintf("%.300s", q.params))
	}
}
