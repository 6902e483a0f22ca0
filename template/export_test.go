package template

import "fmt"

// ParseProof parses the proof at the start of data, and returns what follows it.
func ParseProof(data []byte) (p *Proof, rest []byte, err error) {
	r := &reader{b: data}
	if p, err = readProof(r); err != nil {
		return nil, nil, fmt.Errorf("parse proof: %w", err)
	}
	return p, data[r.at:], nil
}
