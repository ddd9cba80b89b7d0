/* Uses the interface in every way that a program may, right and wrong, from many threads at once. Prints "ok". */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "argmin.h"

enum { THREADS = 16 };
static int solves = 1000;

typedef struct { double center[3]; int calls, fail_at, stop_at; } quadratic;

static int32_t value(void *user, const double *const *in, double *const *out)
{
	quadratic *q = user;
	if (++q->calls == q->fail_at)
		return ARGMIN_FAILED;
	out[0][0] = 0;
	for (int i = 0; i < 3; i++) {
		double d = in[0][i] - q->center[i];
		out[0][0] += (i + 1) * d * d;
		out[1][i] = 2 * (i + 1) * d;
	}
	return ARGMIN_OK;
}

static int32_t callback(void *user, const double *const *in, double *const *out)
{
	quadratic *q = user;
	return q->stop_at && in[3][0] >= q->stop_at ? ARGMIN_STOP : ARGMIN_OK;
}

#define CHECK(what) do { if (!(what)) { fprintf(stderr, "line %d: %s: %s\n", __LINE__, #what, argmin_message(p)); exit(1); } } while (0)

static uint64_t problem(quadratic *q, const char *options)
{
	int64_t n = 3, in[] = {3}, out[] = {1, 3}, seen[] = {3, 1, 3, 5};
	double x0[] = {9, 9, 9};
	uint64_t p = argmin_new("minimize", options);
	CHECK(argmin_set_array(p, "x0", ARGMIN_FLOAT64, 1, &n, x0) == ARGMIN_OK);
	CHECK(argmin_set_function(p, "fun_grad", value, q, 1, in, 2, out) == ARGMIN_OK);
	CHECK(argmin_set_function(p, "callback", callback, q, 4, seen, 0, NULL) == ARGMIN_OK);
	return p;
}

static void *work(void *arg)
{
	long seed = (long)arg;
	static const char *const methods[] = {"{}", "{\"method\": \"L-BFGS-B\"}", "{\"method\": \"SLSQP\"}", "{\"method\": \"TNC\"}"};
	for (int k = 0; k < solves; k++) {
		quadratic q = {{seed, k % 7, -k % 5}, 0, 0, 0};
		double x[3];
		uint64_t p = problem(&q, methods[k % 4]);
		CHECK(argmin_solve(p) == ARGMIN_OK);
		CHECK(argmin_get_array(p, "x", x, sizeof x) == ARGMIN_OK);
		CHECK(strstr(argmin_info(p), "\"success\":true"));
		for (int i = 0; i < 3; i++)
			CHECK(fabs(x[i] - q.center[i]) < 1e-4);
		argmin_free(p);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		solves = atoi(argv[1]);
	pthread_t threads[THREADS];
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);

	quadratic fails = {{1, 2, 3}, 0, 3, 0}, stops = {{1, 2, 3}, 0, 0, 1}, right = {{1, 2, 3}, 0, 0, 0};
	uint64_t p = problem(&fails, "{}");
	CHECK(argmin_solve(p) == ARGMIN_FAILED && strstr(argmin_message(p), "has failed"));
	argmin_free(p);
	p = problem(&stops, "{}");
	CHECK(argmin_solve(p) == ARGMIN_OK && strstr(argmin_info(p), "\"success\":false"));
	argmin_free(p);
	p = problem(&right, "{\"method\": \"BGFS\"}");
	CHECK(argmin_solve(p) == ARGMIN_INVALID && strstr(argmin_message(p), "did you mean \"BFGS\""));
	argmin_free(p);
	p = problem(&right, "{\"method\": ");
	CHECK(argmin_solve(p) == ARGMIN_INVALID && strstr(argmin_message(p), "options of minimize"));
	argmin_free(p);
	p = problem(&right, "{}");
	CHECK(argmin_solve_if_short(p) == ARGMIN_RUNNING);
	CHECK(argmin_start(p) == ARGMIN_OK);
	int32_t code;
	while ((code = argmin_wait(p, 10)) == ARGMIN_RUNNING)
		;
	CHECK(code == ARGMIN_OK);
	double x[3];
	CHECK(argmin_get_array(p, "x", x, 8) == ARGMIN_INVALID && strstr(argmin_message(p), "has 24 bytes, not 8"));
	CHECK(argmin_get_array(p, "y", x, 8) == ARGMIN_INVALID && strstr(argmin_message(p), "no array \"y\""));
	argmin_free(p);
	p = problem(&right, "{}");
	argmin_cancel(p);
	CHECK(argmin_solve(p) == ARGMIN_CANCELLED);
	int64_t bad[] = {-1}, two[] = {2}, one[] = {1};
	CHECK(argmin_set_function(p, "fun", value, &right, 1, bad, 1, one) == ARGMIN_INVALID);
	CHECK(argmin_set_array(p, "x0", ARGMIN_FLOAT64, 1, bad, x) == ARGMIN_INVALID);
	CHECK(argmin_set_array(p, "x0", 9, 1, bad, x) == ARGMIN_INVALID);
	argmin_free(p);
	p = problem(&right, "{}");
	CHECK(argmin_set_function(p, "grad", value, &right, 1, two, 1, two) == ARGMIN_OK);
	CHECK(argmin_set_function(p, "fun_grad", value, &right, 1, two, 1, one) == ARGMIN_OK);
	CHECK(argmin_solve(p) == ARGMIN_INVALID && strstr(argmin_message(p), "arguments of lengths [2]"));
	argmin_free(p);
	argmin_free(p); /* a handle that is no more */
	CHECK(argmin_solve(p) == ARGMIN_INVALID && argmin_version() == ARGMIN_VERSION);
	CHECK(strstr(argmin_message(p), "no problem") && strcmp(argmin_info(p), "{}") == 0);
	puts("ok");
}
