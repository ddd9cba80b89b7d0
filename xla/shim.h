// The part of the PJRT C API (openxla.org/xla/pjrt) that is used beside the Go
// binding. The layout of the structures is fixed within a major version.
#include <stddef.h>

typedef void *pjrt_error;

typedef struct {
	size_t struct_size;
	void *extension;
	struct { size_t struct_size; void *extension; int major, minor; } version;
	void *fn[]; // by the numbers below
} pjrt_api;

enum {
	FN_ERROR_DESTROY = 0,
	FN_CLIENT_COMPILE = 20,
	FN_OPTIMIZED_PROGRAM = 48,
	FN_SERIALIZE = 49,
	FN_GET_EXECUTABLE = 51,
	FN_DESERIALIZE = 56,
};

typedef struct { size_t size; void *extension; pjrt_error error; } error_destroy_args;
typedef struct { size_t size; void *extension; char *code; size_t code_size; const char *format; size_t format_size; } pjrt_program;
typedef struct { size_t size; void *extension; void *client; const pjrt_program *program; const char *options; size_t options_size; void *loaded; } compile_args;
typedef struct { size_t size; void *extension; void *executable; pjrt_program *program; } optimized_args;
typedef struct { size_t size; void *extension; const void *executable; const char *bytes; size_t bytes_size; void *serialized; void (*deleter)(void *); } serialize_args;
typedef struct { size_t size; void *extension; void *loaded; void *executable; } get_executable_args;
typedef struct { size_t size; void *extension; void *client; const char *bytes; size_t bytes_size; void *loaded; const char *options; size_t options_size; } deserialize_args;

pjrt_api *argmin_open(const char *path, const char **what);
void argmin_next_compile(const char *bytes, size_t size, const char *options, size_t options_size, int want_bytes, int want_hlo);
int argmin_last_compile(const char **bytes, size_t *size, const char **hlo, size_t *hlo_size);
