package dev.mapwright.core;

/**
 * How an operation of the engine ended. Everything but {@link #OK} is a refusal: nothing has
 * changed, unless the operation documents a partial effect.
 *
 * <p>The engine names conditions, not statuses: each personality decides which of its own statuses
 * a condition is.
 */
public enum Outcome {
  /** The operation was carried out whole. */
  OK("done"),
  /** An argument is outside what the operation accepts (count of zero, misaligned, unknown bit). */
  INVALID("an argument is outside what the operation accepts"),
  /** The range does not lie inside the region, space, object or reservation it was given to. */
  OUTSIDE("the range does not lie inside its region, space or object"),
  /** The region, object or reservation was destroyed before. */
  DEAD("the region, object or reservation was destroyed before"),
  /** The explicit place is taken by a mapping or a child region. */
  OCCUPIED("the place asked for is taken"),
  /** No free place satisfies size, window and alignment. */
  NO_ROOM("no free place satisfies size, window and alignment"),
  /** A page of the range has no mapping. */
  NOT_MAPPED("a page of the range has no mapping"),
  /** A child region lies in the range where only mappings may. */
  REGION_IN_RANGE("a child region lies in the range"),
  /** A child region intersects the range and is not wholly inside it. */
  REGION_CUT("a child region lies only partly in the range"),
  /** The permissions asked for exceed the maximum of the mapping or region. */
  EXCEEDS_MAXIMUM("the permissions exceed the maximum of the mapping or region"),
  /** The machine has no free frame (or no suitable run of frames). */
  OUT_OF_FRAMES("the machine has no free frame left"),
  /** Book-keeping memory (index node, record) could not be acquired. */
  OUT_OF_RECORDS("memory for book-keeping could not be acquired"),
  /** A page of the object, or a device, is not present and the operation needs it to be. */
  NOT_PRESENT("a page of the object, or a device, is not present"),
  /** A frame of the range is pinned, so it can't be moved or freed. */
  PINNED("a page of the range is pinned"),
  /** A lease is open on a part of the range. */
  LEASED("a lease is open on the range"),
  /** The object is mapped, has children or pages, and the operation needs that it has not. */
  IN_USE("the object is in use"),
  /** A count (pins, locks, references) has reached its largest value. */
  SATURATED("a count has reached its largest value"),
  /** The object's kind does not support the operation. */
  UNSUPPORTED("this kind of object does not support the operation"),
  /** The object's page source could not supply a page. */
  SOURCE_FAILED("the page source could not supply a page"),
  /** The access is not allowed by the mapping's permissions. */
  DENIED("the mapping's permissions do not allow the access"),
  /** The page lies beyond the end of its object. */
  BEYOND_OBJECT("the page lies beyond the end of its object");

  private final String sentence;

  Outcome(String sentence) {
    this.sentence = sentence;
  }

  /** {@return the condition in words, a clause fit for an error message, without a final period} */
  public String sentence() {
    return sentence;
  }

  /**
   * Turns a refusal into an exception, for callers who regard it as a mistake of their own.
   *
   * @throws RefusedException when this is not {@link #OK}
   */
  public void orThrow() {
    if (this != OK) {
      throw new RefusedException(this);
    }
  }
}
