// Package prove is proofs and counterexamples.
//
// A question is whether there can be a person: one in segment a and not in
// segment b, one who gets a message that the rules of consent do not allow. If
// there can be none, something is proved. If there is one, they are made up,
// written out with attributes, consent record and dated events, and shown to
// the reference evaluator (package eval) before anybody hears of them. If
// neither succeeds the answer is undecided, and undecided is never taken for
// proved. This is how it works.
//
// Claims (read.go, claim.go). A condition becomes a claim: Kleene's logic over
// tests of variables. A variable is an attribute, a fact of a consent record, a
// count of events in a window, the age of an instant. References are spelled
// out: segments, computed attributes, and the consent rules, which are the one
// expression that everybody shares (ir.Program.Allowed). What is not looked into
// (arithmetic, most functions, sequences, sums) is a variable of its own that may
// be anything, so that proofs stay sound and only counterexamples can fail.
//
// Regions (variable.go, count.go). Of a variable's values only those are told
// apart that some constant of some condition tells apart: null, each word, each
// constant and the rest, points and the stretches between them, lengths of time
// by what they are to each constant (length.go). There are at
// most 64 regions, one bit each; a constant beyond that makes its condition one
// that is not looked into.
//
// The graph (graph.go). "It is true" and "it is false" are two formulas over
// atoms "variable in mask"; where neither holds, the verdict is unknown. Each
// formula is there once, next to its complement. Not being a member is the
// complement of "it is true", which is not the same as "it is false".
//
// Bonds (bond.go, past.go, record.go) say what is certain about two variables
// together: fewer conditions and a wider window count no less, a granted record
// has a date, an age in months against one in days. A month is 28 to 31 days and
// clocks change, so lengths are ordered only where that is certain.
//
// Search (search.go). Domains of regions, narrowed by formulas and bonds; what
// stays open is split into parts that share nothing. A budget bounds it.
//
// Histories (history.go). Counts may respect every bond and still belong to no
// history. So before domains are believed, a list of events is found that has
// them: a small search over rings between windows and kinds of events. Where
// there is none, the domains are ruled out and the search goes on.
//
// Simulation (simulate.go, cone.go, blend.go). When all pairs of many conditions
// are asked, people made by chance come first, 64 to a word; most pairs are told
// apart by one of them. Most others are by one put together from two of them, the
// one in the first condition for reasons that leave room for the other's. Whoever
// a search finds joins them.
//
// Witnesses (point.go, witness.go, fold.go) turn regions and histories into a
// person with real values, by the plainest means; package eval judges (judge.go).
//
// Journeys (path.go). What is known at a step is what the way there asked.
// Each wait opens an epoch with variables of its own, except for what is stable
// and what started the run, so a check before a wait proves nothing after it.
// Where ways meet again, what all of them asked is kept and the rests are
// alternatives.
//
// Consent (consent.go, gate.go, stale.go). For each marketing message of each
// platform and each of its channels: the way to the step, and the gates that the
// platform really evaluates, and not allowed, are never true together. A gate
// that the platform does not evaluate is absent. Staleness is held against the
// time that a regime gives a withdrawal.
//
// Lives (trajectory.go, joining.go). A point that refutes an obligation becomes a
// life: the person before the run, what lets them in, what changes in each wait.
// The machine of package eval lives it with the platform's enforcement. It counts
// only if the message is sent at that step to somebody whom the rules do not
// allow it. What does not come true is never shown.
//
// Terms of the proof, which whoever prints it repeats: the platform evaluates
// its gates at the send, knows consent no later than it says, and counts windows
// exactly.
package prove
