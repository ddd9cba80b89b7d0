/* The extension module argmin._core: the C interface of argmin (argmin.h) for Python.
 *
 * It has one function that matters, solve, which takes a problem by names and runs it. The library is loaded by load,
 * at the first use and not at import, so that a process that only imports argmin may fork. Written against Python's
 * stable interface of version 3.10, which setup.py asks for (free-threaded builds have none). */
#include "arrays.h"

#ifndef PyBUF_WRITE /* in the stable interface from 3.11 on, with this value */
#define PyBUF_WRITE 0x200
#endif

#define ARGMIN_ONLY_TYPES
#include "argmin.h"

#ifdef _WIN32
#include <windows.h>
#include <process.h>
#define open_library(path) ((void *)LoadLibraryA(path))
#define symbol(library, name) ((void *)GetProcAddress((HMODULE)(library), name))
#define process_id() _getpid()
#define STAY_UNTIL_THE_END() do {} while (0)
#define STAYED_FOR_NOTHING() do {} while (0)
static const char *library_error(void) { return "LoadLibrary failed"; }
#else
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>
#define open_library(path) dlopen(path, RTLD_NOW | RTLD_LOCAL)
#define symbol(library, name) dlsym(library, name)
#define process_id() getpid()
static const char *library_error(void) { return dlerror(); }

/* When the interpreter ends, Python up to 3.13 ends each other thread (daemon threads) where it next asks for the
 * interpreter. A thread that is in a function of a search has Go's frames below, which cannot be unwound: it waits for
 * the end of the process instead, as threads of later Pythons do. */
static void wait_for_the_end(void *unused) { for (;;) pause(); }
#define STAY_UNTIL_THE_END() pthread_cleanup_push(wait_for_the_end, NULL)
#define STAYED_FOR_NOTHING() pthread_cleanup_pop(0)
#endif

/* Protects what the threads of one solve share, where no interpreter lock does. */
#ifdef Py_GIL_DISABLED
#define MUTEX PyMutex mutex;
#define LOCK(s) PyMutex_Lock(&(s)->mutex)
#define UNLOCK(s) PyMutex_Unlock(&(s)->mutex)
#else
#define MUTEX
#define LOCK(s) (void)(s)
#define UNLOCK(s) (void)(s)
#endif

/* The functions of argmin.h, found by load. */
static struct {
	int32_t (*version)(void);
	uint64_t (*new_)(const char *, const char *);
	int32_t (*set_array)(uint64_t, const char *, int32_t, int32_t, const int64_t *, const void *);
	int32_t (*set_function)(uint64_t, const char *, argmin_function, void *, int32_t, const int64_t *, int32_t, const int64_t *);
	int32_t (*solve)(uint64_t);
	int32_t (*solve_if_short)(uint64_t);
	int32_t (*start)(uint64_t);
	int32_t (*wait)(uint64_t, int32_t);
	void (*cancel)(uint64_t);
	const char *(*message)(uint64_t);
	const char *(*info)(uint64_t);
	int32_t (*get_array)(uint64_t, const char *, void *, int64_t);
	void (*free_)(uint64_t);
} api;

static long loaded_by; /* the process that loaded the library, 0 before */

enum { MAX_VECTORS = 8, MAX_RANK = 16, FRAMES = 4 };

/* What the functions of one solve share. */
typedef struct {
	unsigned long thread;      /* that solves */
	PyThreadState *saved;      /* of that thread, while it does not hold the interpreter */
	PyObject *view;            /* turns a memoryview into what functions get */
	PyObject *type, *value, *traceback; /* the first exception of a function */
	MUTEX
} solve_state;

/* Keeps the exception that is set, unless there is one already. */
static void keep_exception(solve_state *s)
{
	PyObject *type, *value, *traceback;
	PyErr_Fetch(&type, &value, &traceback);
	LOCK(s);
	int first = !s->type;
	if (first)
		s->type = type, s->value = value, s->traceback = traceback;
	UNLOCK(s);
	if (!first) {
		Py_XDECREF(type);
		Py_XDECREF(value);
		Py_XDECREF(traceback);
	}
}

