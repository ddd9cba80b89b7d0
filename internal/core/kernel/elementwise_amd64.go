package kernel

import "unsafe"

func addF64(dst, x, y, z unsafe.Pointer, n int)

func subF64(dst, x, y, z unsafe.Pointer, n int)

func mulF64(dst, x, y, z unsafe.Pointer, n int)

func divF64(dst, x, y, z unsafe.Pointer, n int)

func maxF64(dst, x, y, z unsafe.Pointer, n int)

func minF64(dst, x, y, z unsafe.Pointer, n int)

func mulAddF64(dst, x, y, z unsafe.Pointer, n int)

func mulSubF64(dst, x, y, z unsafe.Pointer, n int)

//go:noescape
func dotRowsF64(dst, x, y unsafe.Pointer, n, k, sx, sy int)

//go:noescape
func dotQuartersF64(dst, x, y unsafe.Pointer, n, k, sx, sy int)

//go:noescape
func dotSharedF64(dst, x, y unsafe.Pointer, n, k, sx, sy int)

func sqrtF64(dst, x, y, z unsafe.Pointer, n int)

func negF64(dst, x, y, z unsafe.Pointer, n int)

func absF64(dst, x, y, z unsafe.Pointer, n int)

func signF64(dst, x, y, z unsafe.Pointer, n int)

func ltF64(dst, x, y, z unsafe.Pointer, n int)

func leF64(dst, x, y, z unsafe.Pointer, n int)

func eqF64(dst, x, y, z unsafe.Pointer, n int)

func finiteF64(dst, x, y, z unsafe.Pointer, n int)

func select64(dst, x, y, z unsafe.Pointer, n int)

func select32(dst, x, y, z unsafe.Pointer, n int)

func selectBool(dst, x, y, z unsafe.Pointer, n int)

func andBool(dst, x, y, z unsafe.Pointer, n int)

func orBool(dst, x, y, z unsafe.Pointer, n int)

func eqBool(dst, x, y, z unsafe.Pointer, n int)

func notBool(dst, x, y, z unsafe.Pointer, n int)

func boolToInt32(dst, x, y, z unsafe.Pointer, n int)

func addInt32(dst, x, y, z unsafe.Pointer, n int)

func eqInt32(dst, x, y, z unsafe.Pointer, n int)

func cpuid(leaf, sub uint32) (a, b, c, d uint32)

func xgetbv() uint32

// wide reports whether the processor and the operating system have AVX2 and BMI2.
var wide = func() bool {
	if most, _, _, _ := cpuid(0, 0); most < 7 {
		return false
	}
	_, _, c, _ := cpuid(1, 0)
	const osxsave, avx = 1 << 27, 1 << 28
	if c&osxsave == 0 || c&avx == 0 || xgetbv()&6 != 6 {
		return false
	}
	_, b, _, _ := cpuid(7, 0)
	const avx2, bmi2 = 1 << 5, 1 << 8
	return b&avx2 != 0 && b&bmi2 != 0
}()

func init() {
	if wide {
		AddF64 = addF64
		SubF64 = subF64
		MulF64 = mulF64
		DivF64 = divF64
		MulAddF64 = mulAddF64
		MulSubF64 = mulSubF64
		MaxF64 = maxF64
		MinF64 = minF64
		SqrtF64 = sqrtF64
		NegF64 = negF64
		AbsF64 = absF64
		SignF64 = signF64
		LtF64 = ltF64
		LeF64 = leF64
		EqF64 = eqF64
		FiniteF64 = finiteF64
		Select64 = select64
		Select32 = select32
		SelectBool = selectBool
		AndBool = andBool
		OrBool = orBool
		EqBool = eqBool
		NotBool = notBool
		BoolToInt32 = boolToInt32
		AddInt32 = addInt32
		EqInt32 = eqInt32
	}
}
