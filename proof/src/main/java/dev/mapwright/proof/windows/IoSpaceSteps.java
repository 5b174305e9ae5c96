package dev.mapwright.proof.windows;

import dev.mapwright.windows.answer.MmAllocateMdlForIoSpace;
import dev.mapwright.windows.answer.MmMapIoSpace;
import dev.mapwright.windows.answer.MmMapIoSpaceEx;
import dev.mapwright.windows.iospace.IoSpaceCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Steps on I/O space. */
final class IoSpaceSteps {
  private static final int MOST_MDLS = 4;

  private final Stage stage;
  private final World world;
  private final Judge judge;
  private final IoSpaceModel model;
  private final long list;

  IoSpaceSteps(WindowsRun run) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
    model = new IoSpaceModel(world, stage);
    list = stage.memory();
  }

  private int irql(Draw draw, int highest) {
    int irql = draw.irql(highest);
    stage.c.processor().setIrql(irql);
    return irql;
  }

  /** A page outside RAM, mostly; also RAM, page tables, and what there is not. */
  private long pfn(Draw draw) {
    if (draw.sane || draw.chance(60)) {
      List<ModelPage> devices = new ArrayList<>();
      for (ModelPage page : world.pages.values()) {
        if (!page.ram || draw.chance(3) && page.locks > 0) {
          devices.add(page);
        }
      }
      ModelPage page = draw.any(devices);
      return page == null ? Stage.FIRST_DEVICE : page.pfn;
    }
    return switch (draw.below(5)) {
      case 0 -> stage.topTable();
      case 3 -> table(Stage.FIRST_RAM + draw.below(Stage.RAM));
      case 1 -> (1L << 40) - 1;
      case 2 -> draw.any() >>> 12;
      default -> Stage.FIRST_RAM + draw.below(Stage.RAM);
    };
  }

  /** The next page table from a frame on. */
  private long table(long pfn) {
    long end = Stage.FIRST_RAM + Stage.RAM;
    long now = pfn;
    while (now < end && !stage.isTable(now)) {
      now++;
    }
    return now < end ? now : pfn;
  }

  /** A type that a page can be mapped with, or any. */
  private int type(Draw draw, long pfn) {
    ModelPage page = world.page(pfn);
    boolean given = draw.sane && page != null && page.policy() != null;
    int type = given ? Types.type(page) : draw.chance(85) ? draw.below(3) : draw.below(6);
    return draw.rarely() ? draw.oneOf(-1, 6, 0x106, 0x101, 0xFF) : type;
  }

  void map(Draw draw) {
    long pfn = pfn(draw);
    long address = (pfn << 12) + (draw.chance(40) ? draw.below(4096) : 0);
    boolean known = world.page(pfn + 1) != null;
    long bytes =
        1L + draw.below(known && draw.chance(40) ? 4096 + 2000 : 4096 - (int) (address & 0xFFF));
    if (draw.rarely()) {
      bytes =
          draw.chance(40) ? 0 : draw.chance(50) ? draw.garbage() : 4096L * (20 + draw.below(30));
    }
    for (long page = address >>> 12; page <= address + bytes - 1 >>> 12; page++) {
      if (world.page(page) == null && page - pfn < 60 && page <= (1L << 40) - 1) {
        world.pages.put(page, new ModelPage(page, false));
      }
      if (page - pfn >= 60) {
        break;
      }
    }
    boolean ex = draw.chance(60);
    int type = type(draw, pfn);
    int how = ex ? protection(draw, type) : type;
    int irql = irql(draw, 2);
    boolean verifier = stage.kernel.verifier().on();
    boolean small = bytes > 0 && bytes <= 8 * 4096; // lists have room for so many pages
    boolean starved = draw.rarely() && small;
    judge.tell(
        "MmMapIoSpace%s(0x%x, 0x%x, 0x%x) at IRQL %d%s",
        ex ? "Ex" : "", address, bytes, how, irql, starved ? " starved" : "");
    Expected expected =
        ex
            ? model.mapEx(irql, address, bytes, how, verifier, starved)
            : model.map(irql, address, bytes, how, verifier, starved);
    if (expected.condition() == MmMapIoSpace.NO_MEMORY
        || expected.condition() == MmMapIoSpaceEx.NO_MEMORY) {
      stage.machine.failures().failAll();
    }
    long size = bytes;
    LongSupplier call =
        ex
            ? () -> IoSpaceCalls.mmMapIoSpaceEx(stage.c, address, size, how)
            : () -> IoSpaceCalls.mmMapIoSpace(stage.c, address, size, how);
    judge.call(expected, call);
  }

  private static int protection(Draw draw, int type) {
    int base = draw.oneOf(0x02, 0x04, 0x04, 0x04, 0x10, 0x20, 0x40);
    base = draw.sane ? draw.oneOf(0x02, 0x04, 0x04) : base;
    int modifier = type == 0 || type == 4 ? 0x200 : type == 2 || type == 5 ? 0x400 : 0;
    return draw.rarely() ? draw.oneOf(0, 1, 6, 8, 0x80, 0x100, 0x604, 0x804, -1) : base | modifier;
  }

  void unmap(Draw draw) {
    List<ModelMapping> mappings = new ArrayList<>();
    for (ModelPte pte : world.ptes) {
      if (pte.owner instanceof ModelMapping one && one.mdl == 0 && !mappings.contains(one)) {
        mappings.add(one);
      }
    }
    ModelMapping found = draw.any(mappings);
    if (found == null && draw.sane) {
      return;
    }
    int first = found == null ? draw.below(world.ptes.length) : found.first;
    int pages = found == null ? 1 : found.pages;
    int offset = draw.chance(50) ? 0 : draw.below(4096);
    long address = world.addressOf(first) + offset;
    long bytes = Math.max(1, 4096L * pages - offset - draw.below(100));
    if (pages > 1 && 4096L * pages - offset - bytes > 0 && span(offset, bytes) != pages) {
      bytes = 4096L * pages - offset;
    }
    if (!draw.sane) {
      switch (draw.below(5)) {
        case 0 -> address = world.addressOf(draw.below(world.ptes.length));
        case 1 -> address = draw.garbage();
        case 2 -> bytes = draw.chance(50) ? draw.garbage() : bytes + 4096;
        default -> {}
      }
    }
    int irql = irql(draw, 2);
    if (draw.chance(20)) {
      stage.machine.failures().failAll();
    }
    judge.tell("MmUnmapIoSpace(0x%x, 0x%x) at IRQL %d", address, bytes, irql);
    Expected expected = model.unmap(irql, address, bytes);
    long base = address;
    long size = bytes;
    judge.call(
        expected,
        () -> {
          IoSpaceCalls.mmUnmapIoSpace(stage.c, base, size);
          return 0;
        });
  }

  private static long span(int offset, long bytes) {
    return offset + bytes + 4095 >>> 12;
  }

  void allocateMdl(Draw draw) {
    List<long[]> ranges = new ArrayList<>();
    int count = draw.rarely() ? 0 : 1 + draw.below(3);
    for (int i = 0; i < count; i++) {
      boolean two = draw.chance(30);
      long address = two ? Stage.FIRST_DEVICE << 12 : device(draw).pfn << 12;
      long bytes = two ? 8192 : 4096;
      if (draw.rarely()) {
        switch (draw.below(5)) {
          case 0 -> address += 8;
          case 1 -> bytes = draw.oneOf(0, 1, 4097);
          case 2 -> address = Stage.FIRST_RAM + draw.below(Stage.RAM) << 12;
          case 3 -> bytes = 1L << 32;
          default -> address = 1L << 52;
        }
      }
      ranges.add(new long[] {address, bytes});
      stage.c.cpu().store(list + 16L * i, 8, address);
      stage.c.cpu().store(list + 16L * i + 8, 8, bytes);
    }
    long live = world.mdls.values().stream().filter(mdl -> mdl.ofIoSpace).count();
    long newMdl = draw.rarely() ? 0 : list + 2048;
    int irql = irql(draw, 2);
    if (live >= MOST_MDLS) {
      return;
    }
    boolean starved = draw.rarely();
    judge.tell(
        "MmAllocateMdlForIoSpace(%d ranges, 0x%x) at IRQL %d%s",
        count, newMdl, irql, starved ? " starved" : "");
    Expected expected = model.allocateMdl(irql, list, ranges, newMdl, starved);
    if (expected.condition() == MmAllocateMdlForIoSpace.NO_MEMORY) {
      stage.machine.failures().failAll();
    }
    judge.call(
        expected, () -> IoSpaceCalls.mmAllocateMdlForIoSpace(stage.c, list, ranges.size(), newMdl));
    if (expected.success()) {
      long mdl = stage.c.cpu().load(newMdl, 8);
      world.freed.removeIf(old -> old >>> 12 == mdl >>> 12);
      judge.tell("%s", model.allocated(mdl, ranges));
    }
  }

  private ModelPage device(Draw draw) {
    return world.known(
        draw.chance(30) ? Stage.HOLE : Stage.FIRST_DEVICE + draw.below(Stage.DEVICES));
  }
}
