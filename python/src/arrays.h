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

/* How many elements arrays have in all, a tuple of tuples of lengths. -1 with an exception. */
int64_t n_elements(PyObject *shapes);

PyDoc_STRVAR(tensors_doc,
"tensors(vector, shapes, bytes)\n--\n\n"
"Copy a vector of float64 into tensors of shapes, of 8 or 4 bytes for a number: a list of DLPack's capsules.");

PyObject *tensors(PyObject *self, PyObject *args);

/* A function fun(tree, *args) of the user's that gives a value and a tree of gradients. The trees are dicts of one level,
 * lists of arrays, or arrays alone. The arrays are NumPy's, or the tensors of another framework. All references are borrowed. */
typedef struct {
	PyObject *fun, *args;
	PyObject *keys;      /* strings, of the dicts, a tuple; an empty one: lists, or arrays alone */
	PyObject *container; /* dict, OrderedDict or list */
	PyObject *shapes;    /* of the arrays, a tuple of tuples */
	PyObject *make;      /* make(vector): the arrays, a list */
	int views;           /* these are parts of the vector, of which the function gets copies; or else they keep the vector */
	PyObject *type;      /* of the arrays */
	PyObject *read;      /* read(array): as one of NumPy's; None for those that are NumPy's */
	PyObject *number;    /* number(value): a value of this type as a number; None: by read */
	PyObject *other;     /* other(result, g): the value, and the gradient in g, of a result that is of other types */
} tree_function;

/* Reads the fields of a tuple, which are in the order above, for arrays that have n elements in all. -1 with an exception. */
int read_tree_function(PyObject *tuple, tree_function *t, int64_t n);

/* Calls the function at a vector, whose arrays are views if there are views, and sets the value and the gradient, of which g is
 * a view. -1 with an exception. */
int call_tree_function(const tree_function *t, PyObject *vector, PyObject *views, PyObject *g, double *value, double *gradient);

/* The arrays of a vector, a list of as many as there are shapes. NULL with an exception. */
PyObject *arrays_of(const tree_function *t, PyObject *vector);

#endif
