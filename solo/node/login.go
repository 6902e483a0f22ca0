package node

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"ltcsolo/solo"
)

type login struct{ user, password string }

// logins finds the login that the node accepts, for all calls of a Client alike: the one that worked last, as long as it
// works, then what the sources say now. So a source that goes away or is changed costs no block while the node still
// accepts what it said before. It is safe for concurrent use.
type logins struct {
	sources []Credentials

	mu     sync.Mutex
	worked login // what the node accepted last; zero before the first
}

func newLogins(cfg Config) *logins {
	// The first source is read twice: the node may have been starting, and have written another cookie meanwhile.
	l := &logins{sources: []Credentials{cfg.Credentials, cfg.Credentials}}
	if cfg.Fallback != nil {
		l.sources = append(l.sources, cfg.Fallback)
	}
	return l
}

// try calls ask with one login after the other until the node does not refuse it (HTTP 401). Each login is tried once,
// since each refusal costs the node 250 ms of a thread. If no source can be read, the error is the first source's.
func (l *logins) try(ask func(login) (json.RawMessage, error)) (result json.RawMessage, err error) {
	var tried []login
	once := func(one login) bool {
		if slices.Contains(tried, one) {
			return false
		}
		tried = append(tried, one)
		result, err = ask(one)
		if err == nil || isAnswer(err) {
			l.mu.Lock()
			l.worked = one
			l.mu.Unlock()
		}
		return !refused(err)
	}
	if last := l.last(); last != (login{}) && once(last) {
		return result, err
	}
	var unread error
	read := false
	for _, source := range l.sources {
		user, password, e := source()
		switch {
		case e == nil:
			read = true
			if once(login{user, password}) {
				return result, err
			}
		case unread == nil:
			unread = e
		}
	}
	if !read {
		return nil, unread
	}
	return result, err
}

func (l *logins) last() login {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.worked
}

// finding returns an alert if the node accepts a login that no source gives any more; nil if all is well.
func (l *logins) finding(w words, name string) *solo.Alert {
	worked := l.last()
	if worked == (login{}) {
		return nil
	}
	var unread error
	for _, source := range l.sources {
		user, password, err := source()
		if err == nil && worked == (login{user, password}) {
			return nil
		}
		if err != nil {
			unread = err // of several the last one, since the first is often a cookie that need not exist
		}
	}
	a := &solo.Alert{
		Key:    solo.AlertLogin,
		Text:   fmt.Sprintf("%s at %s accepts the user name and password of before, but another one is configured now", w.daemon(), name),
		Remedy: fmt.Sprintf("restart %s if its password was changed on purpose; else put the old one back", w.daemon()),
	}
	if unread != nil {
		a.Text = fmt.Sprintf("the login that %s at %s accepts cannot be read any more: %s", w.daemon(), name, oneLine(unread.Error()))
		a.Remedy = fmt.Sprintf("mining goes on with it until ltcsolo or %s is restarted. Before that, put it back, or give another login with %s or %s and %s",
			w.daemon(), w.flag("rpc-cookie"), w.flag("rpc-user"), w.flag("rpc-password-file"))
	}
	return a
}
