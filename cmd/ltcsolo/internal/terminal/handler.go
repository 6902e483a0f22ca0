package terminal

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"ltcsolo/solo/delivery"
)

// isHighlight reports whether an attribute marks its record as one of the events that people wait years for. The text
// handler highlights these on a terminal, and leaves the attribute out; JSON has it.
func isHighlight(a slog.Attr) bool {
	if a.Key != delivery.EventKey {
		return false
	}
	event := a.Value.String()
	return event == delivery.EventFound || event == delivery.EventAccepted
}

// textHandler writes a record as a line for people: time, level if it is not info, message, key=value.
type textHandler struct {
	out      io.Writer // takes a whole line a call, from any goroutine
	level    slog.Level
	colour   bool
	terminal bool   // somebody is watching: the time of day is enough
	attrs    string // of WithAttrs, written already
	group    string // prefix of keys
	event    bool   // WithAttrs has a highlight
}

func (h *textHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h *textHandler) Handle(_ context.Context, r slog.Record) error {
	highlight := h.event
	r.Attrs(func(a slog.Attr) bool {
		highlight = highlight || isHighlight(a)
		return !highlight
	})
	var b strings.Builder
	stamp := r.Time.UTC().Format("2006-01-02T15:04:05.000Z")
	if h.terminal {
		stamp = r.Time.Local().Format(time.TimeOnly)
	}
	b.WriteString(h.paint(faint, stamp) + " ")
	switch {
	case r.Level >= slog.LevelError:
		b.WriteString(h.paint(Red, "ERROR ") + h.paint(Bold, r.Message))
	case r.Level >= slog.LevelWarn:
		b.WriteString(h.paint(Yellow, "WARN ") + h.paint(Bold, r.Message))
	case h.terminal && highlight:
		b.WriteString(h.paint(reverseGreen, " *** "+strings.ToUpper(r.Message)+" *** "))
	case r.Level >= slog.LevelInfo:
		b.WriteString(h.paint(Bold, r.Message))
	default:
		b.WriteString(h.paint(faint, "DEBUG ") + r.Message)
	}
	b.WriteString(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		h.append(&b, h.group, a)
		return true
	})
	b.WriteByte('\n')
	_, err := io.WriteString(h.out, b.String())
	return err
}

func (h *textHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	var b strings.Builder
	for _, a := range attrs {
		c.event = c.event || isHighlight(a)
		h.append(&b, h.group, a)
	}
	c.attrs += b.String()
	return &c
}

func (h *textHandler) WithGroup(name string) slog.Handler {
	c := *h
	c.group += name + "."
	return &c
}

func (h *textHandler) append(b *strings.Builder, group string, a slog.Attr) {
	if isHighlight(a) {
		return
	}
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		for _, inner := range v.Group() {
			h.append(b, group+a.Key+".", inner)
		}
		return
	}
	text := v.String()
	if v.Kind() == slog.KindFloat64 {
		text = strconv.FormatFloat(v.Float64(), 'g', 4, 64) // for reading; JSON has all digits
	}
	if text == "" || strings.ContainsFunc(text, func(c rune) bool { return c == ' ' || c == '"' || !strconv.IsPrint(c) }) {
		text = quote(text)
	}
	fmt.Fprintf(b, " %s%s", h.paint(faint, group+a.Key+"="), text)
}

// quote quotes a value. A command in it can be pasted: its own quotation marks stay as they are where possible.
func quote(text string) string {
	if strings.ContainsAny(text, `"\\`) && strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}

func (h *textHandler) paint(style, text string) string { return paint(h.colour, style, text) }
