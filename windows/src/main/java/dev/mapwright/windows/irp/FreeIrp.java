package dev.mapwright.windows.irp;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.IoFreeIrp;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.pool.Pool;
import dev.mapwright.windows.memory.pool.PoolRelease;

/** IoFreeIrp. */
final class FreeIrp {
  /** The tag of IRPs. */
  static final int TAG = PoolTag.of("Irp ");

  /** What a report of 0x4E says of a page that is in use. */
  private static final int ACTIVE = 6;

  private FreeIrp() {}

  static void run(NtContext c, long irp) {
    // Is it an IRP, in use, and not locked? That is decided and done in one step.
    PoolRelease release = c.poolRelease();
    Pool.Freed freed = release.free(c.kernel().pools(), c.kernel().pageLocks(), irp, TAG);
    if (freed == Pool.Freed.DONE) {
      long pages = Pages.of(irp + release.bytes() - 1) - Pages.of(irp) + 1;
      c.kernel().journal().record(EventKind.FREED, irp, pages, release.bytes(), TAG);
      c.done(IoFreeIrp.DONE);
      return;
    }
    c.about(irp, 1, 0);
    long owner = release.tag() & 0xFFFF_FFFFL;
    switch (freed) {
      case TWICE -> c.misuse(IoFreeIrp.TWICE, 0, owner, irp);
      case WRONG_TAG -> c.misuse(IoFreeIrp.WRONG_TAG, irp, owner, TAG);
      case LOCKED ->
          c.misuse(
              IoFreeIrp.LOCKED,
              release.pfn(),
              ACTIVE,
              c.kernel().machine().frames().locks(release.pfn()));
      default -> c.misuse(IoFreeIrp.NOT_AN_IRP, irp, 0, 0);
    }
  }
}
