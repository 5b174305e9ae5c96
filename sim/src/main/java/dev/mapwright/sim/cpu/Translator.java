package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.FaultResolver;
import dev.mapwright.sim.memory.DeviceMap;
import dev.mapwright.sim.memory.DeviceRange;
import dev.mapwright.sim.memory.PhysicalMap;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.HookSet;
import dev.mapwright.sim.tables.PageTables;
import dev.mapwright.sim.tables.TableWalk;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How a CPU translates an address: the TLB, then the tables, then the address space that resolves
 * the fault, and from the start again. All fields belong to the driver.
 *
 * <p>The CPU may be attached to two address spaces, whose pages meet at a border. It is a user of
 * both translations, so a remover in either posts to it and waits for it; and everything that is
 * not in the TLB asks which half a page belongs to, after the last poll, and once for each page of
 * an access.
 *
 * <p>What {@link #translate} leaves in {@link #found} and {@link #foundRam} is good for one thing:
 * to be used or put aside at once. A fault's resolver and a device's handler may use the same CPU,
 * which overwrites both; and they may take the translation away, so that what was put aside is used
 * after them only if {@link Bracket#unchangedSince} agrees.
 */
@SuppressWarnings("ReferenceEquality") // of translations and arrays
abstract class Translator extends Bracket {
  /** A fault that is resolved this often and is still there is a defect of whoever resolves it. */
  static final int MOST_ATTEMPTS = 1000;

  private final PhysicalMap map;
  final DeviceMap devices;
  private final Ram allRam;
  private final TableWalk walk = new TableWalk();
  private final LastTables lastTables = new LastTables();

  /**
   * The devices that the TLB's register words number: all there were when the first was entered.
   */
  private DeviceRange[] cachedDevices = {};

  /** The handlers of {@link #cachedDevices}. */
  DeviceHandler[] cachedHandlers = {};

  /** All of RAM; a segment of nothing until the first page was translated. */
  MemorySegment ram = MemorySegment.NULL;

  /** The same as {@link #ram} in pieces; see {@link Ram#buffers}. */
  ByteBuffer[] ramBuffers = {};

  /** What the last {@link #translate} found: an offset in RAM, or a physical address elsewhere. */
  long found;

  /** Whether {@link #found} is an offset in RAM. */
  boolean foundRam;

  private @Nullable Fault fault;

  /** How often a look-up was not answered by the TLB. */
  private long walks;

  // Each half has a resolver and its tables; both are null when nothing is attached there. The
  // border between the halves is the TLB's, and stays when the upper half is detached.

  private @Nullable FaultResolver lower;
  private @Nullable PageTables lowerTables;
  private @Nullable FaultResolver upper;
  private @Nullable PageTables upperTables;

  Translator(PhysicalMap map, DeviceMap devices, Ram allRam, ThreadGuard guard, TlbArray nothing) {
    super(guard, nothing);
    this.map = map;
    this.devices = devices;
    this.allRam = allRam;
  }

  final void attachTo(@Nullable FaultResolver nextLower, @Nullable FaultResolver nextUpper) {
    guard.check();
    PageTables nextLowerTables = tablesOf(nextLower);
    PageTables nextUpperTables = tablesOf(nextUpper);
    long nextBorder = nextUpper == null ? Tlb.NO_BORDER : firstPageOf(nextUpper);
    int position = position();
    try {
      beginWaiting();
      replace(nextLower, nextLowerTables, nextUpper, nextUpperTables, nextBorder);
    } finally {
      endWaiting(position);
    }
  }

  private static @Nullable PageTables tablesOf(@Nullable FaultResolver space) {
    if (space == null) {
      return null;
    }
    if (space.translation() instanceof PageTables tables) {
      return tables;
    }
    throw new IllegalArgumentException("the address space lives on another kind of machine");
  }

  private static long firstPageOf(FaultResolver space) {
    long page = space.firstPage();
    if (page < 0 || page > Pages.LAST_PAGE) {
      throw new IllegalArgumentException(
          "an address space can't begin at page 0x" + Long.toHexString(page));
    }
    return page;
  }

  private void replace(
      @Nullable FaultResolver nextLower,
      @Nullable PageTables nextLowerTables,
      @Nullable FaultResolver nextUpper,
      @Nullable PageTables nextUpperTables,
      long nextBorder) {
    boolean upperStays = nextUpperTables == upperTables && nextBorder == tlb.border;
    // The registrations that are one too many, whichever way this ends.
    PageTables spareLower = null;
    PageTables spareUpper = null;
    try {
      // What may fail comes before the change, which is of several fields: when the stack overflows
      // here, the CPU is attached to what it was attached to before, or to the next.
      if (nextLowerTables != null && nextLowerTables.addUser(this)) {
        spareLower = nextLowerTables;
      }
      if (!upperStays && nextUpperTables != null && nextUpperTables.addUser(this)) {
        spareUpper = nextUpperTables;
      }
      if (upperStays) {
        forgetLower();
      } else {
        flushTlb();
      }
      PageTables before = lowerTables;
      lowerTables = spareLower;
      lower = spareLower == null ? null : nextLower;
      spareLower = before;
      if (!upperStays) {
        before = upperTables;
        upperTables = spareUpper;
        spareUpper = before;
        tlb.border = nextBorder;
      }
      upper = upperTables == null ? null : nextUpper;
    } finally {
      if (spareLower != null) {
        spareLower.removeUser(this);
      }
      if (spareUpper != null) {
        spareUpper.removeUser(this);
      }
    }
  }

  // These two only look, and acknowledge nothing: anybody may ask.

  final @Nullable FaultResolver lowerNow() {
    PageTables now = lowerTables;
    return now == null || now.closed() ? null : lower;
  }

  final @Nullable FaultResolver upperNow() {
    PageTables now = upperTables;
    return now == null || now.closed() ? null : upper;
  }

  @Override
  final void translationEnded() {
    if (lowerTables != null && lowerTables.closed()) {
      forgetLower();
      lowerTables = null;
      lower = null;
    }
    if (upperTables != null && upperTables.closed()) {
      forgetUpper();
      upperTables = null;
      upper = null;
    }
  }

  /** The fault that made {@link #translate} fail. */
  final Fault takeFault() {
    Fault taken = fault;
    fault = null;
    if (taken == null) {
      throw new IllegalStateException("there was no fault");
    }
    return taken;
  }

  /**
   * Translates the page of an address for an access; the driver is inside. True: {@link #found} and
   * {@link #foundRam} say where it is, until the next poll or the next call of a device. False:
   * {@link #takeFault} says why not.
   */
  final boolean translate(long address, Access access) {
    int kind = access.ordinal();
    if (!anythingPending()) {
      long hit = tlb.find(kind, address);
      if (hit >= 0) {
        found = hit;
        foundRam = true;
        return true;
      }
      long word = tlb.findDevice(kind, address);
      if (word >= 0 && devicesUnchanged()) {
        long pfn = cachedDevices[Tlb.which(word)].firstPfn() + Tlb.page(word);
        found = pfn << Pages.SHIFT | Pages.offset(address);
        foundRam = false;
        return true;
      }
    }
    return translateByWalk(address, access);
  }

  /**
   * The quick way for a page of RAM that is not in the TLB: by the lowest table that an earlier
   * walk has come to. It enters the page. The driver is inside, and had nothing to forget.
   *
   * <p>It only reads, and answers only what the whole walk would; whatever else there is to say is
   * for that to find.
   *
   * @return the offset in RAM, for one use at once; -1 for none
   */
  final long byLastTable(long address, Access access) {
    long page = Pages.of(address);
    PageTables walked = page >= tlb.border ? upperTables : lowerTables;
    int permission = access.permission();
    long entry = lastTables.find(page, permission, quiescences);
    if (entry < 0 || walked == null) {
      return -1;
    }
    long pfn = walked.frameOf(tableWord(entry), permission);
    // The hooks are asked for after the entry was read: see hooked.
    if (pfn < 0 || walked.hooks() != HookSet.NONE || !allRam.isTouchableRam(pfn)) {
      return -1;
    }
    walks++;
    tlb.enterSmall(access, address, pfn);
    return (pfn << Pages.SHIFT) + Pages.offset(address);
  }

  private boolean translateByWalk(long address, Access access) {
    long page = Pages.of(address);
    if (!anythingPending()) {
      long quick = byLastTable(address, access);
      if (quick >= 0) {
        found = quick;
        foundRam = true;
        return true;
      }
    }
    walks++;
    if (tlb.missed(access)) {
      arraysChanged();
    }
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (anythingPending()) {
        emptyMailbox();
      }
      requireMachine();
      boolean above = page >= tlb.border;
      PageTables walked = above ? upperTables : lowerTables;
      FaultResolver resolver = above ? upper : lower;
      if (walked == null || resolver == null) {
        return fail(address, access, FaultReason.NOT_ATTACHED);
      }
      if (!walked.format().translatable(page)) {
        return fail(address, access, FaultReason.NOT_CANONICAL);
      }
      switch (walked.walkFor(this, page, access.permission(), walk)) {
        case OK -> {
          if (!map.isRam(walk.pfn)) {
            rememberDevice(address, access);
            found = (walk.pfn << Pages.SHIFT) + Pages.offset(address);
            foundRam = false;
            return true;
          }
          if (allRam.isMaterialised(walk.pfn)) {
            remember(address, access);
            found = (walk.pfn << Pages.SHIFT) + Pages.offset(address);
            foundRam = true;
            return true;
          }
          // Taking room may block, so whatever was found is looked up again.
          if (!allRam.materialise(walk.pfn)) {
            return fail(address, access, FaultReason.OUT_OF_FRAMES);
          }
          quiescences++;
        }
        case RESERVED, OUTSIDE_RAM, LOOP -> {
          return fail(address, access, FaultReason.RESERVED_BITS);
        }
        case ABSENT, DENIED -> {
          Fault refused = ask(resolver, address, access);
          if (refused != null) {
            fault = refused;
            return false;
          }
        }
      }
    }
    throw new IllegalStateException(
        "the fault of a "
            + access.verb()
            + " at 0x"
            + Long.toHexString(address)
            + " was resolved "
            + MOST_ATTEMPTS
            + " times and is still there");
  }

  /** How often the TLB had no answer since the CPU was made. On the driver's thread. */
  public final long walks() {
    return walks;
  }

  private boolean fail(long address, Access access, FaultReason reason) {
    fault = new Fault(address, 1, access, address, reason, null);
    return false;
  }

  /** Makes {@link #takeFault} answer with a fault that was found after a page was translated. */
  final void failWith(Fault found) {
    fault = found;
  }

  /**
   * The hooks of the address space in whose half an address lies, as of now; those of a space that
   * was closed are told no more.
   */
  final HookSet hooksAt(long address) {
    PageTables tables = Pages.of(address) >= tlb.border ? upperTables : lowerTables;
    return tables == null ? HookSet.NONE : tables.hooks();
  }

  private @Nullable Fault ask(FaultResolver resolver, long address, Access access) {
    int position = position();
    try {
      beginWaiting();
      return resolver.resolve(address, access);
    } finally {
      endWaiting(position);
    }
  }

  /** Enters the page just walked into the TLB; for a store, the walk has set its dirty bit. */
  private void remember(long address, Access access) {
    if (ram.byteSize() == 0) {
      ram = allRam.segment();
      ramBuffers = allRam.buffers();
      tlb.ramAddress = addressOf(ram);
    }
    if (!tlb.made(access)) {
      return;
    }
    lastTables.remember(Pages.of(address), walk, tlb.kindsMade(), quiescences);
    if (hooked(Pages.of(address), Pages.of(address), access)) {
      return;
    }
    if (walk.leafLog2Pages >= Tlb.LARGE_LOG2_PAGES && canEnterLarge(address, access)) {
      tlb.enterLarge(access, address, walk.pfn);
    } else {
      tlb.enterSmall(access, address, walk.pfn);
    }
  }

  /** Reads a word of a table with acquire; RAM was translated before. */
  abstract long tableWord(long offset);

  /** Where RAM begins, for the places that this CPU's arrays store. */
  abstract long addressOf(MemorySegment allRam);

  /** Whether what the TLB says of devices is true: none has come or gone since it was entered. */
  final boolean devicesUnchanged() {
    return devices.now() == cachedDevices;
  }

  /** Enters the page just walked into the TLB if a device answers there. */
  private void rememberDevice(long address, Access access) {
    DeviceRange[] now = devices.now();
    long page = Pages.of(address);
    boolean enter = tlb.made(access) && !hooked(page, page, access);
    int which = enter ? DeviceMap.indexIn(now, walk.pfn) : -1;
    if (which < 0) {
      return;
    }
    if (now != cachedDevices) {
      forgetDevices();
      cachedHandlers = DeviceMap.handlersOf(now);
      cachedDevices = now;
    }
    tlb.enterDevice(access, address, walk.pfn - now[which].firstPfn(), which);
  }

  /**
   * Whether an access of a kind to one of these pages may have to be told to a hook. Asked after
   * the walk, which is after the last look for mail: so a hook that is not seen here has its mail
   * to this CPU still ahead, which takes away what is entered now.
   */
  private boolean hooked(long firstPage, long lastPage, Access access) {
    HookSet hooks = hooksAt(Pages.address(firstPage));
    return hooks != HookSet.NONE
        && hooks.concern(access, Pages.address(firstPage), Pages.lastAddress(lastPage));
  }

  /**
   * Whether the 2 MiB around the page just walked are RAM that can be touched throughout, and no
   * hook is to be told of it.
   */
  private boolean canEnterLarge(long address, Access access) {
    long pages = 1L << Tlb.LARGE_LOG2_PAGES;
    long start = Pages.of(address) & -pages;
    if (hooked(start, start + pages - 1, access)) {
      return false;
    }
    long first = walk.pfn - (Pages.of(address) & pages - 1);
    for (long pfn = first; pfn < first + pages; pfn++) {
      if (!map.isRam(pfn) || !allRam.isMaterialised(pfn)) {
        return false;
      }
    }
    return true;
  }
}
