package node

import (
	"context"
	"encoding/hex"
	"fmt"
)

// AddressScript asks the node for the output script of an address of its network. It refuses an address that the node
// does not give back as it is: the node read something else. Errors are the context's or an *Error.
func (c *Client) AddressScript(ctx context.Context, address string) ([]byte, error) {
	var reply struct {
		Valid   bool   `json:"isvalid"`
		Address string `json:"address"`
		Script  string `json:"scriptPubKey"`
	}
	if err := c.get(ctx, c.general, &reply, "validateaddress", address); err != nil {
		return nil, err
	}
	w := c.words()
	refuse := func(format string, a ...any) ([]byte, error) {
		return nil, &Error{
			Reason: fmt.Sprintf("%s at %s ", w.daemon(), c.name) + fmt.Sprintf(format, a...),
			Remedy: fmt.Sprintf("give an address of %s on the network of %s, as your wallet shows it", w.chain.Name, w.daemon()),
		}
	}
	if !reply.Valid {
		return refuse("does not know %q as an address", excerpt(address))
	}
	if reply.Address != address {
		return refuse("was asked about the address %q and speaks of %q", excerpt(address), excerpt(reply.Address))
	}
	script, err := hex.DecodeString(reply.Script)
	if err != nil || len(script) == 0 {
		return refuse("gives no script for the address %q", excerpt(address))
	}
	return script, nil
}
