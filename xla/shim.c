#include "shim.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// The binding has no functions to keep compiled programs. So it is given a copy of
// the plugin's table whose compile function does that: before a compilation Go says
// what it has and wants (argmin_next_compile), and afterwards takes what there is
// (argmin_last_compile). Go holds a lock from the one to the other.
static struct {
	const char *have, *options; // options are added to those of the binding
	size_t have_size, options_size;
	int want_bytes, want_hlo;
	char *bytes, *hlo;
	size_t bytes_size, hlo_size;
	int loaded;
} state;

static pjrt_api *real; // of the compilation that is going on; one table for each plugin

typedef pjrt_error (*compile_fn)(compile_args *);

static void drop(pjrt_api *api, pjrt_error e) {
	if (e) {
		error_destroy_args a = {sizeof a, NULL, e};
		((void (*)(error_destroy_args *))api->fn[FN_ERROR_DESTROY])(&a);
	}
}

static void keep(pjrt_api *api, void *loaded) {
	get_executable_args g = {sizeof g, NULL, loaded, NULL};
	pjrt_error e = ((pjrt_error (*)(get_executable_args *))api->fn[FN_GET_EXECUTABLE])(&g);
	if (e) {
		drop(api, e);
		return;
	}
	if (state.want_bytes) {
		serialize_args s = {sizeof s, NULL, g.executable, NULL, 0, NULL, NULL};
		e = ((pjrt_error (*)(serialize_args *))api->fn[FN_SERIALIZE])(&s);
		drop(api, e);
		if (!e) {
			if ((state.bytes = malloc(s.bytes_size ? s.bytes_size : 1))) {
				memcpy(state.bytes, s.bytes, s.bytes_size);
				state.bytes_size = s.bytes_size;
			}
			if (s.deleter) s.deleter(s.serialized);
		}
	}
	if (state.want_hlo) {
		pjrt_program p = {sizeof p, NULL, NULL, 0, NULL, 0};
		optimized_args o = {sizeof o, NULL, g.executable, &p};
		pjrt_error (*f)(optimized_args *) = (pjrt_error (*)(optimized_args *))api->fn[FN_OPTIMIZED_PROGRAM];
		e = f(&o); // the size, then the program
		if (!e && (p.code = malloc(p.code_size ? p.code_size : 1))) {
			e = f(&o);
			if (!e) {
				state.hlo = p.code;
				state.hlo_size = p.code_size;
			} else {
				free(p.code);
			}
		}
		drop(api, e);
	}
}

// One copy of a table is enough for each plugin; a compilation finds its own by the
// client, so the tables are kept in a list.
#define MAX_PLUGINS 16
static struct { pjrt_api *api; compile_fn compile; } tables[MAX_PLUGINS];
static int ntables;

// with_options calls the plugin's compile function with more options than the binding knows.
// They are a message of protocol buffers, where what is appended is merged.
static pjrt_error with_options(compile_fn compile, compile_args *a) {
	compile_args b = *a;
	char *all = malloc(a->options_size + state.options_size + 1);
	if (!all) return compile(a);
	memcpy(all, a->options, a->options_size);
	memcpy(all + a->options_size, state.options, state.options_size);
	b.options = all;
	b.options_size += state.options_size;
	pjrt_error e = compile(&b);
	a->loaded = b.loaded;
	free(all);
	return e;
}

static pjrt_error compile_with(int i, compile_args *a) {
	real = tables[i].api;
	if (state.have) {
		deserialize_args d = {sizeof d, NULL, a->client, state.have, state.have_size, NULL, NULL, 0};
		pjrt_error e = ((pjrt_error (*)(deserialize_args *))real->fn[FN_DESERIALIZE])(&d);
		if (!e) {
			a->loaded = d.loaded;
			state.loaded = 1;
			if (state.want_hlo) keep(real, a->loaded);
			return NULL;
		}
		drop(real, e); // of another version, say: compile it anew
	}
	pjrt_error e = state.options_size ? with_options(tables[i].compile, a) : tables[i].compile(a);
	if (!e && (state.want_bytes || state.want_hlo)) keep(real, a->loaded);
	return e;
}

#define COMPILE(i) static pjrt_error compile_##i(compile_args *a) { return compile_with(i, a); }
COMPILE(0) COMPILE(1) COMPILE(2) COMPILE(3) COMPILE(4) COMPILE(5) COMPILE(6) COMPILE(7)
COMPILE(8) COMPILE(9) COMPILE(10) COMPILE(11) COMPILE(12) COMPILE(13) COMPILE(14) COMPILE(15)
static compile_fn compilers[MAX_PLUGINS] = {compile_0, compile_1, compile_2, compile_3, compile_4, compile_5, compile_6, compile_7,
	compile_8, compile_9, compile_10, compile_11, compile_12, compile_13, compile_14, compile_15};

pjrt_api *argmin_open(const char *path, const char **what) {
	if (ntables == MAX_PLUGINS) {
		*what = "too many plugins are open";
		return NULL;
	}
	void *handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	if (!handle) {
		*what = dlerror();
		return NULL;
	}
	pjrt_api *(*get)(void) = (pjrt_api * (*)(void)) dlsym(handle, "GetPjrtApi");
	if (!get) {
		*what = "it exports no function GetPjrtApi";
		dlclose(handle);
		return NULL;
	}
	pjrt_api *api = get();
	if (!api) {
		*what = "its GetPjrtApi gives nothing";
		return NULL;
	}
	pjrt_api *copy = malloc(api->struct_size);
	if (!copy) {
		*what = "out of memory";
		return NULL;
	}
	memcpy(copy, api, api->struct_size);
	tables[ntables].api = api;
	tables[ntables].compile = (compile_fn)api->fn[FN_CLIENT_COMPILE];
	copy->fn[FN_CLIENT_COMPILE] = (void *)compilers[ntables++];
	return copy;
}

void argmin_next_compile(const char *bytes, size_t size, const char *options, size_t options_size, int want_bytes, int want_hlo) {
	free(state.bytes);
	free(state.hlo);
	memset(&state, 0, sizeof state);
	state.have = bytes;
	state.have_size = size;
	state.options = options;
	state.options_size = options_size;
	state.want_bytes = want_bytes;
	state.want_hlo = want_hlo;
}

int argmin_last_compile(const char **bytes, size_t *size, const char **hlo, size_t *hlo_size) {
	*bytes = state.bytes;
	*size = state.bytes_size;
	*hlo = state.hlo;
	*hlo_size = state.hlo_size;
	state.have = NULL;
	state.options = NULL;
	return state.loaded;
}
