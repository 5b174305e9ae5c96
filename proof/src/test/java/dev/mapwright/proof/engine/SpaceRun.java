package dev.mapwright.proof.engine;

import dev.mapwright.core.Access;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Made;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Placement;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Translated;
import dev.mapwright.proof.engine.ModelUnits.Area;
import dev.mapwright.proof.engine.ModelUnits.Unit;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One address space of the engine and its model. Regions are in twelve registers (0 the root),
 * sparse objects in four; a page of an object holds one number, at its beginning.
 */
final class SpaceRun {
  static final int KINDS = 23;
  private static final int LEASES = 3;
  private static final int REGIONS = 12;
  private static final int OBJECTS = 4;

  private final int unitPages;
  private final int alignmentLog2;
  private final long basePage;
  private final AddressSpace space;
  private final Cpu cpu;
  private final ModelUnits model;
  private final @Nullable Region[] regions = new Region[REGIONS];
  private final @Nullable Area[] areas = new Area[REGIONS];

  /** Every object ever made with its model, and which of them the registers hold. */
  private final List<MemoryObject> objects = new ArrayList<>();

  private final List<ModelObject> objectModels = new ArrayList<>();
  private final int[] held = new int[OBJECTS];
  private final @Nullable Held[] leases = new Held[LEASES];

  /** Pages that were stored to, as far as they are still mapped and were not asked for. */
  private final NavigableSet<Long> dirty = new TreeSet<>();

  private final MapRequest request = new MapRequest();
  final Hunger hunger;
  final Map<String, Integer> tally = new TreeMap<>();

  /**
   * Makes both.
   *
   * @param units the size of the space
   * @param alignmentLog2 log2 of the pages in a unit
   * @param basePage the first page, a multiple of a unit
   */
  SpaceRun(Machine machine, int units, int alignmentLog2, long basePage) {
    this.unitPages = 1 << alignmentLog2;
    this.alignmentLog2 = alignmentLog2;
    this.basePage = basePage;
    space =
        AddressSpace.create(machine, "model", basePage, basePage + (long) units * unitPages - 1)
            .get();
    hunger = new Hunger(machine.failures());
    cpu = machine.newCpu();
    cpu.attach(space);
    space.trackDirty(true);
    model = new ModelUnits(units);
    regions[0] = space.root();
    areas[0] = model.root;
    for (int i = 0; i < OBJECTS; i++) {
      long pages = (i + 1L) * 24 * unitPages;
      held[i] = i;
      objects.add(MemoryObject.paged(machine, pages).get());
      objectModels.add(new ModelObject(pages));
    }
  }

  /** An open lease, and what it pins. */
  private record Held(
      Lease lease, long firstPage, int pages, boolean written, List<Unit> shown) {
    boolean touches(long first, long last) {
      return firstPage <= last && firstPage + pages - 1 >= first;
    }
  }

  private boolean leased(int at, int count) {
    long last = page(at + count) - 1;
    for (Held held : leases) {
      if (held != null && held.touches(page(at), last)) {
        return true;
      }
    }
    return false;
  }

  /** Ends everything; what is left on the machine then is a leak. */
  void close() {
    for (int i = 0; i < LEASES; i++) {
      closeLease(i);
    }
    space.close();
    for (int i : held) {
      objects.get(i).release();
    }
  }

  private long page(int unit) {
    return basePage + (long) unit * unitPages;
  }

  /** The unit of a page; refuses a page that begins none. */
  private int unit(long page) {
    long distance = page - basePage;
    if (distance % unitPages != 0) {
      throw new AssertionError("page 0x" + Long.toHexString(page) + " begins no unit");
    }
    return (int) (distance / unitPages);
  }

