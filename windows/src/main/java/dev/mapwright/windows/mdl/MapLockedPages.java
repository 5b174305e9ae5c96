package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;
import static dev.mapwright.windows.abi.PagePriority.MDL_MAPPING_NO_EXECUTE;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.answer.MmGetSystemAddressForMdl;
import dev.mapwright.windows.answer.MmGetSystemAddressForMdlSafe;
import dev.mapwright.windows.answer.MmMapLockedPages;
import dev.mapwright.windows.answer.MmMapLockedPagesSpecifyCache;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.Refusal;
import dev.mapwright.windows.memory.mdl.MdlFields;

/** The routines that map an MDL, as far as they differ from each other. */
final class MapLockedPages {
  private static final int HAS_SYSTEM_ADDRESS =
      MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL;

  private MapLockedPages() {}

  static long specifyCache(
      NtContext c,
      long mdlAddress,
      boolean user,
      int cacheType,
      long requested,
      boolean bugCheckOnFailure,
      int priority) {
    if (user && c.irql() > Irql.APC_LEVEL) {
      c.misuse(MmMapLockedPagesSpecifyCache.USER_IRQL_TOO_HIGH, c.irql(), mdlAddress, 1);
      return 0;
    }
    if (!c.readMdl(mdlAddress)) {
      return 0;
    }
    boolean known = MemoryCachingType.valid(cacheType);
    if (user) {
      if (!MapToSystem.ready(c, MappingAnswers.SPECIFY_CACHE, 0)) {
        return 0;
      }
      if (!known) {
        throw c.raise(MmMapLockedPagesSpecifyCache.BAD_USER_CACHE_TYPE, cacheType, 0);
      }
      CachePolicy policy = MemoryCachingType.policy(cacheType);
      return MapToUser.run(c, UserAnswers.SPECIFY_CACHE, policy, requested, priority);
    }
    if (!MapToSystem.ready(c, MappingAnswers.SPECIFY_CACHE)) {
      return 0;
    }
    if (!known) {
      c.refuse(MmMapLockedPagesSpecifyCache.BAD_CACHE_TYPE, cacheType, 0);
      return 0;
    }
    MdlFields mdl = c.mdl();
    if (bugCheckOnFailure
        && !c.note(MmMapLockedPagesSpecifyCache.BUG_CHECK_ON_FAILURE, mdlAddress, mdl.flags(), 0)) {
      return 0;
    }
    if ((priority & MDL_MAPPING_NO_EXECUTE) == 0
        && !c.note(MmMapLockedPagesSpecifyCache.EXECUTABLE, 0, priority & 0xFFFF_FFFFL, 0)) {
      return 0;
    }
    CachePolicy policy = MemoryCachingType.policy(cacheType);
    return MapToSystem.run(c, MappingAnswers.SPECIFY_CACHE, policy, priority, bugCheckOnFailure);
  }

  /**
   * A call that was refused when it began: for user mode, what failed on purpose is raised like a
   * shortage, since there a shortage is never returned.
   */
  static long refused(NtContext c, boolean user) {
    Refusal why = c.lastRefusal();
    if (user && why != null && why.condition() == MmMapLockedPagesSpecifyCache.INJECTED) {
      throw c.raise(MmMapLockedPagesSpecifyCache.NO_USER_MEMORY, 0, 0);
    }
    return 0;
  }

  static long obsolete(NtContext c, long mdlAddress, boolean user) {
    if (user && c.irql() > Irql.APC_LEVEL) {
      c.misuse(MmMapLockedPages.USER_IRQL_TOO_HIGH, c.irql(), mdlAddress, 1);
      return 0;
    }
    if (!c.readMdl(mdlAddress)
        || !MapToSystem.ready(c, MappingAnswers.OBSOLETE, user ? 0 : MapToSystem.MAPPED)
        || !c.note(MmMapLockedPages.OBSOLETE, mdlAddress, c.mdl().flags(), 0)) {
      return 0;
    }
    return user
        ? MapToUser.run(c, UserAnswers.OBSOLETE, CachePolicy.CACHED, 0, 0)
        : MapToSystem.run(c, MappingAnswers.OBSOLETE, CachePolicy.CACHED, HIGH_PAGE_PRIORITY, true);
  }

  static long systemAddress(NtContext c, long mdlAddress) {
    if (!c.readMdl(mdlAddress)) {
      return 0;
    }
    if (c.mdl().any(HAS_SYSTEM_ADDRESS)) {
      c.done(MmGetSystemAddressForMdl.DONE);
      return c.mdl().mappedSystemVa();
    }
    if (!MapToSystem.ready(c, MappingAnswers.SYSTEM_ADDRESS)
        || !c.note(MmGetSystemAddressForMdl.OBSOLETE, mdlAddress, c.mdl().flags(), 0)) {
      return 0;
    }
    return MapToSystem.run(
        c, MappingAnswers.SYSTEM_ADDRESS, CachePolicy.CACHED, HIGH_PAGE_PRIORITY, true);
  }

  static long systemAddressSafe(NtContext c, long mdlAddress, int priority) {
    if (!c.readMdl(mdlAddress)) {
      return 0;
    }
    if (c.mdl().any(HAS_SYSTEM_ADDRESS)) {
      c.done(MmGetSystemAddressForMdlSafe.DONE);
      return c.mdl().mappedSystemVa();
    }
    if (!c.mayAllocate(Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE)
        || !MapToSystem.ready(c, MappingAnswers.SAFE)) {
      return 0;
    }
    if ((priority & MDL_MAPPING_NO_EXECUTE) == 0
        && !c.note(MmGetSystemAddressForMdlSafe.EXECUTABLE, 0, priority & 0xFFFF_FFFFL, 0)) {
      return 0;
    }
    return MapToSystem.run(c, MappingAnswers.SAFE, CachePolicy.CACHED, priority, false);
  }
}
