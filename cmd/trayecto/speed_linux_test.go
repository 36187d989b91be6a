package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/compiler/sample/many"
)

// The budgets of plans and applies, each in a process of its own: from the
// start of the program to the rendered plan. Reported are seconds by the clock,
// CPU, the most memory that was resident, and CPU as a multiple of what
// hclsyntax takes to parse the same bytes in the same run.
//
// A process that is started is counted the most that its parent ever had, so that
// is given back and forgotten before; the largest project, whose parsing takes the
// most here, comes last all the same.
//
//	plan of 10,000 with no state     at most 1.6 x-parsing, 250 MiB
//	nothing to do, of 10,000         at most 0.5 s, 200 MiB
//	plan of 10,000 by for_each       at most 0.5 s
//	plan of 100,000 with no state    at most 12 s, 1,536 MiB, 11 x the time of 10,000
//	apply of 1,000                   at most 2 s
func BenchmarkBudgets(b *testing.B) {
	seconds := map[string]float64{}
	for _, budget := range []struct {
		name    string
		options many.Options
		before  [][]string // not measured
		command []string
		fresh   bool // each time from nothing
	}{
		{"plan-10000", many.Options{Shape: many.Blocks, Objects: 10_000}, nil, []string{"plan", "--no-cache"}, false},
		{"no-op-10000", many.Options{Shape: many.Blocks, Objects: 10_000}, [][]string{{"apply", "--auto-approve"}, {"plan"}}, []string{"plan"}, false},
		{"for-each-list-10000", many.Options{Shape: many.List, Objects: 10_000}, nil, []string{"plan", "--no-cache"}, false},
		{"for-each-map-10000", many.Options{Shape: many.Map, Objects: 10_000}, nil, []string{"plan", "--no-cache"}, false},
		{"apply-1000", many.Options{Shape: many.Blocks, Objects: 1000}, nil, []string{"apply", "--auto-approve"}, true},
		{"apply-chain-1000", many.Options{Shape: many.Chain, Objects: 1000}, nil, []string{"apply", "--auto-approve"}, true},
		{"plan-100000", many.Options{Shape: many.Blocks, Objects: 100_000}, nil, []string{"plan", "--no-cache"}, false},
	} {
		b.Run(budget.name, func(b *testing.B) {
			b.Setenv("XDG_CACHE_HOME", b.TempDir())
			budget.options.Seed = 1
			dir := ""
			ready := func() {
				dir = b.TempDir()
				writeMany(b, dir, budget.options)
				for _, args := range budget.before {
					process(b, dir, args)
				}
			}
			var spent usage
			ready()
			for n := range b.N {
				if budget.fresh && n > 0 {
					ready()
				}
				spent.add(process(b, dir, budget.command))
			}
			spent.report(b, parsing(b, budget.options))
			seconds[budget.name] = spent.wall.Seconds() / float64(b.N)
			if few := seconds["plan-10000"]; budget.name == "plan-100000" && few > 0 {
				b.ReportMetric(seconds[budget.name]/few, "x-10000")
			}
		})
	}
}

// usage is what processes took.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // KiB, the most of all
}

func (u *usage) add(more usage) {
	u.wall, u.cpu, u.peak = u.wall+more.wall, u.cpu+more.cpu, max(u.peak, more.peak)
}

func (u *usage) report(b *testing.B, parsing time.Duration) {
	b.ReportMetric(0, "ns/op") // of no use: it counts the preparations
	b.ReportMetric(u.wall.Seconds()/float64(b.N), "s")
	b.ReportMetric(u.cpu.Seconds()/float64(b.N), "cpu-s")
	b.ReportMetric(float64(u.peak)/1024, "MiB")
	b.ReportMetric(float64(u.cpu)/float64(b.N)/float64(parsing), "x-parsing")
}

// process runs the program once.
func process(b *testing.B, dir string, args []string) usage {
	b.Helper()
	forgetPeak(b)
	cmd := exec.Command("trayecto", append(args, "-C", dir)...)
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %v\n%s", args, err, out[:min(len(out), 2000)])
	}
	took := time.Since(begin)
	state := cmd.ProcessState
	return usage{took, state.UserTime() + state.SystemTime(), state.SysUsage().(*syscall.Rusage).Maxrss}
}

// forgetPeak has the kernel forget the most memory that this process ever had: see
// clear_refs in proc(5).
func forgetPeak(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Logf("processes are counted the memory of this one: %v", err)
	}
}

// parsing is the CPU that hclsyntax alone takes for the files, collecting its
// garbage included.
func parsing(b *testing.B, o many.Options) time.Duration {
	b.Helper()
	files := many.Files(o)
	cpu := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	runtime.GC()
	before := cpu()
	kept := make([]*hcl.File, len(files))
	for i, f := range files {
		parsed, problems := hclsyntax.ParseConfig(f.Text, f.Path, hcl.InitialPos)
		if problems.HasErrors() {
			b.Fatal(problems)
		}
		kept[i] = parsed
	}
	took := cpu() - before
	runtime.KeepAlive(kept)
	return took
}

// The benchmarks measure what they say: a plan of very many objects says how
// many.
func TestManyObjectsArePlanned(t *testing.T) {
	for _, shape := range many.Shapes {
		dir := t.TempDir()
		writeMany(t, dir, many.Options{Shape: shape, Objects: 300, Seed: 1})
		out, err := exec.Command("trayecto", "plan", "--no-cache", "-C", dir).CombinedOutput()
		if want := fmt.Sprintf("\n%d to create, 0 to change", 300); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, and not %q in:\n%s", shape, err, want, out[max(0, len(out)-500):])
		}
	}
}
