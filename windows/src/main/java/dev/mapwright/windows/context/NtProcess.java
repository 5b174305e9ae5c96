package dev.mapwright.windows.context;

import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.windows.memory.user.UserSpace;

/**
 * A process (java.lang has another Process): an address space below system space, and the address
 * that names it.
 *
 * <p>Its memory is made by the harness ({@link Kernel}).
 */
public final class NtProcess {
  private final String name;
  private final long eprocess;
  private final UserSpace memory;

  /** Whether it has ended, or is ending. */
  private volatile boolean ending;

  NtProcess(String name, long eprocess, UserSpace memory) {
    this.name = name;
    this.eprocess = eprocess;
    this.memory = memory;
  }

  /** {@return its name, for reports} */
  public String name() {
    return name;
  }

  /** {@return the address of its EPROCESS, which is what routines are given} */
  public long eprocess() {
    return eprocess;
  }

  /** {@return its memory} */
  public UserSpace memory() {
    return memory;
  }

  /** {@return its address space} */
  public AddressSpace space() {
    return memory.space();
  }

  /** {@return whether it has ended, or is ending} */
  public boolean ending() {
    return ending;
  }

  void setEnding(boolean now) {
    ending = now;
  }

  @Override
  public String toString() {
    return name;
  }
}
