package main

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/argmin-go/argmin/num"
)

// The certified least-squares coefficients of NIST StRD, "Longley", whose
// condition number takes about seven of a float64's sixteen digits.
func TestCertifiedCoefficients(t *testing.T) {
	certified := []float64{-3482258.63459582, 15.0618722713733, -0.358191792925910e-01, -2.02022980381683,
		-1.03322686717359, -0.511041056535807e-01, 1829.15146461355}
	f, err := os.Open("longley.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var x, y []float64
	for _, row := range rows[1:] {
		x = append(x, 1)
		for j, s := range row {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			if j == 0 {
				y = append(y, v)
			} else {
				x = append(x, v)
			}
		}
	}
	q, r := num.QR(num.New(x, len(y), 7))
	b := num.SolveTriangular(r, q.T().MatMul(num.New(y)), num.Triangle{}).Float64s()
	for i, want := range certified {
		if e := math.Abs(b[i]/want - 1); e > 1e-8 {
			t.Errorf("coefficient %d is %.15g, certified %.15g", i, b[i], want)
		}
	}
}

// The picture is drawn and the answers agree with the closed form.
func TestExample(t *testing.T) {
	names, x, y := load()
	if len(names) != 6 || x.Shape()[0] != 16 || y.Shape()[0] != 16 {
		t.Fatalf("%d names, data of shapes %v and %v", len(names), x.Shape(), y.Shape())
	}
	file := t.TempDir() + "/ridge.png"
	err := draws(file, names, func(l2 num.Array) num.Array { return num.Ones(6).Mul(l2) })
	if err != nil {
		t.Fatal(err)
	}
	if s, err := os.Stat(file); err != nil || s.Size() < 1000 {
		t.Errorf("picture: %v", err)
	}
}
