package dev.mapwright.linux;

import dev.mapwright.core.Pages;

/**
 * What the kernel is told when it has to choose a place: how much, how aligned, what is to be
 * mapped there, and where the caller would like it. Filled anew for each call and used again, so
 * that a call allocates nothing.
 */
public final class WantedPlace {

  private long hint;
  private boolean hintCertain;
  private long bytes;
  private long alignment;
  private String object = "";
  private long offset;
  private boolean below2Gib;

  WantedPlace() {}

  /** Anonymous or other memory of a size, anywhere. */
  WantedPlace of(long wantedBytes, String wantedObject, long wantedOffset) {
    hint = 0;
    hintCertain = true;
    bytes = wantedBytes;
    alignment = Pages.BYTES;
    object = wantedObject;
    offset = wantedOffset;
    below2Gib = false;
    return this;
  }

  WantedPlace aligned(long wantedAlignment) {
    alignment = wantedAlignment;
    return this;
  }

  /**
   * An address that the caller would like; certain unless machines differ in what they make of it.
   */
  WantedPlace hint(long address, boolean certain) {
    hint = address;
    hintCertain = certain;
    return this;
  }

  /** Whether it must be below 2 GiB (MAP_32BIT). */
  WantedPlace below2Gib(boolean wanted) {
    below2Gib = wanted;
    return this;
  }

  /** {@return the address that the caller would like, page-aligned; 0 for none} */
  public long hint() {
    return hint;
  }

  /**
   * {@return whether the hint is what the kernel saw} It is not where recorders don't print it, and
   * where it lies so low that machines differ.
   */
  public boolean hintCertain() {
    return hintCertain;
  }

  /** {@return the size in bytes, a multiple of 4096} */
  public long bytes() {
    return bytes;
  }

  /** {@return the address must be a multiple of this, a power of two, at least 4096} */
  public long alignment() {
    return alignment;
  }

  /** {@return the name of what is mapped; empty for private anonymous memory} */
  public String object() {
    return object;
  }

  /** {@return the first byte of the object that is seen} */
  public long offset() {
    return offset;
  }

  /** {@return whether it must be below 2 GiB} */
  public boolean below2Gib() {
    return below2Gib;
  }
}
