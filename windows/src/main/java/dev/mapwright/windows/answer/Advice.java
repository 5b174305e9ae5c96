package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** What to do about an answer, for reports and explanations. */
public final class Advice {
  private Advice() {}

  /**
   * {@return one or two sentences; empty when there is nothing to do}
   *
   * @param answer any answer
   */
  public static String of(Answer answer) {
    return answer.bugCheck() ? ofBugCheck(answer.code(), answer.parameter1()) : "";
  }

  /**
   * {@return what a report advises: what is known of this kind of misuse, or else of its code; not
   * empty}
   *
   * @param answer one with a bug check
   */
  public static String inReport(Answer answer) {
    String special = of(answer);
    BugCheckGuide guide = BugCheckGuide.of(answer.code());
    return special.isEmpty() && guide != null ? String.join(" ", guide.advice()) : special;
  }

  private static String ofBugCheck(int code, long kind) {
    return switch (code) {
      case BugCheckCode.SYSTEM_PTE_MISUSE -> ofSystemPteMisuse((int) kind);
      case BugCheckCode.MEMORY_MANAGEMENT -> ofMemoryManagement((int) kind);
      case BugCheckCode.NO_MORE_SYSTEM_PTES ->
          "Pass FALSE for BugCheckOnFailure and handle NULL; look for mappings that are never"
              + " removed, for example of partial MDLs without MmPrepareMdlForReuse.";
      case BugCheckCode.PROCESS_HAS_LOCKED_PAGES ->
          "Call MmUnlockPages exactly once for each MDL whose pages were locked, before the process"
              + " ends.";
      case BugCheckCode.BAD_POOL_CALLER -> ofBadPoolCaller((int) kind);
      case BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION -> ofVerifier((int) kind);
      case BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION -> ofDmaVerifier((int) kind);
      case BugCheckCode.PFN_LIST_CORRUPT -> ofPfnListCorrupt((int) kind);
      case BugCheckCode.PAGE_FAULT_IN_NONPAGED_AREA ->
          "Look at where the address comes from: it was unmapped, freed, or never was one.";
      case BugCheckCode.DRIVER_IRQL_NOT_LESS_OR_EQUAL ->
          "Lock pageable memory before it is used at this IRQL, or use it below DISPATCH_LEVEL.";
      case BugCheckCode.ATTEMPTED_WRITE_TO_READONLY_MEMORY ->
          "Map the memory writable if it is to be written.";
      case BugCheckCode.ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY ->
          "Map the memory executable if it is code; otherwise find the pointer that led there.";
      default -> "";
    };
  }

  private static String ofDmaVerifier(int kind) {
    return switch (kind) {
      case 0x03 -> "Free each common buffer once, with what creating it has returned.";
      case 0x05 -> "Unmap what was mapped, once, with its own address and number of pages.";
      case 0x07 -> "Free the adapter's common buffers before the adapter is released.";
      case 0x09 -> "Unmap everything, and free all tokens, before the domain is deleted.";
      case 0x0E -> "Lock the pages with MmProbeAndLockPages before they are mapped for a device.";
      case 0x10 ->
          "Stop the device or wait for it, then unmap, and free or unlock the memory last:"
              + " until it is unmapped, the device can write to whoever has the memory then.";
      case 0x13 -> "Call it at the IRQL that its page allows; defer the work otherwise.";
      case 0x18 -> "Get an adapter again, or release it later: nothing of it is used afterwards.";
      case 0x1B -> "Pass an address that lies in the MDL's buffer.";
      case 0x1D -> "Unmap the range first, or map it once for both.";
      case 0x21 -> "Map nothing when there is nothing to transfer.";
      case 0x22 -> "Map the MDL to system space first, with MmGetSystemAddressForMdlSafe.";
      default -> "";
    };
  }

  private static String ofSystemPteMisuse(int kind) {
    return switch (kind) {
      case 0x02, 0x04, 0x05 ->
          "Unmap with the MDL as it was when it was mapped; a changed MDL needs its own mapping.";
      case 0x03 -> "Unmap by the address that mapping this MDL has returned.";
      case 0x06 ->
          "Unmap each mapping once, with the MDL that was mapped; leave MappedSystemVa and MdlFlags"
              + " to the routines. A mapping in a reservation does not go with its MDL: call"
              + " MmUnmapReservedMapping before the pages are unlocked or freed.";
      case 0x100 -> "Ask for at least one byte.";
      case 0x101, 0x104, 0x108 ->
          "Pass the tag that the range was reserved with: a reservation belongs to its tag.";
      case 0x102 -> "Free each reservation once, by the address that reserving it has returned.";
      case 0x103 -> "Call MmUnmapReservedMapping before MmFreeMappingAddress.";
      case 0x105 ->
          "Pass the address that MmAllocateMappingAddress has returned; an address inside of the"
              + " range needs MM_MAPPING_ADDRESS_DIVISIBLE.";
      case 0x107 ->
          "Unmap what is mapped first; to map several MDLs at a time, reserve with"
              + " MM_MAPPING_ADDRESS_DIVISIBLE or reserve one range for each.";
      case 0x109 ->
          "Unmap by the base of the reservation, or by the address that mapping returned.";
      case 0x10A, 0x10C ->
          "Unmap with an MDL of as many pages as were mapped, its offset included.";
      case 0x10B -> "Unmap each mapping once.";
      case 0x303, 0x304, 0x306 ->
          "Free non-cached memory once, by the address that MmAllocateNonCachedMemory has returned.";
      case 0x305 ->
          "Pass the size that was mapped or allocated: it is compared in pages, offset included.";
      case 0x400 ->
          "Unmap by the address that MmMapIoSpace has returned, once; what an MDL has mapped is"
              + " unmapped by MmUnmapLockedPages.";
      default -> "";
    };
  }

