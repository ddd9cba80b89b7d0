#include "textflag.h"

// Exponential functions of four numbers at a time, with the instructions of AVX2 and FMA. The operands may be the result's storage.

#define ALL(NAME, VALUE) \
	DATA NAME<>+0(SB)/8, VALUE \
	DATA NAME<>+8(SB)/8, VALUE \
	DATA NAME<>+16(SB)/8, VALUE \
	DATA NAME<>+24(SB)/8, VALUE \
	GLOBL NAME<>(SB), RODATA|NOPTR, $32

// Below least the exponential is 0 and above most it is infinite.
ALL(least, $-746.0)
ALL(most, $710.0)
ALL(log2e, $1.4426950408889634)
// log 2 as a sum: the first has 32 bits, so that its products with exponents are exact.
ALL(ln2hi, $0.6931471803691238)
ALL(ln2lo, $1.9082149292705877e-10)
ALL(half, $0.5)
ALL(one, $1.0)
ALL(two, $2.0)
ALL(sqrt2, $1.4142135623730951)
// 3·2⁵¹ + 1023: added to a small integer, it leaves in the lowest bits the exponent of that power of two.
ALL(bias, $6755399441056767.0)
ALL(negative, $0x8000000000000000)

// 1/k!
ALL(exp13, $1.6059043836821613e-10)
ALL(exp12, $2.08767569878681e-09)
ALL(exp11, $2.505210838544172e-08)
ALL(exp10, $2.755731922398589e-07)
ALL(exp9, $2.7557319223985893e-06)
ALL(exp8, $2.48015873015873e-05)
ALL(exp7, $0.0001984126984126984)
ALL(exp6, $0.001388888888888889)
ALL(exp5, $0.008333333333333333)
ALL(exp4, $0.041666666666666664)
ALL(exp3, $0.16666666666666666)
ALL(exp2, $0.5)

// 2/k, the series of the logarithm of (1+s)/(1-s) divided by s
ALL(log23, $0.08695652173913043)
ALL(log21, $0.09523809523809523)
ALL(log19, $0.10526315789473684)
ALL(log17, $0.11764705882352941)
ALL(log15, $0.13333333333333333)
ALL(log13, $0.15384615384615385)
ALL(log11, $0.18181818181818182)
ALL(log9, $0.2222222222222222)
ALL(log7, $0.2857142857142857)
ALL(log5, $0.4)
ALL(log3, $0.6666666666666666)

// Y0 = exp(Y0): by x = n log 2 + r with |r| ≤ log(2)/2, Taylor's polynomial of r, whose rest is less than 2⁻⁵⁷, and 2ⁿ as a product of
// two powers, so that results of any size are rounded once. NaN stays. Y1 to Y4 are used.
#define EXP \
	VMOVUPD least<>(SB), Y1 \
	VMAXPD  Y0, Y1, Y0 \
	VMOVUPD most<>(SB), Y1 \
	VMINPD  Y0, Y1, Y0 \
	VMULPD  log2e<>(SB), Y0, Y1 \
	VROUNDPD $8, Y1, Y1 \
	VMOVAPD Y0, Y2 \
	VFNMADD231PD ln2hi<>(SB), Y1, Y2 \
	VFNMADD231PD ln2lo<>(SB), Y1, Y2 \
	VMULPD  Y2, Y2, Y3 \
	VMOVUPD exp13<>(SB), Y4 \
	VFMADD213PD exp12<>(SB), Y2, Y4 \
	VFMADD213PD exp11<>(SB), Y2, Y4 \
	VFMADD213PD exp10<>(SB), Y2, Y4 \
	VFMADD213PD exp9<>(SB), Y2, Y4 \
	VFMADD213PD exp8<>(SB), Y2, Y4 \
	VFMADD213PD exp7<>(SB), Y2, Y4 \
	VFMADD213PD exp6<>(SB), Y2, Y4 \
	VFMADD213PD exp5<>(SB), Y2, Y4 \
	VFMADD213PD exp4<>(SB), Y2, Y4 \
	VFMADD213PD exp3<>(SB), Y2, Y4 \
	VFMADD213PD exp2<>(SB), Y2, Y4 \
	VFMADD213PD Y2, Y3, Y4 \
	VADDPD  one<>(SB), Y4, Y4 \
	VMULPD  half<>(SB), Y1, Y3 \
	VROUNDPD $9, Y3, Y3 \
	VSUBPD  Y3, Y1, Y1 \
	VADDPD  bias<>(SB), Y3, Y3 \
	VADDPD  bias<>(SB), Y1, Y1 \
	VPSLLQ  $52, Y3, Y3 \
	VPSLLQ  $52, Y1, Y1 \
	VMULPD  Y3, Y4, Y0 \
	VMULPD  Y1, Y0, Y0