/* The arguments of calls, which are views of vectors. */
typedef struct {
	const void *at;  /* the first vector */
	PyObject *args;
	PyObject *views; /* of a function of trees that gets copies of them: the arrays */
} frame;

/* A function of one solve. */
typedef struct {
	solve_state *solve;
	PyObject *call;
	int32_t n_in, n_out;
	int64_t sizes[2 * MAX_VECTORS];
	tree_function tree;        /* what is called in place of call, after the first time; none if tree.fun is NULL */
	int called;
	frame frames[FRAMES];      /* by the place of the vectors */
} function;

static void drop(frame *a)
{
	Py_CLEAR(a->args);
	Py_CLEAR(a->views);
}

/* The arguments at a first vector, new references. Keeps them if they are given. */
static void frame_at(function *f, const void *at, frame *given, frame *found)
{
	LOCK(f->solve);
	for (int i = 0; i < FRAMES; i++) {
		if (given && !f->frames[i].args) {
			f->frames[i] = (frame){at, Py_NewRef(given->args), Py_XNewRef(given->views)};
			break;
		}
		if (!given && f->frames[i].args && f->frames[i].at == at) {
			*found = (frame){at, Py_NewRef(f->frames[i].args), Py_XNewRef(f->frames[i].views)};
			break;
		}
	}
	UNLOCK(f->solve);
}

/* The arguments of a call, new references: views of the vectors, which a search uses again and again. -1 with an exception. */
static int arguments(function *f, const double *const *in, double *const *out, frame *found)
{
	const void *at = f->n_in ? (const void *)in[0] : (const void *)out[0];
	frame_at(f, at, NULL, found);
	if (found->args)
		return 0;
	found->args = PyTuple_New(f->n_in + f->n_out);
	for (int i = 0; i < f->n_in + f->n_out && found->args; i++) {
		char *data = i < f->n_in ? (char *)in[i] : (char *)out[i - f->n_in];
		PyObject *memory = PyMemoryView_FromMemory(data, (Py_ssize_t)(8 * f->sizes[i]), PyBUF_WRITE);
		PyObject *view = memory ? PyObject_CallFunctionObjArgs(f->solve->view, memory, NULL) : NULL;
		Py_XDECREF(memory);
		if (!view || PyTuple_SetItem(found->args, i, view) < 0)
			Py_CLEAR(found->args);
	}
	if (found->args && f->tree.fun && f->tree.views && !(found->views = arrays_of(&f->tree, PyTuple_GetItem(found->args, 0))))
		Py_CLEAR(found->args);
	if (!found->args)
		return -1;
	frame_at(f, at, found, NULL);
	return 0;
}

/* Calls call: None leaves its results in the views, a number is out[0][0]. -1 with an exception. */
static int call_plain(function *f, PyObject *args, double *const *out)
{
	PyObject *result = PyObject_Call(f->call, args, NULL);
	double v = result && result != Py_None ? PyFloat_AsDouble(result) : 0;
	int code = !result || (v == -1 && PyErr_Occurred()) ? -1 : 0;
	if (code == 0 && result != Py_None && f->n_out)
		out[0][0] = v;
	Py_XDECREF(result);
	return code;
}

/* Calls a function with the interpreter held. StopIteration of one without values ends the search without an error. */
static int32_t call_held(function *f, const double *const *in, double *const *out)
{
	frame at = {0};
	int code = arguments(f, in, out, &at);
	if (code == 0)
		code = !f->tree.fun || !f->called ? call_plain(f, at.args, out)
			: call_tree_function(&f->tree, PyTuple_GetItem(at.args, 0), at.views, PyTuple_GetItem(at.args, 2), out[0], out[1]);
	f->called = 1;
	drop(&at);
	if (code == 0 && PyErr_CheckSignals() == 0) /* of a function that is not written in Python, which would not hear Ctrl-C */
		return ARGMIN_OK;
	if (f->n_out == 0 && PyErr_ExceptionMatches(PyExc_StopIteration)) {
		PyErr_Clear();
		return ARGMIN_STOP;
	}
	keep_exception(f->solve);
	return ARGMIN_FAILED;
}

