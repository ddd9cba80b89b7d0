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

int64_t n_elements(PyObject *shapes)
{
	int64_t all = 0;
	for (Py_ssize_t i = 0, n = PyTuple_Size(shapes); i < n; i++) {
		PyObject *shape = PyTuple_GetItem(shapes, i);
		int64_t size = 1;
		if (!PyTuple_Check(shape)) {
			PyErr_SetString(PyExc_TypeError, "a shape is no tuple");
			return -1;
		}
		for (Py_ssize_t k = 0, rank = PyTuple_Size(shape); k < rank && !PyErr_Occurred(); k++)
			size *= PyLong_AsLongLong(PyTuple_GetItem(shape, k));
		if (PyErr_Occurred())
			return -1;
		all += size;
	}
	return all;
}

/* Whether the trees are lists. */
static int is_list(const tree_function *t) { return t->container == (PyObject *)&PyList_Type; }

int read_tree_function(PyObject *tuple, tree_function *t, int64_t n)
{
	if (!PyArg_ParseTuple(tuple, "OO!O!OO!OpO!OOO", &t->fun, &PyTuple_Type, &t->args, &PyTuple_Type, &t->keys, &t->container,
		&PyTuple_Type, &t->shapes, &t->make, &t->views, &PyType_Type, &t->type, &t->read, &t->number, &t->other))
		return -1;
	Py_ssize_t keys = PyTuple_Size(t->keys), shapes = PyTuple_Size(t->shapes);
	if (!is_list(t) && shapes != (keys ? keys : 1)) {
		PyErr_Format(PyExc_ValueError, "a tree has %zd keys and %zd shapes", keys, shapes);
		return -1;
	}
	int64_t all = n_elements(t->shapes);
	if (all < 0)
		return -1;
	if (all != n) {
		PyErr_SetString(PyExc_ValueError, "a function of trees takes a vector, and sets a number and a vector, as long as all arrays of the tree");
		return -1;
	}
	return 0;
}

PyObject *arrays_of(const tree_function *t, PyObject *vector)
{
	PyObject *arrays = PyObject_CallFunctionObjArgs(t->make, vector, NULL);
	if (arrays && !(PyList_Check(arrays) && PyList_Size(arrays) == PyTuple_Size(t->shapes))) {
		PyErr_SetString(PyExc_TypeError, "make gives no list of an array for each shape");
		Py_CLEAR(arrays);
	}
	return arrays;
}

static PyObject *copy(PyObject *array) { return PyObject_CallMethodObjArgs(array, copy_name, NULL); }

/* The arrays for one call, which the user may keep, a new list. */
static PyObject *arrays_for_call(const tree_function *t, PyObject *vector, PyObject *views)
{
	if (!t->views) {
		PyObject *own = copy(vector), *arrays = own ? arrays_of(t, own) : NULL;
		Py_XDECREF(own);
		return arrays;
	}
	Py_ssize_t n = PyList_Size(views);
	PyObject *arrays = PyList_New(n);
	for (Py_ssize_t i = 0; i < n && arrays; i++) {
		PyObject *array = copy(PyList_GetItem(views, i));
		if (!array || PyList_SetItem(arrays, i, array) < 0)
			Py_CLEAR(arrays);
	}
	return arrays;
}

