package dev.mapwright.core.machine;

import org.jspecify.annotations.Nullable;

/**
 * A machine's IOMMU: it translates the addresses that devices use, their <em>logical
 * addresses</em>, as a CPU's tables translate virtual ones.
 *
 * <p>A device makes its accesses under a <em>requester</em> number (on PCI: bus, device and
 * function, 16 bits), and, where the IOMMU knows process address spaces, under a PASID beside it.
 * Each requester, and each PASID of one, is attached to nothing (all accesses are refused), to
 * tables of the machine's own ({@link #newTranslation}), to tables that the caller owns ({@link
 * CallerTables}), or passes through to physical addresses.
 *
 * <p><b>When a change has happened.</b> Attaching and detaching have happened when they return: no
 * access that began under the old attachment completes afterwards. The same holds for what is
 * removed from a {@link Translation}. What the caller writes into tables of his own is seen at the
 * latest after a flush; until then a device may use what was there.
 *
 * <p><b>Threads.</b> Any thread may call. Attaching and detaching of one requester are carried out
 * one after the other.
 */
public interface Iommu {
  /** {@return how many bits of a logical address it translates: 39, 48 or 57} */
  int addressBits();

  /**
   * {@return how many bits a PASID has; 0 when the IOMMU knows none, so that only a requester's own
   * accesses can be attached}
   */
  int pasidBits();

  /**
   * {@return the first page of the window in which what a device writes is an interrupt: it is
   * never translated, so nothing should be mapped there}
   */
  long firstInterruptPage();

  /** {@return the last page of that window, inclusive} */
  long lastInterruptPage();

  /**
   * Makes an empty translation of logical addresses, which is attached to nobody. Where its entries
   * can't tell two permissions apart, {@link Translation#effective} says so.
   *
   * @param addressBits how many bits of an address it has to translate, at most {@link
   *     #addressBits}; the shallowest tables that do it are made
   * @return the translation, or null when no frame is left for its root table
   * @throws IllegalArgumentException when it is less than 13 or more than the IOMMU translates
   */
  @Nullable Translation newTranslation(int addressBits);

  /**
   * Takes tables that the caller has made, and will change, in physical memory.
   *
   * @param format which entries they hold
   * @param levels how many levels they have
   * @param rootPfn the frame of the root table; not held, and any frame number, of RAM or not
   * @return the tables, attached to nobody; null when the IOMMU can't walk such: it does not know
   *     the format or the depth, or the number is none of a frame
   */
  @Nullable CallerTables callerTables(TableKind format, int levels, long rootPfn);

  /** Which entries the tables of a domain hold. */
  enum TableKind {
    /** Entries of VT-d's second stage. */
    SECOND_STAGE,
    /** Entries of VT-d's first stage: those of the CPU's tables. */
    FIRST_STAGE
  }

  /**
   * Attaches a requester to tables of the machine. What it was attached to before ends. Closing the
   * tables detaches it.
   *
   * @param requester 0 .. 0xFFFF
   * @param tables a translation that {@link #newTranslation} of this IOMMU made
   * @return false when no frame is left for the tables that find a requester's, or the IOMMU can't
   *     tell more domains apart; nothing has changed then. True without acquiring a frame when the
   *     requester is attached already
   * @throws IllegalArgumentException when it is no requester, or not a translation of this IOMMU,
   *     or one that was closed
   */
  boolean attach(int requester, Translation tables);

  /**
   * Attaches a requester to tables that the caller owns.
   *
   * @param requester 0 .. 0xFFFF
   * @param tables tables that this IOMMU took
   * @return as above
   * @throws IllegalArgumentException as above
   */
  boolean attach(int requester, CallerTables tables);

  /**
   * Lets a requester's accesses through to physical addresses.
   *
   * @param requester 0 .. 0xFFFF
   * @return as above
   * @throws IllegalArgumentException when it is no requester
   */
  boolean passThrough(int requester);

  /**
   * Ends what a requester is attached to. Its PASIDs stay attached.
   *
   * @param requester 0 .. 0xFFFF; one that is not attached stays so
   * @throws IllegalArgumentException when it is no requester
   */
  void detach(int requester);

  /**
   * Attaches a PASID of a requester to tables of the machine.
   *
   * @param requester 0 .. 0xFFFF
   * @param pasid 1 .. 2^{@link #pasidBits} - 1
   * @param tables a translation of this IOMMU
   * @return as above
   * @throws IllegalArgumentException as above, or when it is no such PASID
   */
  boolean attachPasid(int requester, int pasid, Translation tables);

  /**
   * Ends what a PASID of a requester is attached to.
   *
   * @param requester 0 .. 0xFFFF
   * @param pasid 1 .. 2^{@link #pasidBits} - 1
   * @throws IllegalArgumentException as above
   */
  void detachPasid(int requester, int pasid);

  /**
   * Adds a listener.
   *
   * @param listener told of each access that is refused from now on
   */
  void listen(FaultListener listener);

  /**
   * Removes a listener. What is being told may still reach it.
   *
   * @param listener one that was added before; others are ignored
   */
  void ignore(FaultListener listener);

  /**
   * Adds a listener. While there is one, each translation that is remembered is compared with the
   * tables when it is used, which costs a walk.
   *
   * @param listener told of accesses from now on that use what the tables no longer say
   */
  void watch(StaleListener listener);

  /**
   * Removes a listener. What is being told may still reach it.
   *
   * @param listener one that was added before; others are ignored
   */
  void unwatch(StaleListener listener);

  /** Told of accesses that went through by what an IOMMU remembered and should have forgotten. */
  @FunctionalInterface
  interface StaleListener {
    /**
     * An access used at least one translation that no longer stands in the tables. Called once an
     * access, when that has ended, on the thread that made it, with no lock of the machine or the
     * engine held; before the listeners of faults, if it was refused further on. What it throws
     * goes to whoever made the access.
     *
     * @param access the first such translation of the access
     */
    void used(StaleAccess access);
  }

  /** Told of accesses that an IOMMU has refused. */
  @FunctionalInterface
  interface FaultListener {
    /**
     * An access was refused. Called on the thread that made it, with no lock of the machine or the
     * engine held; it may call the engine. What it throws goes to whoever made the access.
     *
     * @param fault what was refused, and why
     */
    void refused(DmaFault fault);
  }
}
