package dev.mapwright.sim.cpu;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import org.jspecify.annotations.Nullable;

/**
 * The cached translations of one CPU. Only the thread that drives the CPU uses it.
 *
 * <p><b>Layout.</b> There is an array for each kind of access, so that a hit needs no permission
 * check, with small entries (a page) and large ones (2 MiB, filled from leaves of at least that
 * size). Each page has one slot where its small entry can be: its number modulo the number of
 * slots; the 2 MiB around it have one among the large ones. An entry is a pair: a tag, and the
 * place in RAM of the first byte that it covers.
 *
 * <p><b>Tags.</b> The tag of a page is its address less the <em>key</em>, which is the generation
 * times the page size. So an access subtracts key and tag from its address, and what is left is its
 * offset in the page, or something else altogether: one comparison says whether the page is cached
 * and whether the access lies in it. Raising the generation empties all arrays at once, and only
 * when it overflows they are wiped.
 *
 * <p><b>Why nothing else matches.</b> What was entered in a slot n under another generation would
 * have to be a page whose number differs by the difference of the generations; but then its slot is
 * another one, for two generations differ by less than there are slots. What an empty slot holds,
 * generation 0 would have put there. And a device's tag is {@link #DEVICE} more than a page's, half
 * of all slots: further away than any difference of generations. Large entries do the same with 2
 * MiB in place of the page, and with {@link #largeKey}.
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
 * <p><b>Devices.</b> Pages of devices are among the small entries, too, with {@link #DEVICE} in
 * their tags: so what looks for RAM does not find them and has no question more to ask, and what
 * forgets pages forgets them. The second half of such a pair is a <em>register word</em>: which of
 * the machine's devices, and which page of it. That is true as long as no device comes or goes;
 * whoever uses it has to make sure ({@link Translator#devicesUnchanged}). Holes are not entered.
 */
@SuppressWarnings("ReferenceEquality") // of arrays
final class Tlb {
  private static final int LARGE_LOG2_BYTES = TlbArray.LARGE_LOG2_BYTES;
  private static final long LARGE_MASK = -1L << LARGE_LOG2_BYTES;
  static final int LARGE_LOG2_PAGES = LARGE_LOG2_BYTES - Pages.SHIFT;

  /** The address bits of a page. */
  private static final long PAGE_MASK = -1L << Pages.SHIFT;

  /** By how much a device's tag is more than a page's. */
  static final long DEVICE = (long) TlbArray.SMALL / 2 << Pages.SHIFT;

  /** The low bits of a register word: the device. The page's number is above them. */
  private static final int WHICH_BITS = 22;

  private static final int WHICH_MASK = (1 << WHICH_BITS) - 1;

  /** Less than half of all slots of either kind. */
  static final long LAST_GENERATION = TlbArray.SMALL / 2 - 1;

  private static final long FIRST_KEY = 1L << Pages.SHIFT;
  private static final long LAST_KEY = LAST_GENERATION << Pages.SHIFT;
  private static final long FIRST_LARGE_KEY = 1L << LARGE_LOG2_BYTES;

  /** How many misses of a kind a CPU may have before the arrays are made. */
  static final int MISSES_WITHOUT_ARRAYS = 16;

  /** A range of more pages than this is forgotten by forgetting everything. */
  private static final long MOST_PAGES_ONE_BY_ONE = 256;

  private static final Access[] KINDS = Access.values();

  /** An array in which nothing is ever found, and of whose kind all others are. */
  private final TlbArray nothing;

  /** By the ordinal of {@link Access}; {@link #nothing} until the first entry. */
  private final TlbArray[] arrays;

  /** By the ordinal of {@link Access}. */
  private final int[] misses = new int[3];

  /** Where RAM begins in this process; set before the first page of RAM is entered. */
  long ramAddress;

  /**
   * What the address of a page is lessened by for its tag: the generation, 1 .. LAST_GENERATION,
   * times the page size. Raised as the last step of a flush, so that nothing can fail after it.
   */
  long key = FIRST_KEY;

  /** The same for large entries. */
  long largeKey = FIRST_LARGE_KEY;

  /**
   * Whether the fast path looks for large entries before small ones. An entry of either kind is
   * right as long as it is there, so this decides about nothing but time.
   */
  private boolean largeFirst;

  /** The key of the entries that the fast path looks at first. */
  long firstKey = key;

  /** The key of the others. */
  long secondKey = largeKey;

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

  Tlb(TlbArray nothing) {
    this.nothing = nothing;
    arrays = new TlbArray[] {nothing, nothing, nothing};
  }

  /** The array of a kind of access; one in which nothing is found until it was made. */
  TlbArray array(Access access) {
    return arrays[access.ordinal()];
  }

  /**
   * Notes that a page was not found. After a few times the array of that kind of access is made, so
   * that a CPU which does little needs little.
   *
   * @return true when it was made now
   */
  boolean missed(Access access) {
    int kind = access.ordinal();
    if (made(kind) || ++misses[kind] <= MISSES_WITHOUT_ARRAYS) {
      return false;
    }
    // That there is an array says that there is all of it, so it comes last.
    TlbArray made = nothing.another();
    lowerSlots[kind] = new Slots();
    upperSlots[kind] = new Slots();
    arrays[kind] = made;
    return true;
  }

  /** Whether the array of a kind of access was made, so that pages can be entered. */
  boolean made(Access access) {
    return made(access.ordinal());
  }

  /** The permissions of the kinds whose arrays were made. */
  int kindsMade() {
    int kinds = 0;
    for (Access access : KINDS) {
      kinds |= made(access) ? access.permission() : 0;
    }
    return kinds;
  }