  private static String ofBadPoolCaller(int kind) {
    return switch (kind) {
      case 0x07 -> "Free each block once; set the pointer to NULL when it is free.";
      case 0x0A -> "Free the block with the tag that it was allocated with.";
      case 0x60 -> "Free a contiguous block once, by the address that allocating it has returned.";
      case 0x46 -> "Free a block by the address that allocating it has returned.";
      default -> "";
    };
  }

  private static String ofMemoryManagement(int kind) {
    return switch (kind) {
      case 0x1235 -> "Protect an MDL only while it is mapped.";
      case 0x1236 ->
          "Free the pages of MmAllocatePagesForMdl once, with the MDL that it has returned, and do"
              + " not unlock them.";
      case 0x1240 ->
          "Use MmBuildMdlForNonPagedPool only for memory that is there and can't go; lock other"
              + " memory by MmProbeAndLockPages.";
      default -> "Lock the pages before they are mapped, and keep the MDL as the routines left it.";
    };
  }

  private static String ofVerifier(int kind) {
    return switch (kind) {
      case 0x62 -> "Free what the driver has allocated before it is unloaded.";
      case 0x6F -> "Describe device memory by MmAllocateMdlForIoSpace; it needs no locks.";
      case 0x70, 0x71, 0x72, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x7E ->
          "Do it at DISPATCH_LEVEL or below; user mappings and pageable memory at APC_LEVEL or"
              + " below.";
      case 0x7C -> "Unlock an MDL once, after MmProbeAndLockPages has returned for it.";
      case 0x7D -> "Do not unlock an MDL that MmBuildMdlForNonPagedPool has filled in.";
      case 0x7F, 0x140 -> "Lock pageable memory by MmProbeAndLockPages instead.";
      case 0x81 -> "Use MmMapLockedPagesSpecifyCache or MmGetSystemAddressForMdlSafe.";
      case 0x82 -> "Pass FALSE for BugCheckOnFailure, and handle NULL.";
      case 0x85, 0xB3 -> "Lock the pages before they are mapped.";
      case 0x89 -> "Leave MDL_IO_SPACE as the routines have set it.";
      case 0xB0, 0xB1 -> "Unlock the MDL, or use a fresh one: it has pages already.";
      case 0xB2 ->
          "Use the mapping that the MDL has: MmGetSystemAddressForMdlSafe returns it."
              + " To map its pages a second time, build a partial MDL of it before it is mapped.";
      case 0xB4 -> "Unlock the source of a partial MDL, and not the partial MDL.";
      case 0xB5 -> "Leave the mapping to the source of the partial MDL.";
      case 0xB6 -> "Unmap each mapping once.";
      case 0xB8 -> "Call MmUnmapLockedPages or MmUnlockPages before IoFreeMdl.";
      case 0xB9 -> "Unmap a user mapping in the process that it was made in, by its address.";
      case 0x2002 -> "Add MdlMappingNoExecute to the priority.";
      case 0x01, 0x11 -> "Use nonpaged pool above APC_LEVEL.";
      case 0x02, 0x12 -> "Do it at DISPATCH_LEVEL or below, for example in a DPC.";
      case 0x73, 0x7B ->
          "Map and unmap device memory at DISPATCH_LEVEL or below, best at start and stop.";
      case 0x83 ->
          "Map device memory only, or lock the RAM by an MDL first; to use memory of your own, keep"
              + " the address that allocating it has returned.";
      case 0x2001 -> "Map device memory without execution: PAGE_READWRITE, not PAGE_EXECUTE_...";
      case 0x30 -> "Raise to a level that is not below the current one, at most HIGH_LEVEL.";
      case 0x31 -> "Lower to the level that KeRaiseIrql has written.";
      default -> "";
    };
  }

  private static String ofPfnListCorrupt(int kind) {
    return switch (kind) {
      case 0x07 -> "Unlock each MDL once, and only the MDL that has locked the pages.";
      case 0x9A -> "Call MmUnlockPages for every MDL over the memory before the memory is freed.";
      default -> "";
    };
  }
}
