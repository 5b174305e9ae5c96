package dev.mapwright.proof.windows.hostile;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.proof.SplitMix;
import dev.mapwright.proof.windows.hostile.Things.Sort;
import dev.mapwright.proof.windows.hostile.Things.Thing;
import dev.mapwright.windows.abi.PagePriority;
import dev.mapwright.windows.abi.PageProtection;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.answer.Routine;

/** Arguments with which a routine does its work, as far as there are things for it. */
final class Proper {
  static final long PAGE = 4096;

  /** A whole machine word of ones: no highest address. */
  private static final long ANYWHERE = -1;

  private static final int BUSY =
      MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA;
  private static final int LOCKED = MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL;
  private static final int SEGMENTS = 8;

  private final SplitMix random;
  private final Things things;
  private final Sight sight;
  private final int tag;
  private final long function;

  /** Nonpaged memory: what routines read, and behind it what they write. */
  private final long in;

  private final long out;

  /** The EPROCESS of the process whose memory there is. */
  private long process;

  private final DmaProper dma;

  Proper(
      SplitMix random,
      Things things,
      Sight sight,
      int tag,
      long function,
      long in,
      long out,
      long[] pdos,
      long ownPfn) {
    dma = new DmaProper(random, things, sight, function, in, out, pdos, ownPfn);
    this.random = random;
    this.things = things;
    this.sight = sight;
    this.tag = tag;
    this.function = function;
    this.in = in;
    this.out = out;
  }

  void setProcess(long eprocess) {
    process = eprocess;
  }

