package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;

import dev.mapwright.windows.answer.IoFreeMdl;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pool.MdlMemory;
import dev.mapwright.windows.memory.pool.Pool;
import dev.mapwright.windows.memory.pte.MdlUnmapping;

/**
 * IoFreeMdl. Pages that were locked stay so, and a mapping that is no partial MDL's stays, too:
 * both are leaks from then on.
 */
final class FreeMdl {
  private FreeMdl() {}

  static void run(NtContext c, long mdlAddress) {
    // Was this memory allocated as an MDL?
    Pool pool = c.kernel().pools().nonPaged();
    int tag = pool.tagOf(mdlAddress);
    boolean ofIoSpace = tag == MdlMemory.IO_SPACE_TAG;
    if (!ofIoSpace && tag != MdlMemory.TAG) {
      wrongMemory(c, mdlAddress, tag);
      return;
    }
    if (!c.readMdl(mdlAddress)) {
      return;
    }
    MdlFields mdl = c.mdl();
    boolean mapped = mdl.any(MDL_PARTIAL_HAS_BEEN_MAPPED);
    if (mapped || ofIoSpace) {
      if (!c.frames().begin(ofIoSpace ? mdl.pages() : Math.min(mdl.pages(), 1))) {
        c.misuse(IoFreeMdl.NO_MEMORY, mdlAddress, mdl.pages(), 0);
        return;
      }
      if (!c.readPfns()) {
        return;
      }
    }
    // Is a mapping of its own where it says?
    long firstPfn = mapped && mdl.byteCount() != 0 ? c.frames().words()[0] : -1;
    if (mapped
        && SystemMappings.compare(c, mdl.mappedSystemVa(), firstPfn, false)
            != MdlUnmapping.Found.RIGHT) {
      c.about(mdl.mappedSystemVa(), mdl.pages(), mdlAddress);
      c.misuse(IoFreeMdl.MAPPING_CHANGED, mdlAddress, mdl.mappedSystemVa(), mdl.pages());
      return;
    }
    // Is it unmapped? If not, only the verifier minds.
    if (!mapped && SystemMappings.owns(mdl) && c.kernel().verifier().on()) {
      noteStillMapped(c);
      return;
    }
    free(c, mdlAddress, tag, mapped, firstPfn);
  }

  private static void free(NtContext c, long mdl, int tag, boolean mapped, long firstPfn) {
    Pool.Freed freed = MdlMemory.free(c.kernel().pools(), c.kernel().pageLocks(), mdl, tag);
    if (freed == Pool.Freed.LOCKED) {
      long pfn = c.kernel().pools().nonPaged().lockedFrame(mdl);
      long locks = pfn < 0 ? 0 : c.kernel().machine().frames().locks(pfn);
      c.about(mdl, 1, mdl);
      c.misuse(IoFreeMdl.IN_LOCKED_MEMORY, pfn, 0, locks);
      return;
    }
    if (freed != Pool.Freed.DONE) {
      wrongMemory(c, mdl, 0); // somebody else was faster
      return;
    }
    if (mapped) {
      SystemMappings.compare(c, c.mdl().mappedSystemVa(), firstPfn, true);
    }
    if (tag == MdlMemory.IO_SPACE_TAG) {
      leaveOutRam(c);
      c.kernel().cacheBook().letGo(c.frames());
    }
    noteLeft(c, tag, mapped);
    c.done(IoFreeMdl.DONE);
  }

  /** RAM in an MDL of I/O space was written there by the driver: the MDL never referred to it. */
  private static void leaveOutRam(NtContext c) {
    FrameList list = c.frames();
    int kept = 0;
    for (int i = 0; i < list.count(); i++) {
      long word = list.words()[i];
      if (!c.kernel().machine().frames().isRam(word)) {
        list.words()[kept++] = word;
      }
    }
    list.begin(kept);
  }

  /** Says what nobody can give back any more, now that the MDL is gone. */
  private static void noteLeft(NtContext c, int tag, boolean wasMapped) {
    MdlFields mdl = c.mdl();
    if (!wasMapped && SystemMappings.owns(mdl)) {
      noteStillMapped(c);
    }
    if (tag != MdlMemory.IO_SPACE_TAG && mdl.any(MDL_PAGES_LOCKED)) {
      c.note(IoFreeMdl.STILL_LOCKED, mdl.address(), mdl.pages(), 0);
    }
  }

  private static void noteStillMapped(NtContext c) {
    MdlFields mdl = c.mdl();
    c.about(mdl.mappedSystemVa(), mdl.pages(), mdl.address());
    c.note(IoFreeMdl.STILL_MAPPED, mdl.address(), mdl.flags(), 0);
  }

  private static void wrongMemory(NtContext c, long mdl, int tag) {
    c.about(mdl, 1, mdl);
    if (tag != 0) {
      c.misuse(IoFreeMdl.WRONG_TAG, mdl, tag & 0xFFFF_FFFFL, MdlMemory.TAG & 0xFFFF_FFFFL);
    } else if (c.kernel().pools().nonPaged().wasFreed(mdl)) {
      c.misuse(IoFreeMdl.FREED_TWICE, 0, 0, mdl);
    } else {
      c.misuse(IoFreeMdl.NOT_ALLOCATED, mdl, 0, 0);
    }
  }
}
