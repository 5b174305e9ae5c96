package dev.mapwright.windows.mdl;

import dev.mapwright.windows.answer.MmGetSystemAddressForMdl;
import dev.mapwright.windows.answer.MmGetSystemAddressForMdlSafe;
import dev.mapwright.windows.answer.MmMapLockedPages;
import dev.mapwright.windows.answer.MmMapLockedPagesSpecifyCache;
import dev.mapwright.windows.answer.MmMapMdl;

/** The answers of the routines that map to system space. */
final class MappingAnswers {
  static final MapToSystem.Answers SPECIFY_CACHE =
      new MapToSystem.Answers(
          MmMapLockedPagesSpecifyCache.DONE,
          MmMapLockedPagesSpecifyCache.ALREADY_MAPPED,
          MmMapLockedPagesSpecifyCache.NEVER_LOCKED_UNDER_VERIFIER,
          MmMapLockedPagesSpecifyCache.NEVER_LOCKED,
          MmMapLockedPagesSpecifyCache.ZERO_BYTES,
          MmMapLockedPagesSpecifyCache.NO_MEMORY,
          MmMapLockedPagesSpecifyCache.NOT_MARKED_AS_IO,
          MmMapLockedPagesSpecifyCache.PAGE_NOT_LOCKED_UNDER_VERIFIER,
          MmMapLockedPagesSpecifyCache.PAGE_NOT_LOCKED,
          MmMapLockedPagesSpecifyCache.CACHE_CONFLICT,
          MmMapLockedPagesSpecifyCache.LOW_PRIORITY,
          MmMapLockedPagesSpecifyCache.NO_SYSTEM_PTES,
          MmMapLockedPagesSpecifyCache.NO_MORE_SYSTEM_PTES);

  static final MapToSystem.Answers OBSOLETE =
      new MapToSystem.Answers(
          MmMapLockedPages.DONE,
          MmMapLockedPages.ALREADY_MAPPED,
          MmMapLockedPages.NEVER_LOCKED_UNDER_VERIFIER,
          MmMapLockedPages.NEVER_LOCKED,
          MmMapLockedPages.ZERO_BYTES,
          MmMapLockedPages.NO_MEMORY,
          MmMapLockedPages.NOT_MARKED_AS_IO,
          null,
          MmMapLockedPages.PAGE_NOT_LOCKED,
          MmMapLockedPages.CACHE_CONFLICT,
          null,
          MmMapLockedPages.NO_SYSTEM_PTES,
          MmMapLockedPages.NO_MORE_SYSTEM_PTES);

  static final MapToSystem.Answers SYSTEM_ADDRESS =
      new MapToSystem.Answers(
          MmGetSystemAddressForMdl.DONE,
          MmGetSystemAddressForMdl.ALREADY_MAPPED,
          MmGetSystemAddressForMdl.NEVER_LOCKED_UNDER_VERIFIER,
          MmGetSystemAddressForMdl.NEVER_LOCKED,
          MmGetSystemAddressForMdl.ZERO_BYTES,
          MmGetSystemAddressForMdl.NO_MEMORY,
          MmGetSystemAddressForMdl.NOT_MARKED_AS_IO,
          null,
          MmGetSystemAddressForMdl.PAGE_NOT_LOCKED,
          MmGetSystemAddressForMdl.CACHE_CONFLICT,
          null,
          MmGetSystemAddressForMdl.NO_SYSTEM_PTES,
          MmGetSystemAddressForMdl.NO_MORE_SYSTEM_PTES);

  static final MapToSystem.Answers SAFE =
      new MapToSystem.Answers(
          MmGetSystemAddressForMdlSafe.DONE,
          MmGetSystemAddressForMdlSafe.ALREADY_MAPPED,
          MmGetSystemAddressForMdlSafe.NEVER_LOCKED_UNDER_VERIFIER,
          MmGetSystemAddressForMdlSafe.NEVER_LOCKED,
          MmGetSystemAddressForMdlSafe.ZERO_BYTES,
          MmGetSystemAddressForMdlSafe.NO_MEMORY,
          MmGetSystemAddressForMdlSafe.NOT_MARKED_AS_IO,
          MmGetSystemAddressForMdlSafe.PAGE_NOT_LOCKED_UNDER_VERIFIER,
          MmGetSystemAddressForMdlSafe.PAGE_NOT_LOCKED,
          MmGetSystemAddressForMdlSafe.CACHE_CONFLICT,
          MmGetSystemAddressForMdlSafe.LOW_PRIORITY,
          MmGetSystemAddressForMdlSafe.NO_SYSTEM_PTES,
          null);

  static final MapToSystem.Answers MAP_MDL =
      new MapToSystem.Answers(
          MmMapMdl.DONE,
          MmMapMdl.ALREADY_MAPPED,
          MmMapMdl.NEVER_LOCKED_UNDER_VERIFIER,
          MmMapMdl.NEVER_LOCKED,
          MmMapMdl.ZERO_BYTES,
          MmMapMdl.NO_MEMORY,
          MmMapMdl.NOT_MARKED_AS_IO,
          MmMapMdl.PAGE_NOT_LOCKED_UNDER_VERIFIER,
          MmMapMdl.PAGE_NOT_LOCKED,
          MmMapMdl.CACHE_CONFLICT,
          null,
          MmMapMdl.NO_SYSTEM_PTES,
          null);

  private MappingAnswers() {}
}
