// Package prove is proofs and counterexamples.
package prove
