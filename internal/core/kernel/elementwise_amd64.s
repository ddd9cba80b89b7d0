#include "textflag.h"

// Routines on n elements, a multiple of eight (bools: of thirty-two), with the instructions of AVX2 and BMI2. The operands may be the
// result's storage.

DATA signs<>+0(SB)/8, $0x8000000000000000
DATA signs<>+8(SB)/8, $0x8000000000000000
DATA signs<>+16(SB)/8, $0x8000000000000000
DATA signs<>+24(SB)/8, $0x8000000000000000
GLOBL signs<>(SB), RODATA|NOPTR, $32

DATA onesF64<>+0(SB)/8, $1.0
DATA onesF64<>+8(SB)/8, $1.0
DATA onesF64<>+16(SB)/8, $1.0
DATA onesF64<>+24(SB)/8, $1.0
GLOBL onesF64<>(SB), RODATA|NOPTR, $32

DATA trues<>+0(SB)/8, $0x0101010101010101
DATA trues<>+8(SB)/8, $0x0101010101010101
DATA trues<>+16(SB)/8, $0x0101010101010101
DATA trues<>+24(SB)/8, $0x0101010101010101
GLOBL trues<>(SB), RODATA|NOPTR, $32

#define ARGS \
	MOVQ dst+0(FP), DI \
	MOVQ x+8(FP), SI \
	MOVQ y+16(FP), DX \
	MOVQ z+24(FP), BX \
	MOVQ n+32(FP), CX \
	XORL AX, AX

#define LOAD_X \
	VMOVUPD (SI)(AX*8), Y0 \
	VMOVUPD 32(SI)(AX*8), Y1

#define STORE \
	VMOVUPD Y0, (DI)(AX*8) \
	VMOVUPD Y1, 32(DI)(AX*8)

#define NEXT(LABEL, STEP) \
	ADDQ $STEP, AX \
	CMPQ AX, CX \
	JLT  LABEL \
	VZEROUPPER \
	RET

#define ARITHMETIC(OP) \
	OP (DX)(AX*8), Y0, Y0 \
	OP 32(DX)(AX*8), Y1, Y1

// The masks of Y0 and Y1 as eight bools.
#define STORE_MASK \
	VMOVMSKPD Y0, R8 \
	VMOVMSKPD Y1, R9 \
	SHLL      $4, R9 \
	ORL       R9, R8 \
	PDEPQ     R10, R8, R8 \
	MOVQ      R8, (DI)(AX*1)

// func addF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·addF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	LOAD_X
	ARITHMETIC(VADDPD)
	STORE
	NEXT(loop, 8)

// func subF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·subF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	LOAD_X
	ARITHMETIC(VSUBPD)
	STORE
	NEXT(loop, 8)

// func mulF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·mulF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	LOAD_X
	ARITHMETIC(VMULPD)
	STORE
	NEXT(loop, 8)

// func divF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·divF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	LOAD_X
	ARITHMETIC(VDIVPD)
	STORE
	NEXT(loop, 8)

// func mulAddF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·mulAddF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	LOAD_X
	ARITHMETIC(VMULPD)
	VADDPD (DI)(AX*8), Y0, Y0
	VADDPD 32(DI)(AX*8), Y1, Y1
	STORE
	NEXT(loop, 8)

// func mulSubF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·mulSubF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	LOAD_X
	ARITHMETIC(VMULPD)
	VMOVUPD (DI)(AX*8), Y2
	VMOVUPD 32(DI)(AX*8), Y3
	VSUBPD  Y0, Y2, Y0
	VSUBPD  Y1, Y3, Y1
	STORE
	NEXT(loop, 8)

// The instruction gives its second operand where one is NaN or both are zero: both orders are joined, so that the sign of
// a zero does not depend on the order, and where one is NaN the result is the sum.
#define EXTREME(X, OP, JOIN) \
	VMOVUPD X(SI)(AX*8), Y0 \
	VMOVUPD X(DX)(AX*8), Y1 \
	OP      Y1, Y0, Y2 \
	OP      Y0, Y1, Y3 \
	JOIN    Y2, Y3, Y2 \
	VCMPPD  $3, Y1, Y0, Y3 \
	VADDPD  Y1, Y0, Y4 \
	VBLENDVPD Y3, Y4, Y2, Y2 \
	VMOVUPD Y2, X(DI)(AX*8)

