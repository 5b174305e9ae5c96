package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.IoAllocateMdl;
import dev.mapwright.windows.answer.MmProbeAndLockPages;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.mdl.MdlCalls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps that make MDLs, and lock and unlock pages. */
final class MdlSteps {
  private static final int BLANK_NOT =
      MDL_PAGES_LOCKED
          | MDL_MAPPED_TO_SYSTEM_VA
          | MDL_SOURCE_IS_NONPAGED_POOL
          | MDL_PARTIAL
          | MdlFlags.MDL_IO_SPACE;
  private static final int MOST_ALLOCATED = 10;

  private final Stage stage;
  private final World world;
  private final Judge judge;
  private final MdlModel model;

  MdlSteps(WindowsRun run, MdlModel model) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
    this.model = model;
  }

  private int irql(Draw draw, int highest) {
    int irql = draw.irql(highest);
    stage.c.processor().setIrql(irql);
    return irql;
  }

  private List<ModelMdl> all() {
    return List.copyOf(world.mdls.values());
  }

  private static boolean blank(ModelMdl mdl) {
    return !mdl.any(BLANK_NOT);
  }

  // ---- buffers

  /** A piece of memory: where it begins, and how many bytes. */
  private record Piece(long address, long bytes) {}

  private Piece piece(Draw draw) {
    ModelBuffer buffer = draw.any(world.buffers);
    if (buffer == null || draw.rarely() || draw.chance(5)) {
      long address = draw.sane || draw.chance(60) ? shown(draw) : 0;
      return new Piece(address == 0 ? draw.garbage() : address, 1L + draw.below(0x2000));
    }
    int from = draw.chance(40) ? 0 : draw.below(buffer.pages * 4096);
    int most = buffer.pages * 4096 - from;
    int bytes = 1 + draw.below(draw.chance(60) ? Math.min(most, 0x1800) : most);
    long address = buffer.address + from;
    return draw.rarely() ? new Piece(address, 0x8000) : new Piece(address, bytes);
  }

  /** An address in a system PTE, if possible of one that shows a page. */
  private long shown(Draw draw) {
    int pte = draw.below(world.ptes.length);
    for (int i = 0; i < world.ptes.length && world.ptes[pte].mapping == 0; i++) {
      pte = (pte + 1) % world.ptes.length;
    }
    return world.addressOf(pte) + draw.below(4096);
  }

  void putOut(Draw draw) {
    ModelBuffer buffer = draw.fitting(world.buffers, one -> one.kind != ModelBuffer.Kind.NONPAGED);
    if (buffer != null && buffer.kind != ModelBuffer.Kind.NONPAGED) {
      long out = stage.putOut(buffer);
      judge.tell("%d pages at 0x%x go out", out, buffer.address);
      judge.tally.count();
    }
  }

  // ---- headers

  void allocate(Draw draw) {
    Piece piece = piece(draw);
    long address = piece.address;
    long bytes = draw.rarely() ? draw.below(2) * 0xFFFF_F001L : piece.bytes;
    long irp = draw.chance(60) ? 0 : draw.rarely() && draw.chance(30) ? draw.garbage() : world.irp;
    boolean secondary = irp != 0 && draw.chance(50) || draw.rarely() && draw.chance(50);
    int irql = irql(draw, 2);
    long live =
        world.mdls.values().stream()
            .filter(mdl -> mdl.allocated && !mdl.ofPages && !mdl.ofIoSpace)
            .count();
    if (live >= MOST_ALLOCATED) {
      return;
    }
    boolean starved = draw.rarely();
    judge.tell(
        "IoAllocateMdl(0x%x, 0x%x, %s, 0x%x) at IRQL %d%s",
        address, bytes, secondary, irp, irql, starved ? " starved" : "");
    Expected expected = model.allocate(irql, address, bytes, secondary, irp, starved);
    if (expected.condition() == IoAllocateMdl.NO_MEMORY) {
      stage.machine.failures().failAll();
    }
    long mdl =
        judge.call(
            expected,
            () -> MdlCalls.ioAllocateMdl(stage.c, address, (int) bytes, secondary, false, irp));
    if (expected.success()) {
      // What was freed before may be used again, by this.
      long page = mdl >>> 12;
      world.freed.removeIf(old -> old >>> 12 == page);
      judge.tell("%s", model.allocated(mdl, address, bytes));
    }
  }

  void free(Draw draw) {
    ModelMdl mdl = draw.fitting(all(), one -> one.allocated && !one.any(MDL_PAGES_LOCKED | 0x21));
    if (draw.sane && (mdl == null || !mdl.allocated)) {
      return;
    }
    long address = mdl == null ? draw.garbage() : mdl.address;
    if (draw.rarely()) {
      Long old = draw.any(List.copyOf(world.freed));
      address = old == null ? draw.garbage() : old;
    }
    int irql = irql(draw, 2);
    judge.tell("IoFreeMdl(%s) at IRQL %d", world.name(address), irql);
    boolean verifier = stage.kernel.verifier().on();
    Expected expected = model.free(irql, address, verifier, PoolTag.of("Modl"));
    long what = address;
    judge.call(
        expected,
        () -> {
          MdlCalls.ioFreeMdl(stage.c, what);
          return 0;
        });
  }

  void initialize(Draw draw) {
    ModelMdl mdl = draw.fitting(all(), one -> !one.allocated && blank(one));
    if (mdl == null || mdl.allocated) {
      return;
    }
    Piece piece = piece(draw);
    long bytes = draw.rarely() ? draw.oneOf(0, -1) & 0x1_FFFF_FFFFL : piece.bytes;
    judge.tell("MmInitializeMdl(0x%x, 0x%x, 0x%x)", mdl.address, piece.address, bytes);
    Expected expected = model.initialize(mdl, piece.address, bytes);
    judge.call(
        expected,
        () -> {
          MdlCalls.mmInitializeMdl(stage.c, mdl.address, piece.address, bytes);
          return 0;
        });
  }

  // ---- locks

  /** Whether a call may name so many pages without writing behind the MDL's end. */
  private static boolean fits(ModelMdl mdl) {
    return mdl.pages() <= mdl.room() || mdl.byteCount() > 0xFFFF_0000L;
  }

  private boolean lockable(ModelMdl mdl) {
    ModelBuffer buffer = world.bufferOf(mdl.buffer() >>> 12);
    long last = mdl.buffer() + mdl.byteCount() - 1;
    boolean holds = buffer != null && buffer.holds(last >>> 12);
    return blank(mdl) && mdl.byteCount() != 0 && (holds || shown(mdl));
  }

  /** Whether the buffer of an MDL lies in system PTEs that show pages. */
  private boolean shown(ModelMdl mdl) {
    for (int i = 0; i < Math.min(mdl.pages(), 4); i++) {
      int pte = world.pteOf(mdl.buffer() + 4096L * i);
      if (pte < 0 || world.ptes[pte].mapping == 0 || (world.ptes[pte].permissions & 1) == 0) {
        return false;
      }
    }
    return mdl.pages() <= 4;
  }

  /** Whether a buffer lies in pool that is no buffer's any more: MDLs may be there by now. */
  private boolean inForeignPool(ModelMdl mdl) {
    for (int i = 0; i < Math.min(mdl.pages(), 16); i++) {
      long page = (mdl.buffer() >>> 12) + i;
      boolean known = world.bufferOf(page) != null || world.pteOf(page << 12) >= 0;
      if (!known && stage.words(page << 12, 1) != null) {
        return true;
      }
    }
    return false;
  }

  void probeAndLock(Draw draw) {
    ModelMdl mdl = draw.fitting(all(), this::lockable);
    if (mdl == null || !fits(mdl) || inForeignPool(mdl)) {
      return;
    }
    long address = draw.rarely() ? draw.garbage() : mdl.address;
    ModelBuffer buffer = world.bufferOf(mdl.buffer() >>> 12);
    boolean user = draw.sane ? buffer != null && buffer.user() && draw.chance(60) : draw.chance(50);
    boolean readOnly = buffer != null && buffer.kind == ModelBuffer.Kind.USER_READ_ONLY;
    boolean write = draw.sane ? !readOnly && draw.chance(50) : draw.chance(50);
    boolean nonpaged = buffer != null && buffer.kind == ModelBuffer.Kind.NONPAGED;
    int irql = irql(draw, nonpaged ? 2 : 1);
    judge.tell(
        "MmProbeAndLockPages(%s, %s, %s) at IRQL %d",
        world.name(address), user ? "UserMode" : "KernelMode", write ? "write" : "read", irql);
    Expected expected = model.probe(irql, address, user, write);
    boolean starved = draw.rarely() && expected.success();
    if (starved) {
      stage.machine.failures().failAll();
    }
    if (!expected.success()) {
      judge.call(
          expected,
          () -> {
            MdlCalls.mmProbeAndLockPages(stage.c, address, user ? 1 : 0, write ? 1 : 0);
            return 0;
          });
      return;
    }
    lock(mdl, expected, user, write, starved);
  }

  /** Locks what can be locked; whether a frame outside RAM is among the pages shows then. */
  private void lock(ModelMdl mdl, Expected expected, boolean user, boolean write, boolean starved) {
    stage.forgetAnswers();
    stage.fickle.arm(true);
    Integer raised = null;
    try {
      MdlCalls.mmProbeAndLockPages(stage.c, mdl.address, user ? 1 : 0, write ? 1 : 0);
    } catch (NtStatusException exception) {
      raised = exception.status();
    }
    Condition answer = stage.answers.isEmpty() ? expected.condition() : stage.answers.getLast();
    if (starved && raised != null && answer != MmProbeAndLockPages.NOT_RAM) {
      boolean memory =
          answer == MmProbeAndLockPages.NO_FRAMES || answer == MmProbeAndLockPages.NO_MEMORY;
      model.blank(mdl);
      judge.judge(
          memory ? Expected.failed(answer, Expected.ANY, Expected.ANY, Expected.ANY) : expected,
          0,
          raised);
      return;
    }
    Long outside = outside(mdl);
    if (outside != null && stage.kernel.verifier().on()) {
      judge.judge(
          Expected.failed(MmProbeAndLockPages.NOT_RAM, mdl.address, outside, Expected.ANY)
              .raising(0xC000_0005),
          0,
          raised);
      return;
    }
    judge.judge(
        outside == null ? expected : expected.after(MmProbeAndLockPages.NOT_RAM), 0, raised);
    long[] pfns = stage.words(mdl.address + MdlLayout.PFNS, mdl.pages());
    if (pfns == null) {
      throw new Divergence("an MDL that was locked can't be read");
    }
    model.locked(mdl, pfns, write);
    judge.tell("%s", mdl);
  }

  /** The first page of a buffer that is outside RAM; null for none. */
  private @Nullable Long outside(ModelMdl mdl) {
    for (int i = 0; i < mdl.pages(); i++) {
      int pte = world.pteOf(mdl.buffer() + 4096L * i);
      if (pte >= 0 && !world.known(world.ptes[pte].pfn).ram) {
        return world.ptes[pte].pfn;
      }
    }
    return null;
  }

  void unlock(Draw draw) {
    ModelMdl mdl = draw.fitting(all(), this::unlockable);
    long address = mdl == null || draw.rarely() ? draw.garbage() : mdl.address;
    int irql = irql(draw, 2);
    if (draw.chance(20) && (mdl == null || mdl.pages() <= mdl.room())) {
      stage.machine.failures().failAll();
    }
    judge.tell("MmUnlockPages(%s) at IRQL %d", world.name(address), irql);
    Expected expected = model.unlock(irql, address, stage.kernel.verifier().on());
    judge.call(
        expected,
        () -> {
          MdlCalls.mmUnlockPages(stage.c, address);
          return 0;
        });
  }

  private boolean unlockable(ModelMdl mdl) {
    return mdl.any(MDL_PAGES_LOCKED)
        && !mdl.ofIoSpace
        && !mdl.ofPages
        && !mdl.any(MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL)
        && (!MdlModel.owns(mdl) || model.isMapped(mdl));
  }

  // ---- nonpaged memory

  void build(Draw draw) {
    ModelMdl mdl =
        draw.fitting(
            all(),
            one -> {
              ModelBuffer buffer = world.bufferOf(one.buffer() >>> 12);
              boolean right = buffer != null && buffer.kind == ModelBuffer.Kind.NONPAGED;
              return lockable(one) && right;
            });
    if (mdl == null || !fits(mdl)) {
      return;
    }
    long address = draw.rarely() ? draw.garbage() : mdl.address;
    int irql = irql(draw, Irql.DISPATCH_LEVEL);
    judge.tell("MmBuildMdlForNonPagedPool(%s) at IRQL %d", world.name(address), irql);
    Expected expected = model.build(irql, address);
    judge.call(
        expected,
        () -> {
          MdlCalls.mmBuildMdlForNonPagedPool(stage.c, address);
          return 0;
        });
  }
}
