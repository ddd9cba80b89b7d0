package sparse

// A tree is kept as the parent of each vertex, -1 for a root. A vertex's number is less than
// its parent's wherever the order of elimination is meant.

// eliminationTree is the tree of the graph's vertices eliminated in the order perm (inv is
// its inverse), numbered by that order: the parent of k is the first row below the diagonal
// of column k of the factor (J. Liu, "A compact row storage scheme for Cholesky factors using
// elimination trees", ACM TOMS 12, 1986).
func eliminationTree(g graph, perm, inv []int32) []int32 {
	n := len(perm)
	parent, ancestor := filled(n, -1), filled(n, -1)
	for k := range int32(n) {
		for _, v := range g.row(int(perm[k])) {
			i := inv[v]
			for i < k {
				up := ancestor[i]
				ancestor[i] = k
				if up < 0 {
					parent[i] = k
					break
				}
				i = up
			}
		}
	}
	return parent
}

// children are the children of each vertex of a tree as lists: the first child of i, and the
// next brother of i, in increasing order; the roots are brothers, from first[n] on.
func children(parent []int32) (first, next []int32) {
	n := len(parent)
	first, next = filled(n+1, -1), make([]int32, n)
	for i := n - 1; i >= 0; i-- {
		p := parent[i]
		if p < 0 {
			p = int32(n)
		}
		next[i], first[p] = first[p], int32(i)
	}
	return first, next
}

// postorder lists the vertices of a tree, each one after its descendants and next to them.
// It uses up first.
func postorder(first, next []int32) []int32 {
	n := len(next)
	order, stack := make([]int32, 0, n), make([]int32, 0, 64)
	stack = append(stack, int32(n))
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if c := first[top]; c >= 0 {
			first[top] = next[c]
			stack = append(stack, c)
			continue
		}
		stack = stack[:len(stack)-1]
		if int(top) < n {
			order = append(order, top)
		}
	}
	return order
}

// columnCounts is the number of entries in each column of the factor, the diagonal included,
// for a tree in postorder (J. Gilbert, E. Ng and B. Peyton, "An efficient algorithm to compute
// row and column counts for sparse Cholesky factorization", SIAM J. Matrix Anal. Appl. 15,
// 1994). A row of the factor is a subtree, whose leaves are found from the matrix; column
// counts are sums of weights over subtrees.
func columnCounts(g graph, perm, inv, parent []int32) []int32 {
	n := len(perm)
	count := make([]int32, n)    // first the weights
	leaf := filled(n, -1)        // first descendant of each vertex
	furthest := filled(n, -1)    // of row i: the greatest leaf so far, by its first descendant
	previous := filled(n, -1)    // the last leaf of row i
	ancestor := make([]int32, n) // for the common ancestors of leaves
	for j := range int32(n) {
		ancestor[j] = j
		if leaf[j] < 0 {
			leaf[j], count[j] = j, 1
		}
		if p := parent[j]; p >= 0 && leaf[p] < 0 {
			leaf[p] = leaf[j]
		}
	}
	for j := range int32(n) {
		if p := parent[j]; p >= 0 {
			count[p]--
		}
		for _, v := range g.row(int(perm[j])) {
			i := inv[v]
			if i <= j || leaf[j] <= furthest[i] {
				continue
			}
			furthest[i] = leaf[j]
			count[j]++
			if last := previous[i]; last >= 0 {
				top := last
				for top != ancestor[top] {
					top = ancestor[top]
				}
				for last != top {
					last, ancestor[last] = ancestor[last], top
				}
				count[top]--
			}
			previous[i] = j
		}
		if p := parent[j]; p >= 0 {
			ancestor[j] = p
		}
	}
	for j := range n {
		if p := parent[j]; p >= 0 {
			count[p] += count[j]
		}
	}
	return count
}
