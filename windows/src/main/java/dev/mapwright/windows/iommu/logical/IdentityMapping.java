package dev.mapwright.windows.iommu.logical;

import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.answer.MapIdentityRangeEx;
import dev.mapwright.windows.answer.UnmapIdentityRangeEx;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.PhysicalPages;
import org.jspecify.annotations.Nullable;

/**
 * The routines of both versions that map pages at their own addresses and unmap them. In a domain
 * that passes through that is not necessary: there arguments are checked, and nothing is done.
 */
final class IdentityMapping {
  /** More pages at once are not sorted: 64 GiB. */
  private static final long MOST_PAGES = 1 << 24;

  private IdentityMapping() {}

  static int map(NtContext c, IdentityAnswers answers, long address, int permissions, long what) {
    // Can anything be at its own address there?
    DmaDomain domain = c.kernel().iommu().domain(address);
    if (domain == null) {
      return c.refuse(answers.of(MapIdentityRangeEx.NO_DOMAIN), address, 0);
    }
    Domain engine = domain.engine();
    if (engine == null && domain.type() != DmaDomainType.PASS_THROUGH) {
      return c.refuse(answers.of(MapIdentityRangeEx.WRONG_TYPE), address, domain.type());
    }
    // Are the arguments such as a mapping can have?
    if ((permissions & ~DmaPermissions.KNOWN) != 0) {
      long given = permissions & 0xFFFF_FFFFL;
      return c.refuse(answers.of(MapIdentityRangeEx.UNKNOWN_PERMISSION), given, 0);
    }
    PhysicalArgument.Result read = read(c, answers, engine, what);
    if (read == PhysicalArgument.Result.MISUSED) {
      return c.failureStatus();
    }
    if (read == PhysicalArgument.Result.BAD) {
      return c.refuse(answers.of(MapIdentityRangeEx.BAD_PHYSICAL_PAGES), what, 0);
    }
    // Do drivers choose addresses there?
    if (engine != null && engine.allocator() != null) {
      return c.refuse(answers.of(MapIdentityRangeEx.NOT_CHOSEN_BY_DRIVERS), address, 0);
    }
    if (read == PhysicalArgument.Result.NO_MEMORY) {
      return c.refuse(answers.of(MapIdentityRangeEx.NO_MEMORY), 0, 0);
    }
    if (engine == null) {
      c.done(answers.of(MapIdentityRangeEx.DONE));
      return NtStatus.STATUS_SUCCESS;
    }
    PhysicalPages pages = c.physicalPages();
    return switch (engine.mapIdentity(pages, pages.pages(), permissions, c.label())) {
      case OK -> {
        c.done(answers.of(MapIdentityRangeEx.DONE));
        yield NtStatus.STATUS_SUCCESS;
      }
      case DEAD -> c.refuse(answers.of(MapIdentityRangeEx.NO_DOMAIN), address, 0);
      // A page comes twice, or its address is beyond the domain.
      case INVALID, OUTSIDE -> c.refuse(answers.of(MapIdentityRangeEx.BAD_PHYSICAL_PAGES), what, 0);
      case OCCUPIED ->
          DmaChecks.mappedAlready(c, engine, pages, pages.pages())
              ? c.failureStatus()
              : c.refuse(answers.of(MapIdentityRangeEx.OCCUPIED), address, 0);
      default -> c.refuse(answers.of(MapIdentityRangeEx.NO_MEMORY), 0, 0);
    };
  }

  static int unmap(NtContext c, IdentityAnswers answers, long address, long what) {
    DmaDomain domain = c.kernel().iommu().domain(address);
    if (domain == null) {
      return c.refuse(answers.of(UnmapIdentityRangeEx.NO_DOMAIN), address, 0);
    }
    Domain engine = domain.engine();
    if (engine == null && domain.type() != DmaDomainType.PASS_THROUGH) {
      return c.refuse(answers.of(UnmapIdentityRangeEx.WRONG_TYPE), address, domain.type());
    }
    PhysicalArgument.Result read = read(c, answers, engine, what);
    if (read == PhysicalArgument.Result.MISUSED) {
      return c.failureStatus();
    }
    if (read == PhysicalArgument.Result.BAD) {
      return c.refuse(answers.of(UnmapIdentityRangeEx.BAD_PHYSICAL_PAGES), what, 0);
    }
    if (engine != null && engine.allocator() != null) {
      return c.refuse(answers.of(UnmapIdentityRangeEx.NOT_CHOSEN_BY_DRIVERS), address, 0);
    }
    if (read == PhysicalArgument.Result.NO_MEMORY) {
      return c.refuse(answers.of(UnmapIdentityRangeEx.NO_MEMORY), 0, 0);
    }
    if (engine == null) {
      c.done(answers.of(UnmapIdentityRangeEx.DONE));
      return NtStatus.STATUS_SUCCESS;
    }
    PhysicalPages pages = c.physicalPages();
    return switch (engine.unmapIdentity(pages, pages.pages(), c.label())) {
      case OK -> {
        c.done(answers.of(UnmapIdentityRangeEx.DONE));
        yield NtStatus.STATUS_SUCCESS;
      }
      case DEAD -> c.refuse(answers.of(UnmapIdentityRangeEx.NO_DOMAIN), address, 0);
      case INVALID -> c.refuse(answers.of(UnmapIdentityRangeEx.BAD_PHYSICAL_PAGES), what, 0);
      case OUT_OF_RECORDS, OUT_OF_FRAMES ->
          c.refuse(answers.of(UnmapIdentityRangeEx.NO_MEMORY), 0, 0);
      default ->
          DmaChecks.unmapsTooMuch(c, notShown(c, engine))
              ? c.failureStatus()
              : c.refuse(answers.of(UnmapIdentityRangeEx.NOT_MAPPED), address, 0);
    };
  }

  /** How many of the pages are not at their own addresses. */
  private static long notShown(NtContext c, Domain engine) {
    long count = 0;
    for (long i = 0; i < c.physicalPages().pages(); i++) {
      long pfn = c.physicalPages().pfn(i);
      long entry = engine.entry(pfn);
      count += TranslationEntry.bare(entry) && TranslationEntry.pfn(entry) == pfn ? 0 : 1;
    }
    return count;
  }

  /**
   * Reads which pages are meant. One that comes twice is refused here where the engine is not
   * asked, and else by the engine, which sorts them anyway.
   */
  private static PhysicalArgument.Result read(
      NtContext c, IdentityAnswers answers, @Nullable Domain engine, long what) {
    PhysicalArgument.Result read =
        answers == IdentityAnswers.FIRST
            ? PhysicalArgument.readMdl(c, what, Long.MAX_VALUE)
            : PhysicalArgument.read(c, what, Long.MAX_VALUE);
    boolean asked = engine != null && engine.allocator() == null;
    PhysicalPages pages = c.physicalPages();
    if (read != PhysicalArgument.Result.FINE || !asked && !pages.listed()) {
      return read;
    }
    if (pages.pages() > MOST_PAGES) {
      return PhysicalArgument.Result.NO_MEMORY;
    }
    try {
      return asked || pages.eachOnce() ? read : PhysicalArgument.Result.BAD;
    } catch (OutOfMemoryError full) {
      return PhysicalArgument.Result.NO_MEMORY;
    }
  }
}
