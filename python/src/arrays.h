/* NumPy's arrays as C sees them, and functions of trees of such arrays. */
#ifndef ARRAYS_H
#define ARRAYS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

/* An array, as NumPy's array interface describes it to C. */
typedef struct {
	int two; /* 2 */
	int rank;
	char kind;
	int item_bytes;
	int flags;
	Py_ssize_t *shape, *strides;
	void *data;
	PyObject *rest;
} array_view;

enum { ROW_MAJOR = 0x1, ALIGNED = 0x100, NATIVE = 0x200, WRITEABLE = 0x400 }; /* flags */

/* What an object says of itself as an array, valid as long as the capsule, a new reference; NULL with an exception. */
const array_view *array_of(PyObject *object, PyObject **capsule);

/* A function fun(tree, *args) of the user's that gives a value and a tree of gradients. The trees are dicts of one level,
 * or arrays alone. All references are borrowed. */
typedef struct {
	PyObject *fun, *args;
	PyObject *keys;      /* strings, of the dicts, a tuple; an empty one: arrays alone */
	PyObject *container; /* dict or OrderedDict */
	PyObject *shapes;    /* of the arrays, a tuple of tuples */
	PyObject *views;     /* views(vector): the arrays as parts of the vector, a list */
	PyObject *other;     /* other(result, g): the value, and the gradient in g, of a result that is more than that */
} tree_function;

/* Reads (fun, args, keys, container, shapes, views, other) of arrays that have n elements in all. -1 with an exception. */
int read_tree_function(PyObject *tuple, tree_function *t, int64_t n);

/* Calls the function at copies of the arrays, and sets the value and the gradient, of which g is a view. -1 with an exception. */
int call_tree_function(const tree_function *t, PyObject *views, PyObject *g, double *value, double *gradient);

#endif