#define BEGIN \
	MOVQ dst+0(FP), DI \
	MOVQ x+8(FP), SI \
	MOVQ n+16(FP), CX \
	XORL AX, AX

#define END(LABEL) \
	VMOVUPD Y0, (DI)(AX*8) \
	ADDQ $4, AX \
	CMPQ AX, CX \
	JLT  LABEL \
	VZEROUPPER \
	RET

// func exp4(dst, x unsafe.Pointer, n int)
TEXT ·exp4(SB), NOSPLIT, $0-24
	BEGIN
loop:
	VMOVUPD (SI)(AX*8), Y0
	EXP
	END(loop)

// The logistic function is 1/(1+e) right of 0 and e/(1+e) left of it, with e = exp(-|x|).
//
// func logistic4(dst, x unsafe.Pointer, n int)
TEXT ·logistic4(SB), NOSPLIT, $0-24
	BEGIN
loop:
	VMOVUPD (SI)(AX*8), Y6
	VORPD   negative<>(SB), Y6, Y0
	EXP
	VMOVUPD one<>(SB), Y2
	VADDPD  Y2, Y0, Y1
	VBLENDVPD Y6, Y0, Y2, Y3
	VDIVPD  Y1, Y3, Y0
	END(loop)

// Softplus is max(x, 0) + log(1+e), with e = exp(-|x|). The logarithm of 1+e is that of u, 1+e rounded, and (1+e-u)/u: u is m or 2m
// with m = 1+f in [1/√2, √2], and log(1+f) = f - (h - s(h + R)), with s = f/(2+f), h = f²/2 and R = 2s²/3 + 2s⁴/5 + …, whose rest is
// less than 2⁻⁶⁰.
//
// func softplus4(dst, x unsafe.Pointer, n int)
TEXT ·softplus4(SB), NOSPLIT, $0-24
	BEGIN
loop:
	VMOVUPD (SI)(AX*8), Y6
	VORPD   negative<>(SB), Y6, Y0
	EXP
	VMOVUPD one<>(SB), Y5
	VADDPD  Y5, Y0, Y1            // u
	VSUBPD  Y5, Y1, Y2
	VSUBPD  Y2, Y0, Y2
	VDIVPD  Y1, Y2, Y2            // (1+e-u)/u
	VCMPPD  $0x1e, sqrt2<>(SB), Y1, Y7
	VMULPD  half<>(SB), Y1, Y3
	VBLENDVPD Y7, Y3, Y1, Y3
	VSUBPD  Y5, Y3, Y3            // f
	VADDPD  two<>(SB), Y3, Y4
	VDIVPD  Y4, Y3, Y4            // s
	VMULPD  Y4, Y4, Y8            // s²
	VMOVUPD log23<>(SB), Y9
	VFMADD213PD log21<>(SB), Y8, Y9
	VFMADD213PD log19<>(SB), Y8, Y9
	VFMADD213PD log17<>(SB), Y8, Y9
	VFMADD213PD log15<>(SB), Y8, Y9
	VFMADD213PD log13<>(SB), Y8, Y9
	VFMADD213PD log11<>(SB), Y8, Y9
	VFMADD213PD log9<>(SB), Y8, Y9
	VFMADD213PD log7<>(SB), Y8, Y9
	VFMADD213PD log5<>(SB), Y8, Y9
	VFMADD213PD log3<>(SB), Y8, Y9
	VMULPD  Y8, Y9, Y9            // R
	VMULPD  Y3, Y3, Y10
	VMULPD  half<>(SB), Y10, Y10  // h
	VADDPD  Y10, Y9, Y9
	VANDPD  ln2lo<>(SB), Y7, Y11
	VADDPD  Y11, Y2, Y2
	VFMADD213PD Y2, Y4, Y9        // s(h + R) + low parts
	VSUBPD  Y9, Y10, Y10
	VSUBPD  Y3, Y10, Y10
	VANDPD  ln2hi<>(SB), Y7, Y11
	VSUBPD  Y10, Y11, Y0
	VXORPD  Y1, Y1, Y1
	VMAXPD  Y6, Y1, Y1
	VADDPD  Y1, Y0, Y0
	END(loop)