  void step(Step step) {
    int register = (step.from() & 3) == 0 ? 0 : step.from() % REGIONS;
    Area named = areas[register];
    boolean useDead = (step.value() >>> 57 & 7) == 0;
    if (named == null || (named.dead && !useDead)) {
      register = 0;
    }
    Region region = Objects.requireNonNull(regions[register]);
    Area area = Objects.requireNonNull(areas[register]);
    // Ranges lie inside the region seven times out of eight.
    boolean fit = (step.value() >>> 60 & 7) != 0;
    int at = area.first + (int) (fit ? step.first() % area.size() : step.first());
    int count = (int) (fit ? Math.min(step.count(), area.last - at + 1) : step.count());
    switch (step.kind()) {
      case 0, 1, 2, 3, 4, 5 -> map(region, area, step, at, count);
      case 6, 7 -> unmap(region, area, at, count);
      case 8, 9 -> protect(region, area, at, count, readable((int) (step.value() & 7)));
      case 10, 11 -> allocate(region, area, step, at, count);
      case 12 -> {
        if (register != 0) {
          Outcome expected =
              area.dead
                  ? Outcome.DEAD
                  : leased(area.first, area.size()) ? Outcome.LEASED : Outcome.OK;
          judge("destroy", expected, hunger.call(region::destroy));
          if (expected == Outcome.OK) {
            model.destroy(area);
          }
        }
      }
      case 13, 14, 15, 16 -> access(step, at + (int) (step.value() >>> 8 & 3));
      case 20 -> lease(step, at, count);
      case 21 -> collectDirty(at, count, (step.value() & 1) == 0);
      default -> object(step);
    }
    dirty.removeIf(page -> model.units[unitOf(page)] == null);
  }

  private int unitOf(long page) {
    return (int) ((page - basePage) / unitPages);
  }

