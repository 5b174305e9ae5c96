package dev.mapwright.zircon.call;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.VmarUnmap;
import dev.mapwright.zircon.answer.VmarUnmapHandleCloseThreadExit;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmar;

/**
 * mx_vmar_unmap, also as the first step of mx_vmar_unmap_handle_close_thread_exit. It acts on
 * direct children only; a range where nothing is mapped is unmapped with success.
 */
final class VmarUnmapCall {
  /** The answers of one of the two routines. */
  record Answers(
      Condition badHandle,
      Condition wrongType,
      Condition addressMisaligned,
      Condition lengthZero,
      Condition dead,
      Condition outside,
      Condition regionCut,
      Condition outOfMemory,
      Condition leased) {}

  static final Answers UNMAP =
      new Answers(
          VmarUnmap.BAD_HANDLE,
          VmarUnmap.WRONG_TYPE,
          VmarUnmap.ADDRESS_MISALIGNED,
          VmarUnmap.LENGTH_ZERO,
          VmarUnmap.DEAD,
          VmarUnmap.OUTSIDE,
          VmarUnmap.REGION_CUT,
          VmarUnmap.OUT_OF_MEMORY,
          VmarUnmap.LEASED);

  static final Answers UNMAP_AND_EXIT =
      new Answers(
          VmarUnmapHandleCloseThreadExit.BAD_HANDLE,
          VmarUnmapHandleCloseThreadExit.WRONG_TYPE,
          VmarUnmapHandleCloseThreadExit.ADDRESS_MISALIGNED,
          VmarUnmapHandleCloseThreadExit.LENGTH_ZERO,
          VmarUnmapHandleCloseThreadExit.DEAD,
          VmarUnmapHandleCloseThreadExit.OUTSIDE,
          VmarUnmapHandleCloseThreadExit.REGION_CUT,
          VmarUnmapHandleCloseThreadExit.OUT_OF_MEMORY,
          VmarUnmapHandleCloseThreadExit.LEASED);

  private VmarUnmapCall() {}

  static int run(MxContext c, Answers answers, int vmarHandle, long address, long len) {
    Handle handle =
        Lookup.find(c, vmarHandle, ObjectType.VMAR, answers.badHandle(), answers.wrongType());
    if (handle == null) {
      return c.refused();
    }
    if (!Pages.aligned(address)) {
      return c.refuse(answers.addressMisaligned(), address, 0);
    }
    // Rounded first, so that a length near 2^64 is an error and never "nothing to do".
    long rounded = Flags.roundUp(len);
    if (rounded == 0) {
      return c.refuse(answers.lengthZero(), len, 0);
    }
    MxVmar vmar = (MxVmar) handle.object();
    if (!vmar.region().live()) {
      return c.refuse(answers.dead(), vmar.base(), vmar.bytes());
    }
    if (!vmar.contains(address, rounded)) {
      return c.refuse(answers.outside(), address, len);
    }
    Outcome outcome = vmar.region().unmap(Pages.of(address), Pages.of(rounded));
    return switch (outcome) {
      case OK -> MxStatus.MX_OK;
      case DEAD -> c.refuse(answers.dead(), vmar.base(), vmar.bytes());
      case REGION_CUT -> c.refuse(answers.regionCut(), address, len);
      case OUT_OF_RECORDS, OUT_OF_FRAMES -> c.refuse(answers.outOfMemory(), address, len);
      case LEASED -> c.refuse(answers.leased(), address, len);
      default -> throw MxContext.unexpected(outcome);
    };
  }
}
