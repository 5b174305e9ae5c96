package dev.mapwright.proof.windows;

import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.proof.windows.PagesModel.Call;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.mdl.MdlPagesCalls;
import java.util.ArrayList;
import java.util.List;

/** Steps that allocate physical pages for MDLs, and free them. */
final class PagesSteps {
  private static final int MOST_MDLS = 6;

  private final Stage stage;
  private final World world;
  private final Judge judge;
  private final PagesModel model;

  PagesSteps(WindowsRun run, MdlModel mdls) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
    model = new PagesModel(world, stage, mdls);
  }

  private int irql(Draw draw, int highest) {
    int irql = draw.irql(highest);
    stage.c.processor().setIrql(irql);
    return irql;
  }

  private static Call draw(Draw draw) {
    boolean ex = draw.chance(60);
    long first = Stage.FIRST_RAM + draw.below(Stage.RAM);
    long pages = draw.chance(60) ? Stage.RAM : 1 + draw.below(8);
    long low = draw.chance(40) ? 0 : first << 12;
    long high = draw.chance(30) ? -1 : (first + pages << 12) - 1;
    long skip = draw.chance(70) ? 0 : 4096L << draw.below(5);
    long bytes = 1L + draw.below(6 * 4096);
    int flags = draw.oneOf(0, 0, 0, 1, 4, 0x10);
    if (draw.chance(10)) {
      flags = 0x20;
      skip = 0;
    }
    int type = draw.chance(80) ? draw.below(3) : draw.oneOf(3, 6, -1);
    if (draw.rarely()) {
      switch (draw.below(9)) {
        case 0 -> low = -1;
        case 1 -> skip = 8;
        case 2 -> bytes = 0;
        case 3 -> bytes = draw.chance(50) ? -1 : 1L << 32;
        case 4 -> flags = draw.oneOf(0x80, 0x200, -1);
        case 5 -> {
          flags = 0x20;
          skip = draw.oneOf(0x3000, 0x2000);
          bytes = 0x1800;
        }
        case 6 -> flags = 0x40;
        case 7 -> flags = 0x104;
        default -> {}
      }
      high = low == -1 ? 0 : high;
    }
    return new Call(ex, low, high, skip, bytes, type, flags);
  }

  void allocate(Draw draw) {
    Call call = draw(draw);
    int irql = irql(draw, 1);
    long live = world.mdls.values().stream().filter(mdl -> mdl.ofPages).count();
    if (live >= MOST_MDLS) {
      return;
    }
    boolean starved = draw.rarely();
    judge.tell("allocate pages %s at IRQL %d%s", call, irql, starved ? " starved" : "");
    Expected refused = model.refused(irql, call, starved);
    if (refused != null) {
      if (starved) {
        stage.machine.failures().failAll();
      }
      judge.call(refused, () -> call(call));
      return;
    }
    boolean[] before = free();
    stage.forgetAnswers();
    long mdl = call(call);
    List<Long> left = left(call);
    if (mdl == 0) {
      judge.judge(nothing(call, left), 0, null);
      return;
    }
    judge.judge(Expected.done(call.answer("DONE"), mdl), mdl, null);
    check(call, mdl, before, left);
  }

  private long call(Call call) {
    return call.ex()
        ? MdlPagesCalls.mmAllocatePagesForMdlEx(
            stage.c, call.low(), call.high(), call.skip(), call.bytes(), call.type(), call.flags())
        : MdlPagesCalls.mmAllocatePagesForMdl(
            stage.c, call.low(), call.high(), call.skip(), call.bytes());
  }

  /** Which frames nobody owns, by their distance from the first. */
  private boolean[] free() {
    boolean[] free = new boolean[Stage.RAM];
    Frames frames = stage.machine.frames();
    for (int i = 0; i < free.length; i++) {
      free[i] = frames.owner(Stage.FIRST_RAM + i) == FrameOwner.FREE;
    }
    return free;
  }

  /** Whether a page lies in the range, or in one that both ends are advanced to. */
  private static boolean inRange(Call call, long pfn) {
    long low = call.low();
    long high = call.high();
    boolean advances = call.skip() != 0 && !call.chunks();
    for (int i = 0; i < (advances ? Stage.RAM + 0x200 : 1); i++) {
      long first = low + 0xFFF >>> 12;
      boolean whole = Long.compareUnsigned((pfn << 12) + 0xFFF, high) <= 0;
      if (Long.compareUnsigned(pfn, first) >= 0 && whole) {
        return true;
      }
      low += call.skip();
      high = high + call.skip() < call.skip() && high < 0 ? -1 : high + call.skip();
    }
    return false;
  }

  /** The frames that could still be had after the call. */
  private List<Long> left(Call call) {
    List<Long> left = new ArrayList<>();
    boolean[] free = free();
    for (int i = 0; i < free.length; i++) {
      if (free[i] && inRange(call, Stage.FIRST_RAM + i)) {
        left.add(Stage.FIRST_RAM + i);
      }
    }
    return left;
  }

  /**
   * Why there are no pages: that has to be so. Pool may have taken one of them for the MDL, which
   * was given back since.
   */
  private Expected nothing(Call call, List<Long> left) {
    boolean fully = call.ex() && (call.flags() & 4) != 0;
    boolean enough =
        call.chunks() ? run(left) >= 2 * call.pages() + 1 : left.size() >= call.pages() + 1;
    if (enough || !fully && !call.chunks() && left.size() > 1) {
      throw new Divergence(call + " got nothing, but there is " + left);
    }
    boolean some = fully && !call.chunks() && left.size() > 1;
    boolean perhaps = fully && !call.chunks() && left.size() == 1;
    Condition notAll = perhaps || some ? call.answer("NOT_ALL_PAGES") : call.answer("NO_PAGES");
    boolean none = perhaps && !stage.answers.contains(notAll);
    return Expected.failed(
        none ? call.answer("NO_PAGES") : notAll, call.pages(), Expected.ANY, Expected.ANY);
  }

  /** The longest run of adjacent frames. */
  private static int run(List<Long> pfns) {
    int longest = 0;
    int now = 0;
    for (int i = 0; i < pfns.size(); i++) {
      now = i > 0 && pfns.get(i) == pfns.get(i - 1) + 1 ? now + 1 : 1;
      longest = Math.max(longest, now);
    }
    return longest;
  }

  private void check(Call call, long mdl, boolean[] before, List<Long> left) {
    long[] count = stage.words(mdl + 0x28, 1);
    long bytes = count == null ? 0 : count[0] & 0xFFFF_FFFFL;
    int found = (int) (bytes >>> 12);
    long[] pfns = stage.words(mdl + 0x30, found);
    boolean enough = found == call.pages();
    if (pfns == null || found == 0 || found > call.pages() || !enough && !left.isEmpty()) {
      throw new Divergence("%s got %d pages, and there is %s".formatted(call, found, left));
    }
    for (int i = 0; i < found; i++) {
      boolean was = before[(int) (pfns[i] - Stage.FIRST_RAM)];
      boolean adjacent = !call.chunks() || i == 0 || pfns[i] == pfns[i - 1] + 1;
      if (!was || !adjacent || !inRange(call, pfns[i])) {
        throw new Divergence("%s got page 0x%x".formatted(call, pfns[i]));
      }
      boolean zeroed = !call.ex() || (call.flags() & 1) == 0;
      long first = stage.machine.memory().readLong(pfns[i] << 12);
      if (zeroed && first != 0) {
        throw new Divergence("page 0x%x is not zeroed".formatted(pfns[i]));
      }
    }
    world.freed.removeIf(old -> old >>> 12 == mdl >>> 12);
    ModelMdl made = model.allocated(call, mdl, pfns);
    made.ofPages = true;
    judge.tell("%s", made);
  }

  void free(Draw draw) {
    List<ModelMdl> all = List.copyOf(world.mdls.values());
    ModelMdl mdl = draw.fitting(all, this::freeable);
    if (draw.sane && (mdl == null || !freeable(mdl))) {
      return;
    }
    long address = mdl == null || draw.rarely() ? draw.garbage() : mdl.address;
    int irql = irql(draw, 2);
    if (draw.chance(20) && (mdl == null || mdl.pages() <= mdl.room())) {
      stage.machine.failures().failAll();
    }
    judge.tell("MmFreePagesFromMdl(%s) at IRQL %d", world.name(address), irql);
    Expected expected = model.free(irql, address);
    judge.call(
        expected,
        () -> {
          MdlPagesCalls.mmFreePagesFromMdl(stage.c, address);
          return 0;
        });
  }

  private boolean freeable(ModelMdl mdl) {
    if (mdl.byteCount() == 0 || mdl.pages() > mdl.room()) {
      return false;
    }
    for (int i = 0; i < mdl.pages(); i++) {
      ModelPage page = world.page(mdl.pfn(i));
      if (page == null || !page.ofMdl || page.locks != 1) {
        return false;
      }
    }
    return true;
  }
}