  private boolean made(int kind) {
    return arrays[kind] != nothing;
  }

  private long tag(long address) {
    return (address & PAGE_MASK) - key;
  }

  private long largeTag(long address) {
    return (address & LARGE_MASK) - largeKey;
  }

  /** The offset in RAM of an address; -1 when it is not cached. */
  long find(int kind, long address) {
    TlbArray array = arrays[kind];
    int small = TlbArray.small(address);
    if (array.tag(small) == tag(address)) {
      return array.offsetOf(ramAddress, array.place(small)) + Pages.offset(address);
    }
    int large = TlbArray.large(address);
    if (array.tag(large) == largeTag(address)) {
      return array.offsetOf(ramAddress, array.place(large)) + (address & ~LARGE_MASK);
    }
    return -1;
  }

  /** Enters a page; its array was made. */
  void enterSmall(Access access, long address, long pfn) {
    TlbArray array = arrays[access.ordinal()];
    long place = array.placeOf(ramAddress, pfn << Pages.SHIFT);
    enter(access, TlbArray.small(address), address, tag(address), place);
  }

  private void enter(Access access, int entry, long address, long tag, long place) {
    note(access.ordinal(), address, entry);
    arrays[access.ordinal()].put(entry, tag, place);
  }

  /** The register word of an address; -1 when it is not cached, or not a device's. */
  long findDevice(int kind, long address) {
    TlbArray array = arrays[kind];
    int entry = TlbArray.small(address);
    return array.tag(entry) == tag(address) + DEVICE ? array.place(entry) : -1;
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
   * Enters a page of a device; its array was made. Of a device with a number too high none is.
   *
   * @param page which one of the device's, from 0 on
   * @param which the device's number
   */
  void enterDevice(Access access, long address, long page, int which) {
    if (which <= WHICH_MASK) {
      long word = page << WHICH_BITS | which;
      enter(access, TlbArray.small(address), address, tag(address) + DEVICE, word);
    }
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
    TlbArray array = arrays[access.ordinal()];
    long first = (pfn << Pages.SHIFT) - (address & PAGE_MASK & ~LARGE_MASK);
    long place = array.placeOf(ramAddress, first);
    enter(access, TlbArray.large(address), address, largeTag(address), place);
  }

  /** Whether the 2 MiB around an address belong to both halves. */
  private boolean holdsBorder(long address) {
    long first = Pages.of(address & LARGE_MASK);
    return first < border && border <= (first | (1L << LARGE_LOG2_PAGES) - 1);
  }

  /** Notes where an entry will be put, so that its half can be forgotten. */
  private void note(int kind, long address, int entry) {
    if (border == NO_BORDER) {
      return;
    }
    Slots slots = (Pages.of(address) < border ? lowerSlots : upperSlots)[kind];
    if (slots == null) {
      return;
    }
    if (entry < TlbArray.SMALL) {
      slots.small.add(entry);
    } else {
      slots.large.add(entry - TlbArray.SMALL);
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
    for (int kind = 0; kind < arrays.length; kind++) {
      if (made(kind)) {
        TlbArray array = arrays[kind];
        for (long page = firstPage; page <= lastPage; page++) {
          dropSmall(array, Pages.address(page));
        }
        long lastLarge = lastPage >>> LARGE_LOG2_PAGES;
        for (long at = firstPage >>> LARGE_LOG2_PAGES; at <= lastLarge; at++) {
          dropLarge(array, at << LARGE_LOG2_BYTES);
        }
      }
    }
  }

  private void dropSmall(TlbArray array, long address) {
    int entry = TlbArray.small(address);
    long difference = array.tag(entry) - tag(address);
    if (difference == 0 || difference == DEVICE) {
      array.empty(entry);
    }
  }

  private void dropLarge(TlbArray array, long address) {
    int entry = TlbArray.large(address);
    if (array.tag(entry) == largeTag(address)) {
      array.empty(entry);
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
        TlbArray array = arrays[kind];
        slots.small.drain(slot -> dropSmallOf(array, slot, upper));
        slots.large.drain(slot -> dropLargeOf(array, TlbArray.SMALL + slot, upper));
      }
    }
  }

  // These two empty a slot unless the other half has it by now. What is of another generation
  // belongs to nobody; taken for this one's, it may be any page, and is emptied or stays.

  private void dropSmallOf(TlbArray array, int entry, boolean upper) {
    long address = array.tag(entry) + key;
    if (TlbArray.small(address) != entry) {
      address -= DEVICE;
    }
    if (Pages.of(address) >= border == upper) {
      array.empty(entry);
    }
  }

  private void dropLargeOf(TlbArray array, int entry, boolean upper) {
    if (Pages.of(array.tag(entry) + largeKey) >= border == upper) {
      array.empty(entry);
    }
  }

  /** Forgets everything. */
  void flush() {
    if (key < LAST_KEY) {
      key += FIRST_KEY;
      largeKey += FIRST_LARGE_KEY;
    } else {
      for (int kind = 0; kind < arrays.length; kind++) {
        if (made(kind)) {
          arrays[kind].emptyAll();
        }
      }
      key = FIRST_KEY;
      largeKey = FIRST_LARGE_KEY;
    }
    firstKey = largeFirst ? largeKey : key;
    secondKey = largeFirst ? key : largeKey;
  }

  boolean largeFirst() {
    return largeFirst;
  }

  /** Makes the entries the first that have been the second. */
  void turn() {
    largeFirst = !largeFirst;
    firstKey = largeFirst ? largeKey : key;
    secondKey = largeFirst ? key : largeKey;
  }
}