static int32_t call(void *user, const double *const *in, double *const *out)
{
	function *f = user;
	solve_state *s = f->solve;
	int32_t code;
	STAY_UNTIL_THE_END();
	if (PyThread_get_thread_ident() == s->thread) {
		PyEval_RestoreThread(s->saved);
		code = call_held(f, in, out);
		s->saved = PyEval_SaveThread();
	} else { /* a worker */
		PyGILState_STATE state = PyGILState_Ensure();
		code = call_held(f, in, out);
		PyGILState_Release(state);
	}
	STAYED_FOR_NOTHING();
	return code;
}

/* Sets lengths to the numbers of a tuple and returns how many there are, -1 with an exception. */
static int32_t lengths_of(PyObject *tuple, int64_t *lengths, Py_ssize_t most)
{
	Py_ssize_t n = PyTuple_Size(tuple);
	if (n > most) {
		PyErr_Format(PyExc_ValueError, "%zd lengths, want at most %zd", n, most);
		return -1;
	}
	for (Py_ssize_t i = 0; i < n; i++) {
		lengths[i] = PyLong_AsLongLong(PyTuple_GetItem(tuple, i));
		if (lengths[i] == -1 && PyErr_Occurred())
			return -1;
	}
	return n < 0 ? -1 : (int32_t)n;
}

/* The constant of argmin.h for the type of an array in memory as argmin has it: aligned, row by row; -1 with an exception. */
static int32_t type_of(const array_view *a)
{
	static const struct { char kind; int bytes; int32_t type; } types[] = {
		{'f', 8, ARGMIN_FLOAT64}, {'f', 4, ARGMIN_FLOAT32}, {'i', 8, ARGMIN_INT64}, {'i', 4, ARGMIN_INT32}, {'b', 1, ARGMIN_BOOL},
	};
	int plain = ROW_MAJOR | ALIGNED | NATIVE;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (a->kind == types[i].kind && a->item_bytes == types[i].bytes && (a->flags & plain) == plain && a->rank <= MAX_RANK)
			return types[i].type;
	PyErr_Format(PyExc_ValueError, "an array of kind %c, %d bytes and %d axes, with the flags 0x%x: want float64, float32, int64, int32 or bool of at most %d axes, row by row",
		a->kind, a->item_bytes, a->rank, a->flags, MAX_RANK);
	return -1;
}

/* Gives the problem its arrays: (name, array). */
static int set_arrays(uint64_t problem, PyObject *arrays)
{
	for (Py_ssize_t i = 0, n = PyTuple_Size(arrays); i < n; i++) {
		const char *name;
		PyObject *array, *capsule;
		int64_t lengths[MAX_RANK];
		if (!PyArg_ParseTuple(PyTuple_GetItem(arrays, i), "sO", &name, &array))
			return -1;
		const array_view *a = array_of(array, &capsule);
		int32_t type = a ? type_of(a) : -1;
		for (int k = 0; k < (type < 0 ? 0 : a->rank); k++)
			lengths[k] = a->shape[k];
		int bad = type < 0 || api.set_array(problem, name, type, a->rank, lengths, a->data) != ARGMIN_OK;
		if (bad && !PyErr_Occurred())
			PyErr_SetString(PyExc_ValueError, api.message(problem));
		Py_XDECREF(capsule);
		if (bad)
			return -1;
	}
	return 0;
}