  /** One argument a parameter. */
  long[] of(Routine routine) {
    return switch (routine) {
      case IO_ALLOCATE_MDL -> allocateMdl();
      case IO_FREE_MDL -> of(sight.mdl(0, MDL_PAGES_LOCKED));
      case IO_BUILD_PARTIAL_MDL -> partial();
      case MM_PREPARE_MDL_FOR_REUSE -> of(sight.mdl(MDL_PARTIAL | MDL_PARTIAL_HAS_BEEN_MAPPED, 0));
      case MM_INITIALIZE_MDL -> {
        Thing buffer = buffer();
        yield of(things.any(Sort.POOL).address(), buffer.address(), 1 + random.below(3 * PAGE));
      }
      case MM_SIZE_OF_MDL -> of(buffer().address(), size());
      case MM_GET_MDL_BYTE_COUNT,
          MM_GET_MDL_BYTE_OFFSET,
          MM_GET_MDL_VIRTUAL_ADDRESS,
          MM_GET_MDL_PFN_ARRAY ->
          of(sight.mdl(0, 0));
      case MM_PROBE_AND_LOCK_PAGES -> {
        long mdl = sight.mdl(0, BUSY);
        yield of(mdl, mode(mdl), random.below(3));
      }
      case MM_PROBE_AND_LOCK_PROCESS_PAGES -> {
        long mdl = sight.mdl(0, BUSY);
        yield of(mdl, process, mode(mdl), random.below(3));
      }
      case MM_PROBE_AND_LOCK_SELECTED_PAGES -> of(sight.mdl(0, BUSY), segments(), 1, 0);
      case MM_UNLOCK_PAGES -> of(sight.mdl(MDL_PAGES_LOCKED, MDL_PARTIAL));
      case MM_BUILD_MDL_FOR_NON_PAGED_POOL -> of(sight.mdl(0, BUSY));
      case MM_ALLOCATE_PAGES_FOR_MDL -> of(0, ANYWHERE, 0, size());
      case MM_ALLOCATE_PAGES_FOR_MDL_EX -> of(0, ANYWHERE, 0, size(), type(), allocationFlags());
      case MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX ->
          of(0, ANYWHERE, 0, size(), type(), 0, allocationFlags());
      case MM_FREE_PAGES_FROM_MDL -> of(things.any(Sort.PAGES_MDL).address());
      case MM_MAP_LOCKED_PAGES -> {
        boolean user = random.chance(20);
        yield of(sight.mdl(LOCKED, user ? 0 : MDL_MAPPED_TO_SYSTEM_VA), user ? 1 : 0);
      }
      case MM_MAP_LOCKED_PAGES_SPECIFY_CACHE -> {
        boolean user = random.chance(40);
        long mdl = sight.mdl(LOCKED, user ? 0 : MDL_MAPPED_TO_SYSTEM_VA);
        long where = user && random.chance(20) ? things.any(Sort.USER).address() + 16 * PAGE : 0;
        yield of(mdl, user ? 1 : 0, type(), where, random.chance(10) ? 1 : 0, priority());
      }
      case MM_GET_SYSTEM_ADDRESS_FOR_MDL -> of(sight.mdl(LOCKED, 0));
      case MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE -> of(sight.mdl(LOCKED, 0), priority());
      case MM_UNMAP_LOCKED_PAGES -> {
        Thing mapping = things.any(Sort.MDL_MAPPING);
        yield of(mapping.address(), mapping.extra());
      }
      case MM_PROTECT_MDL_SYSTEM_ADDRESS -> of(sight.mdl(MDL_MAPPED_TO_SYSTEM_VA, 0), protection());
      case MM_ADVANCE_MDL -> {
        long mdl = sight.mdl(LOCKED, 0);
        yield of(mdl, random.below(1 + sight.bytesOf(mdl)));
      }
      case MM_MAP_MDL ->
          of(
              sight.mdl(LOCKED, MDL_MAPPED_TO_SYSTEM_VA),
              PageProtection.PAGE_READWRITE,
              function,
              0);
      case MM_ALLOCATE_MAPPING_ADDRESS -> of(size(), tag);
      case MM_ALLOCATE_MAPPING_ADDRESS_EX -> of(size(), tag, random.below(2));
      case MM_FREE_MAPPING_ADDRESS -> of(things.any(Sort.RESERVED).address(), tag);
      case MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING -> {
        Thing range = things.any(Sort.RESERVED);
        long offset = range.extra() == 0 ? 0 : random.below(1 + range.bytes() / PAGE) * PAGE;
        long mdl = sight.mdl(LOCKED, MDL_MAPPED_TO_SYSTEM_VA);
        yield of(range.address() + offset, tag, mdl, type());
      }
      case MM_UNMAP_RESERVED_MAPPING -> {
        Thing mapping = things.any(Sort.RESERVED_MAPPING);
        yield of(mapping.address(), tag, mapping.extra());
      }
      case MM_MAP_IO_SPACE -> of(things.any(Sort.PHYSICAL).address(), size(), type());
      case MM_MAP_IO_SPACE_EX -> of(things.any(Sort.PHYSICAL).address(), size(), protection());
      case MM_UNMAP_IO_SPACE -> {
        Thing mapping = things.any(Sort.IO_MAPPING);
        yield of(mapping.address(), mapping.bytes());
      }
      case MM_ALLOCATE_MDL_FOR_IO_SPACE -> of(entries(), 2, out);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY -> of(size(), ANYWHERE);
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_EX -> {
        sight.store(in, size());
        yield of(in, 0, ANYWHERE, 0, 0, PageProtection.PAGE_READWRITE, 0, tag, 0, out);
      }
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE -> of(size(), 0, ANYWHERE, 0, type());
      case MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE ->
          of(size(), 0, ANYWHERE, 0, type(), 0);
      case MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY ->
          of(size(), 0, ANYWHERE, 0, random.oneOf(4, 0x40, 0x204, 0x404), 0);
      case MM_FREE_CONTIGUOUS_MEMORY -> of(things.any(Sort.CONTIGUOUS).address());
      case MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE -> {
        Thing block = things.any(Sort.CONTIGUOUS);
        yield of(block.address(), block.bytes(), block.extra());
      }
      case MM_ALLOCATE_NON_CACHED_MEMORY -> of(size());
      case MM_FREE_NON_CACHED_MEMORY -> {
        Thing block = things.any(Sort.NON_CACHED);
        yield of(block.address(), block.bytes());
      }
      case MM_GET_PHYSICAL_ADDRESS, MM_IS_ADDRESS_VALID -> of(things.any().address());
      case MM_COPY_MEMORY -> copy();
      case KE_FLUSH_IO_BUFFERS -> of(sight.mdl(LOCKED, 0), random.below(2), random.below(2));
      case EX_ALLOCATE_POOL2 -> of(random.oneOf(0x40, 0x40, 0x42, 0x80, 0x100, 0x160), size(), tag);
      case EX_ALLOCATE_POOL_WITH_TAG ->
          of(random.oneOf(PoolFlags.NON_PAGED_POOL_NX, PoolFlags.NON_PAGED_POOL, 1), size(), tag);
      case EX_FREE_POOL -> of(random.chance(20) ? emptied() : pool().address());
      case EX_FREE_POOL_WITH_TAG -> of(pool().address(), tag);
      case KE_RAISE_IRQL -> of(random.below(3), out);
      case KE_LOWER_IRQL -> of(0);
      case IO_ALLOCATE_IRP -> of(1 + random.below(12), 0);
      case IO_FREE_IRP -> of(things.any(Sort.IRP).address());
      default -> dma(routine) ? dma.of(routine) : registers(routine);
    };
  }

  /** Whether a routine is one of the DMA remapping interface. */
  static boolean dma(Routine routine) {
    return routine.ordinal() >= Routine.IO_GET_IOMMU_INTERFACE.ordinal();
  }

  private static long[] of(long... arguments) {
    return arguments;
  }

