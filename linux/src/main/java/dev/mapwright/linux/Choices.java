package dev.mapwright.linux;

/**
 * What the kernel is free to decide when a call leaves it open. {@link #topDown()} decides as the
 * kernel usually does; a replay decides as the recorded kernel did.
 */
public interface Choices {

  /** No place: the call is answered with ENOMEM. */
  long NO_PLACE = -1;

  /**
   * Chooses where a range goes. It is asked only after every check that does not depend on the
   * place has passed.
   *
   * @param space the space
   * @param wanted what is wanted; only valid during the call
   * @return a page-aligned address whose range is free, or {@link #NO_PLACE}
   */
  long place(LinuxSpace space, WantedPlace wanted);

  /**
   * Chooses where the heap begins, once for each program.
   *
   * @param space the space
   * @return the first address that brk can give out, not necessarily page-aligned
   */
  long heapStart(LinuxSpace space);

  /**
   * Says where in its last page the heap of a program ends that had begun before: what is mapped
   * shows only the page.
   *
   * @param space the space
   * @param pageEnd the end of that page
   * @return an address in the page, or its end
   */
  default long heapEnd(LinuxSpace space, long pageEnd) {
    return pageEnd;
  }

  /**
   * Decides whether two neighbouring pieces of private memory, alike in everything and mapped by
   * different calls, are one area. The kernel joins them unless both had been touched before they
   * met.
   *
   * @param space the space
   * @param address the first address of the upper piece
   * @return whether they are one
   */
  boolean joined(LinuxSpace space, long address);

  /**
   * Decides as the kernel does without address randomisation: as high as possible below the stack,
   * the heap above the highest mapping of the program, neighbours joined.
   *
   * @return the choices
   */
  static Choices topDown() {
    return TopDownChoices.INSTANCE;
  }
}
