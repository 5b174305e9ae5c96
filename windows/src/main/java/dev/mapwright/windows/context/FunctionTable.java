package dev.mapwright.windows.context;

import dev.mapwright.windows.answer.Routine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which address leads to which code. Routines that call back are given addresses, as in C; here
 * they are made from what is to be called. The addresses lie at the beginning of system space,
 * where nothing is ever mapped: reading them faults.
 *
 * <p>Thread-safe: guarded by its monitor.
 */
public final class FunctionTable {
  private static final int SPACING_BYTES = 16;
  private static final int MOST = 3840;

  /** Behind the functions: places for the routines that are called by address, by their ordinal. */
  private static final int ROUTINES = 256;

  private final long base;

  /** By number; null for one that was taken out. */
  private final List<@Nullable Function> functions = new ArrayList<>();

  FunctionTable(long base) {
    this.base = base;
  }

  /**
   * {@return the address of a function from now on}
   *
   * @param function what is to be called
   * @throws IllegalStateException when there are 3840 already
   */
  public synchronized long register(Function function) {
    int free = functions.indexOf(null);
    if (free < 0) {
      if (functions.size() == MOST) {
        throw new IllegalStateException("there are " + MOST + " functions already");
      }
      free = functions.size();
      functions.add(function);
    } else {
      functions.set(free, function);
    }
    return base + (long) free * SPACING_BYTES;
  }

  /**
   * {@return the address of a routine, as tables of addresses hold it; always the same}
   *
   * @param routine which one
   */
  public long addressOf(Routine routine) {
    return base + (long) (MOST + routine.ordinal()) * SPACING_BYTES;
  }

  /**
   * {@return the routine that an address leads to; null for none}
   *
   * @param address any address
   */
  public @Nullable Routine routineAt(long address) {
    long offset = address - base - (long) MOST * SPACING_BYTES;
    boolean possible = offset >= 0 && offset < (long) ROUTINES * SPACING_BYTES;
    int number = possible && offset % SPACING_BYTES == 0 ? (int) (offset / SPACING_BYTES) : -1;
    boolean known = number >= 0 && number < Routine.MEMORY_ACCESS.ordinal();
    return known ? Routine.of(number) : null;
  }

  /**
   * Takes a function out.
   *
   * @param address what {@link #register} returned; others are ignored
   */
  public synchronized void remove(long address) {
    if (at(address) != null) {
      functions.set((int) ((address - base) / SPACING_BYTES), null);
    }
  }

  /**
   * {@return what an address leads to; null for nothing}
   *
   * @param address any address
   */
  public synchronized @Nullable Function at(long address) {
    long offset = address - base;
    boolean possible = offset >= 0 && offset % SPACING_BYTES == 0;
    long number = offset / SPACING_BYTES;
    return possible && number < functions.size() ? functions.get((int) number) : null;
  }
}
