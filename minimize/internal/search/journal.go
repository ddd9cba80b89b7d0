package search

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// journal keeps what the functions of a problem returned in a file. A search depends on nothing
// else: one that was killed is repeated from these answers up to the point that it had reached, bit
// by bit and without calling the functions, and then continues.
//
// The file begins with a line that identifies the search: a fingerprint of the method, its options
// and the start. A record is the fingerprint of the question (a kind and a point), the number of
// answers, the answers and a checksum, in little-endian order. What follows an incomplete record is
// cut off.
type journal struct {
	path     string
	file     *os.File
	in       *bufio.Reader // nil when all is replayed
	out      *bufio.Writer
	flushed  time.Time
	end      int64 // of the last whole record read
	replayed int
	buf      []byte
}

// Kinds of questions in a journal: KindF asks for values, KindG for derivatives and KindHess for second
// derivatives.
const (
	KindF byte = 'f' + iota
	KindG
	kindBoth
	kindDiff
	KindHess
	kindHessP
)

var kindNames = map[byte]string{KindF: "value", KindG: "derivative", kindBoth: "value or derivative", KindHess: "Hessian", kindHessP: "product of the Hessian"}

const journalMagic = "argmin checkpoint 1 "

// openJournal opens or makes the file of the problem with the fingerprint id.
func openJournal(path string, id uint64) (*journal, error) {
	head := fmt.Sprintf("%s%016x\n", journalMagic, id)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		// By another name first, so that there is never a file without its first line.
		tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
		if err != nil {
			return nil, fmt.Errorf("minimize: checkpoint: %w", err)
		}
		defer os.Remove(tmp.Name())
		_, err = tmp.WriteString(head)
		if err = errors.Join(err, tmp.Close()); err == nil {
			err = os.Rename(tmp.Name(), path)
		}
		if err != nil {
			return nil, fmt.Errorf("minimize: checkpoint: %w", err)
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("minimize: checkpoint: %w", err)
	}
	j := &journal{path: path, file: f, in: bufio.NewReader(f), out: bufio.NewWriter(f), flushed: time.Now(), end: int64(len(head))}
	got := make([]byte, len(head))
	if _, err := io.ReadFull(j.in, got); err != nil || string(got) != head {
		f.Close()
		if err == nil && string(got[:len(journalMagic)]) == journalMagic {
			return nil, fmt.Errorf("minimize: checkpoint %s is of another search: another x0, method, option (except limits of iterations and evaluations), bound or number of constraints", path)
		}
		return nil, fmt.Errorf("minimize: %s is not a checkpoint", path)
	}
	return j, nil
}

// fingerprint is of a question: a kind and numbers.
func fingerprint(kind byte, x []float64) uint64 {
	h := fnv.New64a()
	var b [8]byte
	h.Write([]byte{kind})
	for _, v := range x {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
		h.Write(b[:])
	}
	return h.Sum64()
}

// replay sets out to the next answer of the journal, if there is one. An answer to another
// question ends the search: the functions are not the ones that the journal was written with, or
// their values depend on more than x.
func (j *journal) replay(kind byte, x, out []float64) bool {
	if j.in == nil {
		return false
	}
	var head [16]byte
	if _, err := io.ReadFull(j.in, head[:]); err != nil {
		j.finishReplay()
		return false
	}
	n := binary.LittleEndian.Uint64(head[8:])
	if n > 1<<32 {
		j.finishReplay()
		return false
	}
	size := int(n)*8 + 4
	if cap(j.buf) < size {
		// A length that is not true must not take memory.
		if info, err := j.file.Stat(); err != nil || int64(size) > info.Size() {
			j.finishReplay()
			return false
		}
		j.buf = make([]byte, size)
	}
	b := j.buf[:size]
	if _, err := io.ReadFull(j.in, b); err != nil || binary.LittleEndian.Uint32(b[size-4:]) != checksum(head[:], b[:size-4]) {
		j.finishReplay()
		return false
	}
	if binary.LittleEndian.Uint64(head[:]) != fingerprint(kind, x) || int(n) != len(out) {
		Refuse("checkpoint %s does not fit: its evaluation %d was at another point; the functions are others, or depend on more than x", j.path, j.replayed)
	}
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	j.end += int64(len(head) + size)
	j.replayed++
	return true
}

func checksum(head, body []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(head), crc32.IEEETable, body)
}

// finishReplay cuts off what follows the last whole record and turns to writing.
func (j *journal) finishReplay() {
	j.in = nil
	err := j.file.Truncate(j.end)
	if err == nil {
		_, err = j.file.Seek(j.end, io.SeekStart)
	}
	if err != nil {
		Refuse("checkpoint: %w", err)
	}
}

// compare ends the search if the first answer of a kind is not the one that was kept: values to a
// relative 1e-9, derivatives to 1e-9 of the largest. That is far above differences between
// machines and far below differences between functions.
func (j *journal) compare(kind byte, kept, now []float64) {
	derivatives := len(kept)
	switch kind {
	case KindF:
		derivatives = 0
	case kindBoth:
		derivatives--
	}
	size := 0.0
	for _, v := range kept[:derivatives] {
		if !math.IsNaN(v) {
			size = max(size, math.Abs(v))
		}
	}
	for i, v := range kept {
		limit := math.Abs(v)
		if i < derivatives {
			limit = size
		}
		if d := math.Abs(now[i] - v); d > 1e-9*limit || math.IsNaN(v) != math.IsNaN(now[i]) {
			Refuse("checkpoint %s is of other functions: the first %s was %g and is now %g", j.path, kindNames[kind], v, now[i])
		}
	}
}

// record appends an answer. It is in the file at once if the last one was written a
// second ago or more.
func (j *journal) record(kind byte, x, out []float64) {
	b := j.buf[:0]
	b = binary.LittleEndian.AppendUint64(b, fingerprint(kind, x))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(out)))
	for _, v := range out {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	b = binary.LittleEndian.AppendUint32(b, checksum(b[:16], b[16:]))
	j.buf = b
	_, err := j.out.Write(b)
	if err == nil && time.Since(j.flushed) > time.Second {
		err = j.out.Flush()
		j.flushed = time.Now()
	}
	if err != nil {
		Refuse("checkpoint: %w", err)
	}
}

// replays is the number of answers that came from the file.
func (j *journal) replays() int {
	if j == nil {
		return 0
	}
	return j.replayed
}

// close writes what is left. It gives err back, with what went wrong here.
func (j *journal) close(err error) error {
	if j == nil {
		return err
	}
	if e := errors.Join(j.out.Flush(), j.file.Close()); e != nil {
		return errors.Join(err, fmt.Errorf("minimize: checkpoint: %w", e))
	}
	return err
}

// ID is the fingerprint of a search with its numbers, such as x0, and a description in words.
func ID(numbers []float64, what string) uint64 {
	x := slices.Clone(numbers)
	for _, b := range []byte(what) {
		x = append(x, float64(b))
	}
	return fingerprint(0, x)
}
