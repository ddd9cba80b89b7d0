package argmin

import (
	"github.com/argmin-go/argmin/optim"
)

// Optim makes the steps of a gradient transformation of package optim, such as optim.Adam
// with a schedule of learning rates, as optax does for JAX.
//
// With Options.Unroll the derivative with respect to data, and to learning rates that are
// arrays, is the derivative of the training.
type Optim struct {
	Transform optim.Transform // default Adam with a learning rate of 1e-3 (Kingma & Ba, 2015)
}

func (m Optim) stochastic() definition {
	t := m.Transform
	if t.Init == nil && t.Update == nil {
		t = optim.Adam(optim.AdamOptions{LearningRate: 1e-3})
	}
	return define("Optim", func(p *Problem) Rule[optim.State] {
		return Rule[optim.State]{
			Error: gradientNorm, Evaluates: true,
			Init: func(it Iterate) optim.State { return optim.Init(t, p.Params(it.X)) },
			Update: func(it Iterate, st optim.State) (Iterate, optim.State) {
				it = p.sample(it)
				params := p.Params(it.X)
				updates, next := optim.Update(t, p.Params(it.Grad), st, params, it.Value)
				return p.step(it, p.Ravel(optim.Apply(params, updates))), next
			},
		}
	})
}