  /** Closes a lease, or opens one of a few pages from the beginning of a unit. */
  private void lease(Step step, int at, int count) {
    int slot = step.to() % LEASES;
    if (leases[slot] != null) {
      closeLease(slot);
      return;
    }
    int pages = unitPages >= 4 ? 1 + (int) (step.value() & 1) : count;
    boolean write = (step.value() & 2) != 0;
    Outcome expected = pages <= 0 ? Outcome.INVALID : Outcome.OK;
    if (expected == Outcome.OK
        && (at > model.units.length - 1 || at + (pages - 1) / unitPages >= model.units.length)) {
      expected = Outcome.OUTSIDE;
    }
    List<Unit> shown = new ArrayList<>();
    for (int i = 0; i < pages && expected == Outcome.OK; i++) {
      Unit entry = model.units[at + i / unitPages];
      if (entry == null) {
        expected = Outcome.NOT_MAPPED;
      } else if (!Permissions.within(
          write ? Permissions.READ_WRITE : Permissions.READ, entry.permissions())) {
        expected = Outcome.DENIED;
      } else if (entry.objectPage() + i % unitPages >= objectModels.get(entry.object()).pages) {
        expected = Outcome.BEYOND_OBJECT;
      } else {
        shown.add(
            new Unit(entry.object(), entry.objectPage() + i % unitPages, 0, 0, entry.region(), 0));
      }
    }
    Made<Lease> made = hunger.make(() -> space.lease(page(at), pages, write));
    judge("lease", expected, made.outcome());
    if (made.outcome() != Outcome.OK) {
      return;
    }
    Held held = new Held(made.get(), page(at), pages, write, shown);
    leases[slot] = held;
    for (int i = 0; i < pages; i++) {
      Unit entry = shown.get(i);
      ModelObject object = objectModels.get(entry.object());
      byte[] page = object.writable(entry.objectPage());
      object.pins.merge(entry.objectPage(), 1, Integer::sum);
      MemorySegment segment = held.lease.segment(i, 1);
      if (!Arrays.equals(segment.toArray(ValueLayout.JAVA_BYTE), page)) {
        throw new AssertionError("the lease shows something else at page " + i);
      }
      if (write) {
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, step.value() + i);
        ByteBuffer.wrap(page).order(ByteOrder.nativeOrder()).putLong(step.value() + i);
      }
    }
  }

  private void closeLease(int slot) {
    Held held = leases[slot];
    if (held == null) {
      return;
    }
    held.lease.close();
    leases[slot] = null;
    for (Unit entry : held.shown) {
      objectModels.get(entry.object()).pins.merge(entry.objectPage(), -1, Integer::sum);
    }
    for (long page = held.firstPage; page < held.firstPage + held.pages; page++) {
      if (held.written) {
        dirty.add(page);
      }
    }
  }

  private void collectDirty(int at, int count, boolean clear) {
    if (count <= 0 || at + count > model.units.length) {
      return;
    }
    NavigableSet<Long> told = new TreeSet<>();
    long pages = (long) count * unitPages;
    Outcome seen =
        space.collectDirty(
            page(at),
            pages,
            clear,
            (first, run) -> {
              for (long page = first; page < first + run; page++) {
                told.add(page);
              }
            });
    judge("collect dirty", Outcome.OK, seen);
    Set<Long> expected = dirty.subSet(page(at), page(at) + pages);
    boolean right = unitPages == 1 ? told.equals(expected) : told.containsAll(expected);
    if (!right) {
      throw new AssertionError("dirty pages " + told + ", expected " + expected);
    }
    if (clear) {
      expected.clear();
    }
  }

  /** Changes an object while it is mapped; or makes a child that takes its register. */
  private void object(Step step) {
    int register = step.to() % OBJECTS;
    MemoryObject object = objects.get(held[register]);
    ModelObject objectModel = objectModels.get(held[register]);
    long first = Math.min(objectModel.pages, step.first() % 64 * unitPages);
    long count = Math.min(objectModel.pages - first, step.count() % 4 + 1);
    switch ((int) (step.value() & 7)) {
      case 0 -> {
        long pages = step.first() % 100 * unitPages;
        boolean pinned =
            pages < objectModel.pages && objectModel.pinned(pages, objectModel.pages - pages);
        judge(
            "resize",
            pinned ? Outcome.PINNED : Outcome.OK,
            hunger.call(() -> object.resize(pages)));
        if (!pinned) {
          objectModel.resize(pages);
        }
      }
      case 1, 2 -> {
        judge("commit", Outcome.OK, hunger.call(() -> object.commit(first, count)));
        for (long page = first; page < first + count; page++) {
          objectModel.writable(page);
        }
      }
      case 3 -> {
        long gone = Math.min(count * unitPages, objectModel.pages - first);
        boolean pinned = objectModel.pinned(first, gone);
        judge(
            "decommit",
            pinned ? Outcome.PINNED : Outcome.OK,
            hunger.call(() -> object.decommit(first, gone)));
        if (pinned) {
          return;
        }
        objectModel.own.keySet().removeIf(page -> page >= first && page < first + gone);
      }
      case 4, 5 -> {
        boolean live = (step.value() & 8) == 0 || objectModel.pinned(0, objectModel.pages);
        long pages = step.first() % 100 * unitPages;
        ChildKind kind = live ? ChildKind.LIVE_VIEW : ChildKind.SNAPSHOT;
        objects.add(hunger.make(() -> object.child(kind, first, pages)).get());
        objectModels.add(
            live ? objectModel.live(first, pages) : objectModel.snapshot(first, pages));
        count(live ? "live view" : "snapshot");
        int to = (step.from() + register) % OBJECTS;
        objects.get(held[to]).release();
        held[to] = objects.size() - 1;
      }
      default -> {
        if (first < objectModel.pages) {
          byte[] data = new byte[8];
          ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(step.value());
          judge(
              "write",
              Outcome.OK,
              hunger.call(
                  () -> object.write(Pages.address(first), MemorySegment.ofArray(data), 0, 8)));
          System.arraycopy(data, 0, objectModel.writable(first), 0, 8);
        }
      }
    }
  }

  /** Page tables cannot express pages that can be written or executed but not read. */
  private static int readable(int permissions) {
    return permissions == Permissions.NONE ? permissions : permissions | Permissions.READ;
  }

  private void map(Region region, Area area, Step step, int at, int count) {
    int object = held[step.to() % OBJECTS];
    // Now and then close to the highest page there is, far beyond any object.
    long unitOfObject = step.value() >>> 16 & 15;
    boolean farOut = (step.value() >>> 20 & 15) == 0;
    long objectPage =
        (farOut ? (1L << 52) / unitPages - 1 - unitOfObject : unitOfObject) * unitPages;
    int maximum = (int) (step.value() >>> 24 & 3) == 0 ? (int) (step.value() >>> 28 & 7) : 7;
    int permissions =
        readable((int) (step.value() & 7) & (int) (step.value() >>> 32 & 7 | maximum));
    int tag = (int) (step.value() >>> 36 & 1);
    Placement where =
        request
            .clear()
            .object(objects.get(object), objectPage)
            .pages((long) count * unitPages)
            .permissions(permissions)
            .maximum(maximum)
            .installPresent((step.value() >>> 40 & 7) == 0)
            .tag(tag)
            .where();
    Wanted wanted = place(where, step, at, count, area);
    Outcome seen = hunger.call(() -> region.map(request));
    Outcome expected;
    if (area.dead) {
      expected = Outcome.DEAD;
    } else if (count <= 0 || (farOut && count > unitOfObject + 1)) {
      expected = Outcome.INVALID;
    } else if (!Permissions.within(permissions, maximum & area.capability)) {
      expected = Outcome.EXCEEDS_MAXIMUM;
    } else {
      expected = wanted.outcome(model, area, count);
      boolean replaces = where.rule() == Placement.Rule.OVERWRITE;
      if (expected == Outcome.OK && replaces && leased(at, count)) {
        expected = Outcome.LEASED;
      }
    }
    judge("map " + where.rule(), expected, seen);
    if (seen != Outcome.OK) {
      return;
    }
    int placed = unit(request.firstPage());
    wanted.check(model, area, count, placed);
    dirty.subSet(page(placed), page(placed + count)).clear();
    for (int i = 0; i < count; i++) {
      model.units[placed + i] =
          new Unit(
              object,
              objectPage + (long) i * unitPages,
              permissions,
              maximum & area.capability,
              area,
              tag);
    }
    compareUnit(placed);
    compareUnit(placed + count - 1);
  }

  private int moreAlignment(Step step) {
    int most = Placement.MOST_ALIGNMENT_LOG2_PAGES - alignmentLog2;
    return (int) Math.min(step.value() >>> 48 & 3, most);
  }

  /** Chooses a rule from a step, and says what it means in units. */
  private Wanted place(Placement where, Step step, int at, int count, Area area) {
    int alignment = alignmentLog2;
    int phase = (int) (basePage / unitPages & 1023);
    return switch ((int) (step.value() >>> 44 & 7)) {
      case 0, 1 -> {
        where.at(page(at));
        yield new Wanted(Placement.Rule.AT, at, 0, 0, 1, phase);
      }
      case 2, 3 -> {
        where.overwrite(page(at));
        yield new Wanted(Placement.Rule.OVERWRITE, at, 0, 0, 1, phase);
      }
      case 4 -> {
        int more = moreAlignment(step);
        where.firstFit().aligned(alignment + more);
        yield new Wanted(Placement.Rule.FIRST_FIT, 0, 0, model.units.length - 1, 1 << more, phase);
      }
      case 5 -> {
        where.anywhere().aligned(alignment);
        yield new Wanted(Placement.Rule.RANDOM, 0, 0, model.units.length - 1, 1, phase);
      }
      case 6 -> {
        int lowest = area.first + (int) (step.value() >>> 52 & 15);
        int highest = lowest + 2 * count + 3;
        where.anywhere().within(page(lowest), page(highest) + unitPages - 1).aligned(alignment);
        yield new Wanted(Placement.Rule.RANDOM, 0, lowest, highest, 1, phase);
      }
      default -> {
        int more = moreAlignment(step);
        where.anywhere().aligned(alignment + more);
        yield new Wanted(Placement.Rule.RANDOM, 0, 0, model.units.length - 1, 1 << more, phase);
      }
    };
  }

  /** A placement in units. */
  private record Wanted(
      Placement.Rule rule, int at, int lowest, int highest, int unitsAligned, int phase) {
    Outcome outcome(ModelUnits model, Area area, int count) {
      if (rule == Placement.Rule.AT || rule == Placement.Rule.OVERWRITE) {
        if (!area.holds(at, count)) {
          return Outcome.OUTSIDE;
        }
        if (rule == Placement.Rule.AT) {
          return model.free(area, at, count) ? Outcome.OK : Outcome.OCCUPIED;
        }
        return area.children.stream().anyMatch(child -> child.touches(at, at + count - 1))
            ? Outcome.REGION_IN_RANGE
            : Outcome.OK;
      }
      if (count > area.size()) {
        return Outcome.OUTSIDE;
      }
      return places(model, area, count).isEmpty() ? Outcome.NO_ROOM : Outcome.OK;
    }

    List<Integer> places(ModelUnits model, Area area, int count) {
      return model.places(area, count, lowest, highest, unitsAligned, phase);
    }

    void check(ModelUnits model, Area area, int count, int placed) {
      boolean right =
          switch (rule) {
            case AT, OVERWRITE -> placed == at;
            case FIRST_FIT -> placed == places(model, area, count).getFirst();
            default -> places(model, area, count).contains(placed);
          };
      if (!right) {
        throw new AssertionError(this + " placed " + count + " units at unit " + placed);
      }
    }
  }

  private void unmap(Region region, Area area, int at, int count) {
    Outcome seen = hunger.call(() -> region.unmap(page(at), (long) count * unitPages));
    Outcome expected = rangeOf(area, at, count);
    if (expected == Outcome.OK
        && area.children.stream()
            .anyMatch(child ->
                child.touches(at, at + count - 1)
                    && !(child.first >= at && child.last < at + count))) {
      expected = Outcome.REGION_CUT;
    }
    if (expected == Outcome.OK && leased(at, count)) {
      expected = Outcome.LEASED;
    }
    judge("unmap", expected, seen);
    if (seen == Outcome.OK) {
      for (Area child : List.copyOf(area.children)) {
        if (child.touches(at, at + count - 1)) {
          model.destroy(child);
        }
      }
      for (int unit = at; unit < at + count; unit++) {
        model.units[unit] = null;
      }
    }
    compareUnit(at - 1);
    compareUnit(at);
    compareUnit(at + count);
  }

  private static Outcome rangeOf(Area area, int at, int count) {
    if (area.dead) {
      return Outcome.DEAD;
    }
    if (count <= 0) {
      return Outcome.INVALID;
    }
    return area.holds(at, count) ? Outcome.OK : Outcome.OUTSIDE;
  }

  private void protect(Region region, Area area, int at, int count, int permissions) {
    Outcome seen =
        hunger.call(() -> region.protect(page(at), (long) count * unitPages, permissions));
    Outcome expected = rangeOf(area, at, count);
    boolean first = true;
    boolean hole = false;
    for (int unit = at; unit < at + count && expected == Outcome.OK; unit++) {
      int here = unit;
      boolean inChild = area.children.stream().anyMatch(child -> child.touches(here, here));
      Unit entry = model.units[unit];
      if (inChild) {
        expected = Outcome.REGION_IN_RANGE;
      } else if (entry == null) {
        hole = true;
        if (first) {
          expected = Outcome.NOT_MAPPED;
        }
      } else if (hole) {
        expected = Outcome.NOT_MAPPED;
      } else if (!Permissions.within(permissions, entry.maximum())) {
        expected = Outcome.EXCEEDS_MAXIMUM;
      }
      first = false;
    }
    if (expected == Outcome.OK && hole) {
      expected = Outcome.NOT_MAPPED;
    }
    if (expected == Outcome.OK && leased(at, count)) {
      expected = Outcome.LEASED;
    }
    judge("protect", expected, seen);
    for (int unit = at; seen == Outcome.OK && unit < at + count; unit++) {
      model.units[unit] = Objects.requireNonNull(model.units[unit]).allowing(permissions);
    }
    compareUnit(at - 1);
    compareUnit(at);
    compareUnit(at + count);
  }

  private void allocate(Region region, Area area, Step step, int at, int count) {
    int to = 1 + step.to() % (REGIONS - 1);
    int capability = (step.value() & 48) == 0 ? (int) (step.value() & 7) : area.capability;
    RegionRequest wish = new RegionRequest().pages((long) count * unitPages).capability(capability);
    Wanted wanted = place(wish.where(), step, at, count, area);
    Outcome seen = hunger.call(() -> region.allocate(wish));
    Outcome expected;
    if (area.dead) {
      expected = Outcome.DEAD;
    } else if (count <= 0 || wanted.rule() == Placement.Rule.OVERWRITE) {
      expected = Outcome.INVALID;
    } else if (!Permissions.within(capability, area.capability)) {
      expected = Outcome.EXCEEDS_MAXIMUM;
    } else {
      expected = wanted.outcome(model, area, count);
    }
    judge("allocate " + wish.where().rule(), expected, seen);
    if (seen == Outcome.OK) {
      int placed = unit(wish.region().firstPage());
      wanted.check(model, area, count, placed);
      Area child = new Area(area, placed, placed + count - 1, capability);
      area.children.add(child);
      regions[to] = wish.region();
      areas[to] = child;
    }
  }

  /** A CPU's load or store in the first or last page of a unit. */
  private void access(Step step, int unit) {
    if (unit >= model.units.length) {
      return;
    }
    long within = (step.value() & 16) == 0 ? 0 : unitPages - 1;
    long address = Pages.address(page(unit) + within);
    boolean store = (step.value() & 32) != 0;
    String expected = expectedAccess(unit, within, store);
    Unit entry = model.units[unit];
    Translated translated = space.translate(address, store ? Access.WRITE : Access.READ);
    FaultReason reason = translated.reason();
    if (!(reason == null ? "done" : reason.name()).equals(expected)) {
      throw new AssertionError(
          "unit %d translates as %s, expected %s".formatted(unit, translated, expected));
    }
    String seen;
    try {
      if (store) {
        hunger.access(() -> cpu.store(address, 8, step.value()));
      } else {
        long value = cpu.load(address, 8);
        long right = entry == null ? 0 : shown(entry, within);
        if (value != right) {
          throw new AssertionError(
              "unit %d reads 0x%x, expected 0x%x".formatted(unit, value, right));
        }
      }
      seen = "done";
    } catch (MemoryFault fault) {
      seen = fault.fault().reason().name();
    }
    if (!seen.equals(expected)) {
      throw new AssertionError(
          "access to unit %d: %s, expected %s".formatted(unit, seen, expected));
    }
    count((store ? "store " : "load ") + seen);
    if (store && seen.equals("done") && entry != null) {
      dirty.add(page(unit) + within);
      byte[] page = objectModels.get(entry.object()).writable(entry.objectPage() + within);
      ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).putLong(step.value());
    }
  }

  private String expectedAccess(int unit, long within, boolean store) {
    Unit entry = model.units[unit];
    if (entry == null) {
      return FaultReason.UNMAPPED.name();
    }
    int needed = store ? Permissions.WRITE : Permissions.READ;
    if ((entry.permissions() & needed) == 0) {
      return FaultReason.DENIED.name();
    }
    return entry.objectPage() + within >= objectModels.get(entry.object()).pages
        ? FaultReason.BEYOND_OBJECT.name()
        : "done";
  }

  private long shown(Unit entry, long within) {
    byte[] page = objectModels.get(entry.object()).show(entry.objectPage() + within);
    return page == null ? 0 : ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private void compareUnit(int unit) {
    if (unit >= 0 && unit < model.units.length) {
      // Loads of both edges; a store would change what is compared.
      access(new Step(0, 0, 0, 0, 0, 0), unit);
      access(new Step(0, 0, 0, 0, 0, 16), unit);
    }
  }

  /** Every unit, every region, by the engine's own listing. */
  void compareAll() {
    Set<Integer> seen = new HashSet<>();
    compare(space.root(), model.root, seen);
    Invariants.verify(space.machine());
    for (int unit = 0; unit < model.units.length; unit++) {
      if ((model.units[unit] != null) != seen.contains(unit)) {
        throw new AssertionError("unit " + unit + " listed: " + seen.contains(unit));
      }
      compareUnit(unit);
    }
  }

  private void compare(Region region, Area area, Set<Integer> seen) {
    Map<Integer, Area> children = new HashMap<>();
    area.children.forEach(child -> children.put(child.first, child));
    region.forEachChild(
        new Region.ChildVisitor() {
          @Override
          public void region(Region child) {
            Area expected = children.remove(unit(child.firstPage()));
            if (expected == null
                || child.pages() != (long) expected.size() * unitPages
                || child.capability() != expected.capability) {
              throw new AssertionError("listed region " + child);
            }
            compare(child, expected, seen);
          }

          @Override
          public void mapping(MappingInfo mapping) {
            int first = unit(mapping.firstPage());
            int last = unit(mapping.lastPage() + 1) - 1;
            for (int unit = first; unit <= last; unit++) {
              Unit entry = model.units[unit];
              if (!seen.add(unit)
                  || entry == null
                  || entry.region() != area
                  || entry.permissions() != mapping.permissions()
                  || entry.maximum() != mapping.maximum()
                  || entry.tag() != mapping.tag()
                  || objects.get(entry.object()) != mapping.object()
                  || entry.objectPage()
                      != mapping.objectPage() + (long) (unit - first) * unitPages) {
                throw new AssertionError(
                    "unit %d is listed in %s, expected %s".formatted(unit, mapping, entry));
              }
            }
          }
        });
    if (!children.isEmpty()) {
      throw new AssertionError("regions not listed: " + children.keySet());
    }
  }

  private void judge(String what, Outcome expected, Outcome seen) {
    count(what + " " + seen);
    if (expected != seen) {
      throw new AssertionError(what + " answered " + seen + ", expected " + expected);
    }
  }

  private void count(String what) {
    tally.merge(what, 1, Integer::sum);
  }
}
