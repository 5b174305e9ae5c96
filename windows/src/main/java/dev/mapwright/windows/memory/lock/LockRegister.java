package dev.mapwright.windows.memory.lock;

import dev.mapwright.windows.memory.pte.Makers;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who has locked what: for reports, and for questions that the counts of the frames can't answer.
 * It is information and never the truth: drivers move MDLs and write into them, so a lock may stand
 * here under another address than it is taken away by.
 *
 * <p><b>What is stored where.</b> One entry for each MDL with locked pages, in parallel arrays,
 * found by the MDL's address: open addressing with linear probing, at most half full. An address
 * may stand there more than once, when an MDL was freed without unlocking it. Entries are removed
 * by moving later ones of the same run back, so that no marks are left behind.
 *
 * <p>Guarded by the lock of {@link PageLocks}. Allocates only in {@link #prepare}.
 */
public final class LockRegister {
  private static final int FIRST_SIZE = 64;

  /** How the pages of an entry came to be locked. */
  public enum Kind {
    /** They were probed and locked. */
    PROBED,
    /** They were allocated for the MDL. */
    ALLOCATED
  }

  /** What guards everything here. */
  private final ReentrantLock lock;

  /** MDLs by slot; 0 for a free slot, whose other fields mean nothing. */
  private long[] mdls = new long[FIRST_SIZE];

  /** The first byte of the buffer; 0 for allocated pages. */
  private long[] addresses = new long[FIRST_SIZE];

  private int[] pages = new int[FIRST_SIZE];

  /** The address of the process whose memory it is; 0 for system memory. */
  private long[] processes = new long[FIRST_SIZE];

  private int[] makers = new int[FIRST_SIZE];
  private byte[] kinds = new byte[FIRST_SIZE];
  private int entries;
  private long allPages;

  LockRegister(ReentrantLock lock) {
    this.lock = lock;
  }

  /**
   * Makes room for one more entry.
   *
   * @return false when there is no memory
   */
  public boolean prepare() {
    assert lock.isHeldByCurrentThread();
    if (2 * (entries + 1) <= mdls.length) {
      return true;
    }
    try {
      int size = 2 * mdls.length;
      LockRegister larger = new LockRegister(lock, size);
      for (int slot = 0; slot < mdls.length; slot++) {
        if (mdls[slot] != 0) {
          larger.put(
              mdls[slot],
              addresses[slot],
              pages[slot],
              processes[slot],
              makers[slot],
              Kind.values()[kinds[slot]]);
        }
      }
      mdls = larger.mdls;
      addresses = larger.addresses;
      pages = larger.pages;
      processes = larger.processes;
      makers = larger.makers;
      kinds = larger.kinds;
      return true;
    } catch (OutOfMemoryError full) {
      return false;
    }
  }

  private LockRegister(ReentrantLock lock, int size) {
    this.lock = lock;
    mdls = new long[size];
    addresses = new long[size];
    pages = new int[size];
    processes = new long[size];
    makers = new int[size];
    kinds = new byte[size];
  }

  private int home(long mdl) {
    return (int) ((mdl >>> 3) * 0x9E37_79B9_7F4A_7C15L >>> 40) & mdls.length - 1;
  }

  /**
   * Notes locks; room was made before.
   *
   * @param mdl the address of the MDL
   * @param address the first byte of its buffer; 0 for allocated pages
   * @param lockedPages how many pages
   * @param process the address of the process whose memory it is; 0 for system memory
   * @param maker who has locked them
   * @param kind how
   */
  public void put(long mdl, long address, int lockedPages, long process, int maker, Kind kind) {
    assert lock.isHeldByCurrentThread();
    int slot = home(mdl);
    while (mdls[slot] != 0) {
      slot = slot + 1 & mdls.length - 1;
    }
    mdls[slot] = mdl;
    addresses[slot] = address;
    pages[slot] = lockedPages;
    processes[slot] = process;
    makers[slot] = maker;
    kinds[slot] = (byte) kind.ordinal();
    entries++;
    allPages += lockedPages;
  }

  /**
   * Forgets the locks of an MDL, if they stand here: those of its buffer, else any.
   *
   * @param mdl the address of the MDL
   * @param address the first byte of its buffer now
   */
  public void remove(long mdl, long address) {
    assert lock.isHeldByCurrentThread();
    int slot = find(mdl, address);
    if (slot < 0) {
      return;
    }
    entries--;
    allPages -= pages[slot];
    int hole = slot;
    for (int next = slot + 1 & mdls.length - 1;
        mdls[next] != 0;
        next = next + 1 & mdls.length - 1) {
      int distanceOfHole = hole - home(mdls[next]) & mdls.length - 1;
      int distance = next - home(mdls[next]) & mdls.length - 1;
      if (distanceOfHole < distance) {
        move(next, hole);
        hole = next;
      }
    }
    mdls[hole] = 0;
  }

  private void move(int from, int to) {
    mdls[to] = mdls[from];
    addresses[to] = addresses[from];
    pages[to] = pages[from];
    processes[to] = processes[from];
    makers[to] = makers[from];
    kinds[to] = kinds[from];
  }

  private int find(long mdl, long address) {
    int any = -1;
    for (int slot = home(mdl); mdls[slot] != 0; slot = slot + 1 & mdls.length - 1) {
      if (mdls[slot] == mdl) {
        any = slot;
        if (addresses[slot] == address) {
          return slot;
        }
      }
    }
    return any;
  }

  /**
   * Notes that the first pages of an MDL were unlocked.
   *
   * @param mdl the address of the MDL
   * @param address the first byte of its buffer before
   * @param newAddress the first byte of its buffer now
   * @param unlockedPages how many pages were unlocked
   */
  public void advance(long mdl, long address, long newAddress, int unlockedPages) {
    assert lock.isHeldByCurrentThread();
    int slot = find(mdl, address);
    if (slot >= 0) {
      addresses[slot] = newAddress;
      int passed = Math.min(unlockedPages, pages[slot]);
      pages[slot] -= passed;
      allPages -= passed;
    }
  }

  /** {@return how many MDLs have locked pages} */
  public int mdls() {
    return entries;
  }

  /** {@return how many pages they have locked, each counted once for each lock} */
  public long pages() {
    return allPages;
  }

  /**
   * {@return how many pages of a process are locked, each counted once for each lock}
   *
   * @param process the address of the process
   */
  public long pagesOf(long process) {
    assert lock.isHeldByCurrentThread();
    long sum = 0;
    for (int slot = 0; slot < mdls.length; slot++) {
      sum += mdls[slot] != 0 && processes[slot] == process ? pages[slot] : 0;
    }
    return sum;
  }

  /**
   * {@return the MDL that has locked pages of a range of system addresses; 0 for none that is
   * known} Costs the number of MDLs with locked pages.
   *
   * @param address the first byte of the range
   * @param bytes how many, at least 1
   */
  public long lockedIn(long address, long bytes) {
    assert lock.isHeldByCurrentThread();
    for (int slot = 0; slot < mdls.length; slot++) {
      long length = (long) pages[slot] << 12;
      if (mdls[slot] != 0
          && processes[slot] == 0
          && addresses[slot] != 0
          && (address - addresses[slot] >= 0
              ? address - addresses[slot] < length - (addresses[slot] & 0xFFF)
              : addresses[slot] - address < bytes)) {
        return mdls[slot];
      }
    }
    return 0;
  }

  /**
   * Visits all entries, in no particular order.
   *
   * @param visitor told of each; it must not change the register
   */
  public void forEach(Visitor visitor) {
    assert lock.isHeldByCurrentThread();
    for (int slot = 0; slot < mdls.length; slot++) {
      if (mdls[slot] != 0) {
        visitor.locked(
            mdls[slot],
            addresses[slot],
            pages[slot],
            processes[slot],
            makers[slot],
            Kind.values()[kinds[slot]]);
      }
    }
  }

  /** Told of locked pages. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * The pages of one MDL.
     *
     * @param mdl the address of the MDL
     * @param address the first byte of its buffer; 0 for allocated pages
     * @param pages how many pages
     * @param process the address of the process whose memory it is; 0 for system memory
     * @param maker who has locked them, a number of {@link Makers}
     * @param kind how
     */
    void locked(long mdl, long address, int pages, long process, int maker, Kind kind);
  }
}
