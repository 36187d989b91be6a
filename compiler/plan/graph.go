package plan

import "math"

// graph is edges between dense ids: those of node i are to[at[i]:at[i+1]].
type graph struct {
	at []int32
	to []int32
}

// edge says that from needs to.
type edge struct{ from, to int32 }

// newGraph sorts edges by node, keeping their order within one.
func newGraph(nodes int, edges []edge) graph {
	g := graph{at: make([]int32, nodes+1), to: make([]int32, len(edges))}
	for _, e := range edges {
		g.at[e.from+1]++
	}
	for i := range nodes {
		g.at[i+1] += g.at[i]
	}
	next := append([]int32(nil), g.at[:nodes]...)
	for _, e := range edges {
		g.to[next[e.from]] = e.to
		next[e.from]++
	}
	return g
}

func (g graph) nodes() int { return len(g.at) - 1 }

// of is what node i needs.
func (g graph) of(i int32) []int32 { return g.to[g.at[i]:g.at[i+1]] }

// reversed turns every edge around.
func (g graph) reversed() graph {
	edges := make([]edge, 0, len(g.to))
	for i := range int32(g.nodes()) {
		for _, j := range g.of(i) {
			edges = append(edges, edge{j, i})
		}
	}
	return newGraph(g.nodes(), edges)
}

// order lists the nodes with what they need first, and among those that are
// ready the one of lowest rank, then of lowest id. When there is a cycle it
// returns the path of one instead, its first node again at the end.
func (g graph) order(rank func(int32) int) (order, cycle []int32) {
	users := g.reversed()
	missing := make([]int32, g.nodes())
	ready := make(queue, 0, g.nodes())
	for i := range int32(g.nodes()) {
		missing[i] = int32(len(g.of(i)))
		if missing[i] == 0 {
			ready.push(rank(i), i)
		}
	}
	order = make([]int32, 0, g.nodes())
	for len(ready) > 0 {
		i := ready.pop()
		order = append(order, i)
		for _, user := range users.of(i) {
			missing[user]--
			if missing[user] == 0 {
				ready.push(rank(user), user)
			}
		}
	}
	if len(order) < g.nodes() {
		return nil, g.cycle(missing)
	}
	return order, nil
}

// cycle walks from the first node that never became ready to one that it has
// seen: each such node needs at least one other such node.
func (g graph) cycle(missing []int32) []int32 {
	place := map[int32]int{}
	var path []int32
	for i := firstOf(missing); ; {
		if start, again := place[i]; again {
			return append(path[start:], i)
		}
		place[i] = len(path)
		path = append(path, i)
		for _, j := range g.of(i) {
			if missing[j] > 0 {
				i = j
				break
			}
		}
	}
}

func firstOf(missing []int32) int32 {
	for i, n := range missing {
		if n > 0 {
			return int32(i)
		}
	}
	return 0
}

// queue is a heap of nodes, the rank of each before its id: the least comes first.
type queue []int64

func (q *queue) push(rank int, id int32) {
	h := append(*q, int64(rank)<<32|int64(id))
	for i := len(h) - 1; i > 0 && h[i] < h[(i-1)/2]; i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
	*q = h
}

func (q *queue) pop() int32 {
	h := *q
	first, last := h[0], len(h)-1
	h[0], h = h[last], h[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if h[child] < h[least] {
				least = child
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	*q = h
	return int32(first & math.MaxUint32)
}
