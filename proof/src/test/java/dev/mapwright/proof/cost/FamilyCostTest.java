package dev.mapwright.proof.cost;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Long chains and many children: what they cost those who use them, and those who do not. */
class FamilyCostTest {
  private static final int DEPTH = 10_000;
  private static final int PAGES = 512;

  /** A chain of live views, most of which have no page of their own, on a small stack. */
  public static final class Chain extends CostWorld {
    private final MemoryObject base = MemoryObject.paged(machine, 2 * PAGES).get();
    private final List<MemoryObject> chain = new ArrayList<>(List.of(base));

    private void use(int depth) {
      cpu.attach(space);
      for (int i = 0; i < depth; i++) {
        MemoryObject last = chain.getLast();
        within(
            60,
            "a live view",
            () -> chain.add(last.child(ChildKind.LIVE_VIEW, 0, 2 * PAGES).get()));
      }
      MemoryObject leaf = chain.getLast();
      base.commit(0, PAGES).orThrow();
      put(base, 3, 33);
      map(leaf, 0, 2 * PAGES, 0x2000);
      within(8 * DEPTH, "the first fault", () -> require(load(0x2003) == 33, "a page of the base"));
      within(100, "the second fault", () -> load(0x2004));
      within(
          8 * DEPTH + 100 * PAGES,
          "installing what is present",
          () -> {
            request.clear().object(leaf, 0).pages(PAGES).permissions(Permissions.READ);
            request.installPresent(true).where().at(0x4000);
            root.map(request).orThrow();
          });
      within(
          40 * PAGES,
          "reading every page",
          () -> {
            for (int page = 0; page < PAGES; page++) {
              require(get(leaf, page) == (page == 3 ? 33 : 0), "what is read");
            }
          });
      within(20 * DEPTH, "decommitting a page of the base", () -> base.decommit(3, 1).orThrow());
      require(load(0x2003) == 0, "nobody shows it any more");
      within(20 * DEPTH + 60 * PAGES, "decommitting all", () -> base.decommit(0, PAGES).orThrow());
      within(20 * DEPTH + 60 * PAGES, "committing all", () -> base.commit(0, PAGES).orThrow());
      within(30 * DEPTH, "a page in the middle", () -> put(chain.get(depth / 2), 7, 77));
      within(20 * DEPTH, "a fault of it", () -> require(load(0x2007) == 77, "the middle's page"));
      within(100, "a page of the leaf's own", () -> store(0x2007, 78));
      within(20 * DEPTH + 60 * PAGES, "shrinking the base", () -> base.resize(1).orThrow());
      within(20 * DEPTH, "growing the base", () -> base.resize(PAGES).orThrow());
      within(
          60 * PAGES,
          "a snapshot of the leaf",
          () -> chain.add(leaf.child(ChildKind.SNAPSHOT, 0, PAGES).get()));
      require(Invariants.violations(machine).isEmpty(), "invariants");
      chain.forEach(MemoryObject::release);
      within(60 * DEPTH, "the end of all at once", () -> root.unmap(0x2000, 0x4000).orThrow());
      space.close();
      require(machine.census().leaks().isEmpty(), "nothing is left");
    }

    @Override
    void play() {
      new Chain().use(5); // loads the classes, which takes more stack than anything else
      SmallStack.run(() -> use(DEPTH));
    }
  }

  @Test
  void a_chain_of_10_000_live_views_costs_its_length_once_and_no_stack() throws Exception {
    Counted.run(Chain.class);
  }

  /** Children that nobody shows, and views that show other pages. */
  public static final class Bystanders extends CostWorld {
    @Override
    void play() {
      MemoryObject parent = MemoryObject.paged(machine, 1 << 20).get();
      List<MemoryObject> children = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        children.add(parent.child(ChildKind.LIVE_VIEW, i & 7, 8).get());
        map(children.getLast(), 0, 8, 0x10_0000 + 16L * i);
      }
      cpu.attach(space);
      within(
          100,
          "a page that 20,000 children might show",
          () -> {
            parent.commit(0, 1).orThrow();
            parent.decommit(0, 1).orThrow();
          });
      within(
          200,
          "a page that 20,000 children might show, written",
          () -> {
            put(parent, 4, 5);
            require(get(children.getLast(), 0) == 0, "the child's page");
          });
      for (int i = 0; i < 20_000; i++) {
        map(parent, 1000 + i, 1, 0x80_0000 + i);
        load(0x80_0000 + i);
      }
      within(
          400,
          "a page that one of 20,000 mappings shows",
          () -> {
            store(0x80_0005, 1);
            parent.decommit(1005, 1).orThrow();
            require(load(0x80_0005) == 0, "the page is gone");
          });
      children.forEach(MemoryObject::release);
      parent.release();
      space.close();
      require(machine.census().leaks().isEmpty(), "nothing is left");
    }
  }

  @Test
  void a_page_costs_those_who_show_it_and_not_those_who_might() throws Exception {
    Counted.run(Bystanders.class);
  }

  /** What each snapshot hides goes when the next does, since nobody looks that far. */
  public static final class Tower extends CostWorld {
    private void use(int height) {
      MemoryObject object = MemoryObject.paged(machine, 4).get();
      List<MemoryObject> snapshots = new ArrayList<>();
      for (int i = 0; i < height; i++) {
        put(object, i & 3, i);
        snapshots.add(object.child(ChildKind.SNAPSHOT, 0, 0).get());
      }
      within(60 * DEPTH, "the end of the object", object::release);
      require(machine.frames().free() >= (1 << 15) - 8, "no page is kept for nobody");
      require(Invariants.violations(machine).isEmpty(), "invariants");
      snapshots.forEach(MemoryObject::release);
      space.close();
      require(machine.census().leaks().isEmpty(), "nothing is left");
    }

    @Override
    void play() {
      new Tower().use(5); // loads the classes, which takes more stack than anything else
      SmallStack.run(() -> use(DEPTH));
    }
  }

  @Test
  void a_tower_of_10_000_snapshots_falls_without_a_stack() throws Exception {
    Counted.run(Tower.class);
  }
}
