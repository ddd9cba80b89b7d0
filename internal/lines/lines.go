// Package lines reads text files of numbers line by line, and reports faults by line and column.
package lines

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Error is a fault of a file.
type Error struct {
	Line    int    // from 1
	Column  int    // of the first byte that is wrong, from 1; 0 if the whole line is
	Message string // what is wrong, and what was expected
}

func (e *Error) Error() string {
	if e.Column == 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Message)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Word is a part of a line.
type Word struct {
	Text   []byte // valid until the next line is read
	Column int    // of its first byte, from 1
}

func (w Word) String() string { return string(w.Text) }

// Is reports whether the word is s.
func (w Word) Is(s string) bool { return string(w.Text) == s }

// Reader reads lines.
type Reader struct {
	Number int    // of the current line, from 1
	Text   []byte // the current line without its end, valid until the next one is read

	in   *bufio.Reader
	long []byte
	err  error
}

// NewReader reads from r.
func NewReader(r io.Reader) *Reader { return &Reader{in: bufio.NewReaderSize(r, 1<<16)} }

var byteOrderMark = []byte("\xef\xbb\xbf")

// Next goes to the next line and reports whether there is one.
func (r *Reader) Next() bool {
	if r.err != nil {
		return false
	}
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.long = r.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			r.long = append(r.long, line...)
			line, err = r.in.ReadSlice('\n')
		}
		r.long = append(r.long, line...)
		line = r.long
	}
	r.err = err
	if err != nil && len(line) == 0 {
		return false
	}
	r.Number++
	if r.Number == 1 {
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	r.Text = bytes.TrimSuffix(line, []byte("\r"))
	return true
}

// Err is the error of reading that ended the lines, nil at the end of the file.
func (r *Reader) Err() error {
	if r.err == io.EOF {
		return nil
	}
	return r.err
}

// Errorf is a fault of the current line.
func (r *Reader) Errorf(column int, format string, args ...any) *Error {
	return &Error{r.Number, column, fmt.Sprintf(format, args...)}
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' }

// Words appends the words of the current line, which blanks separate.
func (r *Reader) Words(to []Word) []Word {
	for i := 0; i < len(r.Text); {
		if blank(r.Text[i]) {
			i++
			continue
		}
		start := i
		for i < len(r.Text) && !blank(r.Text[i]) {
			i++
		}
		to = append(to, Word{r.Text[start:i], start + 1})
	}
	return to
}

// Cut is the part of the current line from byte lo to byte hi, counted from 0, without blanks around it.
func (r *Reader) Cut(lo, hi int) Word {
	hi = min(hi, len(r.Text))
	for lo < hi && blank(r.Text[lo]) {
		lo++
	}
	for lo < hi && blank(r.Text[hi-1]) {
		hi--
	}
	if lo >= hi {
		return Word{Column: lo + 1}
	}
	return Word{r.Text[lo:hi], lo + 1}
}

// Float reads a number, also one with Fortran's exponent D; it may be infinite, but not NaN.
func Float(text []byte) (float64, bool) {
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			return v, true
		}
		at := bytes.IndexAny(text, "dD")
		if at < 0 || bytes.ContainsAny(text, "xX") {
			return 0, false
		}
		fixed := bytes.Clone(text)
		fixed[at] = 'e'
		if v, err = strconv.ParseFloat(string(fixed), 64); err != nil && !errors.Is(err, strconv.ErrRange) {
			return 0, false
		}
	}
	return v, !math.IsNaN(v)
}
