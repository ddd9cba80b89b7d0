package convex

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// npz are the arrays of a file that numpy.savez wrote, flat.
type npz map[string][]float64

// readNPZ reads the arrays of a file of NumPy's (format 1.0 to 3.0 of numpy.lib.format), whose elements may be little-endian
// float64, int32 and int64.
func readNPZ(b []byte) (npz, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	all := npz{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		v, err := readNPY(r)
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		all[strings.TrimSuffix(f.Name, ".npy")] = v
	}
	return all, nil
}

var npyHeader = regexp.MustCompile(`'descr': '(<f8|<i4|<i8)', 'fortran_order': False, 'shape': \(([0-9, ]*)\)`)

func readNPY(r io.Reader) ([]float64, error) {
	var start struct {
		Magic        [6]byte
		Major, Minor byte
		Size         uint16
	}
	if err := binary.Read(r, binary.LittleEndian, &start); err != nil {
		return nil, err
	}
	if string(start.Magic[:]) != "\x93NUMPY" {
		return nil, fmt.Errorf("not an array of NumPy's: it begins with %q", start.Magic)
	}
	size := int64(start.Size)
	if start.Major > 1 { // the size has four bytes
		var high uint16
		if err := binary.Read(r, binary.LittleEndian, &high); err != nil {
			return nil, err
		}
		size |= int64(high) << 16
	}
	header, err := io.ReadAll(io.LimitReader(r, size))
	if err != nil {
		return nil, err
	}
	m := npyHeader.FindSubmatch(header)
	if m == nil {
		return nil, fmt.Errorf("the header is %q, want little-endian float64, int32 or int64 in C order", header)
	}
	n := 1
	for _, word := range strings.FieldsFunc(string(m[2]), func(c rune) bool { return c == ',' || c == ' ' }) {
		k, err := strconv.Atoi(word)
		if err != nil {
			return nil, err
		}
		n *= k
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	v := make([]float64, n)
	width := 8
	if string(m[1]) == "<i4" {
		width = 4
	}
	if len(data) != n*width {
		return nil, fmt.Errorf("%d bytes of data, want %d numbers of %d", len(data), n, width)
	}
	switch string(m[1]) {
	case "<f8":
		_, err = binary.Decode(data, binary.LittleEndian, v)
		return v, err
	case "<i4":
		for i := range v {
			v[i] = float64(int32(binary.LittleEndian.Uint32(data[4*i:])))
		}
	case "<i8":
		for i := range v {
			v[i] = float64(int64(binary.LittleEndian.Uint64(data[8*i:])))
		}
	}
	return v, nil
}
