/* Minimizes Rosenbrock's function by BFGS. */
#include <stdio.h>
#include "argmin.h"

/* The value out[0] and the gradient out[1] at in[0]. */
static int32_t rosenbrock(void *user, const double *const *in, double *const *out)
{
	double x = in[0][0], y = in[0][1], t = y - x * x;
	out[0][0] = 100 * t * t + (1 - x) * (1 - x);
	out[1][0] = -400 * x * t - 2 * (1 - x);
	out[1][1] = 200 * t;
	return ARGMIN_OK;
}

int main(void)
{
	double x[2] = {-1.2, 1};
	int64_t n = 2, in[] = {2}, out[] = {1, 2};
	uint64_t p = argmin_new("minimize", "{\"method\": \"BFGS\", \"method_options\": {\"gtol\": 1e-8}}");
	argmin_set_array(p, "x0", ARGMIN_FLOAT64, 1, &n, x);
	argmin_set_function(p, "fun_grad", rosenbrock, NULL, 1, in, 2, out);
	if (argmin_solve(p) != ARGMIN_OK || argmin_get_array(p, "x", x, sizeof x) != ARGMIN_OK)
		return puts(argmin_message(p)), 1;
	printf("x = %.6f %.6f\n%s\n", x[0], x[1], argmin_info(p));
	argmin_free(p);
}
