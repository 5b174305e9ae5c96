package dev.mapwright.windows.memory.pte;

import dev.mapwright.core.space.Region;
import org.jspecify.annotations.Nullable;

/**
 * A mapping in system PTEs that is no reservation's: of an MDL, or of I/O space. What the caller
 * says when it is removed is compared with what is kept here.
 *
 * <p>Guarded by the lock of {@link SystemPtes}, which also uses records again: so a record is
 * nobody's outside of that lock.
 */
public final class SystemMapping implements PteUse {
  /** What is mapped. */
  public enum Kind {
    /** The pages of an MDL. */
    MDL,
    /** A range of physical addresses. */
    IO_SPACE
  }

  Kind kind = Kind.MDL;
  long firstPage;
  long pages;
  long guards;
  int maker;

  /** The MDL that was mapped, 0 for I/O space. */
  long mdl;

  /** What the MDL said then, or since it was advanced. */
  long startVa;

  /** How many of the first pages the MDL has left behind. */
  long passed;

  /** The first PFN that the MDL still describes. */
  long firstPfn;

  /** The mapping's number for the engine: no other mapping has it. */
  int tag;

  /** Whether it shows pages without a cache attribute of their own. */
  boolean floating;

  /** The region with its guards; null when it has none. */
  @Nullable Region around;

  SystemMapping() {}

  /** {@return what is mapped} */
  public Kind kind() {
    return kind;
  }

  /** {@return the MDL that was mapped; 0 for I/O space} */
  public long mdl() {
    return mdl;
  }

  /** {@return the StartVa that the MDL had} */
  public long startVa() {
    return startVa;
  }

  /** {@return how many of the first pages the MDL has left behind} */
  public long passed() {
    return passed;
  }

  /** {@return the first PFN that the MDL still describes} */
  public long firstPfn() {
    return firstPfn;
  }

  /** {@return whether it shows pages without a cache attribute of their own} */
  public boolean floating() {
    return floating;
  }

  @Override
  public long firstPage() {
    return firstPage;
  }

  @Override
  public long pages() {
    return pages;
  }

  @Override
  public long ptes() {
    return pages + guards;
  }

  @Override
  public int maker() {
    return maker;
  }
}
