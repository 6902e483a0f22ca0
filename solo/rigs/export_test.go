package rigs

import (
	"context"

	"ltcsolo/solo"
)

// Ask asks a machine once.
func Ask(ctx context.Context, a *Asker, at string) (solo.Rig, error) {
	d := &dialogue{dial: a.cfg.Dial}
	r, _, err := d.ask(ctx, at, way{})
	return r, err
}
