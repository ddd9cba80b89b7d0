// Package perturb makes functions that jump differentiable by adding noise to their
// argument: decisions such as an argmax, a ranking or a shortest path, whose derivative is
// zero or does not exist,
//
//	f_σ(x) = E f(x + σ Z)
//
// (Berthet, Blondel, Teboul, Cuturi, Vert & Bach, "Learning with differentiable
// perturbed optimizers", 2020; Abernethy, Lee & Tewari, "Perturbation techniques in
// online learning and optimization", 2016). f_σ is smooth whatever f is. [Fun] is that for
// any function, [Argmax] for one that gives the maximizer of a linear function, and [Max]
// the maximum that belongs to it.
//
// Expectations are means over a number of samples. So are derivatives: with the
// density p of the noise and its logarithm's gradient,
//
//	f_σ'(x) = E f(x + σ Z) · (-∇log p(Z))ᵀ / σ,
//
// of which only values of f are needed (Stein's identity; Williams, "Simple statistical
// gradient-following algorithms", 1992). Derivatives have both modes and any order, are
// without bias, and are noisy: the error goes with 1/√samples, and for the k-th
// derivative with 1/σᵏ. A [Baseline] makes it smaller.
//
// Samples come from a key: the same key gives the same numbers, in a batch too. Give each
// member of a batch and each step of an optimization a key of its own, by
// [num.Split] or [num.FoldIn].
package perturb
