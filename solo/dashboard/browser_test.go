package dashboard_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	requireChromium = "SOLO_REQUIRE_CHROMIUM=1"
	screenshots     = "SOLO_SCREENSHOTS" // a directory to which the tests write what they look at
	browserPatience = time.Minute
)

// look is a program for the browser that says what can be seen.
//
//go:embed testdata/look.js
var look string

// browser is a tab of Chromium.
type browser struct {
	ctx context.Context

	mu       sync.Mutex
	troubles []string // of scripts and of the content security policy
}

// startBrowser starts Chromium with one tab until the test ends. Its clock stands still, so that no page takes a busy
// machine for a lost connection.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if name, value, _ := strings.Cut(requireChromium, "="); os.Getenv(name) == value {
			t.Fatal("chromium is not installed")
		}
		t.Skip("chromium is not installed; scripts/test.sh installs it, and " + requireChromium + " makes this a failure")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	tell(t, b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: "Date.now = () => 0"})
	tell(t, b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Tokyo"})
	tell(t, b, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: "en-GB"})
	tell(t, b, cdplog.Enable, cdp.Empty{})
	return b
}

// hear notes what goes wrong in the page.
func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.troubles = append(b.troubles, e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		b.troubles = append(b.troubles, e.Entry.Text)
	}
}

// takeTroubles returns what has gone wrong in the page since the last call.
func (b *browser) takeTroubles() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.troubles
	b.troubles = nil
	return all
}

// tell sends the browser a command.
func tell[P, R any](t *testing.T, b *browser, command cdp.Command[P, R], params P) R {
	t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

// evaluate evaluates a JavaScript expression, and waits for it if it is a promise.
func evaluate[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserPatience)
	defer cancel()
	result, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("evaluate %.100s: %v", expression, err)
	}
	return result
}

// await waits until a JavaScript condition holds.
func (b *browser) await(t *testing.T, condition string) {
	t.Helper()
	evaluate[bool](t, b, "new Promise(done => { const look = () => ("+condition+") ? done(true) : setTimeout(look, 10); look(); })")
}

// looked evaluates a function of look.js.
func looked[T any](t *testing.T, b *browser, call string) T {
	t.Helper()
	return evaluate[T](t, b, look+"."+call)
}

// screen is a window that the page is looked at in.
type screen struct {
	name          string
	width, height int64
	dark          bool
}

var screens = []screen{{"phone", 390, 844, false}, {"phone, dark", 390, 844, true}, {"desk", 1440, 900, false}, {"desk, dark", 1440, 900, true}}

func (b *browser) use(t *testing.T, s screen) {
	t.Helper()
	scheme := map[bool]string{false: "light", true: "dark"}[s.dark]
	tell(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(s.width, s.height)); err != nil {
		t.Fatal(err)
	}
}

func (b *browser) open(t *testing.T, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserPatience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

// save writes what the tab shows, whole, to the directory that screenshots names.
func (b *browser) save(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv(screenshots)
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, strings.NewReplacer(" ", "-", ",", "").Replace(name)+".png"), picture, 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}

// press presses a key.
func (b *browser) press(t *testing.T, keys string) {
	t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(keys)); err != nil {
		t.Fatal(err)
	}
}

// node is an element as a screen reader is told of it.
type node struct{ role, name string }

// accessible returns the page's accessibility tree, in order.
func (b *browser) accessible(t *testing.T) (all []node) {
	t.Helper()
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			json.Unmarshal(v.Value, &s) // other kinds are no text
		}
		return s
	}
	for _, n := range tell(t, b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if !n.Ignored {
			all = append(all, node{text(n.Role), text(n.Name)})
		}
	}
	return all
}
