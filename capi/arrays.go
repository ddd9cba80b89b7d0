package main

/*
#define ARGMIN_ONLY_TYPES
#include "argmin.h"
*/
import "C"

import (
	"slices"
	"unsafe"

	"github.com/argmin-go/argmin/num"
)

// elementType is a type of elements of arrays, as C and num have it.
type elementType struct {
	number int // the constant of argmin.h
	num    num.DType
	bytes  int // of an element
	array  func(data unsafe.Pointer, n int, shape []int) num.Array
	copy   func(to unsafe.Pointer, a num.Array)
}

func elements[T num.Elem](number int, d num.DType) elementType {
	return elementType{number, d, int(unsafe.Sizeof(*new(T))),
		func(data unsafe.Pointer, n int, shape []int) num.Array {
			return num.New(slices.Clone(unsafe.Slice((*T)(data), n)), shape...)
		},
		func(to unsafe.Pointer, a num.Array) { copy(unsafe.Slice((*T)(to), a.Size()), num.ToSlice[T](a)) }}
}

// elementTypes are the types, at the places of their constants.
var elementTypes = []elementType{
	elements[float64](C.ARGMIN_FLOAT64, num.Float64),
	elements[float32](C.ARGMIN_FLOAT32, num.Float32),
	elements[int64](C.ARGMIN_INT64, num.Int64),
	elements[int32](C.ARGMIN_INT32, num.Int32),
	elements[bool](C.ARGMIN_BOOL, num.Bool),
}

// arrayOf is an array with a copy of C's elements; false for a type that does not exist.
func arrayOf(kind int, data unsafe.Pointer, n int, shape []int) (num.Array, bool) {
	if kind < 0 || kind >= len(elementTypes) {
		return num.Array{}, false
	}
	return elementTypes[kind].array(data, n, shape), true
}

// typeOf is the type of an array's elements.
func typeOf(a num.Array) elementType {
	i := slices.IndexFunc(elementTypes, func(t elementType) bool { return t.num == a.DType() })
	return elementTypes[i]
}
