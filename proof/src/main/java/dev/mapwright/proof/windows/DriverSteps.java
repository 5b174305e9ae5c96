package dev.mapwright.proof.windows;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.MemoryAccess;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What drivers do without a routine: they fill MDLs of their own, overwrite fields of any, copy
 * them, and use addresses. Other drivers lock pages that the MDLs name.
 */
final class DriverSteps {
  private static final int MDLS = 6;
  static final int ROOM = 16;

  private final Stage stage;
  private final World world;
  private final Judge judge;

  /** The pages that MDLs name. */
  final List<ModelPage> named = new ArrayList<>();

  DriverSteps(WindowsRun run) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
    for (int i = 0; i < MDLS; i++) {
      ModelMdl mdl = new ModelMdl(stage.memory(), ROOM, false);
      world.mdls.put(mdl.address, mdl);
    }
    ModelMdl inRegisters = new ModelMdl(stage.fickleMdl(), ROOM, false);
    inRegisters.inRegisters = true;
    world.mdls.put(inRegisters.address, inRegisters);
    CachePolicy[] policies = {
      CachePolicy.CACHED,
      CachePolicy.CACHED,
      CachePolicy.CACHED,
      CachePolicy.UNCACHED,
      CachePolicy.WRITE_COMBINING,
      null,
      null
    };
    for (CachePolicy policy : policies) {
      ModelPage page = world.known(stage.frame(policy));
      page.own = policy;
      named.add(page);
    }
    for (ModelPage page : world.pages.values()) {
      if (!page.ram && page.pfn != Stage.FICKLE) {
        named.add(page);
      }
    }
    for (ModelPage page : named) {
      lock(page, true);
    }
  }

  private List<ModelMdl> own() {
    return world.mdls.values().stream().filter(mdl -> !mdl.allocated).toList();
  }

  // ---- MDLs

  void fill(Draw draw) {
    ModelMdl mdl = draw.fitting(own(), one -> !one.any(MdlFlags.MDL_MAPPED_TO_SYSTEM_VA));
    if (mdl == null) {
      return;
    }
    int pages = 1 + draw.below(draw.chance(70) ? 2 : 6);
    int offset = draw.chance(50) ? 0 : draw.below(0x1000);
    int least = Math.max(1, (pages - 1) * 4096 + 1 - offset);
    int bytes = least + draw.below(pages * 4096 - offset - least + 1);
    int flags = draw.oneOf(2, 2, 2, 2, 0x82, 0x0A, 0x802, 0x10, 0x800);
    if (draw.rarely()) {
      flags = draw.oneOf(0, 1, 3, 4, 0x22, 0x8, 0xFFFF);
    }
    mdl.setNext(0);
    mdl.setSize(MdlLayout.PFNS + 8 * pages);
    mdl.setFlags(flags);
    mdl.setProcess(0xDEAD_BEEFL);
    mdl.setMappedSystemVa(0xDEAD_BEEFL);
    mdl.setStartVa(0xFFFF_9000_0000_0000L + 4096L * draw.below(100));
    mdl.setByteCount(draw.rarely() ? 0 : bytes);
    mdl.setByteOffset(offset);
    for (int i = 0; i < pages; i++) {
      ModelPage page = draw.fitting(named, ModelPage::locked);
      mdl.setPfn(i, page == null || draw.rarely() && draw.chance(30) ? badPfn(draw) : page.pfn);
    }
    boolean outside = false;
    for (int i = 0; i < pages; i++) {
      ModelPage page = world.page(mdl.pfn(i));
      outside |= page != null && !page.ram;
    }
    if (draw.sane && outside) {
      mdl.setFlags(mdl.flags() | MdlFlags.MDL_IO_SPACE);
    }
    stage.write(mdl);
    judge.tell("fill %s", mdl);
    judge.tally.count();
  }

  private static long badPfn(Draw draw) {
    return switch (draw.below(5)) {
      case 0 -> -1;
      case 1 -> 0;
      case 2 -> 1L << 40;
      case 3 -> 1L << 56 | 0x105;
      default -> draw.any();
    };
  }

  void overwrite(Draw draw) {
    ModelMdl mdl = draw.any(List.copyOf(world.mdls.values()));
    if (mdl == null) {
      return;
    }
    switch (draw.below(9)) {
      case 8 -> {
        ModelMdl other = draw.any(List.copyOf(world.mdls.values()));
        mdl.setNext(other == null || draw.chance(20) ? draw.garbage() : other.address);
      }
      case 0 -> mdl.setFlags(mdl.flags() ^ 1 << draw.below(16));
      case 1 -> mdl.setByteCount(draw.oneOf(0, 1, 0x1000, 0x2000, 0x2001, -1));
      case 2 -> mdl.setByteOffset(draw.oneOf(0, 1, 0xFFF, 0x1000, -1));
      case 3 -> mdl.setStartVa(draw.garbage());
      case 4 -> mdl.setMappedSystemVa(draw.garbage());
      case 5 -> mdl.setProcess(draw.garbage());
      case 6 -> mdl.setSize(draw.below(0x10000));
      default -> {
        ModelPage page = draw.any(named);
        long pfn = page == null || draw.chance(20) ? badPfn(draw) : page.pfn;
        if (mdl.room() > 0) {
          mdl.setPfn(draw.below(Math.min(4, mdl.room())), pfn);
        }
      }
    }
    if (mdl.pages() > mdl.room() && (mdl.byteCount() != 0xFFFF_FFFFL || mdl.room() == 0)) {
      // A call that writes PFNs would write behind the MDL's end, where anything may be.
      mdl.setByteCount(0);
    }
    stage.write(mdl);
    judge.tell("overwrite %s", mdl);
    judge.tally.count();
  }

  void copy(Draw draw) {
    ModelMdl from = draw.any(List.copyOf(world.mdls.values()));
    ModelMdl to = draw.any(own());
    if (from == null || to == null) {
      return;
    }
    System.arraycopy(from.words, 0, to.words, 0, Math.min(from.words.length, to.words.length));
    stage.write(to);
    judge.tell("copy MDL 0x%x: %s", from.address, to);
    judge.tally.count();
  }

  // ---- pages

  private void lock(ModelPage page, boolean lock) {
    if (!stage.lock(page, lock)) {
      throw new Divergence("another driver can't lock or unlock " + page);
    }
    if (lock) {
      page.lock();
    } else {
      page.unlock();
    }
  }

  /** A page that was allocated for an MDL; null for none. */
  private @Nullable ModelPage ofMdl(Draw draw) {
    return draw.any(world.pages.values().stream().filter(page -> page.ofMdl).toList());
  }

  void lock(Draw draw) {
    ModelPage page = draw.chance(75) ? draw.fitting(named, one -> !one.locked()) : ofMdl(draw);
    if (page != null && page.locks < 3 && page.references < 3) {
      judge.tell("another driver locks %s", page);
      lock(page, true);
      judge.tally.count();
    }
  }

  void unlock(Draw draw) {
    ModelPage page = draw.chance(75) ? draw.fitting(named, ModelPage::locked) : ofMdl(draw);
    boolean taken = page != null && page.ofMdl && page.locks < 2;
    if (page != null && page.lockedTimes() > 0 && !taken) {
      judge.tell("another driver unlocks %s", page);
      lock(page, false);
      judge.tally.count();
    }
  }

  /** Loads through a system PTE. */
  void access(Draw draw) {
    int pte = draw.below(world.ptes.length);
    for (int i = 0; draw.sane && i < world.ptes.length && world.ptes[pte].mapping == 0; i++) {
      pte = (pte + 1) % world.ptes.length;
    }
    long address = world.addressOf(pte) + 8L * draw.below(512);
    ModelPte entry = world.ptes[pte];
    int allowed = entry.mapping == 0 ? Permissions.NONE : entry.permissions;
    switch (draw.below(5)) {
      case 0 -> store(address, allowed);
      case 1 -> fetch(address, allowed);
      default -> load(address, allowed, entry.pfn);
    }
  }

  /** Stores where that is not allowed; elsewhere nobody may write what the model knows. */
  private void store(long address, int allowed) {
    if ((allowed & Permissions.WRITE) != 0) {
      return;
    }
    judge.tell("store 0x%x", address);
    Expected expected =
        (allowed & Permissions.READ) != 0
            ? Expected.failed(MemoryAccess.READ_ONLY, address, Expected.ANY, 0)
            : Expected.failed(MemoryAccess.INVALID_ADDRESS, address, 2, 0);
    judge.call(
        expected,
        () -> {
          stage.c.store(address, 8, 0);
          return 0;
        });
  }

  private void fetch(long address, int allowed) {
    if ((allowed & Permissions.EXECUTE) != 0) {
      return;
    }
    judge.tell("fetch 0x%x", address);
    Expected expected =
        allowed == Permissions.NONE
            ? Expected.failed(MemoryAccess.INVALID_ADDRESS, address, 0x10, 0)
            : Expected.failed(MemoryAccess.NOT_EXECUTABLE, address, Expected.ANY, 0);
    judge.call(expected, () -> stage.c.fetch(address, 8));
  }

  private void load(long address, int allowed, long pfn) {
    judge.tell("load 0x%x", address);
    if ((allowed & Permissions.READ) == 0) {
      judge.call(
          Expected.failed(MemoryAccess.INVALID_ADDRESS, address, 0, 0),
          () -> stage.c.load(address, 8));
      return;
    }
    long value = stage.c.load(address, 8);
    long expected = stage.load(pfn, address & 0xFFF);
    if (value != expected) {
      throw new Divergence("0x" + Long.toHexString(value) + " was loaded, expected " + expected);
    }
    judge.tally.count();
  }
}