// func maxF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·maxF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	EXTREME(0, VMAXPD, VANDPD)
	EXTREME(32, VMAXPD, VANDPD)
	NEXT(loop, 8)

// func minF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·minF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	EXTREME(0, VMINPD, VORPD)
	EXTREME(32, VMINPD, VORPD)
	NEXT(loop, 8)

// func sqrtF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·sqrtF64(SB), NOSPLIT, $0-40
	ARGS
loop:
	LOAD_X
	VSQRTPD Y0, Y0
	VSQRTPD Y1, Y1
	STORE
	NEXT(loop, 8)

// func negF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·negF64(SB), NOSPLIT, $0-40
	ARGS
	VMOVUPD signs<>(SB), Y2
loop:
	LOAD_X
	VXORPD Y2, Y0, Y0
	VXORPD Y2, Y1, Y1
	STORE
	NEXT(loop, 8)

// func absF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·absF64(SB), NOSPLIT, $0-40
	ARGS
	VMOVUPD signs<>(SB), Y2
loop:
	LOAD_X
	VANDNPD Y0, Y2, Y0
	VANDNPD Y1, Y2, Y1
	STORE
	NEXT(loop, 8)

// One with the sign of x, or x itself where it is neither above nor below zero.
#define SIGN(Y) \
	VCMPPD    $12, Y3, Y, Y4 \
	VCMPPD    $7, Y, Y, Y5 \
	VANDPD    Y5, Y4, Y4 \
	VANDPD    Y2, Y, Y5 \
	VORPD     onesF64<>(SB), Y5, Y5 \
	VBLENDVPD Y4, Y5, Y, Y

// func signF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·signF64(SB), NOSPLIT, $0-40
	ARGS
	VMOVUPD signs<>(SB), Y2
	VXORPD  Y3, Y3, Y3
loop:
	LOAD_X
	SIGN(Y0)
	SIGN(Y1)
	STORE
	NEXT(loop, 8)

#define COMPARE(HOW) \
	VCMPPD HOW, (DX)(AX*8), Y0, Y0 \
	VCMPPD HOW, 32(DX)(AX*8), Y1, Y1

// func ltF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·ltF64(SB), NOSPLIT, $0-40
	ARGS
	MOVQ trues<>(SB), R10
loop:
	LOAD_X
	COMPARE($1)
	STORE_MASK
	NEXT(loop, 8)

// func leF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·leF64(SB), NOSPLIT, $0-40
	ARGS
	MOVQ trues<>(SB), R10
loop:
	LOAD_X
	COMPARE($2)
	STORE_MASK
	NEXT(loop, 8)

// func eqF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·eqF64(SB), NOSPLIT, $0-40
	ARGS
	MOVQ trues<>(SB), R10
loop:
	LOAD_X
	COMPARE($0)
	STORE_MASK
	NEXT(loop, 8)

// func finiteF64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·finiteF64(SB), NOSPLIT, $0-40
	ARGS
	MOVQ   trues<>(SB), R10
	VXORPD Y2, Y2, Y2
loop:
	LOAD_X
	VSUBPD Y0, Y0, Y0
	VSUBPD Y1, Y1, Y1
	VCMPPD $0, Y2, Y0, Y0
	VCMPPD $0, Y2, Y1, Y1
	STORE_MASK
	NEXT(loop, 8)

// func select64(dst, x, y, z unsafe.Pointer, n int)
TEXT ·select64(SB), NOSPLIT, $0-40
	ARGS
	VPXOR Y4, Y4, Y4
loop:
	VPMOVZXBQ (SI)(AX*1), Y2
	VPMOVZXBQ 4(SI)(AX*1), Y3
	VPCMPEQQ  Y4, Y2, Y2
	VPCMPEQQ  Y4, Y3, Y3
	VMOVUPD (DX)(AX*8), Y0
	VMOVUPD 32(DX)(AX*8), Y1
	VBLENDVPD Y2, (BX)(AX*8), Y0, Y0
	VBLENDVPD Y3, 32(BX)(AX*8), Y1, Y1
	STORE
	NEXT(loop, 8)

