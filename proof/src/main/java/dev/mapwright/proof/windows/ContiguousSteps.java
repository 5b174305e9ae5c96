package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.proof.windows.ModelBuffer.Kind;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.MmAllocateContiguousMemorySpecifyCache;
import dev.mapwright.windows.answer.MmFreeContiguousMemory;
import dev.mapwright.windows.answer.MmFreeContiguousMemorySpecifyCache;
import dev.mapwright.windows.contiguous.ContiguousCalls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps with contiguous memory: its pages have an attribute from the beginning, are locked and
 * mapped as others, and are freed while they are mapped.
 */
final class ContiguousSteps {
  private static final int MOST_BLOCKS = 3;
  private static final long PAGE = 4096;

  private final Stage stage;
  private final World world;
  private final Judge judge;
  private final List<Block> blocks = new ArrayList<>();

  /** A block, and what was asked for. */
  private record Block(ModelBuffer buffer, long bytes, int type) {}

  ContiguousSteps(WindowsRun run) {
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
    int irql = irql(draw);
    int pages = draw.sane && irql > Irql.APC_LEVEL ? 1 : 1 + draw.below(2);
    long bytes = draw.rarely() ? 0 : PAGE * pages - draw.below(2) * 100L;
    int type = draw.rarely() ? 3 + draw.below(4) : draw.below(3);
    long lowest = draw.rarely() ? -1 : 0;
    long highest = draw.rarely() ? 0x1000 : -2;
    long boundary = draw.rarely() ? draw.oneOf(1, 4096, 0x3000) : 0;
    boolean starved = draw.rarely();
    judge.tell(
        "MmAllocateContiguousMemorySpecifyCache(0x%x, 0x%x, 0x%x, 0x%x, %d) at IRQL %d",
        bytes, lowest, highest, boundary, type, irql);
    Expected expected = allocated(irql, bytes, lowest, highest, boundary, type, starved);
    if (starved) {
      stage.machine.failures().failAll();
    }
    long address =
        judge.call(
            expected,
            () ->
                ContiguousCalls.mmAllocateContiguousMemorySpecifyCache(
                    stage.c, bytes, lowest, highest, boundary, type));
    CachePolicy policy = Types.policy(type);
    if (!expected.success() || policy == null) {
      return;
    }
    stage.machine.failures().off();
    ModelBuffer buffer = new ModelBuffer(Kind.NONPAGED, address, pages);
    long first = stage.frame(address >>> 12);
    for (int i = 0; i < pages; i++) {
      ModelPage page = world.known(first + i);
      if (stage.frame((address >>> 12) + i) != page.pfn) {
        throw new Divergence("page " + i + " of the block is not the next one");
      }
      page.own = policy;
      page.ofDriver = true;
    }
    stage.stamp(buffer);
    blocks.add(new Block(buffer, bytes, type));
    world.buffers.add(buffer);
  }

  private static Expected allocated(
      int irql, long bytes, long lowest, long highest, long boundary, int type, boolean starved) {
    long pages = (bytes + PAGE - 1) / PAGE;
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(
          MmAllocateContiguousMemorySpecifyCache.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    if (bytes == 0) {
      return Expected.failed(MmAllocateContiguousMemorySpecifyCache.ZERO_BYTES, highest);
    }
    if (Long.compareUnsigned(lowest, highest) > 0) {
      return Expected.failed(MmAllocateContiguousMemorySpecifyCache.BAD_LIMITS, lowest, highest);
    }
    boolean power = Long.bitCount(boundary) <= 1 && boundary % PAGE == 0;
    if (!power || boundary != 0 && pages > boundary / PAGE) {
      return Expected.failed(MmAllocateContiguousMemorySpecifyCache.BAD_BOUNDARY, boundary, bytes);
    }
    if (type > 2) {
      return Expected.failed(MmAllocateContiguousMemorySpecifyCache.BAD_CACHE_TYPE, type);
    }
    if (irql > Irql.APC_LEVEL && pages > 1) {
      return Expected.failed(MmAllocateContiguousMemorySpecifyCache.NOT_AT_THIS_IRQL, pages, irql);
    }
    if (starved || highest == 0x1000) {
      return Expected.failed(MmAllocateContiguousMemorySpecifyCache.NO_MEMORY, pages);
    }
    return Expected.done(MmAllocateContiguousMemorySpecifyCache.DONE, Expected.ANY);
  }

  void free(Draw draw) {
    Block block = draw.fitting(blocks, one -> locked(one.buffer) == null);
    if (block == null || draw.sane && locked(block.buffer) != null) {
      return;
    }
    boolean asked = draw.chance(50);
    long address = block.buffer.address + (draw.rarely() ? 16 : 0);
    long bytes = block.bytes + (draw.rarely() ? 1 : 0);
    int type = draw.rarely() ? (block.type + 1) % 3 : block.type;
    int irql = irql(draw);
    judge.tell(
        asked
            ? "MmFreeContiguousMemorySpecifyCache(0x%x, 0x%x, %d) at IRQL %d"
            : "MmFreeContiguousMemory(0x%x (0x%x, %d)) at IRQL %d",
        address,
        bytes,
        type,
        irql);
    Expected expected = freed(block, asked, address, irql);
    if (expected.success() && asked && (bytes != block.bytes || type != block.type)) {
      expected = expected.after(MmFreeContiguousMemorySpecifyCache.MISMATCH);
    }
    judge.call(
        expected,
        () -> {
          if (asked) {
            ContiguousCalls.mmFreeContiguousMemorySpecifyCache(stage.c, address, bytes, type);
          } else {
            ContiguousCalls.mmFreeContiguousMemory(stage.c, address);
          }
          return 0;
        });
  }

  private Expected freed(Block block, boolean asked, long address, int irql) {
    ModelPage locked = locked(block.buffer);
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(
          asked
              ? MmFreeContiguousMemorySpecifyCache.IRQL_TOO_HIGH
              : MmFreeContiguousMemory.IRQL_TOO_HIGH,
          irql,
          Irql.DISPATCH_LEVEL);
    }
    if (address != block.buffer.address) {
      return Expected.failed(
          asked ? MmFreeContiguousMemorySpecifyCache.NOT_A_BASE : MmFreeContiguousMemory.NOT_A_BASE,
          address);
    }
    if (locked != null) {
      return Expected.failed(
          asked ? MmFreeContiguousMemorySpecifyCache.LOCKED : MmFreeContiguousMemory.LOCKED,
          locked.pfn,
          Expected.ANY,
          locked.locks);
    }
    for (int i = 0; i < block.buffer.pages; i++) {
      ModelPage page = world.known(stage.frame((address >>> 12) + i));
      page.ofDriver = false;
      page.dying = true;
      page.settle();
    }
    blocks.remove(block);
    world.buffers.remove(block.buffer);
    return Expected.done(
        asked ? MmFreeContiguousMemorySpecifyCache.DONE : MmFreeContiguousMemory.DONE, 0);
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
