//go:build cgo

package xla_test

import (
	"context"
	"os"
	"testing"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/xla"
)

// A second backend with the same folder loads what the first one compiled, and a
// spoilt file is compiled again.
func TestCacheDir(t *testing.T) {
	on(t)
	dir := t.TempDir()
	f := func(x A) A { return x.Mul(x).Sum() }
	for i, name := range []string{"cached1", "cached2", "cached3"} {
		xla.Register(name, xla.Options{Platform: "cpu", CacheDir: dir})
		y, err := num.Jit(f).CallContext(num.WithBackend(context.Background(), name), num.Vector(1, 2, 3))
		if err != nil || y.Item() != 14 {
			t.Fatalf("%v %v", y, err)
		}
		files, err := os.ReadDir(dir)
		if err != nil || len(files) != 1 {
			t.Fatalf("run %d: %d files %v", i, len(files), err)
		}
		path := dir + "/" + files[0].Name()
		st, _ := os.Stat(path)
		if st.Size() < 500 {
			t.Errorf("the file has %d bytes", st.Size())
		}
		if i == 1 {
			if err := os.WriteFile(path, []byte("spoilt"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
