package sparsity

import (
	"github.com/argmin-go/argmin/internal/core/prim"
	"github.com/argmin-go/argmin/num"
)

// room is how many numbers the products of one batch have at most, all together: 256 MB of results, and a few times
// that of intermediate ones. More products are done one batch after the other.
const room = 1 << 25

// At is f(x) and the entries of its Jacobian there, in the order of the pattern. It may be traced.
func (p *Plan) At(f func(num.Array) num.Array, x num.Array) (y, values num.Array) {
	switch {
	case p.Forward > 0:
		y, along := num.Linearize(f, x)
		var back func(num.Array) num.Array
		if p.Reverse > 0 {
			_, back = num.VJP(f, x)
		}
		return y, p.Entries(along, back, x.DType(), y.DType())
	case p.Reverse > 0:
		y, back := num.VJP(f, x)
		return y, p.Entries(nil, back, x.DType(), y.DType())
	}
	y = f(x)
	return y, num.Full(y.DType(), 0, 0)
}

// Entries are the entries of a Jacobian, in the order of the pattern, from products with it and with its transpose, which
// are needed where the plan has such products. Arguments have the type dx, results dy.
func (p *Plan) Entries(along, back func(num.Array) num.Array, dx, dy num.DType) num.Array {
	if len(p.at) == 0 {
		return num.Full(dy, 0, 0)
	}
	m, n := p.Pattern.Rows, p.Pattern.Cols
	most := max(1, room/max(m, n))
	var products []num.Array
	if p.Forward > 0 {
		products = append(products, each(p.Forward, m, p.cols, dx, most, along))
	}
	if p.Reverse > 0 {
		products = append(products, each(p.Reverse, n, p.rows, dy, most, back).AsType(dy))
	}
	return num.Primitive(prim.GatherOp{}, num.Concat(0, products...), num.New(p.at, len(p.at)))[0]
}

// each is the products, of as many numbers as there are rows, with one vector of zeros and ones for each of some
// groups, end to end. At most so many are done in one batch.
func each(groups, rows int, of []int32, d num.DType, most int, product func(num.Array) num.Array) num.Array {
	group := num.New(of, len(of))
	one := func(g num.Array) num.Array { return product(group.Eq(g).AsType(d)) }
	batch := min(groups, most)
	if batch == groups {
		return num.Vmap(one)(num.Arange(num.Int32, 0, groups)).Reshape(groups * rows)
	}
	// The last batch may have groups without members.
	batches := (groups + batch - 1) / batch
	all := num.Map(num.Vmap(one), num.Arange(num.Int32, 0, batches*batch).Reshape(batches, batch))
	return all.Reshape(batches*batch*rows).Range(0, groups*rows)
}
