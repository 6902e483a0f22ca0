package delivery_test

import (
	"testing"

	"ltcsolo/solo/delivery"
)

func TestVerdictText(t *testing.T) {
	for _, tt := range []struct {
		verdict delivery.Verdict
		text    string
		final   bool
	}{
		{delivery.Verdict{}, "unsettled", false},
		{delivery.Verdict{Outcome: delivery.Accepted}, "accepted", true},
		{delivery.Verdict{Outcome: delivery.Inconclusive}, "inconclusive", true},
		{delivery.Verdict{Outcome: delivery.Duplicate}, "duplicate", false},
		{delivery.Verdict{Outcome: delivery.RefusedForNow, Reason: "time-too-new"}, "rejected: time-too-new", false},
		{delivery.Verdict{Outcome: delivery.RefusedUnclear, Reason: "a new word"}, "rejected: a new word", false},
		{delivery.Verdict{Outcome: delivery.Rejected, Reason: "high-hash"}, "rejected: high-hash", true},
	} {
		if got := tt.verdict.String(); got != tt.text {
			t.Errorf("String of %+v = %q, want %q", tt.verdict, got, tt.text)
		}
		if got := tt.verdict.Final(); got != tt.final {
			t.Errorf("Final of %+v = %v, want %v", tt.verdict, got, tt.final)
		}
		want := tt.verdict
		if want.Outcome == delivery.Rejected || want.Outcome == delivery.RefusedUnclear {
			want.Outcome = delivery.RefusedForNow // the text does not tell them apart
		}
		if got, err := delivery.ParseVerdict(tt.text); got != want || err != nil {
			t.Errorf("ParseVerdict(%q) = %+v, %v, want %+v", tt.text, got, err, want)
		}
	}
	for _, text := range []string{"", "rejected", "rejected: ", "Accepted", "accepted "} {
		if v, err := delivery.ParseVerdict(text); err == nil {
			t.Errorf("ParseVerdict(%q) = %+v, want an error", text, v)
		}
	}
}

// A refusal for now or an unclear one leaves a block unsettled and pending for that node; one for good does neither.
func TestRefusalsOfABlock(t *testing.T) {
	for _, tt := range []struct {
		outcome delivery.Outcome
		state   delivery.BlockState
		pending bool
	}{
		{delivery.RefusedForNow, delivery.StateUnsettled, true},
		{delivery.RefusedUnclear, delivery.StateUnsettled, true},
		{delivery.Rejected, delivery.StateRejected, false},
	} {
		b := delivery.NewBlock(&delivery.Candidate{}, "")
		b.Answer(delivery.NodeVerdict{Node: "a", Verdict: delivery.Verdict{Outcome: tt.outcome, Reason: "a word"}})
		if b.State != tt.state || b.Pending("a") != tt.pending || b.Pending() != tt.pending {
			t.Errorf("after %v: state %s, pending %v, want %s, %v", tt.outcome, b.State, b.Pending("a"), tt.state, tt.pending)
		}
	}
}
