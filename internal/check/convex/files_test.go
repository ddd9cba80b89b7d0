package convex

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/mps"
)

// data is a folder that the environment names, with maros-meszaros, netlib-lp and qps; without it a part of them is in testdata.
func data(t *testing.T, folder string) string {
	t.Helper()
	if dir := os.Getenv("ARGMIN_CONVEX_DATA"); dir != "" {
		return filepath.Join(dir, folder)
	}
	return filepath.Join("testdata", folder)
}

func readMPS(t *testing.T, file string) *mps.Problem {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := mps.Read(f, mps.Options{})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return p
}

func table(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// Every file of netlib has the size that HiGHS finds.
func TestNetlibSizes(t *testing.T) {
	dir := data(t, "netlib-lp")
	rows := table(t, filepath.Join(dir, "reference.csv"))
	if len(rows) < 8 {
		t.Fatalf("%d problems", len(rows))
	}
	for _, row := range rows {
		p := readMPS(t, filepath.Join(dir, row["name"]+".mps"))
		nnz := 0
		for _, v := range p.A.Values {
			if math.Abs(v) > 1e-9 { // HiGHS leaves out the others: 12 of gas11
				nnz++
			}
		}
		got := []int{p.A.Rows, p.A.Cols, nnz}
		var want []int
		for _, s := range []string{"rows", "cols", "nnz"} {
			k, err := strconv.Atoi(row[s])
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, k)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: rows, columns, nonzeros %v, want %v", row["name"], got, want)
		}
	}
}

// Every file of qps has the numbers of the same problem that other programs converted, but for the order of rows.
func TestQPSMatchesArrays(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(data(t, "qps"), "*.QPS"))
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".QPS")
		got := FromMPS(readMPS(t, file))
		want, err := ReadQP(filepath.Join(data(t, "maros-meszaros"), name+".npz"))
		if err != nil {
			t.Fatal(err)
		}
		if texts(got.Q) != texts(want.Q) || got.R != want.R {
			t.Errorf("%s: q %v, r %v, want %v, %v", name, got.Q, got.R, want.Q, want.R)
		}
		if !slices.Equal(got.P.Ptr, want.P.Ptr) || !slices.Equal(got.P.Ind, want.P.Ind) || !slices.Equal(got.P.Values, want.P.Values) {
			t.Errorf("%s: P differs", name)
		}
		if a, b := sortedRows(got), sortedRows(want); !slices.Equal(a, b) {
			t.Errorf("%s: rows\n%s\nwant\n%s", name, strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
	}
}

// text is a number to 14 digits: the conversion of QAFIRO rounded.
func text(v float64) string {
	if math.Abs(v) < 1e-14 {
		v = 0
	}
	return strconv.FormatFloat(v, 'g', 14, 64)
}

func texts(v []float64) string {
	var all []string
	for _, e := range v {
		all = append(all, text(e))
	}
	return strings.Join(all, " ")
}

// sortedRows are the rows of A with their limits as texts, in order.
func sortedRows(p *Problem) []string {
	_, m := p.Size()
	rows := make([]strings.Builder, m)
	for j := range p.Q {
		ind, values := p.A.Column(j)
		for k, i := range ind {
			rows[i].WriteString(" " + strconv.Itoa(j) + ":" + text(values[k]))
		}
	}
	all := make([]string, m)
	for i := range all {
		all[i] = text(p.L[i]) + " <=" + rows[i].String() + " <= " + text(p.U[i])
	}
	slices.Sort(all)
	return all
}
