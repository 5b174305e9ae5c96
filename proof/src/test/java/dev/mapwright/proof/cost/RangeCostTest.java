package dev.mapwright.proof.cost;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.RegionRequest;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Ranges as large as there are, with next to nothing in them. */
class RangeCostTest {
  /** Steps for a handful of mappings and pages, whatever the range. */
  private static final long ENOUGH = 10_000;

  private static final long HUGE = 1L << 34;

  abstract static class Ranges extends CostWorld {
    final void within(String what, Supplier<Outcome> operation) {
      within(ENOUGH, what, () -> operation.get().orThrow());
    }
  }

  /** 2^46 bytes of a device, mapped and changed. */
  public static final class Device extends Ranges {
    @Override
    void play() {
      for (long pfn : new long[] {0, DEVICE_PFN}) {
        // From 0 on, a little of it is RAM, which is held page by page.
        long ram = pfn == 0 ? 1 << 16 : 0;
        MemoryObject device = MemoryObject.physical(machine, pfn, HUGE, CachePolicy.UNCACHED).get();
        within(ENOUGH + 4 * ram, "map", () -> map(device, 0, HUGE, 1L << 33));
        within("retag", () -> root.retag(1L << 33, HUGE, tag -> tag + 1));
        within("protect", () -> root.protect(1L << 33, HUGE, Permissions.READ));
        within("protect a part", () -> root.protect((1L << 33) + 5, HUGE - 9, Permissions.NONE));
        within("move", () -> root.move((1L << 33) + 5, 1, 1L << 32));
        within(ENOUGH + 4 * ram, "unmap", () -> root.unmap(0x1000, LAST_PAGE - 0x1000).orThrow());
        device.release();
      }
    }
  }

  /** A space of 2^34 pages with four mappings, of which two were touched. */
  public static final class Sparse extends Ranges {
    private void furnish(MemoryObject object) {
      for (int i = 0; i < 4; i++) {
        map(object, (long) i << 38, 1L << 30, 0x1000 + ((long) i << 31));
      }
      store(0x1005, 1);
      store(0x1000 + (3L << 31) + (1L << 29), 2);
    }

    @Override
    void play() {
      cpu.attach(space);
      long all = LAST_PAGE - 0x1000;
      MemoryObject object = MemoryObject.paged(machine, 1L << 45).get();
      furnish(object);
      for (int i = 0; i < 4; i++) {
        long at = 0x1000 + ((long) i << 31);
        within("protect", () -> root.protect(at, 1L << 30, Permissions.READ));
      }
      within("retag", () -> root.retag(0x1000, all, tag -> 9));
      within(
          "free",
          () -> {
            require(!root.free(0x1000, all), "not free");
            return Outcome.OK;
          });
      within("unmap", () -> root.unmap(0x1000, all));
      furnish(object);
      within(
          "dirty pages",
          () -> {
            space.trackDirty(true);
            return space.collectDirty(0x1000, all, true, (page, pages) -> {});
          });
      within("decommit", () -> object.decommit(0, 1L << 45));
      put(object, 1L << 44, 1);
      within("shrink", () -> object.resize(1));
      within("grow", () -> object.resize(1L << 45));
      put(object, 1L << 44, 1);
      within(
          "snapshot",
          () -> {
            object.child(ChildKind.SNAPSHOT, 0, 1L << 45).get().release();
            return Outcome.OK;
          });
      MemoryObject then = object.child(ChildKind.SNAPSHOT, 0, 1L << 45).get();
      within("decommit beside a snapshot", () -> object.decommit(0, 1L << 45));
      within("going back", () -> object.revertTo(then));
      within("shrink beside a snapshot", () -> object.resize(0));
      then.release();
      object.release();
      within(
          "close",
          () -> {
            space.close();
            return Outcome.OK;
          });
    }
  }

  /** What can't be is refused at once. */
  public static final class TooLarge extends Ranges {
    private void refused(String what, Supplier<Outcome> operation) {
      within(
          ENOUGH,
          what,
          () -> require(operation.get() != Outcome.OK, what + " of more than there is"));
    }

    @Override
    void play() {
      MemoryObject object = MemoryObject.paged(machine, 1L << 45).get();
      refused("commit", () -> object.commit(0, 1L << 45));
      refused("pin", () -> object.pin(1, 1L << 44));
      map(object, 0, HUGE, 1L << 33);
      refused("lease", () -> space.lease(1L << 33, HUGE, true).outcome());
      for (int mappings : new int[] {1, 1 << 20, Integer.MAX_VALUE}) {
        RegionRequest region = new RegionRequest().pages(1L << 32);
        refused("reserve", () -> root.reserve(region, mappings).outcome());
      }
      space.close();
      object.release();
      require(machine.census().leaks().isEmpty(), "nothing is left");
    }
  }

  @Test
  void two_to_the_46_bytes_of_a_device() throws Exception {
    Counted.run(Device.class);
  }

  @Test
  void sparse_ranges_cost_what_is_in_them() throws Exception {
    Counted.run(Sparse.class);
  }

  @Test
  void what_can_not_be_is_refused_before_any_work() throws Exception {
    Counted.run(TooLarge.class);
  }
}
