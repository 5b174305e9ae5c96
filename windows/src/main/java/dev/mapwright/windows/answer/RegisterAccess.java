package dev.mapwright.windows.answer;

/**
 * The documented answers of the routines that access registers: each has one, since a pointer that
 * leads nowhere is an access to memory like others ({@link MemoryAccess}).
 */
public enum RegisterAccess implements Condition {
  /** {@code READ_REGISTER_UCHAR}: a register was read. */
  READ_REGISTER_UCHAR(Routine.READ_REGISTER_UCHAR, "a register was read"),
  /** {@code READ_REGISTER_USHORT}: a register was read. */
  READ_REGISTER_USHORT(Routine.READ_REGISTER_USHORT, "a register was read"),
  /** {@code READ_REGISTER_ULONG}: a register was read. */
  READ_REGISTER_ULONG(Routine.READ_REGISTER_ULONG, "a register was read"),
  /** {@code READ_REGISTER_ULONG64}: a register was read. */
  READ_REGISTER_ULONG64(Routine.READ_REGISTER_ULONG64, "a register was read"),
  /** {@code READ_REGISTER_BUFFER_UCHAR}: registers were read. */
  READ_REGISTER_BUFFER_UCHAR(Routine.READ_REGISTER_BUFFER_UCHAR, "registers were read"),
  /** {@code READ_REGISTER_BUFFER_USHORT}: registers were read. */
  READ_REGISTER_BUFFER_USHORT(Routine.READ_REGISTER_BUFFER_USHORT, "registers were read"),
  /** {@code READ_REGISTER_BUFFER_ULONG}: registers were read. */
  READ_REGISTER_BUFFER_ULONG(Routine.READ_REGISTER_BUFFER_ULONG, "registers were read"),
  /** {@code READ_REGISTER_BUFFER_ULONG64}: registers were read. */
  READ_REGISTER_BUFFER_ULONG64(Routine.READ_REGISTER_BUFFER_ULONG64, "registers were read"),
  /** {@code WRITE_REGISTER_UCHAR}: a register was written. */
  WRITE_REGISTER_UCHAR(Routine.WRITE_REGISTER_UCHAR, "a register was written"),
  /** {@code WRITE_REGISTER_USHORT}: a register was written. */
  WRITE_REGISTER_USHORT(Routine.WRITE_REGISTER_USHORT, "a register was written"),
  /** {@code WRITE_REGISTER_ULONG}: a register was written. */
  WRITE_REGISTER_ULONG(Routine.WRITE_REGISTER_ULONG, "a register was written"),
  /** {@code WRITE_REGISTER_ULONG64}: a register was written. */
  WRITE_REGISTER_ULONG64(Routine.WRITE_REGISTER_ULONG64, "a register was written"),
  /** {@code WRITE_REGISTER_BUFFER_UCHAR}: registers were written. */
  WRITE_REGISTER_BUFFER_UCHAR(Routine.WRITE_REGISTER_BUFFER_UCHAR, "registers were written"),
  /** {@code WRITE_REGISTER_BUFFER_USHORT}: registers were written. */
  WRITE_REGISTER_BUFFER_USHORT(Routine.WRITE_REGISTER_BUFFER_USHORT, "registers were written"),
  /** {@code WRITE_REGISTER_BUFFER_ULONG}: registers were written. */
  WRITE_REGISTER_BUFFER_ULONG(Routine.WRITE_REGISTER_BUFFER_ULONG, "registers were written"),
  /** {@code WRITE_REGISTER_BUFFER_ULONG64}: registers were written. */
  WRITE_REGISTER_BUFFER_ULONG64(Routine.WRITE_REGISTER_BUFFER_ULONG64, "registers were written");

  private static final RegisterAccess[] BY_ORDINAL = values();

  private final Answer answer;

  RegisterAccess(Routine routine, String sentence) {
    this.answer =
        new Answer(
            routine,
            Effect.DONE,
            0,
            Answer.NO_PARAMETER,
            routine.documentedName() + ", Description",
            sentence,
            "");
  }

  /** The answer of one of the routines. */
  static RegisterAccess of(Routine routine) {
    return BY_ORDINAL[routine.ordinal() - Routine.READ_REGISTER_UCHAR.ordinal()];
  }

  /** {@return its number, as that of the only answer of its routine} */
  @Override
  public int number() {
    return routine().ordinal() << 8;
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
