package dev.mapwright.proof.zircon;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine under test, as the driver sees it: calls, made by one calling process; CPUs in every
 * process; and a look at what is mapped. Pointers are addresses in the caller's memory, statuses
 * are the kernel's numbers.
 */
public interface Subject extends AutoCloseable {
  /** Builds the machine and its calling process. Called once, first. */
  Boot boot();

  /** Makes a call; the status, or what became of the thread that made it. */
  int call(MxCall call);

  /** Ends the process with this number, in order of creation; the caller is 0. */
  void processExit(int number);

  /** A load of 1, 2, 4 or 8 bytes, little-endian into value[0]. */
  int load(int number, long address, int bytes, long[] value);

  int store(int number, long address, int bytes, long value);

  int fetch(int number, long address);

  /** What a CPU in the process reads in [address, address + length); null when it faults. */
  byte @Nullable [] peek(int number, long address, int length);

  /** All mappings of a process, in any order; adjacent ones may be one. */
  List<Listed> mappings(int number);

  /** Runs the machine's own invariant checker over everything; throws when one does not hold. */
  void checkInvariants();

  /** Ends all processes; throws when anything is left on the machine then. */
  void endEverything();

  @Override
  void close();

  /**
   * One mapping of a listing.
   *
   * @param base first address
   * @param bytes size
   * @param vmoOffset offset in bytes of the object's page shown at base
   * @param permissions PERM_x bits now
   * @param maximum PERM_x bits it may get
   */
  record Listed(long base, long bytes, long vmoOffset, int permissions, int maximum) {}
}
