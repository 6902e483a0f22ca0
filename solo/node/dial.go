package node

import (
	"context"
	"net"
)

// dial connects to the node at host, its URL's, else at the first of cfg.Also that answers. The error is that of host.
func (cfg *Config) dial(ctx context.Context, host string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialLimit}
	conn, err := d.DialContext(ctx, "tcp", host)
	for _, other := range cfg.Also {
		if err == nil || ctx.Err() != nil {
			break
		}
		if c, e := d.DialContext(ctx, "tcp", other); e == nil {
			return c, nil
		}
	}
	return conn, err
}