/* The function's argument, which is made of arrays. */
static PyObject *tree_of(const tree_function *t, PyObject *arrays)
{
	if (is_list(t))
		return Py_NewRef(arrays);
	Py_ssize_t n = PyTuple_Size(t->keys);
	if (n == 0)
		return Py_XNewRef(PyList_GetItem(arrays, 0));
	int is_dict = t->container == (PyObject *)&PyDict_Type;
	PyObject *made = is_dict ? PyDict_New() : PyObject_CallFunctionObjArgs(t->container, NULL);
	for (Py_ssize_t i = 0; i < n && made; i++) {
		PyObject *key = PyTuple_GetItem(t->keys, i), *array = PyList_GetItem(arrays, i);
		if (!array || (is_dict ? PyDict_SetItem(made, key, array) : PyObject_SetItem(made, key, array)) < 0)
			Py_CLEAR(made);
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

/* An exception of a conversion: 0 if another way may do better, which it is left to, -1 if it is one like Ctrl-C. */
static int refused(void)
{
	if (!PyErr_ExceptionMatches(PyExc_Exception))
		return -1;
	PyErr_Clear();
	return 0;
}

/* Copies n numbers of 8 or 4 bytes that are some bytes apart. */
static void copy_numbers(double *to, const char *from, Py_ssize_t n, Py_ssize_t apart, int bytes)
{
	if (bytes == 8 && apart == 8)
		memcpy(to, from, 8 * (size_t)n);
	else
		for (Py_ssize_t i = 0; i < n; i++, from += apart)
			to[i] = bytes == 8 ? *(const double *)from : *(const float *)from;
}

/* Copies one of NumPy's arrays of a shape, and moves on. 0: it is none of float64 or float32, and nothing is set. */
static int take_array(PyObject *array, PyObject *shape, double **to)
{
	PyObject *capsule;
	const array_view *a = array_of(array, &capsule);
	if (!a)
		return refused();
	Py_ssize_t rank = PyTuple_Size(shape), n = 1;
	int ok = a->kind == 'f' && (a->item_bytes == 8 || a->item_bytes == 4) && (a->flags & NATIVE) && (a->flags & ALIGNED) && a->rank == rank;
	for (Py_ssize_t i = 0; i < rank && ok; i++) {
		ok = PyLong_AsSsize_t(PyTuple_GetItem(shape, i)) == a->shape[i];
		n *= a->shape[i];
	}
	int dense = ok && (a->flags & ROW_MAJOR);
	ok = dense || (ok && rank == 1);
	if (ok) {
		copy_numbers(*to, a->data, n, dense ? a->item_bytes : a->strides[0], a->item_bytes);
		*to += n;
	}
	Py_DECREF(capsule);
	return ok;
}

/* The same of an array of the function's type, or a number. -1 with an exception. */
static int take(const tree_function *t, PyObject *array, PyObject *shape, double **to)
{
	if ((PyObject *)Py_TYPE(array) != t->type) {
		if (PyTuple_Size(shape) > 0 || !PyFloat_Check(array))
			return 0;
		*(*to)++ = PyFloat_AsDouble(array);
		return 1;
	}
	if (t->read == Py_None)
		return take_array(array, shape, to);
	PyObject *read = PyObject_CallFunctionObjArgs(t->read, array, NULL);
	int code = read ? take_array(read, shape, to) : refused();
	Py_XDECREF(read);
	return code;
}

/* Takes a value, if it is a number or of the function's type. 0: it is neither. -1 with an exception. */
static int take_number(const tree_function *t, PyObject *value, double *to)
{
	if (PyFloat_Check(value) || ((PyObject *)Py_TYPE(value) == t->type && t->number != Py_None)) {
		PyObject *number = PyFloat_Check(value) ? Py_NewRef(value) : PyObject_CallFunctionObjArgs(t->number, value, NULL);
		*to = number ? PyFloat_AsDouble(number) : -1;
		Py_XDECREF(number);
		return *to == -1 && PyErr_Occurred() ? refused() : 1;
	}
	PyObject *scalar = PyTuple_New(0);
	int code = scalar ? take(t, value, scalar, &to) : -1;
	Py_XDECREF(scalar);
	return code;
}

/* Element i of the tree of gradients, a new reference; NULL without an exception if the tree is another one. */
static PyObject *gradient_at(const tree_function *t, PyObject *tree, Py_ssize_t i)
{
	Py_ssize_t n = PyTuple_Size(t->shapes);
	PyObject *found = NULL;
	if (is_list(t)) {
		if (PyTuple_CheckExact(tree) && PyTuple_Size(tree) == n)
			found = PyTuple_GetItem(tree, i);
		else if (PyList_CheckExact(tree) && PyList_Size(tree) == n)
			found = PyList_GetItem(tree, i);
	} else if (PyTuple_Size(t->keys) == 0) {
		found = tree;
	} else if ((PyDict_CheckExact(tree) || (PyObject *)Py_TYPE(tree) == t->container) && PyDict_Size(tree) == n) {
		found = PyDict_GetItemWithError(tree, PyTuple_GetItem(t->keys, i));
	}
	return Py_XNewRef(found);
}

/* Whether the result is a pair of a number and a tree of arrays as they are expected, as most are; if so, takes it. -1 with an
 * exception. */
static int take_pair(const tree_function *t, PyObject *result, double *value, double *gradient)
{
	if (!PyTuple_CheckExact(result) || PyTuple_Size(result) != 2)
		return 0;
	PyObject *tree = PyTuple_GetItem(result, 1);
	int code = take_number(t, PyTuple_GetItem(result, 0), value);
	for (Py_ssize_t i = 0, n = PyTuple_Size(t->shapes); i < n && code == 1; i++) {
		PyObject *array = gradient_at(t, tree, i);
		code = array ? take(t, array, PyTuple_GetItem(t->shapes, i), &gradient) : PyErr_Occurred() ? refused() : 0;
		Py_XDECREF(array);
	}
	return code;
}

int call_tree_function(const tree_function *t, PyObject *vector, PyObject *views, PyObject *g, double *value, double *gradient)
{
	PyObject *arrays = names() < 0 ? NULL : arrays_for_call(t, vector, views);
	PyObject *tree = arrays ? tree_of(t, arrays) : NULL;
	Py_XDECREF(arrays);
	PyObject *result = tree ? call_user(t, tree) : NULL;
	Py_XDECREF(tree);
	int code = result ? take_pair(t, result, value, gradient) : -1;
	if (code == 0) {
		PyObject *number = PyObject_CallFunctionObjArgs(t->other, result, g, NULL);
		*value = number ? PyFloat_AsDouble(number) : -1;
		code = !number || (*value == -1 && PyErr_Occurred()) ? -1 : 1;
		Py_XDECREF(number);
	}
	Py_XDECREF(result);
	return code < 0 ? -1 : 0;
}
