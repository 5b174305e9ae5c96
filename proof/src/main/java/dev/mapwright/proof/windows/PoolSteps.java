package dev.mapwright.proof.windows;

import dev.mapwright.proof.windows.ModelBuffer.Kind;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.ExAllocatePool2;
import dev.mapwright.windows.answer.ExFreePoolWithTag;
import dev.mapwright.windows.pool.PoolCalls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps with blocks of pool whose pages are locked, mapped, and freed while they are. */
final class PoolSteps {
  private static final int TAG = PoolTag.of("Bloc");
  private static final int MOST_BLOCKS = 3;

  private final Stage stage;
  private final World world;
  private final Judge judge;
  private final List<ModelBuffer> blocks = new ArrayList<>();

  PoolSteps(WindowsRun run) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
  }

  private int irql(Draw draw) {
    int irql = draw.irql(2);
    stage.c.processor().setIrql(irql);
    return irql;
  }

  void allocate(Draw draw) {
    if (blocks.size() >= MOST_BLOCKS) {
      return;
    }
    int pages = 1 + draw.below(2);
    int irql = irql(draw);
    long bytes = draw.rarely() ? 0 : 4096L * pages;
    int tag = draw.rarely() ? 0 : TAG;
    boolean starved = draw.rarely();
    judge.tell("ExAllocatePool2(0x40, 0x%x, 0x%x) at IRQL %d", bytes, tag, irql);
    Expected expected =
        irql > Irql.DISPATCH_LEVEL
            ? Expected.failed(ExAllocatePool2.IRQL_TOO_HIGH, irql, 0x40, bytes)
            : bytes == 0
                ? Expected.failed(ExAllocatePool2.ZERO_BYTES, ReservedModel.unsigned(tag))
                : tag == 0
                    ? Expected.failed(ExAllocatePool2.ZERO_TAG, bytes)
                    : starved
                        ? Expected.failed(ExAllocatePool2.NO_MEMORY, bytes, tag)
                        : Expected.done(ExAllocatePool2.DONE, Expected.ANY);
    if (starved) {
      stage.machine.failures().failAll();
    }
    long address = judge.call(expected, () -> PoolCalls.exAllocatePool2(stage.c, 0x40, bytes, tag));
    if (expected.success()) {
      stage.machine.failures().off();
      world.freed.removeIf(old -> old >>> 12 >= address >>> 12 && old - address < bytes);
      ModelBuffer block = new ModelBuffer(Kind.NONPAGED, address, pages);
      stage.stamp(block);
      blocks.add(block);
      world.buffers.add(block);
    }
  }

  void free(Draw draw) {
    ModelBuffer block = draw.fitting(blocks, one -> locked(one) == null);
    if (block == null || draw.sane && locked(block) != null) {
      return;
    }
    int tag = draw.rarely() ? PoolTag.of("Else") : TAG;
    long address = draw.rarely() ? block.address + 4096L * block.pages - 16 : block.address;
    int irql = irql(draw);
    judge.tell("ExFreePoolWithTag(0x%x, 0x%x) at IRQL %d", address, tag, irql);
    ModelPage locked = locked(block);
    Expected expected =
        irql > Irql.DISPATCH_LEVEL
            ? Expected.failed(ExFreePoolWithTag.IRQL_TOO_HIGH, irql, 0x200, address)
            : address != block.address
                ? Expected.failed(ExFreePoolWithTag.FOREIGN, address)
                : tag != TAG
                    ? Expected.failed(ExFreePoolWithTag.WRONG_TAG, address, TAG, tag)
                    : locked != null
                        ? Expected.failed(
                            ExFreePoolWithTag.LOCKED, locked.pfn, Expected.ANY, locked.locks)
                        : Expected.done(ExFreePoolWithTag.DONE, 0);
    judge.call(
        expected,
        () -> {
          PoolCalls.exFreePoolWithTag(stage.c, address, tag);
          return 0;
        });
    if (expected.success()) {
      blocks.remove(block);
      world.buffers.remove(block);
      // At once, it is known to be free.
      judge.tell("and again");
      judge.call(
          Expected.failed(ExFreePoolWithTag.TWICE, 0, Expected.ANY, address),
          () -> {
            PoolCalls.exFreePoolWithTag(stage.c, address, tag);
            return 0;
          });
    }
  }

  /** The first page of a block that is locked; null for none. */
  private @Nullable ModelPage locked(ModelBuffer block) {
    for (int i = 0; i < block.pages; i++) {
      ModelPage page = world.known(stage.frame((block.address >>> 12) + i));
      if (page.locks > 0) {
        return page;
      }
    }
    return null;
  }
}
