package terminal

import (
	"errors"
	"fmt"
	"testing"

	"ltcsolo/wallet"
)

// An error is about the setting that the code nearest to it names.
func TestAbout(t *testing.T) {
	refused := &wallet.Error{Reason: "it is wrong", Remedy: "do this"}
	err := About("conf", About("address", refused))
	e := Explain(fmt.Errorf("read: %w", err))
	if e.Setting != "address" || e.Code != ExitUsage || e.Reason != refused.Reason || e.Remedy != refused.Remedy || !errors.Is(err, refused) {
		t.Errorf("Explain = %+v", e)
	}
	if err := About("address", nil); err != nil {
		t.Errorf("About(nil) = %v", err)
	}
}