/* Gives the problem its functions: (name, callable, lengths of arguments, lengths of values, and a tree function or None). */
static int set_functions(uint64_t problem, PyObject *functions, function *list, solve_state *s)
{
	for (Py_ssize_t i = 0, n = PyTuple_Size(functions); i < n; i++) {
		function *f = &list[i];
		const char *name;
		PyObject *in, *out, *tree;
		if (!PyArg_ParseTuple(PyTuple_GetItem(functions, i), "sOO!O!O", &name, &f->call, &PyTuple_Type, &in, &PyTuple_Type, &out, &tree))
			return -1;
		f->solve = s;
		if ((f->n_in = lengths_of(in, f->sizes, MAX_VECTORS)) < 0 || (f->n_out = lengths_of(out, f->sizes + f->n_in, MAX_VECTORS)) < 0)
			return -1;
		if (tree != Py_None && read_tree_function(tree, &f->tree, f->n_in == 1 && f->n_out == 2 && f->sizes[0] == f->sizes[2] ? f->sizes[0] : -1) < 0)
			return -1;
		if (api.set_function(problem, name, call, f, f->n_in, f->sizes, f->n_out, f->sizes + f->n_in) != ARGMIN_OK) {
			PyErr_SetString(PyExc_ValueError, api.message(problem));
			return -1;
		}
	}
	return 0;
}

/* Solves on this thread if there are functions to call, or if it will not take long; otherwise on another one, so that this one
 * hears signals. */
static int32_t run(uint64_t problem, solve_state *s, int has_functions)
{
	int32_t code, waits = 0;
	if (has_functions) {
		s->saved = PyEval_SaveThread();
		code = api.solve(problem);
		PyEval_RestoreThread(s->saved);
		return code;
	}
	Py_BEGIN_ALLOW_THREADS
	code = api.solve_if_short(problem);
	Py_END_ALLOW_THREADS
	if (code != ARGMIN_RUNNING)
		return code;
	api.start(problem);
	for (;;) {
		Py_BEGIN_ALLOW_THREADS
		code = api.wait(problem, 20);
		Py_END_ALLOW_THREADS
		if (code != ARGMIN_RUNNING || (s->type && ++waits > 25))
			return code; /* what has not heeded the cancellation within half a second is left to end by itself */
		if (!s->type && PyErr_CheckSignals() < 0) {
			keep_exception(s);
			api.cancel(problem);
		}
	}
}

PyDoc_STRVAR(solve_doc,
"solve(kind, options, arrays, functions, view)\n--\n\n"
"Solve a problem and return (handle, code, message, info). The handle is freed by free.\n\n"
"arrays has (name, array), functions has (name, callable, lengths of arguments, lengths of values, tree) of\n"
"each. Functions get view(memoryview) of each argument and each value, fill in the values, and return None, or\n"
"the first number of the first value. tree is None, or what is called instead from the second call on.");

static PyObject *solve(PyObject *self, PyObject *args)
{
	const char *kind, *options;
	PyObject *arrays, *functions, *view, *result = NULL;
	if (!PyArg_ParseTuple(args, "ssO!O!O", &kind, &options, &PyTuple_Type, &arrays, &PyTuple_Type, &functions, &view))
		return NULL;
	if (loaded_by != process_id()) {
		PyErr_SetString(PyExc_RuntimeError, loaded_by ?
			"argmin was used before this process was forked, and cannot be used in the child: start processes by \"spawn\" or \"forkserver\", or use threads" :
			"the library is not loaded");
		return NULL;
	}
	solve_state s = {.thread = PyThread_get_thread_ident(), .view = view};
	Py_ssize_t n = PyTuple_Size(functions);
	function *list = PyMem_Calloc(n ? n : 1, sizeof *list);
	if (!list)
		return PyErr_NoMemory();
	uint64_t problem = api.new_(kind, options);
	if (set_arrays(problem, arrays) == 0 && set_functions(problem, functions, list, &s) == 0) {
		int32_t code = run(problem, &s, n > 0);
		if (s.type)
			PyErr_Restore(s.type, s.value, s.traceback);
		else
			result = Py_BuildValue("Kiss", (unsigned long long)problem, code, code == ARGMIN_OK ? "" : api.message(problem), api.info(problem));
	}
	for (Py_ssize_t i = 0; i < n; i++)
		for (int k = 0; k < FRAMES; k++)
			drop(&list[i].frames[k]);
	if (!result)
		api.free_(problem);
	PyMem_Free(list);
	return result;
}

