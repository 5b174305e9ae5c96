package dev.mapwright.windows.iospace;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.RegisterAccess;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that read and write registers of a device where they are mapped (wdm.h, "Functions
 * that read and write registers"). Each access has the width that the routine's name says, also at
 * an odd address: what a device makes of that is its own affair.
 *
 * <p>The buffer forms transfer {@code count} elements, from or to as many registers behind each
 * other: the address of the register advances with that of the buffer. Both ranges are looked at
 * before the first register is touched, so a pointer that leads nowhere touches none.
 *
 * <p>At any IRQL. A pointer that leads nowhere is a wrong access to memory ({@link
 * dev.mapwright.windows.answer.MemoryAccess}); where that is recorded only, reading gives 0.
 */
public final class RegisterCalls {
  private RegisterCalls() {}

  private static long read(
      NtContext c, Routine routine, RegisterAccess done, long register, int bytes) {
    c.enter(routine);
    try {
      long value = c.cpu().load(register, bytes);
      c.done(done);
      return value;
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return 0;
    }
  }

  private static void write(
      NtContext c, Routine routine, RegisterAccess done, long register, int bytes, long value) {
    c.enter(routine);
    try {
      c.cpu().store(register, bytes, value);
      c.done(done);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
    }
  }

  /** Transfers elements, all of them of one width; {@code count} is a ULONG. */
  private static void transfer(
      NtContext c, Routine routine, RegisterAccess done, long from, long to, int count, int bytes) {
    c.enter(routine);
    long all = (count & 0xFFFF_FFFFL) * bytes;
    Fault fault = all == 0 ? null : c.cpu().probe(from, all, Access.READ);
    if (fault == null && all != 0) {
      fault = c.cpu().probe(to, all, Access.WRITE);
    }
    if (fault != null) {
      c.misuse(fault);
      return;
    }
    try {
      for (long at = 0; at < all; at += bytes) {
        c.cpu().store(to + at, bytes, c.cpu().load(from + at, bytes));
      }
      c.done(done);
    } catch (MemoryFault late) {
      c.misuse(late.fault()); // somebody has unmapped it meanwhile
    }
  }

  /**
   * READ_REGISTER_UCHAR.
   *
   * @param c who calls
   * @param register the register's address
   * @return a byte, unsigned
   */
  public static int readRegisterUchar(NtContext c, long register) {
    return (int)
        read(c, Routine.READ_REGISTER_UCHAR, RegisterAccess.READ_REGISTER_UCHAR, register, 1);
  }

  /**
   * READ_REGISTER_USHORT.
   *
   * @param c who calls
   * @param register the register's address
   * @return 2 bytes, unsigned
   */
  public static int readRegisterUshort(NtContext c, long register) {
    return (int)
        read(c, Routine.READ_REGISTER_USHORT, RegisterAccess.READ_REGISTER_USHORT, register, 2);
  }

  /**
   * READ_REGISTER_ULONG.
   *
   * @param c who calls
   * @param register the register's address
   * @return 4 bytes, all bits of them
   */
  public static int readRegisterUlong(NtContext c, long register) {
    return (int)
        read(c, Routine.READ_REGISTER_ULONG, RegisterAccess.READ_REGISTER_ULONG, register, 4);
  }

  /**
   * READ_REGISTER_ULONG64.
   *
   * @param c who calls
   * @param register the register's address
   * @return 8 bytes, all bits of them
   */
  public static long readRegisterUlong64(NtContext c, long register) {
    return read(
        c, Routine.READ_REGISTER_ULONG64, RegisterAccess.READ_REGISTER_ULONG64, register, 8);
  }

  /**
   * READ_REGISTER_BUFFER_UCHAR.
   *
   * @param c who calls
   * @param register the first register's address
   * @param buffer where the first element goes
   * @param count how many elements of a byte, a ULONG
   */
  public static void readRegisterBufferUchar(NtContext c, long register, long buffer, int count) {
    transfer(
        c,
        Routine.READ_REGISTER_BUFFER_UCHAR,
        RegisterAccess.READ_REGISTER_BUFFER_UCHAR,
        register,
        buffer,
        count,
        1);
  }

  /**
   * READ_REGISTER_BUFFER_USHORT.
   *
   * @param c who calls
   * @param register the first register's address
   * @param buffer where the first element goes
   * @param count how many elements of 2 bytes, a ULONG
   */
  public static void readRegisterBufferUshort(NtContext c, long register, long buffer, int count) {
    transfer(
        c,
        Routine.READ_REGISTER_BUFFER_USHORT,
        RegisterAccess.READ_REGISTER_BUFFER_USHORT,
        register,
        buffer,
        count,
        2);
  }

  /**
   * READ_REGISTER_BUFFER_ULONG.
   *
   * @param c who calls
   * @param register the first register's address
   * @param buffer where the first element goes
   * @param count how many elements of 4 bytes, a ULONG
   */
  public static void readRegisterBufferUlong(NtContext c, long register, long buffer, int count) {
    transfer(
        c,
        Routine.READ_REGISTER_BUFFER_ULONG,
        RegisterAccess.READ_REGISTER_BUFFER_ULONG,
        register,
        buffer,
        count,
        4);
  }

  /**
   * READ_REGISTER_BUFFER_ULONG64.
   *
   * @param c who calls
   * @param register the first register's address
   * @param buffer where the first element goes
   * @param count how many elements of 8 bytes, a ULONG
   */
  public static void readRegisterBufferUlong64(NtContext c, long register, long buffer, int count) {
    transfer(
        c,
        Routine.READ_REGISTER_BUFFER_ULONG64,
        RegisterAccess.READ_REGISTER_BUFFER_ULONG64,
        register,
        buffer,
        count,
        8);
  }

  /**
   * WRITE_REGISTER_UCHAR.
   *
   * @param c who calls
   * @param register the register's address
   * @param value a byte
   */
  public static void writeRegisterUchar(NtContext c, long register, int value) {
    write(c, Routine.WRITE_REGISTER_UCHAR, RegisterAccess.WRITE_REGISTER_UCHAR, register, 1, value);
  }

  /**
   * WRITE_REGISTER_USHORT.
   *
   * @param c who calls
   * @param register the register's address
   * @param value 2 bytes
   */
  public static void writeRegisterUshort(NtContext c, long register, int value) {
    write(
        c, Routine.WRITE_REGISTER_USHORT, RegisterAccess.WRITE_REGISTER_USHORT, register, 2, value);
  }

  /**
   * WRITE_REGISTER_ULONG.
   *
   * @param c who calls
   * @param register the register's address
   * @param value 4 bytes
   */
  public static void writeRegisterUlong(NtContext c, long register, int value) {
    write(c, Routine.WRITE_REGISTER_ULONG, RegisterAccess.WRITE_REGISTER_ULONG, register, 4, value);
  }

  /**
   * WRITE_REGISTER_ULONG64.
   *
   * @param c who calls
   * @param register the register's address
   * @param value 8 bytes
   */
  public static void writeRegisterUlong64(NtContext c, long register, long value) {
    write(
        c,
        Routine.WRITE_REGISTER_ULONG64,
        RegisterAccess.WRITE_REGISTER_ULONG64,
        register,
        8,
        value);
  }

  /**
   * WRITE_REGISTER_BUFFER_UCHAR.
   *
   * @param c who calls
   * @param register the first register's address
   * @param buffer where the first element is
   * @param count how many elements of a byte, a ULONG
   */
  public static void writeRegisterBufferUchar(NtContext c, long register, long buffer, int count) {
    transfer(
        c,
        Routine.WRITE_REGISTER_BUFFER_UCHAR,
        RegisterAccess.WRITE_REGISTER_BUFFER_UCHAR,
        buffer,
        register,
        count,
        1);
  }

  /**
   * WRITE_REGISTER_BUFFER_USHORT.
   *
   * @param c who calls
   * @param register the first register's address
   * @param buffer where the first element is
   * @param count how many elements of 2 bytes, a ULONG
   */
  public static void writeRegisterBufferUshort(NtContext c, long register, long buffer, int count) {
    transfer(
        c,
        Routine.WRITE_REGISTER_BUFFER_USHORT,
        RegisterAccess.WRITE_REGISTER_BUFFER_USHORT,
        buffer,
        register,
        count,
        2);
  }

  /**
   * WRITE_REGISTER_BUFFER_ULONG.
   *
   * @param c who calls
   * @param register the first register's address
   * @param buffer where the first element is
   * @param count how many elements of 4 bytes, a ULONG
   */
  public static void writeRegisterBufferUlong(NtContext c, long register, long buffer, int count) {
    transfer(
        c,
        Routine.WRITE_REGISTER_BUFFER_ULONG,
        RegisterAccess.WRITE_REGISTER_BUFFER_ULONG,
        buffer,
        register,
        count,
        4);
  }

  /**
   * WRITE_REGISTER_BUFFER_ULONG64.
   *
   * @param c who calls
   * @param register the first register's address
   * @param buffer where the first element is
   * @param count how many elements of 8 bytes, a ULONG
   */
  public static void writeRegisterBufferUlong64(
      NtContext c, long register, long buffer, int count) {
    transfer(
        c,
        Routine.WRITE_REGISTER_BUFFER_ULONG64,
        RegisterAccess.WRITE_REGISTER_BUFFER_ULONG64,
        buffer,
        register,
        count,
        8);
  }
}
