package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The cached translations of one CPU. Only the thread that drives the CPU uses it.
 *
 * <p><b>Layout.</b> There is an array for each kind of access, so that a hit needs no permission
 * check, and of each kind one for small entries (a page) and one for large ones (2 MiB, filled from
 * leaves of at least that size). An array holds pairs: a tag, and what has to be added to an
 * address of the page to get its offset in RAM. The slot of a page is its number modulo the number
 * of pairs.
 *
 * <p><b>Tags.</b> A tag is the page's address with the <em>generation</em> in its low 12 bits. It
 * is compared with the address of the <em>last</em> byte of an access, while the slot is chosen by
 * the first: so an access that crosses a page border never hits. Generations start at 1, so the 0
 * of an empty slot never matches; raising the generation empties all arrays at once, and only when
 * it overflows they are wiped.
 *
 * <p><b>Halves.</b> A CPU may be attached to two address spaces, which meet at the {@link #border}.
 * One half can be forgotten while the other stays ({@link #forgetLower}, {@link #forgetUpper}), and
 * that costs no look at the arrays: while there is a border, the slots that entries of each half
 * were put into are noted in a {@link SlotSet} of that half, so forgetting costs what entering has
 * cost before. A set may name too much (a slot that was emptied, or taken by the other half), never
 * too little; what is in the slot says by itself which half it belongs to. A large entry never lies
 * across the border: its pages are entered one by one there.
 *
 * <p>A write entry exists only for pages whose dirty bit is set: the first store to a clean page
 * misses and walks.
 *
 * <p><b>Devices.</b> Pages of devices are in the arrays of small entries, too, with {@link #DEVICE}
 * in their tags: so what looks for RAM does not find them and has no question more to ask, and what
 * forgets pages forgets them. The second half of such a pair is a <em>register word</em>: which of
 * the machine's devices, and which page of it. That is true as long as no device comes or goes;
 * whoever uses it has to make sure ({@link Translator#devicesUnchanged}). Holes are not entered.
 */
@SuppressWarnings("ReferenceEquality") // of arrays
final class Tlb {
  /** How many small entries of a kind: they reach 16 MiB. */
  private static final int PAIRS = 1 << 12;

  /** How many large entries of a kind: they reach 2 GiB. */
  private static final int LARGE_PAIRS = 1 << 10;

  /** What an address shifted right by one less than the page size is masked with. */
  static final int SLOT_MASK = 2 * PAIRS - 2;

  /** An array in which nothing is ever found, as large as the others so that the mask is one. */
  static final long[] NOTHING = new long[2 * PAIRS];

  /** The address bits of a small tag. */
  static final long PAGE_MASK = -1L << Pages.SHIFT;

  private static final int LARGE_LOG2_BYTES = 21;
  private static final long LARGE_MASK = -1L << LARGE_LOG2_BYTES;
  static final int LARGE_LOG2_PAGES = LARGE_LOG2_BYTES - Pages.SHIFT;

  /** Marks a device's tag, in the highest bit below the address. */
  static final long DEVICE = 1L << Pages.SHIFT - 1;

  /** The low bits of a register word: the device. The page's number is above them. */
  private static final int WHICH_BITS = 22;

  private static final int WHICH_MASK = (1 << WHICH_BITS) - 1;

  private static final long LAST_GENERATION = DEVICE - 1;

  /** How many misses of a kind a CPU may have before the arrays are made. */
  static final int MISSES_WITHOUT_ARRAYS = 16;

  /** A range of more pages than this is forgotten by forgetting everything. */
  private static final long MOST_PAGES_ONE_BY_ONE = 256;

  /** By the ordinal of {@link Access}; NOTHING until the first entry. */
  final long[][] small = {NOTHING, NOTHING, NOTHING};

  /** By the ordinal of {@link Access}. */
  private final int[] misses = new int[3];

  private final long[][] large = {NOTHING, NOTHING, NOTHING};

  /**
   * 1 .. LAST_GENERATION; raised as the last step of a flush, so that nothing can fail after it.
   */
  long generation = 1;

  /** The border of a CPU with one space: no page lies beyond it, and no slots are noted. */
  static final long NO_BORDER = Long.MAX_VALUE;

  /** The first page of the upper half; changed by whoever has flushed since the last access. */
  long border = NO_BORDER;

  /** By the ordinal of {@link Access}; null until that kind's arrays were made. */
  private final @Nullable Slots[] lowerSlots = new Slots[3];

  private final @Nullable Slots[] upperSlots = new Slots[3];

  /** Where entries of one kind and one half may be. */
  private static final class Slots {
    final SlotSet small = new SlotSet();
    final SlotSet large = new SlotSet();
  }

  /**
   * Notes that a page was not found. After a few times the arrays of that kind of access are made,
   * so that a CPU which does little needs little.
   *
   * @return true when they were made now
   */
  boolean missed(Access access) {
    int kind = access.ordinal();
    if (made(kind) || ++misses[kind] <= MISSES_WITHOUT_ARRAYS) {
      return false;
    }
    // The array of small entries says whether there are any, so it comes last.
    long[] pairs = new long[2 * PAIRS];
    long[] largePairs = new long[2 * LARGE_PAIRS];
    lowerSlots[kind] = new Slots();
    upperSlots[kind] = new Slots();
    large[kind] = largePairs;
    small[kind] = pairs;
    return true;
  }

  /** Whether the arrays of a kind of access were made, so that pages can be entered. */
  boolean made(Access access) {
    return made(access.ordinal());
  }

  private boolean made(int kind) {
    return small[kind] != NOTHING;
  }

  private static int slot(long address, int log2Bytes, int pairs) {
    return (int) (address >>> log2Bytes - 1 & 2 * pairs - 2);
  }

  /**
   * The offset in RAM of an address; -1 when it is not cached. What is found in a large entry is
   * entered as a small one, too: the next access to the page hits sooner, and forgetting the large
   * one forgets its pages.
   */
  long find(int kind, long address) {
    long[] pairs = small[kind];
    int slot = slot(address, Pages.SHIFT, PAIRS);
    long tag = address & PAGE_MASK | generation;
    if (pairs[slot] == tag) {
      return address + pairs[slot + 1];
    }
    long[] larger = large[kind];
    int largeSlot = slot(address, LARGE_LOG2_BYTES, LARGE_PAIRS);
    if (larger[largeSlot] == (address & LARGE_MASK | generation)) {
      long addend = larger[largeSlot + 1];
      note(kind, address, slot, false);
      pairs[slot] = tag;
      pairs[slot + 1] = addend;
      return address + addend;
    }
    return -1;
  }

  /** Enters a page; its arrays were made. */
  void enterSmall(Access access, long address, long pfn) {
    long[] pairs = small[access.ordinal()];
    int slot = slot(address, Pages.SHIFT, PAIRS);
    note(access.ordinal(), address, slot, false);
    pairs[slot] = address & PAGE_MASK | generation;
    pairs[slot + 1] = (pfn << Pages.SHIFT) - (address & PAGE_MASK);
  }

  /** The register word of an address; -1 when it is not cached, or not a device's. */
  long findDevice(int kind, long address) {
    long[] pairs = small[kind];
    int slot = slot(address, Pages.SHIFT, PAIRS);
    return pairs[slot] == (address & PAGE_MASK | generation | DEVICE) ? pairs[slot + 1] : -1;
  }

  /** Which page of its device a register word is about. */
  static long page(long word) {
    return word >>> WHICH_BITS;
  }

  /** Which device a register word is about. */
  static int which(long word) {
    return (int) word & WHICH_MASK;
  }

  /**
   * Enters a page of a device; its arrays were made. Of a device with a number too high none is.
   *
   * @param page which one of the device's, from 0 on
   * @param which the device's number
   */
  void enterDevice(Access access, long address, long page, int which) {
    if (which > WHICH_MASK) {
      return;
    }
    long[] pairs = small[access.ordinal()];
    int slot = slot(address, Pages.SHIFT, PAIRS);
    note(access.ordinal(), address, slot, false);
    pairs[slot] = address & PAGE_MASK | generation | DEVICE;
    pairs[slot + 1] = page << WHICH_BITS | which;
  }

  /**
   * Enters the 2 MiB around an address, where {@code pfn} is the frame of the address, or its page
   * alone where the border lies among them.
   */
  void enterLarge(Access access, long address, long pfn) {
    if (holdsBorder(address)) {
      enterSmall(access, address, pfn);
      return;
    }
    long[] pairs = large[access.ordinal()];
    int slot = slot(address, LARGE_LOG2_BYTES, LARGE_PAIRS);
    note(access.ordinal(), address, slot, true);
    pairs[slot] = address & LARGE_MASK | generation;
    pairs[slot + 1] = (pfn << Pages.SHIFT) - (address & PAGE_MASK);
  }

  /** Whether the 2 MiB around an address belong to both halves. */
  private boolean holdsBorder(long address) {
    long first = Pages.of(address & LARGE_MASK);
    return first < border && border <= (first | (1L << LARGE_LOG2_PAGES) - 1);
  }

  /** Notes where an entry will be put, so that its half can be forgotten. */
  private void note(int kind, long address, int slot, boolean isLarge) {
    if (border == NO_BORDER) {
      return;
    }
    Slots slots = (Pages.of(address) < border ? lowerSlots : upperSlots)[kind];
    if (slots != null) {
      (isLarge ? slots.large : slots.small).add(slot >>> 1);
    }
  }

  /** Forgets a range of pages. */
  void forget(long firstPage, long lastPage) {
    if (lastPage - firstPage >= MOST_PAGES_ONE_BY_ONE) {
      if (lastPage < border) {
        forgetLower();
      } else if (firstPage >= border) {
        forgetUpper();
      } else {
        flush();
      }
      return;
    }
    for (int kind = 0; kind < small.length; kind++) {
      if (made(kind)) {
        for (long page = firstPage; page <= lastPage; page++) {
          long address = Pages.address(page);
          drop(small[kind], slot(address, Pages.SHIFT, PAIRS), address | generation);
        }
        long lastLarge = lastPage >>> LARGE_LOG2_PAGES;
        for (long at = firstPage >>> LARGE_LOG2_PAGES; at <= lastLarge; at++) {
          long address = at << LARGE_LOG2_BYTES;
          drop(large[kind], slot(address, LARGE_LOG2_BYTES, LARGE_PAIRS), address | generation);
        }
      }
    }
  }

  private void drop(long[] pairs, int slot, long tag) {
    if ((pairs[slot] & ~DEVICE) == tag) {
      pairs[slot] = 0;
    }
  }

  /** Forgets the pages below the border. */
  void forgetLower() {
    if (border == NO_BORDER) {
      flush();
    } else {
      forgetHalf(lowerSlots, false);
    }
  }

  /** Forgets the pages from the border on. */
  void forgetUpper() {
    if (border != NO_BORDER) {
      forgetHalf(upperSlots, true);
    }
  }

  private void forgetHalf(@Nullable Slots[] half, boolean upper) {
    for (int kind = 0; kind < half.length; kind++) {
      Slots slots = half[kind];
      if (slots != null) {
        long[] pairs = small[kind];
        slots.small.drain(slot -> dropOf(pairs, 2 * slot, upper));
        long[] largePairs = large[kind];
        slots.large.drain(slot -> dropOf(largePairs, 2 * slot, upper));
      }
    }
  }

  /** Empties a slot unless the other half has it by now. */
  private void dropOf(long[] pairs, int slot, boolean upper) {
    if (Pages.of(pairs[slot]) >= border == upper) {
      pairs[slot] = 0;
    }
  }

  /** Forgets everything. */
  void flush() {
    if (generation < LAST_GENERATION) {
      generation++;
      return;
    }
    for (int kind = 0; kind < small.length; kind++) {
      if (made(kind)) {
        Arrays.fill(small[kind], 0);
        Arrays.fill(large[kind], 0);
      }
    }
    generation = 1;
  }
}
