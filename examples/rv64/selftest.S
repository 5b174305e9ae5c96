# Every instruction of RV64I against results that are written down here. It returns the number of
# checks, or minus the number of the first that fails. ECALL and EBREAK are used by start.S.

        .macro  is      reg, want       # the register holds what is wanted
        addi    s0, s0, 1
        li      t6, \want
        bne     \reg, t6, fail
        .endm

        .macro  rr      op, a, b, want  # register with register
        li      t0, \a
        li      t1, \b
        \op     t2, t0, t1
        is      t2, \want
        \op     t0, t0, t1              # and with the result over an operand
        is      t0, \want
        .endm

        .macro  ri      op, a, b, want  # register with constant
        li      t0, \a
        \op     t2, t0, \b
        is      t2, \want
        .endm

        .macro  jumps   op, a, b        # the branch is taken, forwards and backwards
        li      t0, \a
        li      t1, \b
        addi    s0, s0, 1
        j       2f
1:      \op     t0, t1, 3f
        j       fail
2:      \op     t0, t1, 1b
        j       fail
3:
        .endm

        .macro  stays   op, a, b        # the branch is not taken
        li      t0, \a
        li      t1, \b
        addi    s0, s0, 1
        \op     t0, t1, fail
        .endm

        .macro  loads   op, at, want
        \op     t2, \at(a0)
        is      t2, \want
        .endm

        .text
        .globl  selftest
selftest:
        addi    sp, sp, -16
        sd      s0, 0(sp)
        sd      ra, 8(sp)
        li      s0, 0

        # arithmetic and logic of 64 bits
        rr      add,  0x7fffffffffffffff, 1, 0x8000000000000000
        rr      add,  -1, 1, 0
        rr      sub,  0, 1, -1
        rr      sub,  0x8000000000000000, 1, 0x7fffffffffffffff
        rr      slt,  -1, 1, 1
        rr      slt,  1, -1, 0
        rr      slt,  5, 5, 0
        rr      sltu, -1, 1, 0
        rr      sltu, 1, -1, 1
        rr      xor,  0xff00ff00ff00ff00, 0x0ff00ff00ff00ff0, 0xf0f0f0f0f0f0f0f0
        rr      or,   0xff00ff00ff00ff00, 0x0ff00ff00ff00ff0, 0xfff0fff0fff0fff0
        rr      and,  0xff00ff00ff00ff00, 0x0ff00ff00ff00ff0, 0x0f000f000f000f00
        rr      sll,  1, 63, 0x8000000000000000
        rr      sll,  0x123, 64 + 4, 0x1230     # the low six bits of the distance count
        rr      srl,  -1, 63, 1
        rr      srl,  0x8000000000000000, -60, 0x0800000000000000
        rr      sra,  0x8000000000000000, 63, -1
        rr      sra,  0x8000000000000000, 64 + 4, 0xf800000000000000
        rr      sra,  0x4000000000000000, 62, 1

        ri      addi,  0x7fffffffffffffff, 1, 0x8000000000000000
        ri      addi,  0, -2048, -2048
        ri      slti,  -2049, -2048, 1
        ri      slti,  5, -1, 0
        ri      sltiu, 5, -1, 1                 # the constant is extended by its sign, then unsigned
        ri      sltiu, 0, 1, 1
        ri      sltiu, -1, 1, 0
        ri      xori,  0x0f0f, -1, ~0x0f0f
        ri      ori,   0x100, -2048, -1792
        ri      andi,  0x123456789abcdef0, -16, 0x123456789abcdef0
        ri      andi,  0x123456789abcdef0, 0x7ff, 0x6f0
        ri      slli,  1, 63, 0x8000000000000000
        ri      slli,  0x123, 4, 0x1230
        ri      srli,  -1, 63, 1
        ri      srli,  0x8000000000000000, 4, 0x0800000000000000
        ri      srai,  0x8000000000000000, 63, -1
        ri      srai,  0x4000000000000000, 62, 1

        # the same of 32 bits: the result is extended by its sign, the upper halves do not count
        rr      addw, 0x7fffffff, 1, -0x80000000
        rr      addw, 0x5ffffffff, 0x700000001, 0
        rr      subw, 0x80000000, 1, 0x7fffffff
        rr      subw, 0x100000000, 1, -1
        rr      sllw, 1, 31, -0x80000000
        rr      sllw, 0xf00000123, 32 + 4, 0x1230       # five bits of the distance count
        rr      srlw, 0xf80000000, 31, 1
        rr      srlw, 0xffffffff, 32, -1
        rr      sraw, 0x080000000, 31, -1
        rr      sraw, 0xf40000000, 32 + 30, 1
        ri      addiw, 0x7fffffff, 1, -0x80000000
        ri      addiw, 0x180000000, 0, -0x80000000      # this is SEXT.W
        ri      slliw, 1, 31, -0x80000000
        ri      slliw, 0xf00000123, 4, 0x1230
        ri      srliw, 0xf80000000, 31, 1
        ri      srliw, 0xf80000000, 0, -0x80000000
        ri      sraiw, 0x080000000, 31, -1
        ri      sraiw, 0xf40000000, 30, 1

        # constants and places
        lui     t2, 0x80000
        is      t2, -0x80000000
        lui     t2, 0x12345
        is      t2, 0x12345000
