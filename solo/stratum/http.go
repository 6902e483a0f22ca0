package stratum

import (
	"bytes"
	"fmt"
	"slices"
)

// isHTTP reports whether a first line is a request of a browser.
func isHTTP(line []byte) bool {
	method, _, ok := bytes.Cut(line, []byte(" "))
	return ok && slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PRI"}, string(method))
}

// answerHTTP tells a browser where it is and closes the connection, so that no web page can talk Stratum through it.
func (s *session) answerHTTP() {
	text := "This port is for miners: they connect with stratum+tcp://. It has no web page.\n"
	if s.server.cfg.Dashboard != "" {
		text += "The dashboard is at " + s.server.cfg.Dashboard + "\n"
	}
	s.out = fmt.Appendf(nil, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		len(text), text)
	s.leave("it speaks HTTP")
	s.quit = true
}
