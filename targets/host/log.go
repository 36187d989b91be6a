package host

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"sort"
	"strings"
	"sync"
)

// logbook is where the lines of all plugins go, with what is secret masked.
type logbook struct {
	to io.Writer

	mu      sync.Mutex
	secrets []string // longest first
	open    []*lines
	broken  error // the first failure to write
}

// shortest is the length from which a value is taken for a secret: masking
// shorter ones would hide every second word.
const shortest = 4

// hide masks a value from now on, in the spellings that logs give it.
func (b *logbook) hide(value string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := map[string]bool{}
	for _, s := range append(b.secrets, spellings(value)...) {
		known[s] = len(s) >= shortest
	}
	b.secrets = b.secrets[:0]
	for s, long := range known {
		if long {
			b.secrets = append(b.secrets, s)
		}
	}
	sort.Slice(b.secrets, func(i, j int) bool {
		return len(b.secrets[i]) > len(b.secrets[j]) || len(b.secrets[i]) == len(b.secrets[j]) && b.secrets[i] < b.secrets[j]
	})
}

// spellings are a value, its lines, the password in it if it is an address,
// and each of them as addresses, JSON and base64 write it.
func spellings(value string) []string {
	plain := append([]string{value}, strings.Split(value, "\n")...)
	if u, err := url.Parse(value); err == nil && u.User != nil {
		if password, there := u.User.Password(); there {
			plain = append(plain, password)
		}
	}
	var out []string
	for _, s := range plain {
		s = strings.TrimSpace(s)
		if len(s) < shortest {
			continue
		}
		out = append(out, s, url.QueryEscape(s), url.PathEscape(s), base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)))
		if quoted, err := json.Marshal(s); err == nil {
			out = append(out, string(quoted[1:len(quoted)-1]))
		}
	}
	return out
}

// mask is a text without secrets.
func (b *logbook) mask(s string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.masked(s)
}

func (b *logbook) masked(s string) string {
	for _, secret := range b.secrets {
		s = strings.ReplaceAll(s, secret, "(secret)")
	}
	return s
}

// flush writes what has no end of line and says whether anything was lost.
func (b *logbook) flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.open {
		l.end()
	}
	b.open = nil
	if b.broken != nil {
		return fmt.Errorf("writing the log of plugins: %w", b.broken)
	}
	return nil
}

// longestLine is where a line is cut.
const longestLine = 64 << 10

// lines is one output of one process: whole lines are masked and passed on.
// A secret never hides by coming in two pieces.
type lines struct {
	book   *logbook
	from   string
	last   func(line string) // is told each line, masked
	buffer []byte
	cut    bool // the rest of this line is left out
}

func (b *logbook) lines(from string, last func(string)) *lines {
	l := &lines{book: b, from: from, last: last}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open = append(b.open, l)
	return l
}

// Write takes bytes and never fails: a plugin must not stop because nobody
// reads its log. Close of the host says if something was lost.
func (l *lines) Write(p []byte) (int, error) {
	l.book.mu.Lock()
	defer l.book.mu.Unlock()
	n := len(p)
	for len(p) > 0 {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		if room := longestLine - len(l.buffer); len(line) > room {
			line, l.cut = line[:max(room, 0)], true
		}
		l.buffer = append(l.buffer, line...)
		if ended {
			l.end()
		}
		p = rest
	}
	return n, nil
}

// end passes on what is buffered as a line.
func (l *lines) end() {
	line := strings.TrimRight(string(l.buffer), "\r")
	if l.cut {
		// A secret may have been cut in two: its beginning could not be told.
		line = line[:max(0, len(line)-l.book.longest())] + " (cut)"
	}
	l.buffer, l.cut = l.buffer[:0], false
	if line == "" {
		return
	}
	line = l.book.masked(line)
	if l.last != nil {
		l.last(line)
	}
	if _, err := fmt.Fprintf(l.book.to, "%s: %s\n", l.from, line); err != nil && l.book.broken == nil {
		l.book.broken = err
	}
}

func (b *logbook) longest() int {
	if len(b.secrets) == 0 {
		return 0
	}
	return len(b.secrets[0])
}
