# The first instructions, and what C has no words for.

        .section .text.start
        .globl  _start
_start:
        la      sp, __stack_top
        la      a0, __data_rom          # variables get their first values
        la      a1, __data
        la      a2, __data_end
        j       2f
1:      ld      a3, 0(a0)
        sd      a3, 0(a1)
        addi    a0, a0, 8
        addi    a1, a1, 8
2:      bltu    a1, a2, 1b
        call    main
halt:   ebreak                          # the emulator ends here
        j       halt

        .text
        .globl  checkpoint
checkpoint:                             # void checkpoint(void)
        ecall                           # the emulator takes a snapshot
        ret

        .globl  multiply
multiply:                               # long multiply(long a, long b)
        .option push
        .option arch, +m
        mul     a0, a0, a1              # not in RV64I: illegal
        .option pop
        ret
