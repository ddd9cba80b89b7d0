#include "arrays.h"

#include <string.h>

static PyObject *copy_name, *interface_name; /* interned, for the life of the process */

static int names(void)
{
	if (!copy_name)
		copy_name = PyUnicode_InternFromString("copy");
	if (!interface_name)
		interface_name = PyUnicode_InternFromString("__array_struct__");
	return copy_name && interface_name ? 0 : -1;
}

const array_view *array_of(PyObject *object, PyObject **capsule)
{
	*capsule = names() < 0 ? NULL : PyObject_GetAttr(object, interface_name);
	if (!*capsule)
		return NULL;
	const array_view *a = PyCapsule_GetPointer(*capsule, NULL);
	if (a && a->two != 2) {
		PyErr_SetString(PyExc_ValueError, "__array_struct__ is of a version that is not known");
		a = NULL;
	}
	if (!a)
		Py_CLEAR(*capsule);
	return a;
}

int read_tree_function(PyObject *tuple, tree_function *t, int64_t n)
{
	if (!PyArg_ParseTuple(tuple, "OO!O!OO!OO", &t->fun, &PyTuple_Type, &t->args, &PyTuple_Type, &t->keys, &t->container,
		&PyTuple_Type, &t->shapes, &t->views, &t->other))
		return -1;
	Py_ssize_t keys = PyTuple_Size(t->keys), shapes = PyTuple_Size(t->shapes);
	if (shapes != (keys ? keys : 1)) {
		PyErr_Format(PyExc_ValueError, "a tree has %zd keys and %zd shapes", keys, shapes);
		return -1;
	}
	int64_t all = 0;
	for (Py_ssize_t i = 0; i < shapes; i++) {
		PyObject *shape = PyTuple_GetItem(t->shapes, i);
		int64_t size = 1;
		for (Py_ssize_t k = 0, rank = PyTuple_Size(shape); k < rank && !PyErr_Occurred(); k++)
			size *= PyLong_AsLongLong(PyTuple_GetItem(shape, k));
		if (PyErr_Occurred())
			return -1;
		all += size;
	}
	if (all != n) {
		PyErr_SetString(PyExc_ValueError, "a function of trees takes a vector, and sets a number and a vector, as long as all arrays of the tree");
		return -1;
	}
	return 0;
}

/* The function's argument: copies of the arrays, which the user may keep. */
static PyObject *tree_of(const tree_function *t, PyObject *views)
{
	Py_ssize_t n = PyTuple_Size(t->keys);
	if (n == 0)
		return PyObject_CallMethodObjArgs(PyList_GetItem(views, 0), copy_name, NULL);
	int is_dict = t->container == (PyObject *)&PyDict_Type;
	PyObject *made = is_dict ? PyDict_New() : PyObject_CallFunctionObjArgs(t->container, NULL);
	for (Py_ssize_t i = 0; i < n && made; i++) {
		PyObject *key = PyTuple_GetItem(t->keys, i), *leaf = PyObject_CallMethodObjArgs(PyList_GetItem(views, i), copy_name, NULL);
		if (!leaf || (is_dict ? PyDict_SetItem(made, key, leaf) : PyObject_SetItem(made, key, leaf)) < 0)
			Py_CLEAR(made);
		Py_XDECREF(leaf);
	}
	return made;
}

static PyObject *call_user(const tree_function *t, PyObject *tree)
{
	Py_ssize_t n = PyTuple_Size(t->args);
	if (n == 0)
		return PyObject_CallFunctionObjArgs(t->fun, tree, NULL);
	PyObject *args = PyTuple_New(n + 1), *result = NULL;
	if (!args)
		return NULL;
	int ok = PyTuple_SetItem(args, 0, Py_NewRef(tree)) == 0;
	for (Py_ssize_t i = 0; i < n && ok; i++)
		ok = PyTuple_SetItem(args, i + 1, Py_NewRef(PyTuple_GetItem(t->args, i))) == 0;
	if (ok)
		result = PyObject_Call(t->fun, args, NULL);
	Py_DECREF(args);
	return result;
}

/* Copies an array of the given type, of float64, of a shape, and moves on; 0: it is no such array, and nothing is set. */
static int take(PyObject *leaf, PyTypeObject *type, PyObject *shape, double **to)
{
	Py_ssize_t rank = PyTuple_Size(shape), n = 1;
	if (Py_TYPE(leaf) != type) {
		if (rank > 0 || !PyFloat_Check(leaf))
			return 0;
		*(*to)++ = PyFloat_AsDouble(leaf);
		return 1;
	}
	PyObject *capsule;
	const array_view *a = array_of(leaf, &capsule);
	if (!a) {
		PyErr_Clear();
		return 0;
	}
	int ok = a->kind == 'f' && a->item_bytes == 8 && (a->flags & NATIVE) && (a->flags & ALIGNED) && a->rank == rank;
	for (Py_ssize_t i = 0; i < rank && ok; i++) {
		ok = PyLong_AsSsize_t(PyTuple_GetItem(shape, i)) == a->shape[i];
		n *= a->shape[i];
	}
	if (ok && (a->flags & ROW_MAJOR))
		memcpy(*to, a->data, 8 * (size_t)n);
	else if (ok && rank == 1)
		for (Py_ssize_t i = 0; i < n; i++)
			(*to)[i] = *(double *)((char *)a->data + i * a->strides[0]);
	else
		ok = 0;
	Py_DECREF(capsule);
	*to += ok ? n : 0;
	return ok;
}

/* Whether the result is a pair of a number and a tree of arrays of float64, as most are; if so, takes it. */
static int take_pair(const tree_function *t, PyObject *result, PyTypeObject *type, double *value, double *gradient)
{
	if (!PyTuple_CheckExact(result) || PyTuple_Size(result) != 2)
		return 0;
	PyObject *number = PyTuple_GetItem(result, 0), *tree = PyTuple_GetItem(result, 1);
	Py_ssize_t n = PyTuple_Size(t->keys);
	if (!PyFloat_Check(number))
		return 0;
	*value = PyFloat_AsDouble(number);
	if (n == 0)
		return take(tree, type, PyTuple_GetItem(t->shapes, 0), &gradient);
	if (!(PyDict_CheckExact(tree) || (PyObject *)Py_TYPE(tree) == t->container) || PyDict_Size(tree) != n)
		return 0;
	for (Py_ssize_t i = 0; i < n; i++) {
		PyObject *leaf = PyDict_GetItemWithError(tree, PyTuple_GetItem(t->keys, i)); /* borrowed: nothing below runs code of the user's */
		if (!leaf || !take(leaf, type, PyTuple_GetItem(t->shapes, i), &gradient)) {
			PyErr_Clear();
			return 0;
		}
	}
	return 1;
}

int call_tree_function(const tree_function *t, PyObject *views, PyObject *g, double *value, double *gradient)
{
	PyObject *tree = names() < 0 ? NULL : tree_of(t, views);
	PyObject *result = tree ? call_user(t, tree) : NULL;
	Py_XDECREF(tree);
	if (!result)
		return -1;
	int code = 0;
	if (!take_pair(t, result, Py_TYPE(PyList_GetItem(views, 0)), value, gradient)) {
		PyObject *number = PyObject_CallFunctionObjArgs(t->other, result, g, NULL);
		*value = number ? PyFloat_AsDouble(number) : -1;
		code = !number || (*value == -1 && PyErr_Occurred()) ? -1 : 0;
		Py_XDECREF(number);
	}
	Py_DECREF(result);
	return code;
}
