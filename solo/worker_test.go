package solo_test

import (
	"math"
	"testing"

	"ltcsolo/solo"
)

// A rate is over the shortest window that tells it well enough.
func TestWorkerRate(t *testing.T) {
	rates := [3]float64{10, 20, 30}
	for _, tt := range []struct {
		name       string
		worker     solo.Worker
		rate, part float64
	}{
		{"CPU", solo.Worker{Kind: solo.KindCPU, HashRate: rates}, 10, 0},
		{"paused CPU", solo.Worker{Kind: solo.KindCPU, HashRate: [3]float64{0, 20, 30}}, 0, 0},
		{"many shares", solo.Worker{Kind: "GPU miner", Sessions: 1, HashRate: rates, HashRateError: [3]float64{0.1, 0.03, 0.02}}, 10, 0.1},
		{"a share in ten seconds", solo.Worker{Sessions: 1, HashRate: rates, HashRateError: [3]float64{0.41, 0.105, 0.05}}, 20, 0.105},
		{"a share in minutes", solo.Worker{Sessions: 1, HashRate: rates, HashRateError: [3]float64{1, 0.5, 0.25}}, 30, 0.25},
		{"none in the last minute", solo.Worker{Sessions: 1, HashRate: [3]float64{0, 20, 30}, HashRateError: [3]float64{0, 0.1, 0.05}}, 20, 0.1},
		{"none yet", solo.Worker{Sessions: 1}, 0, 0},
		{"has left", solo.Worker{HashRate: [3]float64{0, 20, 30}, HashRateError: [3]float64{0, 0.1, 0.05}}, 0, 0},
	} {
		if rate, part := tt.worker.Rate(); rate != tt.rate || part != tt.part {
			t.Errorf("%s: Rate() = %v, %v, want %v, %v", tt.name, rate, part, tt.rate, tt.part)
		}
	}
}

func TestAverageRate(t *testing.T) {
	workers := []solo.Worker{{Kind: solo.KindCPU, HashRate: [3]float64{0, 20, 30}}, {HashRate: [3]float64{100, 200, 300}}}
	if rate := solo.AverageRate(workers); rate != 220 {
		t.Errorf("AverageRate() = %v, want 220", rate)
	}
}

func TestTotalRate(t *testing.T) {
	miner := func(rate, part float64) solo.Worker {
		return solo.Worker{Sessions: 1, HashRate: [3]float64{rate}, HashRateError: [3]float64{part}}
	}
	cpu := solo.Worker{Kind: solo.KindCPU, HashRate: [3]float64{1000}}
	for _, tt := range []struct {
		name       string
		workers    []solo.Worker
		rate, part float64
	}{
		{"none", nil, 0, 0},
		{"CPU", []solo.Worker{cpu}, 1000, 0},
		{"two alike", []solo.Worker{miner(500, 0.1), miner(500, 0.1)}, 1000, 0.1 / math.Sqrt2},
		{"with the CPU", []solo.Worker{cpu, miner(1000, 0.1)}, 2000, 0.05},
		{"nothing yet", []solo.Worker{miner(0, 0)}, 0, 0},
	} {
		rate, part := solo.TotalRate(tt.workers)
		if rate != tt.rate || math.Abs(part-tt.part) > 1e-12 {
			t.Errorf("%s: TotalRate() = %v, %v, want %v, %v", tt.name, rate, part, tt.rate, tt.part)
		}
	}
}
