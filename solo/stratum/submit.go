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
	difficulty float64  // it is judged and credited by
	ours       bool     // its job was sent in this session
	refusal    *refusal // what it gets unless it is a block; nil: what the engine says
	wireJob    string
}

// refusal is what a refused share is counted as, and answered.
type refusal struct {
	verdict verdict
	code    int
	message string
}

var (
	unknownJob   = &refusal{shareUnknown, codeUnknownJob, "Job not found"}
	staleJob     = &refusal{shareStale, codeUnknownJob, "Job not found"} // the words that cpuminer-opt counts as stale
	duplicate    = &refusal{shareDuplicate, codeDuplicate, "Duplicate share"}
	lowDiff      = &refusal{shareLow, codeLow, "Low difficulty share"}
	unauthorized = &refusal{shareMalformed, codeUnauthorized, "Unauthorized worker"}
	badTime      = &refusal{shareMalformed, codeOther, "Time is out of range"}
	badVersion   = &refusal{shareMalformed, codeOther, "Version bits outside of the mask"}
	badShare     = &refusal{shareMalformed, codeOther, "Share refused"}

	badExtranonce = &refusal{shareMalformed, codeOther, fmt.Sprintf("Malformed share: extranonce2 is not %d hex digits", 2*solo.Extranonce2Size)}
	badWord       = &refusal{shareMalformed, codeOther, "Malformed share: time, nonce or version bits are not 8 hex digits"}
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
	p, refused := s.parseShare(q)
	if refused != nil {
		s.judge()
		s.refuse(q, refused.code, refused.message)
		s.count(refused.verdict, 0, template.Hash{})
		s.logUnjudged(q, refused)
		return
	}
	s.pending = append(s.pending, p)
	if len(s.pending) == maxBatch {
		s.judge()
	}
}

// parseShare makes a share of a request, or says why there is no header.
func (s *session) parseShare(q request) (pendingShare, *refusal) {
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
		return pendingShare{}, unknownJob
	}
	extranonce2, err := hex.DecodeString(q.params.text(2))
	if err != nil || len(extranonce2) != solo.Extranonce2Size {
		return pendingShare{}, badExtranonce
	}
	ntime, ok1 := parseWord(q.params.text(3))
	nonce, ok2 := parseWord(q.params.text(4))
	bits, ok3 := uint32(0), true
	if len(q.params) > 5 {
		bits, ok3 = parseWord(q.params.text(5))
	}
	if !ok1 || !ok2 || !ok3 {
		return pendingShare{}, badWord
	}
	p := pendingShare{id: q.id, difficulty: difficulty, ours: notify > 0, wireJob: wire}
	now := time.Now()
	switch {
	case s.worker == nil || difficulty == 0:
		p.refusal = unauthorized
	case ntime < job.Template.MinTime || int64(ntime) > int64(job.Template.TimeAt(now))+maxFuture:
		p.refusal = badTime
	case bits&^s.mask != 0:
		p.refusal = badVersion
	}
	worker := s.name
	if s.worker == nil {
		worker = s.server.workerName(q.params.text(0))
	}
	p.share = solo.Share{
		Worker: worker, JobID: id,
		Solution: template.Solution{
			Extranonce: append(s.extranonce1[:len(s.extranonce1):len(s.extranonce1)], extranonce2...),
			Version:    rolled(job.Template.Version, s.mask, bits), Time: ntime, Nonce: nonce,
		},
	}
	if p.refusal == nil {
		p.share.Target = s.targetOf(difficulty)
	}
	return p, nil
}

// targetOf returns the share target of a difficulty, which nearly always is that of the share before.
func (s *session) targetOf(difficulty float64) template.Target {
	if s.judgedBy != difficulty {
		s.judgedBy, s.target = difficulty, s.kind.target(difficulty)
	}
	return s.target
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
	v, refused := shareAccepted, p.refused(j)
	if refused == nil {
		s.out = appendResult(s.out, p.id, "true")
	} else {
		v = refused.verdict
		s.out = appendError(s.out, p.id, refused.code, refused.message)
	}
	if refused == badShare {
		s.log().Error("share cannot be judged", "worker", p.share.Worker, "job", p.share.JobID, "err", j.Err)
	}
	s.count(v, p.difficulty, j.PoWHash)
	if p.ours {
		s.hasFound(j.PoWHash)
	}
	if s.server.log.Enabled(context.Background(), slog.LevelDebug) {
		x := p.share.Solution
		s.log().Debug("share", "worker", p.share.Worker, "job", p.wireJob, "verdict", v.String(), "difficulty", shown(p.difficulty),
			"extranonce", hex.EncodeToString(x.Extranonce), "time", fmt.Sprintf("%08x", x.Time),
			"nonce", fmt.Sprintf("%08x", x.Nonce), "version", fmt.Sprintf("%08x", uint32(x.Version)))
	}
}

// refused returns what a judged share is refused as, nil if it is good.
func (p *pendingShare) refused(j *solo.Judged) *refusal {
	switch {
	case errors.Is(j.Err, solo.ErrDuplicate):
		return duplicate
	case j.Err != nil && j.Candidate:
		return badShare // a block could not be made of it
	case j.Candidate:
		return nil
	case errors.Is(j.Err, solo.ErrUnknownJob):
		return unknownJob
	case p.refusal != nil:
		return p.refusal
	case errors.Is(j.Err, solo.ErrStale):
		return staleJob
	case errors.Is(j.Err, solo.ErrLowDifficulty):
		return lowDiff
	case j.Err != nil:
		return badShare
	}
	return nil
}

// count tells everything that counts shares of one. pow is zero if it was not hashed.
func (s *session) count(v verdict, difficulty float64, pow template.Hash) {
	now := time.Now()
	s.server.shares[v].Add(1)
	if s.worker == nil {
		return
	}
	s.worker.share(v, difficulty, pow, now)
	if v == shareAccepted {
		s.accepted++
	}
	sustained := s.refusals.count(v, now)
	if v == shareAccepted {
		s.mu.Lock()
		s.meter.add(difficulty)
		s.mu.Unlock()
	}
	if sustained {
		s.resist()
	}
}

// hasFound tells vardiff of a share, whatever became of it.
func (s *session) hasFound(pow template.Hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready {
		s.vardiff.share(time.Now(), difficultyOf(pow))
	}
}

// logUnjudged logs a share that made no header, as it came.
func (s *session) logUnjudged(q request, why *refusal) {
	if s.server.log.Enabled(context.Background(), slog.LevelDebug) {
		s.log().Debug("share", "verdict", why.verdict.String(), "reason", why.message, "params", fmt.Sprintf("%.300s", q.params))
	}
}
