package dev.mapwright.windows.mdl;

import dev.mapwright.windows.answer.MmMapLockedPages;
import dev.mapwright.windows.answer.MmMapLockedPagesSpecifyCache;

/** The answers of the routines that map to user mode. */
final class UserAnswers {
  static final MapToUser.Answers SPECIFY_CACHE =
      new MapToUser.Answers(
          MappingAnswers.SPECIFY_CACHE,
          MmMapLockedPagesSpecifyCache.MISALIGNED_ADDRESS,
          MmMapLockedPagesSpecifyCache.OUTSIDE_USER_SPACE,
          MmMapLockedPagesSpecifyCache.OCCUPIED,
          MmMapLockedPagesSpecifyCache.NO_USER_ADDRESSES,
          MmMapLockedPagesSpecifyCache.NO_USER_MEMORY,
          MmMapLockedPagesSpecifyCache.USER_CACHE_CONFLICT,
          MmMapLockedPagesSpecifyCache.PROCESS_ENDING);

  /** No address can be asked for, so the first three are never given. */
  static final MapToUser.Answers OBSOLETE =
      new MapToUser.Answers(
          MappingAnswers.OBSOLETE,
          MmMapLockedPages.NO_USER_ADDRESSES,
          MmMapLockedPages.NO_USER_ADDRESSES,
          MmMapLockedPages.NO_USER_ADDRESSES,
          MmMapLockedPages.NO_USER_ADDRESSES,
          MmMapLockedPages.NO_USER_MEMORY,
          MmMapLockedPages.USER_CACHE_CONFLICT,
          MmMapLockedPages.PROCESS_ENDING);

  private UserAnswers() {}
}
