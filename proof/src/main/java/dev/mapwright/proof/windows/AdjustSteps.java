package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;

import dev.mapwright.windows.mdl.MdlMappingCalls;
import java.util.List;

/** Steps that change MDLs and their mappings in place. */
final class AdjustSteps {
  private final Stage stage;
  private final World world;
  private final Judge judge;
  private final MdlModel mdls;
  private final AdjustModel model;

  AdjustSteps(WindowsRun run, MdlModel mdls) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
    this.mdls = mdls;
    model = new AdjustModel(world, stage, mdls);
  }

  private int irql(Draw draw) {
    int irql = draw.irql(2);
    stage.c.processor().setIrql(irql);
    return irql;
  }

  void protect(Draw draw) {
    List<ModelMdl> all = List.copyOf(world.mdls.values());
    ModelMdl mdl =
        draw.fitting(
            all,
            one -> {
              int first = world.pteOf(one.mappedSystemVa());
              boolean mapped = one.any(MDL_MAPPED_TO_SYSTEM_VA) && first >= 0;
              return mapped && world.mappedFrom(first) == one.pages() && one.byteCount() > 0;
            });
    long address = mdl == null || draw.rarely() ? draw.garbage() : mdl.address;
    int protection = draw.oneOf(0x01, 0x02, 0x04, 0x04, 0x10, 0x20, 0x40, 0x40);
    protection = draw.rarely() ? draw.oneOf(0, 8, 0x80, 0x204, 0x6, 0x100, -1) : protection;
    int irql = irql(draw);
    judge.tell(
        "MmProtectMdlSystemAddress(%s, 0x%x) at IRQL %d", world.name(address), protection, irql);
    int how = protection;
    Expected expected = model.protect(irql, address, protection);
    judge.call(expected, () -> MdlMappingCalls.mmProtectMdlSystemAddress(stage.c, address, how));
  }

  void advance(Draw draw) {
    List<ModelMdl> all = List.copyOf(world.mdls.values());
    ModelMdl mdl =
        draw.fitting(
            all,
            one ->
                one.any(MDL_PAGES_LOCKED)
                    && one.byteCount() > 1
                    && one.pages() <= one.room()
                    && (!MdlModel.owns(one) || mdls.isMapped(one)));
    if (mdl == null || mdl.pages() > mdl.room() && mdl.byteCount() != 0xFFFF_FFFFL) {
      return;
    }
    long address = draw.rarely() ? draw.garbage() : mdl.address;
    int most = (int) Math.min(mdl.byteCount(), 0x8000);
    long bytes = most < 2 || draw.chance(10) ? 0 : draw.below(most);
    bytes = draw.rarely() ? mdl.byteCount() + draw.below(2) : bytes;
    if (mdl.byteCount() == 0xFFFF_FFFFL && stage.pfns(mdl) != null) {
      return;
    }
    int irql = irql(draw);
    judge.tell("MmAdvanceMdl(%s, 0x%x) at IRQL %d", world.name(address), bytes, irql);
    int count = (int) bytes;
    Expected expected = model.advance(irql, address, bytes & 0xFFFF_FFFFL);
    judge.call(expected, () -> MdlMappingCalls.mmAdvanceMdl(stage.c, address, count));
  }
}