1:      auipc   t2, 0
        la      t3, 1b
        sub     t2, t2, t3
        is      t2, 0
1:      auipc   t2, 0xfffff                     # backwards
        la      t3, 1b
        sub     t2, t3, t2
        is      t2, 0x1000

        # branches
        jumps   beq,  -1, -1
        stays   beq,  0x100000000, 0            # all 64 bits are compared
        jumps   bne,  0x100000000, 0
        stays   bne,  7, 7
        jumps   blt,  -1, 1
        stays   blt,  1, -1
        stays   blt,  1, 1
        jumps   bge,  1, -1
        jumps   bge,  1, 1
        stays   bge,  -1, 1
        jumps   bltu, 1, -1
        stays   bltu, -1, 1
        stays   bltu, 1, 1
        jumps   bgeu, -1, 1
        jumps   bgeu, 1, 1
        stays   bgeu, 1, -1

        # jumps, and the place behind them
        jal     t2, 2f
1:      j       fail
2:      la      t3, 1b
        sub     t2, t2, t3
        is      t2, 0
        la      t2, 4f + 5                      # bit 0 of the sum is cleared
        jalr    t2, -4(t2)                      # the base is read before the link is written
3:      j       fail
4:      la      t3, 3b
        sub     t2, t2, t3
        is      t2, 0
        la      t1, 5f
        jr      t1
        j       fail
5:
        li      t0, 5                           # x0 takes nothing
        add     zero, t0, t0
        is      zero, 0

        # loads: by their sign, and by zeros
        la      a0, sample
        loads   lb,  0, 1
        loads   lb,  7, -0x78
        loads   lbu, 7, 0x88
        loads   lh,  6, -0x779a
        loads   lhu, 6, 0x8866
        loads   lw,  0, 0x44332201
        loads   lw,  4, -0x7799ab34
        loads   lwu, 4, 0x886654cc
        loads   ld,  0, 0x886654cc44332201
        addi    a0, a0, 8
        loads   ld,  -8, 0x886654cc44332201
        loads   lhu, -7, 0x3322                 # not aligned
        loads   lw,  -5, 0x6654cc44

        # stores: each changes its own bytes
        la      a0, scratch
        li      t0, -1
        li      t1, 0x1122334455667788
        sd      t0, 0(a0)
        sb      t1, 1(a0)
        loads   ld, 0, 0xffffffffffff88ff
        sh      t1, 2(a0)
        loads   ld, 0, 0xffffffff778888ff
        sw      t1, 4(a0)
        loads   ld, 0, 0x55667788778888ff
        sd      t1, 0(a0)
        loads   ld, 0, 0x1122334455667788
        sw      t1, 3(a0)                       # not aligned
        loads   ld, 0, 0x1155667788667788
        addi    a0, a0, 8
        sb      t1, -8(a0)
        loads   lbu, -8, 0x88

        # fences order nothing here, and change nothing
        fence
        fence.tso
        fence   rw, w

        mv      a0, s0
        j       1f
fail:   neg     a0, s0
1:      ld      s0, 0(sp)
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

        .section .rodata
        .balign 8
sample: .quad   0x886654cc44332201

        .bss
        .balign 8
scratch: .skip  8