  /** READ_REGISTER_ and WRITE_REGISTER_ with one value or with many; others without arguments. */
  private long[] registers(Routine routine) {
    Thing mapping = things.any(Sort.IO_MAPPING);
    long register = mapping.address() + 8 * random.below(1 + mapping.bytes() / 8);
    return switch (routine.parameters().size()) {
      case 0 -> of();
      case 1 -> of(register);
      case 2 -> of(register, random.next());
      default -> of(register, pool().address(), random.below(9));
    };
  }

  private long[] allocateMdl() {
    Thing buffer = buffer();
    long offset = random.below(Math.max(1, Math.min(buffer.bytes(), 5000)));
    long bytes = 1 + random.below(Math.max(1, buffer.bytes() - offset));
    boolean secondary = random.chance(10);
    long irp = secondary || random.chance(10) ? things.any(Sort.IRP).address() : 0;
    return of(buffer.address() + offset, bytes, secondary ? 1 : 0, 0, irp);
  }

  private long[] partial() {
    long source = sight.mdl(LOCKED, 0);
    long offset = random.below(1 + sight.bytesOf(source));
    long length = random.chance(30) ? 0 : sight.bytesOf(source) - offset;
    long target = sight.mdl(0, MDL_PAGES_LOCKED | MDL_PARTIAL_HAS_BEEN_MAPPED);
    return of(source, target, sight.bufferOf(source) + offset, length);
  }

  private long[] copy() {
    boolean physical = random.chance(50);
    Thing source = physical ? things.any(Sort.PHYSICAL) : buffer();
    return of(pool().address(), source.address(), random.below(64), physical ? 1 : 2, out);
  }

  /** Memory that an MDL can describe. */
  private Thing buffer() {
    return things.any(
        switch (random.below(16)) {
          case 0, 1, 2, 3, 4, 5 -> Sort.USER;
          case 6, 7 -> Sort.CONTIGUOUS;
          case 8 -> Sort.NON_CACHED;
          case 9 -> Sort.PAGED_POOL;
          case 10 -> Sort.MDL_MAPPING;
          case 11 -> Sort.IO_MAPPING;
          default -> Sort.POOL;
        });
  }

  private Thing pool() {
    return things.any(random.chance(80) ? Sort.POOL : Sort.PAGED_POOL);
  }

  /** An MDL that owned pages, and whose memory is the driver's to free. */
  private long emptied() {
    for (int i = 0; i < 8; i++) {
      long mdl = things.any(Sort.PAGES_MDL).address();
      if ((sight.flags(mdl) & MDL_PAGES_LOCKED) == 0) {
        return mdl;
      }
    }
    return pool().address();
  }

  private long mode(long mdl) {
    return sight.bufferOf(mdl) >= 0 ? 1 : 0;
  }

  private long segments() {
    for (int i = 0; i < SEGMENTS; i++) {
      Thing memory = things.any(Sort.USER);
      long page = random.below(Math.max(1, memory.bytes() / PAGE));
      sight.store(in + 8L * i, memory.address() + page * PAGE);
    }
    return in;
  }

  private long entries() {
    for (int i = 0; i < 2; i++) {
      sight.store(in + 16L * i, things.any(Sort.PHYSICAL).address() & -PAGE);
      sight.store(in + 16L * i + 8, (1 + random.below(2)) * PAGE);
    }
    sight.store(out, 0);
    return in;
  }

  private long size() {
    return switch (random.below(10)) {
      case 0 -> random.oneOf(1, 16, 4095, 4096, 4097);
      case 1 -> 1 + random.below(40 * PAGE);
      case 2, 3, 4 -> 1 + random.below(600);
      default -> 1 + random.below(4 * PAGE);
    };
  }

  /** Mostly MmCached. */
  private int type() {
    return random.chance(60) ? 1 : random.below(3);
  }

  private int allocationFlags() {
    return random.chance(70)
        ? random.oneOf(0, 1, 4, 5)
        : random.oneOf(8, 0x10, 0x20, 0x24, 0x40, 0x104);
  }

  private int protection() {
    return random.oneOf(2, 4, 4, 4, 0x204, 0x204, 0x404, 0x20, 0x40);
  }

  private int priority() {
    int level =
        random.oneOf(
            PagePriority.LOW_PAGE_PRIORITY,
            PagePriority.NORMAL_PAGE_PRIORITY,
            PagePriority.HIGH_PAGE_PRIORITY);
    int bits = random.chance(80) ? PagePriority.MDL_MAPPING_NO_EXECUTE : 0;
    bits |= random.chance(20) ? PagePriority.MDL_MAPPING_WITH_GUARD_PTES : 0;
    return level | bits | (random.chance(20) ? PagePriority.MDL_MAPPING_NO_WRITE : 0);
  }
}
