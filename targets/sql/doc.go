// Package sql is predicates into SQL, one printer per dialect.
//
// A predicate becomes a small typed tree, and only a printer turns the tree
// into text; nothing else builds SQL. The tree has three-valued conditions as
// SQL has them, so Kleene's And, Or and Not map one to one; what the language
// makes two-valued (members of a segment, did, reachable) is made two-valued
// in the tree with Is, Coalesce or In over columns that are never null.
//
// The people table is read once. Everything that is folded from many rows (a
// count of events, the consent record) is a *fact*: a grouped query with one
// row per person, joined to the people by their key. A person without rows has
// no row there, and the missing value is the answer for nothing: count is
// then 0, the others null. Facts over the same table share one query. No
// correlated subquery is made, so every engine can run the result at scale.
//
// Time has one source, Now. *Counting* prints it, and every bound computed
// from it, as an absolute literal, so that the same plan counts the same
// people; *Deployed* prints a call of the platform's clock, so that a view is
// right tomorrow and unchanged in the next plan.
//
// Three dialects are executed in tests, PostgreSQL, SQLite and DuckDB: they answer the
// meaning corpus and agree with the reference evaluator on random programs.
package sql