// func select32(dst, x, y, z unsafe.Pointer, n int)
TEXT ·select32(SB), NOSPLIT, $0-40
	ARGS
	VPXOR Y4, Y4, Y4
loop:
	VPMOVZXBD (SI)(AX*1), Y2
	VPCMPEQD  Y4, Y2, Y2
	VMOVUPS   (DX)(AX*4), Y0
	VBLENDVPS Y2, (BX)(AX*4), Y0, Y0
	VMOVUPS   Y0, (DI)(AX*4)
	NEXT(loop, 8)

// func selectBool(dst, x, y, z unsafe.Pointer, n int)
TEXT ·selectBool(SB), NOSPLIT, $0-40
	ARGS
	VPXOR Y4, Y4, Y4
loop:
	VMOVDQU   (SI)(AX*1), Y2
	VPCMPEQB  Y4, Y2, Y2
	VMOVDQU   (DX)(AX*1), Y0
	VPBLENDVB Y2, (BX)(AX*1), Y0, Y0
	VMOVDQU   Y0, (DI)(AX*1)
	NEXT(loop, 32)

// func andBool(dst, x, y, z unsafe.Pointer, n int)
TEXT ·andBool(SB), NOSPLIT, $0-40
	ARGS
loop:
	VMOVDQU (SI)(AX*1), Y0
	VPAND   (DX)(AX*1), Y0, Y0
	VMOVDQU Y0, (DI)(AX*1)
	NEXT(loop, 32)

// func orBool(dst, x, y, z unsafe.Pointer, n int)
TEXT ·orBool(SB), NOSPLIT, $0-40
	ARGS
loop:
	VMOVDQU (SI)(AX*1), Y0
	VPOR    (DX)(AX*1), Y0, Y0
	VMOVDQU Y0, (DI)(AX*1)
	NEXT(loop, 32)

// func eqBool(dst, x, y, z unsafe.Pointer, n int)
TEXT ·eqBool(SB), NOSPLIT, $0-40
	ARGS
	VMOVDQU trues<>(SB), Y1
loop:
	VMOVDQU  (SI)(AX*1), Y0
	VPCMPEQB (DX)(AX*1), Y0, Y0
	VPAND    Y1, Y0, Y0
	VMOVDQU  Y0, (DI)(AX*1)
	NEXT(loop, 32)

// func notBool(dst, x, y, z unsafe.Pointer, n int)
TEXT ·notBool(SB), NOSPLIT, $0-40
	ARGS
	VMOVDQU trues<>(SB), Y1
loop:
	VPXOR   (SI)(AX*1), Y1, Y0
	VMOVDQU Y0, (DI)(AX*1)
	NEXT(loop, 32)

// func boolToInt32(dst, x, y, z unsafe.Pointer, n int)
TEXT ·boolToInt32(SB), NOSPLIT, $0-40
	ARGS
loop:
	VPMOVZXBD (SI)(AX*1), Y0
	VMOVDQU   Y0, (DI)(AX*4)
	NEXT(loop, 8)

// func addInt32(dst, x, y, z unsafe.Pointer, n int)
TEXT ·addInt32(SB), NOSPLIT, $0-40
	ARGS
loop:
	VMOVDQU (SI)(AX*4), Y0
	VPADDD  (DX)(AX*4), Y0, Y0
	VMOVDQU Y0, (DI)(AX*4)
	NEXT(loop, 8)

// The mask of Y0, of eight int32, as eight bools.
#define STORE_MASK32 \
	VMOVMSKPS Y0, R8 \
	PDEPQ     R10, R8, R8 \
	MOVQ      R8, (DI)(AX*1)

// func eqInt32(dst, x, y, z unsafe.Pointer, n int)
TEXT ·eqInt32(SB), NOSPLIT, $0-40
	ARGS
	MOVQ trues<>(SB), R10
loop:
	VMOVDQU  (SI)(AX*4), Y0
	VPCMPEQD (DX)(AX*4), Y0, Y0
	STORE_MASK32
	NEXT(loop, 8)

// func cpuid(leaf, sub uint32) (a, b, c, d uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	MOVL sub+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	MOVL DX, d+20(FP)
	RET

// func xgetbv() uint32
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, ret+0(FP)
	RET
