package program

import "github.com/argmin-go/argmin/num"

var _ = add(map[string]rule{
	"while": func(c *call) []num.Array {
		p := params[struct {
			Cond *Program `json:"cond"`
			Body *Program `json:"body"`
		}](c)
		cond := c.inner(p.Cond)
		return num.While(func(x []num.Array) num.Array { return cond(x)[0] }, c.inner(p.Body), c.x)
	},
	"scan": scan,
	"cond": func(c *call) []num.Array {
		p := params[struct {
			Branches []*Program `json:"branches"`
		}](c)
		branches := make([]func([]num.Array) []num.Array, len(p.Branches))
		for i, b := range p.Branches {
			branches[i] = c.inner(b)
		}
		x := c.arguments(1)
		return num.Switch(x[0].AsType(num.Int32), branches, x[1:])
	},
	"checkpoint": func(c *call) []num.Array {
		return num.Checkpoint(c.inner(params[programParams](c).Program))(c.x)
	},
	"custom_jvp": func(c *call) []num.Array {
		p := params[struct {
			Program *Program `json:"program"`
			Rule    *Program `json:"rule"` // from arguments and tangents to results and tangents
		}](c)
		rule := c.inner(p.Rule)
		return num.CustomJVP(c.inner(p.Program), func(x, dx []num.Array) ([]num.Array, []num.Array) {
			y := rule(append(append([]num.Array{}, x...), dx...))
			return y[:len(y)/2], y[len(y)/2:]
		})(c.x)
	},
	"custom_vjp": func(c *call) []num.Array {
		p := params[struct {
			Program  *Program `json:"program"`
			Forward  *Program `json:"forward"`  // from arguments to results and what backward needs
			Backward *Program `json:"backward"` // from that and cotangents of the results to those of the arguments
		}](c)
		n := len(p.Program.Out)
		forward, backward := c.inner(p.Forward), c.inner(p.Backward)
		return num.CustomVJP(c.inner(p.Program), func(x []num.Array) (y, res []num.Array) {
			all := forward(x)
			return all[:n], all[n:]
		}, func(res, ct []num.Array) []num.Array {
			return backward(append(append([]num.Array{}, res...), ct...))
		})(c.x)
	},
})

type programParams struct {
	Program *Program `json:"program"`
}

// scan is lax's scan: the first operands are what is carried, the others are taken apart along their first axis.
func scan(c *call) []num.Array {
	p := params[struct {
		Body    *Program `json:"body"`
		Carry   int      `json:"num_carry"`
		Length  int      `json:"length"`
		Reverse bool     `json:"reverse"`
	}](c)
	if p.Carry > len(c.x) || p.Carry > len(p.Body.Out) {
		throw("scan carries %d arrays and has %d operands and %d results", p.Carry, len(c.x), len(p.Body.Out))
	}
	init, xs := c.x[:p.Carry], c.x[p.Carry:]
	body, given := c.inner(p.Body), len(xs)
	if given == 0 { // something has to say how often
		xs = []num.Array{num.Full(num.Bool, 0, p.Length)}
	}
	step := func(carry, x []num.Array) ([]num.Array, []num.Array) {
		y := body(append(append([]num.Array{}, carry...), x[:given]...))
		return y[:p.Carry], y[p.Carry:]
	}
	run := num.Scan[[]num.Array, []num.Array, []num.Array]
	if p.Reverse {
		run = num.ScanReverse[[]num.Array, []num.Array, []num.Array]
	}
	carry, ys := run(step, init, xs)
	return append(append([]num.Array{}, carry...), ys...)
}
