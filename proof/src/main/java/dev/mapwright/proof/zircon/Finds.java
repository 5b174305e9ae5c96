package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.proof.SplitMix;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks for what operations can be about: registers that hold something of a kind. */
final class Finds {
  final World world;
  final Registers registers;
  private final SplitMix random;

  Finds(SplitMix random, Driver driver) {
    this.random = random;
    this.world = driver.world;
    this.registers = driver.registers;
  }

  int register(int from, int count) {
    return from + random.below(count);
  }

  /** The register of a living region, if a few tries find one; the root seldom. */
  int region() {
    for (int attempt = 0; attempt < 12; attempt++) {
      int register = 1 + random.below(15);
      ModelRegion region = regionAt(register);
      if (region != null && !region.dead) {
        return register;
      }
    }
    return 0;
  }

  /** The register of a region that something is mapped in; 0 after a few tries. */
  int mappedRegion() {
    for (int attempt = 0; attempt < 8; attempt++) {
      int register = region();
      ModelRegion region = regionAt(register);
      if (region != null && register != 0 && mappedPage(region) >= 0) {
        return register;
      }
    }
    return 0;
  }

  /** The register of a living region that is no root, or one that holds nothing. */
  int branch() {
    int register = region();
    ModelRegion region = regionAt(register);
    return region != null && region.parent == null ? 1 + random.below(15) : register;
  }

  int vmo() {
    for (int attempt = 0; attempt < 12; attempt++) {
      int register = register(Registers.VMO, Registers.VMOS);
      if (vmoAt(register) != null) {
        return register;
      }
    }
    return register(Registers.VMO, Registers.VMOS);
  }

  int freeVmo() {
    for (int attempt = 0; attempt < 6; attempt++) {
      int register = register(Registers.VMO, Registers.VMOS);
      if (vmoAt(register) == null) {
        return register;
      }
    }
    return register(Registers.VMO, Registers.VMOS);
  }

  int process() {
    for (int attempt = 0; attempt < 8; attempt++) {
      int register = register(Registers.PROCESS, Registers.PROCESSES);
      if (objectAt(register) instanceof ModelProcess) {
        return register;
      }
    }
    return Registers.PROCESS;
  }

  @Nullable Object objectAt(int register) {
    ModelHandle handle = world.handle(registers.handles[register]);
    return handle == null ? null : handle.object();
  }

  @Nullable ModelRegion regionAt(int register) {
    return objectAt(register) instanceof ModelRegion region ? region : null;
  }

  @Nullable ModelVmo vmoAt(int register) {
    return objectAt(register) instanceof ModelVmo vmo ? vmo : null;
  }

  int rightsAt(int register) {
    ModelHandle handle = world.handle(registers.handles[register]);
    return handle == null ? 0 : handle.rights();
  }

  int permsOfHandle(int register) {
    return Bits.permsOfRights(rightsAt(register));
  }

  long mappedPage(ModelRegion region) {
    int skip = random.below(64);
    long found = -1;
    for (Map.Entry<Long, PageEntry> entry : region.space.pages.entrySet()) {
      if (entry.getValue().region == region && !kept(region, entry.getKey())) {
        found = entry.getKey();
        if (skip-- <= 0) {
          break;
        }
      }
    }
    return found;
  }

  /** The caller's scratch and input are not looked for: without them few calls succeed. */
  boolean kept(ModelRegion region, long page) {
    return region == world.caller().space.root
        && page < (world.rootBase + Boot.INPUT) / PAGE + Boot.INPUT_PAGES;
  }
}
