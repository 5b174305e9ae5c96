package dev.mapwright.windows.memory.pool;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.memory.lock.MdlPages;
import dev.mapwright.windows.memory.system.SystemSpace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pools of a system. Immutable; each pool has a lock of its own. */
public final class Pools {
  private final Machine machine;
  private final Translation translation;
  private final Pool nonPaged;
  private final Pool executable;
  private final Pool paged;

  /**
   * Makes empty pools in system space.
   *
   * @param machine where frames and tables come from
   * @param system system space
   */
  public Pools(Machine machine, SystemSpace system) {
    this.machine = machine;
    translation = system.space().translation();
    nonPaged =
        new Pool(
            new NonPagedPages(machine, system.nonPagedPool(), translation, Permissions.READ_WRITE),
            machine.failures());
    executable =
        new Pool(
            new NonPagedPages(machine, system.executablePool(), translation, Permissions.ALL),
            machine.failures());
    paged = new Pool(new PagedPages(machine, system.pagedPool()), machine.failures());
  }

  /** {@return nonpaged pool that can't be executed} */
  public Pool nonPaged() {
    return nonPaged;
  }

  /** {@return nonpaged pool that can be executed} */
  public Pool executable() {
    return executable;
  }

  /** {@return paged pool} */
  public Pool paged() {
    return paged;
  }

  /** {@return all of them} */
  public List<Pool> all() {
    return List.of(nonPaged, executable, paged);
  }

  /**
   * {@return the pool whose range an address lies in; null for none}
   *
   * @param address any address
   */
  public @Nullable Pool at(long address) {
    if (nonPaged.covers(address)) {
      return nonPaged;
    }
    if (executable.covers(address)) {
      return executable;
    }
    return paged.covers(address) ? paged : null;
  }

  /**
   * {@return whether an address lies in the range of paged pool}
   *
   * @param address any address
   */
  public boolean pagedAt(long address) {
    return paged.covers(address);
  }

  /**
   * Writes 8 bytes of nonpaged pool, past all processors.
   *
   * @param address a multiple of 8, in a block
   * @param value the value
   */
  public void writeNonPaged(long address, long value) {
    long pfn = TranslationEntry.pfn(translation.entry(Pages.of(address)));
    machine.memory().writeLong(Pages.address(pfn) + Pages.offset(address), value);
  }

  /**
   * Adds what is in use to an image of the system's state.
   *
   * @param image where it goes, a line a pool
   */
  public void describe(StringBuilder image) {
    describe(image, "nonpaged", nonPaged);
    describe(image, "executable", executable);
    describe(image, "paged", paged);
  }

  private static void describe(StringBuilder image, String name, Pool pool) {
    image.append(name).append(" pool: ").append(pool.blocks()).append(" blocks, ");
    image.append(pool.bytesInUse()).append(" bytes\n");
  }

  /** Gives all frames back; system space was closed before. */
  public void close() {
    List<Long> left = new ArrayList<>();
    machine
        .frames()
        .forEachAllocated((pfn, owner, tag) -> {
          boolean ours = tag == NonPagedPages.TAG || tag == MdlPages.TAG;
          if (owner == FrameOwner.POOL && ours) {
            left.add(pfn);
          }
        });
    Frames frames = machine.frames();
    for (long pfn : left) {
      if (frames.tag(pfn) == MdlPages.TAG && frames.locks(pfn) != 0) {
        frames.addLocks(pfn, -1);
      }
      frames.free(pfn);
    }
  }
}
