package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.proof.windows.MappingModel.Call;
import dev.mapwright.proof.windows.MappingModel.Way;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.mdl.MdlMappingCalls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps that map MDLs to system space, and that build partial ones. */
final class MappingSteps {
  private final Stage stage;
  private final World world;
  private final Judge judge;
  private final MdlModel mdls;
  private final MappingModel model;

  MappingSteps(WindowsRun run, MdlModel mdls) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
    this.mdls = mdls;
    model = new MappingModel(world, stage, mdls);
  }

  private int irql(Draw draw, int highest) {
    int irql = draw.irql(highest);
    stage.c.processor().setIrql(irql);
    return irql;
  }

  private List<ModelMdl> all() {
    return List.copyOf(world.mdls.values());
  }

  /** Whether an MDL could be mapped to system space. */
  private boolean mappable(ModelMdl mdl) {
    boolean right = mdl.any(MDL_PAGES_LOCKED | MDL_PARTIAL) && !mdl.any(0x25);
    if (!right || mdl.byteCount() == 0 || mdl.pages() > mdl.room()) {
      return false;
    }
    for (int i = 0; i < mdl.pages(); i++) {
      ModelPage page = world.page(mdl.pfn(i));
      if (page == null || !page.locked() || !page.ram && !mdl.any(MDL_IO_SPACE)) {
        return false;
      }
    }
    return true;
  }

  private int type(Draw draw, @Nullable ModelMdl mdl) {
    int type = draw.chance(85) ? draw.below(3) : draw.below(6);
    for (int i = 0; draw.sane && mdl != null && i < Math.min(mdl.pages(), mdl.room()); i++) {
      ModelPage page = world.page(mdl.pfn(i));
      if (page != null && !page.ram && page.given != null) {
        type = Types.type(page);
      }
    }
    return draw.rarely() ? draw.oneOf(-1, 6, 0x100, Integer.MIN_VALUE) : type;
  }

  private static int priority(Draw draw) {
    int level = draw.sane ? draw.oneOf(16, 32, 32, 32) : draw.oneOf(0, 16, 32, 15, 31, 33);
    int bits = 0x4000_0000;
    bits |= draw.chance(20) ? 0x8000_0000 : 0;
    bits |= draw.chance(10) ? 0x2000_0000 : 0;
    return level | (draw.chance(15) ? bits & ~0x4000_0000 : bits);
  }

  void map(Draw draw) {
    ModelMdl mdl = draw.fitting(all(), this::mappable);
    long address = mdl == null || draw.rarely() ? draw.garbage() : mdl.address;
    Way way =
        draw.chance(60)
            ? Way.SPECIFY_CACHE
            : draw.chance(70) ? Way.SAFE : draw.chance(50) ? Way.OBSOLETE : Way.SYSTEM_ADDRESS;
    boolean cached = way != Way.SPECIFY_CACHE;
    int type = cached ? 1 : type(draw, mdl);
    boolean bugCheck = way == Way.SPECIFY_CACHE && draw.chance(10);
    boolean fixed = way == Way.OBSOLETE || way == Way.SYSTEM_ADDRESS;
    int priority = fixed ? 32 : priority(draw);
    int irql = irql(draw, 2);
    boolean small = mdl == null || mdl.pages() <= mdl.room();
    boolean starved = draw.rarely() && small;
    Call call = new Call(way, address, type, bugCheck, priority);
    judge.tell(
        "map %s %s, type %d, priority 0x%x%s at IRQL %d%s",
        way,
        world.name(address),
        type,
        priority,
        bugCheck ? ", bug check on failure" : "",
        irql,
        starved ? " starved" : "");
    boolean verifier = stage.kernel.verifier().on();
    Expected expected = model.map(irql, call, verifier, starved);
    if (starved && shortOfMemory(expected.condition())) {
      stage.machine.failures().failAll();
    }
    judge.call(expected, () -> call(call, draw));
  }

  private static boolean shortOfMemory(Condition condition) {
    return condition.name().equals("NO_MEMORY") || condition.name().equals("NO_MORE_SYSTEM_PTES");
  }

  private long call(Call call, Draw draw) {
    // The address asked for counts for user mode alone.
    long requested = draw.chance(50) ? 0 : draw.garbage();
    return switch (call.way()) {
      case SPECIFY_CACHE ->
          MdlMappingCalls.mmMapLockedPagesSpecifyCache(
              stage.c,
              call.mdl(),
              0,
              call.type(),
              requested,
              call.bugCheck() ? 1 : 0,
              call.priority());
      case OBSOLETE -> MdlMappingCalls.mmMapLockedPages(stage.c, call.mdl(), 0);
      case SYSTEM_ADDRESS -> MdlMappingCalls.mmGetSystemAddressForMdl(stage.c, call.mdl());
      case SAFE ->
          MdlMappingCalls.mmGetSystemAddressForMdlSafe(stage.c, call.mdl(), call.priority());
    };
  }

  private boolean isMapped(ModelMdl mdl) {
    return MdlModel.owns(mdl) && mdls.isMapped(mdl);
  }

  /** The driver writes into an MDL that is mapped. */
  private void spoil(Draw draw, ModelMdl mdl) {
    switch (draw.below(3)) {
      case 0 -> mdl.setPfn(0, mdl.pfn(0) ^ 1);
      case 1 -> mdl.setStartVa(mdl.startVa() + 4096);
      default -> mdl.setByteCount(1);
    }
    stage.write(mdl);
    judge.tell("overwrite %s", mdl);
  }

  void unmap(Draw draw) {
    List<ModelMdl> mapped = all().stream().filter(this::isMapped).toList();
    ModelMdl mdl = draw.any(draw.sane || draw.chance(60) ? mapped : all());
    if (mdl == null) {
      return;
    }
    if (!draw.sane && isMapped(mdl) && draw.chance(40)) {
      spoil(draw, mdl);
    }
    long address = mdl.mappedSystemVa();
    address = draw.chance(25) ? address & -0x1000L : address;
    if (!draw.sane) {
      switch (draw.below(6)) {
        case 0 -> address = draw.garbage();
        case 1 -> address = world.addressOf(draw.below(world.ptes.length));
        case 2 -> address += 0x1000;
        default -> {}
      }
    }
    long mdlAddress = draw.rarely() ? draw.garbage() : mdl.address;
    int irql = irql(draw, 2);
    if (draw.chance(20)) {
      stage.machine.failures().failAll();
    }
    judge.tell("MmUnmapLockedPages(0x%x, %s) at IRQL %d", address, world.name(mdlAddress), irql);
    Expected expected = model.unmap(irql, address, mdlAddress, stage.kernel.verifier().on());
    long base = address;
    judge.call(
        expected,
        () -> {
          MdlMappingCalls.mmUnmapLockedPages(stage.c, base, mdlAddress);
          return 0;
        });
  }

  // ---- partial MDLs

  void build(Draw draw) {
    ModelMdl source =
        draw.fitting(
            all(),
            one ->
                one.any(MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL)
                    && one.byteCount() != 0
                    && one.pages() <= one.room());
    if (source == null) {
      return;
    }
    ModelMdl target =
        draw.fitting(
            all(),
            one ->
                one != source
                    && !one.any(MDL_PAGES_LOCKED | MDL_PARTIAL_HAS_BEEN_MAPPED)
                    && !MdlModel.owns(one));
    if (target == null) {
      return;
    }
    int count = (int) Math.min(source.byteCount(), 0x10000);
    int from = count == 0 || draw.chance(40) ? 0 : draw.below(count);
    long length = draw.chance(30) || count - from <= 0 ? 0 : 1 + draw.below(count - from);
    long va = source.buffer() + from;
    if (draw.rarely()) {
      va = draw.chance(30) ? draw.garbage() : draw.chance(50) ? va - 4096 : va + 4096;
    }
    length = draw.rarely() ? (draw.chance(50) ? length + 4096 : 0xFFFF_FFFFL) : length;
    long pages = length == 0 ? source.pages() : (length + 0x1FFF) >>> 12;
    if (!target.allocated && pages > target.room() && pages < 506) {
      return;
    }
    long sourceAddress = draw.rarely() ? draw.garbage() : source.address;
    long targetAddress = draw.rarely() && draw.chance(40) ? draw.garbage() : target.address;
    int irql = irql(draw, 2);
    judge.tell(
        "IoBuildPartialMdl(%s, %s, 0x%x, 0x%x) at IRQL %d",
        world.name(sourceAddress), world.name(targetAddress), va, length, irql);
    Expected expected = model.build(irql, sourceAddress, targetAddress, va, length);
    long first = va;
    int bytes = (int) length;
    judge.call(
        expected,
        () -> {
          MdlMappingCalls.ioBuildPartialMdl(stage.c, sourceAddress, targetAddress, first, bytes);
          return 0;
        });
  }

  void prepare(Draw draw) {
    ModelMdl mdl = draw.fitting(all(), one -> one.any(MDL_PARTIAL_HAS_BEEN_MAPPED));
    long address = mdl == null || draw.rarely() ? draw.garbage() : mdl.address;
    int irql = irql(draw, 2);
    judge.tell("MmPrepareMdlForReuse(%s) at IRQL %d", world.name(address), irql);
    Expected expected = model.prepare(irql, address);
    judge.call(
        expected,
        () -> {
          MdlMappingCalls.mmPrepareMdlForReuse(stage.c, address);
          return 0;
        });
  }
}
