package deps

// Solve is what the solution of a linear system depends on: m is the product with its matrix, a template
// whose only active inputs are the vector, and rhs are the sets of the residual of each equation with the vector held fixed.
//
// Equations and unknowns that the matrix does not connect do not depend on each other. Those that
// it connects do, whatever the pattern in between: the inverse of an irreducible matrix is full.
func (m *Template) Solve(t *Table, rhs [][]Set) [][]Set {
	n := m.t.n
	parent := make([]int, n) // unknowns; equations join those that they have
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	members := map[int][]Set{}
	each := func(f func(first int, s Set)) {
		for j, row := range m.rows {
			for i, s := range row {
				if e := m.t.Elements(s); len(e) > 0 && rhs[j] != nil {
					f(int(e[0]), rhs[j][i])
				}
			}
		}
	}
	for _, row := range m.rows {
		for _, s := range row {
			e := m.t.Elements(s)
			for k := 1; k < len(e); k++ {
				parent[root(int(e[k]))] = root(int(e[0]))
			}
		}
	}
	each(func(first int, s Set) {
		if s != 0 {
			r := root(first)
			members[r] = append(members[r], s)
		}
	})
	joined := make(map[int]Set, len(members))
	for r, s := range members {
		joined[r] = t.Join(s)
	}
	res := make([][]Set, 0, len(m.rows))
	for _, lo := range m.vectors {
		sets := make([]Set, lo.n)
		for i := range sets {
			sets[i] = joined[root(lo.first+i)]
		}
		res = append(res, sets)
	}
	return res
}
