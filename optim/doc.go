// Package optim is gradient transformations: the rules that turn gradients into the
// steps of stochastic optimizers, such as [Adam], and the pieces to build more of
// them, such as [Chain], [ClipByGlobalNorm] and [Masked].
//
// A [Transform] takes gradients and gives updates, which [Apply] adds to the
// parameters. What it remembers, its [State], is a tree of arrays that goes through
// num.Jit, num.Scan, num.Vmap and num.Grad like the parameters themselves:
//
//	t := optim.Chain(optim.ClipByGlobalNorm(1), optim.Adam(optim.AdamOptions{LearningRate: 1e-3}))
//	state := optim.Init(t, params)
//	for range 100 {
//		grads := num.Grad(loss)(params)
//		updates, next := optim.Update(t, grads, state, params)
//		params, state = optim.Apply(params, updates), next
//	}
//
// Transformations that end in a learning rate (the names of methods) give steps
// downhill. Those named ScaleBy and the other pieces keep the sign of what they are
// given; end a chain of them with [ScaleByLearningRate].
//
// # Numbers
//
// Every hyperparameter is a [Number]: a Go number, an array without axes, which may be
// traced and be differentiated, or a [Schedule], a function of the number of updates
// made so far. Nil stands for the default. A Go number out of its range is a panic
// with a [*num.Error] that names the option; arrays are not checked.
//
// # Trees and types
//
// Parameters are any tree. Their floating-point leaves are updated, each in its own
// dtype, as are the states that belong to them; other leaves get zero updates and the
// transformation does not see them. Gradients must have the structure, shapes and
// dtypes of the parameters. Trees without leaves and empty leaves are fine.
//
// # Edges
//
// A NaN or infinite gradient goes through to the updates and into the state: of its
// element where a rule works element by element, of the whole leaf or tree where it
// takes norms or means. Signs of NaN are NaN. [ApplyIfFinite] and [ZeroNaNs] protect
// against it. Norms do not overflow. Derivatives of updates are those of the
// formulas; square roots and norms have derivative zero at zero, so that parameters
// which the loss does not use do no harm, signs have derivative zero, and kinks of
// minima and maxima the mean of their sides.
//
// Names and defaults are those of optax (DeepMind et al., "The DeepMind JAX
// Ecosystem", 2020), deviations are said where they are.
package optim
