package dev.mapwright.core.event;

/** What happened. The meaning of an event's two details is given here. */
public enum EventKind {
  /** An address space was made. */
  SPACE_CREATED("address space created"),
  /** An address space was closed. */
  SPACE_CLOSED("address space closed"),
  /** A region was made; detail 1 is its capability. */
  REGION_CREATED("region created"),
  /** A region was destroyed. */
  REGION_DESTROYED("region destroyed"),
  /** A mapping was made; detail 1 is its permissions, detail 2 its first page in the object. */
  MAPPED("map"),
  /**
   * Frames that belong to somebody else were mapped; detail 1 is the mapping's permissions, detail
   * 2 the frame that its first page shows.
   */
  FRAMES_MAPPED("map"),
  /** A mapping or a part of one was removed by an unmap; detail 1 is the permissions it had. */
  UNMAPPED("unmap"),
  /** A mapping or a part of one gave way to a new mapping; detail 1 is the permissions it had. */
  REPLACED("an overwriting map"),
  /** A mapping fell with its region; detail 1 is the permissions it had. */
  DESTROYED("the destruction of its region"),
  /** A part of a mapping got other permissions; detail 1 is the new ones, detail 2 the old ones. */
  PROTECTED("protect"),
  /** A range was reserved with its tables prepared; detail 1 is the number of mappings. */
  RESERVED("reserve"),
  /** A reservation was released. */
  RESERVATION_RELEASED("release of a reservation"),
  /** An object was made. The range is 0 .. its pages. */
  OBJECT_CREATED("object created"),
  /** An object's last reference went away. */
  OBJECT_DESTROYED("object destroyed"),
  /**
   * Pages of an object were committed; detail 1 is how many frames they got. What an access commits
   * is told to listeners only: it would leave nothing else in the ring.
   */
  COMMITTED("commit"),
  /** Pages of an object were given back. */
  DECOMMITTED("decommit"),
  /** An object changed its size; detail 1 is the pages it had. */
  RESIZED("resize"),
  /** An object got a child; detail 1 is 0 for a live view, 1 for a snapshot. */
  CLONED("clone"),
  /** Pages were pinned. */
  PINNED("pin"),
  /** Pages were unpinned. */
  UNPINNED("unpin"),
  /** A lease was opened; detail 1 is 1 when it may write. */
  LEASE_OPENED("lease opened"),
  /** A lease was closed. */
  LEASE_CLOSED("lease closed"),
  /** Pages were locked; detail 1 is who describes them, for example an MDL's address. */
  LOCKED("lock"),
  /** Pages were unlocked; detail 1 as for {@link #LOCKED}. */
  UNLOCKED("unlock"),
  /** Memory was allocated from a pool; detail 1 is its size in bytes, detail 2 its tag. */
  ALLOCATED("allocate"),
  /** Memory was given back to a pool; detail 1 is its size in bytes, detail 2 its tag. */
  FREED("free"),
  /** A mapping asked for another cache policy than its pages have; detail 1 is theirs. */
  CACHE_OVERRIDDEN("cache override"),
  /** The system stopped; detail 1 and 2 belong to the personality. */
  STOPPED("bug check"),
  /** A device was pulled out; detail 1 is the first physical address of a range of it. */
  DEVICE_REMOVED("surprise removal"),
  /**
   * What a removed device had was accessed; detail 1 is the physical address, detail 2 belongs to
   * the personality, and says whose mapping was used.
   */
  ACCESSED_REMOVED("access of a removed device"),
  /** An access could not be resolved; detail 1 is the reason's ordinal, detail 2 the access's. */
  FAULT("fault"),
  /** A call was refused; detail 1 and 2 belong to the personality. */
  REFUSED("refused"),
  /** A caller broke a rule that the machine survived; detail 1 and 2 tell which. */
  MISUSE("misuse"),
  /** A domain of logical addresses was made; detail 1 is how many pages its quarantine takes. */
  DOMAIN_CREATED("domain created"),
  /** A domain was closed; nothing is in it any more. */
  DOMAIN_CLOSED("domain closed"),
  /**
   * Frames were mapped in a domain; detail 1 is the permissions, with {@link #SCATTERED} where that
   * applies, detail 2 the frame that the first page shows.
   */
  DMA_MAPPED("map"),
  /**
   * A range of a domain was unmapped; detail 1 is the permissions of its first page, detail 2 what
   * becomes of the range: 0 when it is free (in a reservation: to be mapped again), 1 when it waits
   * for a flush, 2 + n when it is in quarantine, which has given its n oldest ranges back for it.
   */
  DMA_UNMAPPED("unmap"),
  /** A range of a domain was reserved. */
  DMA_RESERVED("reserve"),
  /** A reservation of a domain was released; detail 2 as for {@link #DMA_UNMAPPED}. */
  DMA_RELEASED("release of a reservation"),
  /**
   * A range of a domain was set aside for good; detail 1 is 1 when its pages show themselves, which
   * were mapped by an event of their own before.
   */
  SET_ASIDE("set aside"),
  /**
   * Everything that waited for a flush was flushed; the range covers all of it, detail 1 is how
   * many ranges it was. Each that is outside of reservations and no longer than the quarantine of
   * its domain takes went there, in the order of their unmapping; detail 2 is how many of its
   * oldest ranges the quarantine has given back since.
   */
  FLUSHED("flush"),
  /** The oldest range in quarantine was given back before its time, because room was wanted. */
  GIVEN_BACK("given back");

  /**
   * In detail 1 of {@link #DMA_MAPPED}: the frames are not adjacent. It is found out only for those
   * who listen, at {@link EventLevel#FULL}.
   */
  public static final long SCATTERED = 1 << 8;

  private static final EventKind[] BY_ORDINAL = values();

  private final String words;

  EventKind(String words) {
    this.words = words;
  }

  /** {@return the kind in words, a noun or a verb, in lower case} */
  public String words() {
    return words;
  }

  static EventKind of(int ordinal) {
    return BY_ORDINAL[ordinal];
  }
}
