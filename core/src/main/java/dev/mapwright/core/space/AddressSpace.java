package dev.mapwright.core.space;

import dev.mapwright.core.Access;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.engine.EngineSpace;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.Counted;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.core.machine.Hook;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An address space: a range of pages with a root region, in which objects are mapped, and the
 * translation that CPUs walk.
 *
 * <p>It is any range of the unsigned 64-bit addresses, the last page included. What the machine's
 * page tables can't translate can still be mapped; accessing it faults.
 *
 * <p>For an emulator, this is the whole interface: map objects in {@link #root}, attach a CPU,
 * access memory; ask {@link #translate} what an access would meet and {@link #collectDirty} what
 * was written; take a {@link #snapshot} and go back to it.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. Changes to one space happen as if
 * one came after the other. Threads that keep meeting in it are kept apart after a while, so that
 * those which map in different places do not wait for each other; page faults of one space do.
 * Changes to different spaces wait for each other only for objects that both map and for the
 * machine's frames. A CPU's hit takes no lock.
 *
 * <p><b>Cost.</b> A change costs what the mappings and pages in its range cost, not what the
 * range's size or the number of other mappings would suggest.
 */
public sealed interface AddressSpace extends FaultResolver, Counted, AutoCloseable
    permits EngineSpace {
  /**
   * Makes an empty address space.
   *
   * @param machine whose page tables it uses
   * @param name its name in events and leak reports; the same name on a machine of the same seed
   *     makes the same random placements
   * @param firstPage the first page
   * @param lastPage the last page, inclusive, at most {@link Pages#LAST_PAGE}
   * @return the space; {@code INVALID} for a range that does not exist, {@code OUT_OF_FRAMES} when
   *     no frame is left for its root table, {@code OUT_OF_RECORDS}
   */
  static Made<AddressSpace> create(Machine machine, String name, long firstPage, long lastPage) {
    return EngineSpace.make(machine, name, firstPage, lastPage);
  }

  /**
   * Makes an empty address space over a translation that somebody else provides: one of {@link
   * Machine#newTranslation}, or one that passes calls on to such a one and does something more.
   *
   * <p>From success on the translation belongs to the space, which alone changes it and closes it
   * when it ends. As long as the call has not succeeded it is the caller's, who closes it.
   *
   * <p>What can't be looked at here has to be true: the translation lives on this machine (frame
   * numbers are the machine's), and no other space uses it, nor what it passes calls on to. Its
   * methods are called with the engine's locks held. They must neither call the engine nor throw.
   *
   * <p>A CPU walks what {@link FaultResolver#translation} names, and takes only its own machine's
   * tables for that. So whoever wraps a translation attaches a {@link FaultResolver} of their own,
   * which names what is wrapped and passes {@link FaultResolver#resolve} on to the space.
   *
   * @param machine whose frames and objects it uses
   * @param name its name in events and leak reports, see {@link #create(Machine, String, long,
   *     long)}
   * @param firstPage the first page
   * @param lastPage the last page, inclusive, at most {@link Pages#LAST_PAGE}
   * @param translation what stores the entries
   * @return the space; {@code INVALID} for a range that does not exist, {@code OUTSIDE} for one
   *     that the translation does not have whole, {@code IN_USE} when it has an entry or another
   *     space has it, {@code OUT_OF_RECORDS}
   * @throws IllegalStateException when the translation was closed
   */
  static Made<AddressSpace> create(
      Machine machine, String name, long firstPage, long lastPage, Translation translation) {
    return EngineSpace.make(machine, name, firstPage, lastPage, translation);
  }

  /**
   * {@return the region that holds everything else, the same each time} It can be destroyed like
   * any other; the space is then empty for good.
   */
  Region root();

  /** {@return the name that it was given} */
  String name();

  /** {@return the machine that the space lives on} */
  Machine machine();

  /** {@return the first page} */
  @Override
  long firstPage();

  /** {@return the last page, inclusive} */
  long lastPage();

  /**
   * What an access of one byte would meet. Nothing changes by asking: no page is committed, no bit
   * set, no TLB filled, no fault recorded.
   *
   * @param address any address
   * @param access what would be tried
   * @return the answer as of now
   */
  Translated translate(long address, Access access);

  /**
   * {@return a copy of what is known about the mapping that covers a page, or null}
   *
   * @param page any page
   */
  @Nullable MappingInfo mappingOf(long page);

  /**
   * The mapping with the lowest pages that has one in a range, whatever region it belongs to.
   *
   * @param first the first page of the range
   * @param last the last page, inclusive
   * @return a copy of what is known about it, not cut to the range; null when nothing is mapped
   *     there
   */
  @Nullable MappingInfo firstMapping(long first, long last);

  /**
   * The same without allocating anything.
   *
   * @param first the first page of the range
   * @param last the last page, inclusive
   * @param into what is known about it afterwards; nothing when nothing is mapped there
   * @return whether a mapping was found
   */
  boolean firstMapping(long first, long last, FoundMapping into);

  /**
   * The mapping that begins at a page. Allocates nothing.
   *
   * @param page any page
   * @param into what is known about it afterwards; nothing when no mapping begins there, also when
   *     one that began before covers the page
   * @return whether a mapping was found
   */
  boolean mappingFrom(long page, FoundMapping into);

  /**
   * Visits all mappings in ascending order, whatever region they belong to. The visitor is called
   * without a lock and may do as it likes; it is told of what is there when its turn comes.
   *
   * @param visitor told of each
   */
  void forEachMapping(MappingVisitor visitor);

  /** Told of mappings. */
  @FunctionalInterface
  interface MappingVisitor {
    /**
     * One mapping.
     *
     * @param mapping what is known about it
     */
    void mapping(MappingInfo mapping);
  }

  /** {@return how many mappings there are; one that was split counts as its pieces} */
  int mappings();

  /** {@return how many bytes records and indexes take on the heap; tables are the machine's} */
  long recordBytes();

  /**
   * Turns the tracking of written pages on or off; off at first. Turning it on starts with what was
   * written so far.
   *
   * @param on whether {@link #collectDirty} is to be exact from now on
   */
  void trackDirty(boolean on);

  /**
   * Tells which mapped pages were written since they were last cleared. Needs {@link #trackDirty}.
   *
   * <p>The pages of a lease that may write count, all of them, when it is closed: nobody sees when
   * it is written through.
   *
   * @param first the first page
   * @param pages how many
   * @param clear whether to begin anew with these pages
   * @param visitor told of runs in ascending order, of the state at one moment; it is called
   *     without a lock and may do as it likes. If it throws, nothing counts as cleared
   * @return {@code INVALID} when tracking is off or there are no pages, {@code OUTSIDE}, {@code
   *     DEAD} when the space is closed, {@code OUT_OF_RECORDS} when there is no memory for the
   *     answer
   */
  Outcome collectDirty(long first, long pages, boolean clear, Translation.RunVisitor visitor);

  /**
   * Opens a lease: the frames of a range, to be accessed directly until the lease is closed.
   *
   * @param first the first page
   * @param pages how many, at least 1
   * @param write whether the lease may be written through
   * @return the lease; {@code INVALID}; {@code OUTSIDE}; {@code NOT_MAPPED}; {@code DENIED} for a
   *     mapping that does not allow reading (and writing); {@code BEYOND_OBJECT}; {@code
   *     UNSUPPORTED} when a device or a bare frame is mapped there; {@code SATURATED}; {@code
   *     OUT_OF_FRAMES}; {@code OUT_OF_RECORDS}; {@code SOURCE_FAILED}. After the last four, pages
   *     that were committed on the way stay so
   */
  Made<Lease> lease(long first, long pages, boolean write);

  /**
   * Notes the whole state of the space: regions, mappings, and the contents of every object that is
   * mapped (of physical objects only that they are); and the devices that mappings show, as far as
   * they take part, see {@link SpaceSnapshot}. Hooks are no part of it, nor what a CPU's user keeps
   * of it, such as its registers. What a device throws that is asked goes to the caller, and
   * nothing has changed.
   *
   * @return the snapshot, to be closed; {@code DEAD} for a closed space, {@code IN_USE} when there
   *     is a reservation, {@code PINNED} when a mapped page is pinned, {@code OUT_OF_RECORDS},
   *     {@code OUT_OF_FRAMES} (copies of contiguous objects)
   */
  Made<SpaceSnapshot> snapshot();

  /**
   * Sets a hook for a range of addresses, whatever is mapped there, now and later. When this
   * returns, each access that begins later, by any CPU that is attached to this space, calls it;
   * those that were under way have ended, unless they wait in code that is not the engine's.
   *
   * <p>Pages with a hook are in no CPU's TLB for the kinds of accesses that it is for: such an
   * access costs a walk and the calls, and all others cost what they did. Setting a hook, closing
   * it, and an access to a page with hooks take steps that follow the logarithm of how many are
   * set, and how many are told. Hooks are no part of snapshots. They end with the space.
   *
   * @param firstAddress the first byte
   * @param lastAddress the last byte, inclusive; unsigned
   * @param kinds of which accesses it is told
   * @param hook who is told; see there what it may do and what goes past it
   * @return the hook, to be closed; {@code INVALID} for no kinds or a last byte below the first,
   *     {@code OUTSIDE} when a byte lies outside the space, {@code DEAD} for a closed space, {@code
   *     OUT_OF_RECORDS}, {@code UNSUPPORTED} when the translation can't have hooks
   */
  Made<Hook> hook(long firstAddress, long lastAddress, Set<Access> kinds, AccessHook hook);

  /** {@return how many leases are open} */
  int openLeases();

  /** {@return the last events of this space, oldest first} */
  List<Event> events();

  /**
   * Ends the space: everything in it is destroyed, its tables are freed, CPUs attached to it fault
   * on every access. Closing it again does nothing.
   *
   * <p>It is never refused. Leases that are open go on: their frames are held back until they are
   * closed.
   */
  @Override
  void close();

  /**
   * The whole space as text, for a person who looks for a fault: the tree of regions, the mappings
   * in them, and what the tables translate. Other threads may change it meanwhile.
   *
   * @return lines, each ended by a newline
   */
  String dump();
}
