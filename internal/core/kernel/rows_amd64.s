#include "textflag.h"

// Sums of k products of rows of n float64 numbers, a multiple of eight, in the order of the terms. sx and sy are the distances in bytes
// from one term to the next.

// func dotRowsF64(dst, x, y unsafe.Pointer, n, k, sx, sy int)
TEXT ·dotRowsF64(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ k+32(FP), BX
	MOVQ sx+40(FP), R11
	MOVQ sy+48(FP), R12
wide:
	CMPQ CX, $16
	JLT  narrow
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	MOVQ SI, R8
	MOVQ DX, R9
	MOVQ BX, R10
terms:
	VMOVUPD (R8), Y4
	VMOVUPD 32(R8), Y5
	VMOVUPD 64(R8), Y6
	VMOVUPD 96(R8), Y7
	VMULPD  (R9), Y4, Y4
	VMULPD  32(R9), Y5, Y5
	VMULPD  64(R9), Y6, Y6
	VMULPD  96(R9), Y7, Y7
	VADDPD  Y4, Y0, Y0
	VADDPD  Y5, Y1, Y1
	VADDPD  Y6, Y2, Y2
	VADDPD  Y7, Y3, Y3
	ADDQ R11, R8
	ADDQ R12, R9
	DECQ R10
	JNZ  terms
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VMOVUPD Y2, 64(DI)
	VMOVUPD Y3, 96(DI)
	ADDQ $128, DI
	ADDQ $128, SI
	ADDQ $128, DX
	SUBQ $16, CX
	JMP  wide
narrow:
	TESTQ CX, CX
	JZ    done
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	MOVQ SI, R8
	MOVQ DX, R9
	MOVQ BX, R10
few:
	VMOVUPD (R8), Y4
	VMOVUPD 32(R8), Y5
	VMULPD  (R9), Y4, Y4
	VMULPD  32(R9), Y5, Y5
	VADDPD  Y4, Y0, Y0
	VADDPD  Y5, Y1, Y1
	ADDQ R11, R8
	ADDQ R12, R9
	DECQ R10
	JNZ  few
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
done:
	VZEROUPPER
	RET

// x are single numbers.
//
// func dotSharedF64(dst, x, y unsafe.Pointer, n, k, sx, sy int)
TEXT ·dotSharedF64(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ k+32(FP), BX
	MOVQ sx+40(FP), R11
	MOVQ sy+48(FP), R12
wide:
	CMPQ CX, $16
	JLT  narrow
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	MOVQ SI, R8
	MOVQ DX, R9
	MOVQ BX, R10
terms:
	VBROADCASTSD (R8), Y8
	VMULPD  (R9), Y8, Y4
	VMULPD  32(R9), Y8, Y5
	VMULPD  64(R9), Y8, Y6
	VMULPD  96(R9), Y8, Y7
	VADDPD  Y4, Y0, Y0
	VADDPD  Y5, Y1, Y1
	VADDPD  Y6, Y2, Y2
	VADDPD  Y7, Y3, Y3
	ADDQ R11, R8
	ADDQ R12, R9
	DECQ R10
	JNZ  terms
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
	VMOVUPD Y2, 64(DI)
	VMOVUPD Y3, 96(DI)
	ADDQ $128, DI
	ADDQ $128, DX
	SUBQ $16, CX
	JMP  wide
narrow:
	TESTQ CX, CX
	JZ    done
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	MOVQ SI, R8
	MOVQ DX, R9
	MOVQ BX, R10
few:
	VBROADCASTSD (R8), Y8
	VMULPD  (R9), Y8, Y4
	VMULPD  32(R9), Y8, Y5
	VADDPD  Y4, Y0, Y0
	VADDPD  Y5, Y1, Y1
	ADDQ R11, R8
	ADDQ R12, R9
	DECQ R10
	JNZ  few
	VMOVUPD Y0, (DI)
	VMOVUPD Y1, 32(DI)
done:
	VZEROUPPER
	RET
