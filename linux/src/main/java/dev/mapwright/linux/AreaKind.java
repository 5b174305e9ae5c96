package dev.mapwright.linux;

import dev.mapwright.linux.maps.MapsEntry;
import org.jspecify.annotations.Nullable;

/**
 * What is the same for every page of an area apart from its place, its object and its permissions:
 * what the kernel keeps in {@code vm_flags} and {@code vm_file}. Neighbours of different kinds are
 * different areas.
 *
 * @param object the name of what is shown; empty for private anonymous memory
 * @param shared whether stores are seen by other views of the object
 * @param flags a set of the constants below
 */
record AreaKind(String object, boolean shared, int flags) {

  /** The area grows when the page below it is touched. */
  static final int GROWS_DOWN = 1;

  /** Its pages are locked. */
  static final int LOCKED = 1 << 1;

  /** A child does not get it. */
  static final int DONT_FORK = 1 << 2;

  /** A child finds zeros. */
  static final int WIPE_ON_FORK = 1 << 3;

  /** Left out of core dumps. */
  static final int DONT_DUMP = 1 << 4;

  /** Advised to be read in order. */
  static final int SEQUENTIAL = 1 << 5;

  /** Advised to be read in no order. */
  static final int RANDOM = 1 << 6;

  /** Equal pages may be merged. */
  static final int MERGEABLE = 1 << 7;

  /** Huge pages are welcome. */
  static final int HUGE = 1 << 8;

  /** Huge pages are not. */
  static final int NO_HUGE = 1 << 9;

  /** No swap space is reserved for it. */
  static final int NO_RESERVE = 1 << 10;

  /** It counts against the memory that may be committed: it is or was private and writable. */
  static final int ACCOUNTED = 1 << 11;

  /** No call may change it any more (mseal). */
  static final int SEALED = 1 << 12;

  /** The kernel made it for itself; it is not split and does not grow. */
  static final int KERNELS_OWN = 1 << 13;

  /** It consists of huge pages (MAP_HUGETLB). */
  static final int HUGE_PAGES = 1 << 14;

  /** It shows a System V segment. */
  static final int SEGMENT = 1 << 15;

  /** It may be dropped by the kernel (MAP_DROPPABLE). */
  static final int DROPPABLE = 1 << 16;

  /** Its pages are locked when they are touched (MLOCK_ONFAULT); with {@link #LOCKED} only. */
  static final int LOCKED_ON_FAULT = 1 << 17;

  /** Both kinds of locks. */
  static final int LOCKS = LOCKED | LOCKED_ON_FAULT;

  /** What cannot be locked, or is without a flag that says so. */
  static final int NEVER_LOCKED = KERNELS_OWN | HUGE_PAGES | DROPPABLE;

  /** Private anonymous memory without a flag. */
  static final AreaKind ANONYMOUS = new AreaKind("", false, 0);

  // Written out: the methods that records get by themselves are made at the first call, which takes
  // longer than replaying a short recording.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AreaKind kind
        && shared == kind.shared
        && flags == kind.flags
        && object.equals(kind.object);
  }

  @Override
  public int hashCode() {
    return (object.hashCode() * 31 + flags) * 2 + (shared ? 1 : 0);
  }

  /** Private memory without a file. */
  boolean anonymous() {
    return object.isEmpty();
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Whether it shows what are no pages of memory: the kernel's own mappings, but for its code. */
  boolean withoutPages() {
    return has(KERNELS_OWN) && !object.equals(MapsEntry.VDSO);
  }

  AreaKind with(int flag) {
    return has(flag) ? this : new AreaKind(object, shared, flags | flag);
  }

  /** The same with other locks, where it can have them. */
  AreaKind locked(int locks) {
    boolean same = has(NEVER_LOCKED) || (flags & LOCKS) == locks;
    return same ? this : new AreaKind(object, shared, flags & ~LOCKS | locks);
  }

  AreaKind without(int mask) {
    return has(mask) ? new AreaKind(object, shared, flags & ~mask) : this;
  }
}
