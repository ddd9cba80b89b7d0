/* Tensors for other frameworks, by the exchange that they have in common: DLPack (github.com/dmlc/dlpack, version 0). */
#include "arrays.h"

#include <stdlib.h>
#include <string.h>

typedef struct managed {
	struct {
		void *data;
		struct { int32_t type, id; } device;
		int32_t rank;
		struct { uint8_t code, bits; uint16_t lanes; } dtype;
		int64_t *shape, *strides;
		uint64_t offset;
	} tensor;
	void *context;
	void (*deleter)(struct managed *);
} managed;

enum { CPU = 1, FLOAT = 2, ALIGNMENT = 256 }; /* as DLPack has them; TensorFlow ends the process where data is not aligned */

static void delete(managed *m) { free(m); } /* all is one piece of memory; the interpreter need not be held */

/* Deletes the tensor of a capsule that nobody has taken, which would have renamed it. */
static void forget(PyObject *capsule)
{
	if (PyCapsule_IsValid(capsule, "dltensor"))
		delete(PyCapsule_GetPointer(capsule, "dltensor"));
}

/* The capsule of a tensor that has the numbers at from, of as many bytes as a number of the tensor has, and moves from on. */
static PyObject *tensor_of(PyObject *shape, int bytes, const double **from)
{
	Py_ssize_t rank = PyTuple_Size(shape), n = 1;
	if (rank < 0)
		return NULL;
	for (Py_ssize_t i = 0; i < rank; i++)
		n *= PyLong_AsSsize_t(PyTuple_GetItem(shape, i));
	if (PyErr_Occurred())
		return NULL;
	size_t before = sizeof(managed) + (size_t)rank * sizeof(int64_t);
	managed *m = malloc(before + ALIGNMENT + (size_t)n * (size_t)bytes);
	if (!m)
		return PyErr_NoMemory();
	memset(m, 0, sizeof *m);
	m->deleter = delete;
	m->tensor.data = (void *)(((uintptr_t)m + before + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
	m->tensor.device.type = CPU;
	m->tensor.rank = (int32_t)rank;
	m->tensor.dtype.code = FLOAT, m->tensor.dtype.bits = (uint8_t)(8 * bytes), m->tensor.dtype.lanes = 1;
	m->tensor.shape = (int64_t *)(m + 1);
	for (Py_ssize_t i = 0; i < rank; i++)
		m->tensor.shape[i] = PyLong_AsLongLong(PyTuple_GetItem(shape, i));
	if (bytes == 8)
		memcpy(m->tensor.data, *from, 8 * (size_t)n);
	else
		for (Py_ssize_t i = 0; i < n; i++)
			((float *)m->tensor.data)[i] = (float)(*from)[i];
	*from += n;
	PyObject *capsule = PyCapsule_New(m, "dltensor", forget);
	if (!capsule)
		delete(m);
	return capsule;
}

PyObject *tensors(PyObject *self, PyObject *args)
{
	PyObject *vector, *shapes, *capsule, *list = NULL;
	int bytes;
	if (!PyArg_ParseTuple(args, "OO!i", &vector, &PyTuple_Type, &shapes, &bytes))
		return NULL;
	const array_view *a = array_of(vector, &capsule);
	if (!a)
		return NULL;
	int plain = ROW_MAJOR | ALIGNED | NATIVE;
	Py_ssize_t n = PyTuple_Size(shapes), all = n_elements(shapes);
	if (all >= 0 && (a->kind != 'f' || a->item_bytes != 8 || a->rank != 1 || (a->flags & plain) != plain || a->shape[0] != all || (bytes != 8 && bytes != 4)))
		PyErr_SetString(PyExc_ValueError, "tensors are made of a vector of float64 that is as long as all of them, of 8 or 4 bytes for a number");
	else if (all >= 0)
		list = PyList_New(n);
	const double *from = a->data;
	for (Py_ssize_t i = 0; i < n && list; i++) {
		PyObject *tensor = tensor_of(PyTuple_GetItem(shapes, i), bytes, &from);
		if (!tensor || PyList_SetItem(list, i, tensor) < 0)
			Py_CLEAR(list);
	}
	Py_DECREF(capsule);
	return list;
}
