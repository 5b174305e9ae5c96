package dev.mapwright.windows.memory.pte;

import dev.mapwright.core.Pages;
import dev.mapwright.windows.memory.mdl.MdlFields;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the mapping of an MDL may be unmapped: compares what the MDL says now with what
 * was noted when it was mapped. A context keeps one and uses it again. Not thread-safe.
 */
public final class MdlUnmapping implements SystemPtes.UnmapDecision {
  /** What the comparison says. */
  public enum Found {
    /** It is the mapping of this MDL. */
    RIGHT,
    /** This MDL is not mapped there. */
    NOT_MAPPED,
    /** It is mapped, from another page on. */
    WRONG_ADDRESS,
    /** It was mapped with another count of pages. */
    WRONG_COUNT,
    /** Another page was its first. */
    WRONG_FIRST_PFN,
    /** Its buffer began elsewhere. */
    WRONG_START
  }

  private long mdl;
  private long page;
  private long pages;
  private long firstPfn;
  private long startVa;
  private boolean identityOnly;
  private boolean agree;
  private Found found = Found.NOT_MAPPED;
  private long expected;
  private long given;

  /** Makes one that decides nothing yet. */
  public MdlUnmapping() {}

  /**
   * Compares everything.
   *
   * @param now what the MDL says now
   * @param address where it is said to be mapped
   * @param itsFirstPfn the PFN that stands first in it now
   * @param unmap whether to agree when all is right; otherwise it is only looked at
   * @return this
   */
  public MdlUnmapping begin(MdlFields now, long address, long itsFirstPfn, boolean unmap) {
    mdl = now.address();
    page = Pages.of(address);
    pages = now.pages();
    firstPfn = itsFirstPfn;
    startVa = now.startVa();
    identityOnly = false;
    agree = unmap;
    return this;
  }

  /**
   * Takes a mapping back that was made a moment ago.
   *
   * @param itsMdl the address of the MDL
   * @param firstPage the first page of the mapping
   * @return this
   */
  public MdlUnmapping beginTakingBack(long itsMdl, long firstPage) {
    mdl = itsMdl;
    page = firstPage;
    identityOnly = true;
    agree = true;
    return this;
  }

  @Override
  public boolean agrees(@Nullable SystemMapping mapping) {
    found = compare(mapping);
    return agree && found == Found.RIGHT;
  }

  private Found compare(@Nullable SystemMapping mapping) {
    if (mapping == null || mapping.kind != SystemMapping.Kind.MDL || mapping.mdl != mdl) {
      return Found.NOT_MAPPED;
    }
    long first = mapping.firstPage + mapping.passed;
    if (page != first) {
      return differs(Found.WRONG_ADDRESS, Pages.address(first), Pages.address(page));
    }
    if (identityOnly) {
      return Found.RIGHT;
    }
    if (pages != mapping.pages - mapping.passed) {
      return differs(Found.WRONG_COUNT, mapping.pages - mapping.passed, pages);
    }
    if (firstPfn != mapping.firstPfn) {
      return differs(Found.WRONG_FIRST_PFN, mapping.firstPfn, firstPfn);
    }
    if (startVa != mapping.startVa) {
      return differs(Found.WRONG_START, mapping.startVa, startVa);
    }
    return Found.RIGHT;
  }

  private Found differs(Found how, long itsExpected, long itsGiven) {
    expected = itsExpected;
    given = itsGiven;
    return how;
  }

  /** {@return what the last comparison says} */
  public Found found() {
    return found;
  }

  /** {@return what was noted when the MDL was mapped, where it differs} */
  public long expected() {
    return expected;
  }

  /** {@return what the MDL says now, where it differs} */
  public long given() {
    return given;
  }
}
