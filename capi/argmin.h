/* argmin.h - the C interface of argmin, version 1.
 *
 * A problem is a handle. Give it arrays and functions by name, solve it, and read the result by name:
 *
 *     uint64_t p = argmin_new("minimize", "{\"method\": \"BFGS\"}");
 *     argmin_set_array(p, "x0", ARGMIN_FLOAT64, 1, &n, x0);
 *     argmin_set_function(p, "fun", rosen, NULL, 1, &n, 1, &one);
 *     if (argmin_solve(p) != ARGMIN_OK) puts(argmin_message(p));
 *     argmin_get_array(p, "x", x, n * sizeof *x);
 *     argmin_free(p);
 *
 * The kinds of problems, their options (a JSON object, with SciPy's names), arrays and functions are
 * described in docs/c.md.
 *
 * Threads: different problems may be used by different threads at the same time, one problem by one thread. Functions
 * are called by the thread that called argmin_solve, unless the option "workers" allows several at once.
 * Processes: after fork() the child cannot use a library that the parent has used; exec() or start threads instead.
 */
#ifndef ARGMIN_H
#define ARGMIN_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. A library with the same number has at least the functions declared here. */
#define ARGMIN_VERSION 1

/* The types of the elements of arrays, which are in row-major order. */
enum { ARGMIN_FLOAT64 = 0, ARGMIN_FLOAT32 = 1, ARGMIN_INT64 = 2, ARGMIN_INT32 = 3, ARGMIN_BOOL = 4 };

/* What functions of this interface return, and what user functions return. */
enum {
	ARGMIN_OK = 0,      /* done; whether a search has converged is in argmin_info */
	ARGMIN_STOP = 1,    /* of a user function: end the search, without an error */
	ARGMIN_FAILED = 2,  /* of a user function: it has failed; argmin_solve then returns this code */
	ARGMIN_INVALID = 3, /* something is wrong with the call: see argmin_message */
	ARGMIN_CANCELLED = 4, /* argmin_cancel has ended the search */
	ARGMIN_RUNNING = 5  /* of argmin_wait: not done yet */
};

/* A function of a problem: sets the vectors out[0], out[1], ... to what it is at in[0], in[1], .... All belong to
 * argmin, and keep neither their place nor their values after the call; what is not set is NaN. */
typedef int32_t (*argmin_function)(void *user, const double *const *in, double *const *out);

#ifndef ARGMIN_ONLY_TYPES /* for programs that load the library by themselves */

int32_t argmin_version(void);

/* A new problem. The options are a JSON object; what is wrong with them is reported by argmin_solve. */
uint64_t argmin_new(const char *kind, const char *options);

/* Copies an array of dimensions shape[0], ..., shape[rank-1] into the problem. */
int32_t argmin_set_array(uint64_t problem, const char *name, int32_t type, int32_t rank, const int64_t *shape, const void *data);

/* Gives the problem a function, of n_in vectors with the lengths in_sizes, which sets n_out vectors with the lengths out_sizes.
 * Lengths that are not the problem's are reported by argmin_solve. */
int32_t argmin_set_function(uint64_t problem, const char *name, argmin_function function, void *user,
	int32_t n_in, const int64_t *in_sizes, int32_t n_out, const int64_t *out_sizes);

/* Solves the problem on the calling thread. */
int32_t argmin_solve(uint64_t problem);

/* Solves the problem on the calling thread as argmin_solve does, if it is of a kind without functions that has been solved before in
 * a few milliseconds. Otherwise, and where it takes longer this time, it returns ARGMIN_RUNNING: nothing has been solved then, and
 * nothing goes on. */
int32_t argmin_solve_if_short(uint64_t problem);

/* Begins to solve the problem on another thread; argmin_wait waits for its end, at most for a number of milliseconds. */
int32_t argmin_start(uint64_t problem);
int32_t argmin_wait(uint64_t problem, int32_t milliseconds);

/* Asks for the end of argmin_solve or argmin_start, from any thread. The result is the best point so far. */
void argmin_cancel(uint64_t problem);

/* What went wrong, in words; empty after ARGMIN_OK. The text belongs to the problem. Never NULL. */
const char *argmin_message(uint64_t problem);

/* The result as a JSON object: flags, counts and messages by SciPy's names, and in "arrays" the name, type and shape
 * of each array. The text belongs to the problem. */
const char *argmin_info(uint64_t problem);

/* Copies an array of the result, of exactly so many bytes. */
int32_t argmin_get_array(uint64_t problem, const char *name, void *data, int64_t bytes);

/* Frees the problem and its texts. A search that argmin_start has begun is cancelled, and ends by itself later. */
void argmin_free(uint64_t problem);

#endif

#ifdef __cplusplus
}
#endif
#endif