PyDoc_STRVAR(read_doc,
"read(handle, name, array)\n--\n\n"
"Copy an array of a result into one of its type and shape.");

static PyObject *read_array(PyObject *self, PyObject *args)
{
	unsigned long long problem;
	const char *name;
	PyObject *array, *capsule;
	if (!PyArg_ParseTuple(args, "KsO", &problem, &name, &array))
		return NULL;
	const array_view *a = array_of(array, &capsule);
	int ok = a && type_of(a) >= 0;
	if (ok && !(a->flags & WRITEABLE)) {
		PyErr_SetString(PyExc_ValueError, "the array is read-only");
		ok = 0;
	}
	if (ok) {
		int64_t bytes = a->item_bytes;
		for (int i = 0; i < a->rank; i++)
			bytes *= a->shape[i];
		if (api.get_array(problem, name, a->data, bytes) != ARGMIN_OK) {
			PyErr_SetString(PyExc_ValueError, api.message(problem));
			ok = 0;
		}
	}
	Py_XDECREF(capsule);
	if (!ok)
		return NULL;
	Py_RETURN_NONE;
}

PyDoc_STRVAR(free_doc, "free(handle)\n--\n\nFree a solved problem.");

static PyObject *free_problem(PyObject *self, PyObject *args)
{
	unsigned long long problem;
	if (!PyArg_ParseTuple(args, "K", &problem))
		return NULL;
	api.free_(problem);
	Py_RETURN_NONE;
}

PyDoc_STRVAR(load_doc, "load(path)\n--\n\nLoad argmin's library, unless it is loaded.");

static PyObject *load(PyObject *self, PyObject *args)
{
	const char *path;
	if (!PyArg_ParseTuple(args, "s", &path))
		return NULL;
	if (loaded_by)
		Py_RETURN_NONE;
	void *library = open_library(path);
	if (!library) {
		PyErr_Format(PyExc_ImportError, "argmin's library: %s", library_error());
		return NULL;
	}
	const struct { const char *name; void **to; } symbols[] = {
		{"argmin_version", (void **)&api.version}, {"argmin_new", (void **)&api.new_},
		{"argmin_set_array", (void **)&api.set_array}, {"argmin_set_function", (void **)&api.set_function},
		{"argmin_solve", (void **)&api.solve}, {"argmin_solve_if_short", (void **)&api.solve_if_short},
		{"argmin_start", (void **)&api.start}, {"argmin_wait", (void **)&api.wait},
		{"argmin_cancel", (void **)&api.cancel}, {"argmin_message", (void **)&api.message}, {"argmin_info", (void **)&api.info},
		{"argmin_get_array", (void **)&api.get_array}, {"argmin_free", (void **)&api.free_},
	};
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
		if (!(*symbols[i].to = symbol(library, symbols[i].name))) {
			PyErr_Format(PyExc_ImportError, "%s has no %s", path, symbols[i].name);
			return NULL;
		}
	if (api.version() != ARGMIN_VERSION) {
		PyErr_Format(PyExc_ImportError, "%s has version %d of argmin's C interface, want %d", path, api.version(), ARGMIN_VERSION);
		return NULL;
	}
	loaded_by = process_id();
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{"load", load, METH_VARARGS, load_doc},
	{"solve", solve, METH_VARARGS, solve_doc},
	{"read", read_array, METH_VARARGS, read_doc},
	{"free", free_problem, METH_VARARGS, free_doc},
	{"tensors", tensors, METH_VARARGS, tensors_doc},
	{NULL, NULL, 0, NULL},
};

/* The library calls back by the main interpreter's threads. */
static int check_interpreter(PyObject *self)
{
	if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0)
		return 0;
	PyErr_SetString(PyExc_ImportError, "argmin works in the main interpreter only, not in sub-interpreters");
	return -1;
}

static PyModuleDef_Slot slots[] = {
	{Py_mod_exec, check_interpreter},
#ifdef Py_mod_gil
	{Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
	{0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "argmin._core", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&module); }
