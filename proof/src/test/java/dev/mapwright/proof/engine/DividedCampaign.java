package dev.mapwright.proof.engine;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * The same random calls on two address spaces, of which one is divided into parts now and then: no
 * answer is another one, and in the end both show the same.
 */
public final class DividedCampaign implements Callable<String> {
  private static final int SEEDS = 8;
  private static final int STEPS = 3_000;
  private static final int PAGES = 300;
  private static final long FIRST = 0x1F0;

  private final Map<String, Integer> tally = new TreeMap<>();

  /** Made by name. */
  public DividedCampaign() {}

  /** One of the two, with what it was given. */
  private static final class Side implements AutoCloseable {
    final Machine machine = Machines.simulated(5);
    final AddressSpace space = AddressSpace.create(machine, "side", FIRST, FIRST + PAGES - 1).get();
    final MemoryObject object = MemoryObject.paged(machine, 64).get();
    final List<Region> regions = new ArrayList<>(List.of(space.root()));
    final Cpu cpu = machine.newCpu();
    final MapRequest request = new MapRequest();

    Side() {
      cpu.attach(space);
    }

    @Override
    public void close() {
      cpu.attach(null);
      space.close();
      object.release();
      machine.close();
    }
  }

  /** {@return what was found; empty for nothing} */
  @Override
  public String call() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (Side whole = new Side();
          Side divided = new Side()) {
        String found = run(new SplitMix(seed), whole, divided);
        if (!found.isEmpty()) {
          return "seed " + seed + ", " + found;
        }
      } catch (RuntimeException | AssertionError problem) {
        return "seed " + seed + ": " + problem;
      }
    }
    return "";
  }

  private String run(SplitMix random, Side whole, Side divided) {
    for (int step = 0; step < STEPS; step++) {
      if (random.chance(25)) {
        divide(random, divided.space);
      }
      long call = random.next();
      String expected = step(new SplitMix(call), whole);
      String seen = step(new SplitMix(call), divided);
      tally.merge(expected, 1, Integer::sum);
      if (!seen.equals(expected)) {
        return "step " + step + ": " + seen + ", expected " + expected;
      }
      if (step % 20 == 0) {
        String left = dump(whole.space);
        String right = dump(divided.space);
        if (!left.equals(right)) {
          return "step " + step + ":\n" + right + "\nexpected\n" + left;
        }
      }
      if (step % 500 == 499) {
        Invariants.verify(divided.machine);
      }
    }
    return "";
  }

  /** What a space shows; the memory of its records is another one. */
  private static String dump(AddressSpace space) {
    return space.dump().replaceFirst(", \\d+ bytes of records and index", "");
  }

  private void divide(SplitMix random, AddressSpace space) {
    long one = FIRST + random.below(PAGES);
    long other = FIRST + random.below(PAGES);
    if (SpaceParts.divide(space, one, one, other, other)) {
      tally.merge("divided", 1, Integer::sum);
    }
    tally.merge("parts " + Math.min(4, SpaceParts.count(space)), 1, Integer::sum);
  }

  /** Carries one call out and says what it answered. */
  private static String step(SplitMix random, Side side) {
    int register = random.chance(60) ? 0 : random.below(side.regions.size());
    Region region = side.regions.get(register);
    long page = region.firstPage() + random.below((int) region.pages());
    int most = (int) (region.lastPage() - page + 1);
    long count = 1L + random.below(random.chance(80) ? Math.min(8, most) : most);
    int permissions = random.chance(70) ? Permissions.READ_WRITE : Permissions.READ;
    int kind = random.below(20);
    return switch (kind) {
      case 0, 1, 2, 3, 4 -> {
        side.request.clear().object(side.object, random.below(60)).pages(count);
        side.request.permissions(permissions).tag(random.below(2));
        switch (random.below(3)) {
          case 0 -> side.request.where().at(page);
          case 1 -> side.request.where().overwrite(page);
          default -> side.request.where().firstFit();
        }
        side.request.installPresent(random.chance(30));
        Outcome outcome = region.map(side.request);
        yield "map " + outcome + (outcome == Outcome.OK ? " at " + side.request.firstPage() : "");
      }
      case 5, 6, 7 -> "unmap " + region.unmap(page, count);
      case 8 -> {
        // Whole mappings can be removed whatever memory there is.
        side.machine.failures().failAll();
        Outcome outcome = region.unmap(page, count);
        side.machine.failures().off();
        yield "unmap without memory " + outcome;
      }
      case 9 -> "protect " + region.protect(page, count, permissions);
      case 10 -> "retag " + region.retag(page, count, tag -> tag ^ 1);
      case 11 -> "unmap tagged " + region.unmapTagged(page, count, random.below(2));
      case 12 -> {
        long to = region.firstPage() + random.below((int) region.pages());
        yield "move " + region.move(page, Math.min(count, region.lastPage() - to + 1), to);
      }
      case 13 -> allocate(side, region, page, count);
      case 14 -> register == 0 ? "no destroy" : "destroy " + region.destroy();
      case 15 -> register == 0 ? "no destroy" : "destroy if empty " + region.destroyIfEmpty();
      case 16 -> "free " + region.free(page, count) + ", mapped " + region.mappedPages(page);
      case 17 -> "mappings " + side.space.mappings() + ", first " + first(side, page, count);
      case 18 -> {
        Access access = random.chance(50) ? Access.WRITE : Access.READ;
        // What is remembered of removals is as long as one ring, and parts have several.
        Fault fault = side.space.resolve(Pages.address(page), access);
        yield "fault " + (fault == null ? "resolved" : fault.reason());
      }
      default -> "translated " + side.space.translate(Pages.address(page), Access.READ).reason();
    };
  }

  private static String first(Side side, long page, long count) {
    MappingInfo found = side.space.firstMapping(page, page + count - 1);
    return found == null ? "none" : found.firstPage() + " to " + found.lastPage();
  }

  private static String allocate(Side side, Region region, long page, long count) {
    RegionRequest request = new RegionRequest().pages(count).capability(Permissions.ALL);
    request.where().at(page);
    Outcome outcome = region.allocate(request);
    if (outcome == Outcome.OK) {
      side.regions.add(request.region());
      if (side.regions.size() > 12) {
        side.regions.remove(1).destroy();
      }
    }
    return "allocate " + outcome;
  }

  /** How often each answer came. */
  Map<String, Integer> tally() {
    return tally;
  }

  @Override
  public String toString() {
    Map<String, Integer> kinds = new TreeMap<>();
    tally.forEach(
        (what, count) -> kinds.merge(what.replaceAll("[0-9].*", ""), count, Integer::sum));
    return kinds.toString();
  }
}
