package dev.mapwright.proof.engine;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Placement;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Translated;
import dev.mapwright.proof.engine.ModelUnits.Area;
import dev.mapwright.proof.engine.ModelUnits.Unit;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One address space of the engine and its model. Regions are in twelve registers (0 the root),
 * sparse objects in four; a page of an object holds one number, at its beginning.
 */
final class SpaceRun {
  static final int KINDS = 29;
  private static final int REGIONS = 12;

  private final Geometry geometry;
  private final int unitPages;
  private final AddressSpace space;
  private final Cpu cpu;
  private final ModelUnits model;
  private final @Nullable Region[] regions = new Region[REGIONS];
  private final @Nullable Area[] areas = new Area[REGIONS];

  private final EngineObjects objects;
  private final EngineLeases leases;
  private final EngineSnapshot snapshot;
  private final EngineHooks hooks;

  /** What the access that is under way stores, or what it has to read. */
  private byte[] moved = {};

  private long movedTo;

  /** How a bulk access ended: what came before it was transferred. */
  private @Nullable Fault lastFault;

  private boolean stores;

  /** Pages that were stored to, as far as they are still mapped and were not asked for. */
  private final NavigableSet<Long> dirty = new TreeSet<>();

  /** Pages that were translated for a store, whether or not it was made: they may be told of. */
  private final NavigableSet<Long> touched = new TreeSet<>();

  private final MapRequest request = new MapRequest();
  final Judge judge;

  /**
   * Makes both.
   *
   * @param units the size of the space
   * @param alignmentLog2 log2 of the pages in a unit
   * @param basePage the first page, a multiple of a unit
   */
  SpaceRun(Machine machine, int units, int alignmentLog2, long basePage) {
    geometry = new Geometry(units, alignmentLog2, basePage);
    unitPages = geometry.unitPages();
    judge = new Judge(machine.failures());
    space = AddressSpace.create(machine, "model", basePage, geometry.page(units) - 1).get();
    cpu = machine.newCpu();
    cpu.attach(space);
    space.trackDirty(true);
    model = new ModelUnits(units);
    regions[0] = space.root();
    areas[0] = model.root;
    objects = new EngineObjects(machine, unitPages, judge);
    leases = new EngineLeases(space, model, geometry, objects, judge, dirty);
    snapshot = new EngineSnapshot(space, model, objects, leases, judge, dirty);
    hooks = new EngineHooks(space, cpu, judge, new Around());
  }

  /** What hooks do, and what the model does when an access goes on. */
  private final class Around implements EngineHooks.Surroundings {
    @Override
    public void lookAround(long page) {
      compareUnit(geometry.unitOf(page));
    }

    @Override
    public void unmap(long page) {
      SpaceRun.this.unmap(space.root(), model.root, geometry.unitOf(page), 1);
    }

    @Override
    public void commit(long address, long bytes) {
      for (long page = Pages.of(address); page <= Pages.of(address + bytes - 1); page++) {
        Unit entry = Objects.requireNonNull(model.units[geometry.unitOf(page)]);
        objects.modelOf(entry).writable(entry.objectPage() + within(page));
        touched.add(page);
      }
    }

    @Override
    public void transfer(long address, long bytes) {
      long page = Pages.of(address);
      int begin = Pages.offset(address);
      int here = (int) Math.min(bytes, Pages.BYTES - begin);
      Unit entry = Objects.requireNonNull(model.units[geometry.unitOf(page)]);
      ModelObject object = objects.modelOf(entry);
      int from = (int) (address - movedTo);
      if (stores) {
        byte[] own = object.writable(entry.objectPage() + within(page));
        System.arraycopy(moved, from, own, begin, here);
        dirty.add(page);
      } else {
        byte[] shown = object.show(entry.objectPage() + within(page));
        if (shown != null) {
          System.arraycopy(shown, begin, moved, from, here);
        }
      }
      if (here < bytes) {
        transfer(address + here, bytes - here);
      }
    }
  }

  private long within(long page) {
    return page - geometry.page(geometry.unitOf(page));
  }

  /** Ends everything; what is left on the machine then is a leak. */
  void close() {
    leases.closeAll();
    snapshot.close();
    space.close();
    objects.releaseAll();
  }

  /** Divides the space somewhere, which nobody is to notice. */
  private void divide(Step step) {
    int units = model.units.length;
    int one = (int) (step.value() >>> 44 & 0xFFFF) % units;
    int other = (int) (step.value() >>> 28 & 0xFFFF) % units;
    if (SpaceParts.divide(
        space,
        geometry.page(one),
        geometry.page(one + 1) - 1,
        geometry.page(other),
        geometry.page(other + 1) - 1)) {
      judge.count("divided");
    }
    if (SpaceParts.count(space) > 2) {
      judge.count("in three parts or more");
    }
  }

  void step(Step step) {
    if ((step.value() >>> 50 & 15) == 0) {
      divide(step);
    }
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
      case 8, 9 -> protect(region, area, at, count, (int) (step.value() & 7));
      case 10, 11 -> allocate(region, area, step, at, count);
      case 12 -> {
        if (register != 0) {
          Outcome expected =
              area.dead
                  ? Outcome.DEAD
                  : leases.leased(area.first, area.size()) ? Outcome.LEASED : Outcome.OK;
          judge.judge("destroy", expected, judge.hunger.call(region::destroy));
          if (expected == Outcome.OK) {
            model.destroy(area);
          }
        }
      }
      case 13, 14, 15, 16 -> access(step, at + (int) (step.value() >>> 8 & 3));
      case 20 -> leases.openOrClose(step, at, count);
      case 21 -> collectDirty(at, count, (step.value() & 1) == 0);
      case 23 -> snapshot.takeOrGoBack((int) (step.value() & 7));
      case 24, 25 -> hook(step, at, count);
      case 26, 27 -> wideAccess(step, at);
      case 28 -> swap(step, at);
      default -> objects.change(step);
    }
    dirty.removeIf(page -> model.units[geometry.unitOf(page)] == null);
  }

  private void collectDirty(int at, int count, boolean clear) {
    if (count <= 0 || at + count > model.units.length) {
      return;
    }
    NavigableSet<Long> told = new TreeSet<>();
    long pages = (long) count * unitPages;
    Outcome seen =
        space.collectDirty(
            geometry.page(at),
            pages,
            clear,
            (first, run) -> {
              for (long page = first; page < first + run; page++) {
                told.add(page);
              }
            });
    judge.judge("collect dirty", Outcome.OK, seen);
    NavigableSet<Long> expected =
        dirty.subSet(geometry.page(at), true, geometry.page(at) + pages, false);
    // Large leaves and a starved index tell of more pages, never of fewer.
    boolean exact = unitPages == 1 && !judge.hunger.everStarved();
    boolean right = told.containsAll(expected);
    told.removeAll(touched);
    right &= !exact || expected.containsAll(told);
    if (!right) {
      throw new AssertionError("dirty pages " + told + ", expected " + expected);
    }
    if (clear) {
      expected.clear();
      touched.subSet(geometry.page(at), true, geometry.page(at) + pages, false).clear();
    }
  }

  private void map(Region region, Area area, Step step, int at, int count) {
    int object = objects.held[step.to() % EngineObjects.REGISTERS];
    // Now and then close to the highest page there is, far beyond any object.
    long unitOfObject = step.value() >>> 16 & 15;
    boolean farOut = (step.value() >>> 20 & 15) == 0;
    long objectPage =
        (farOut ? (1L << 52) / unitPages - 1 - unitOfObject : unitOfObject) * unitPages;
    int maximum = (int) (step.value() >>> 24 & 3) == 0 ? (int) (step.value() >>> 28 & 7) : 7;
    int permissions = (int) (step.value() & 7) & (int) (step.value() >>> 32 & 7 | maximum);
    int tag = (int) (step.value() >>> 36 & 1);
    Placement where =
        request
            .clear()
            .object(objects.objects.get(object), objectPage)
            .pages((long) count * unitPages)
            .permissions(permissions)
            .maximum(maximum)
            .installPresent((step.value() >>> 40 & 7) == 0)
            .tag(tag)
            .where();
    Wanted wanted = Wanted.place(where, step, at, count, area, geometry);
    Outcome seen = judge.hunger.call(() -> region.map(request));
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
      if (expected == Outcome.OK && replaces && leases.leased(at, count)) {
        expected = Outcome.LEASED;
      }
    }
    judge.judge("map " + where.rule(), expected, seen);
    if (seen != Outcome.OK) {
      return;
    }
    int placed = geometry.unit(request.firstPage());
    wanted.check(model, area, count, placed);
    dirty.subSet(geometry.page(placed), geometry.page(placed + count)).clear();
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

  private void unmap(Region region, Area area, int at, int count) {
    Outcome seen =
        judge.hunger.call(() -> region.unmap(geometry.page(at), (long) count * unitPages));
    Outcome expected = rangeOf(area, at, count);
    if (expected == Outcome.OK
        && area.children.stream()
            .anyMatch(child ->
                child.touches(at, at + count - 1)
                    && !(child.first >= at && child.last < at + count))) {
      expected = Outcome.REGION_CUT;
    }
    if (expected == Outcome.OK && leases.leased(at, count)) {
      expected = Outcome.LEASED;
    }
    judge.judge("unmap", expected, seen);
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
        judge.hunger.call(
            () -> region.protect(geometry.page(at), (long) count * unitPages, permissions));
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
    if (expected == Outcome.OK && leases.leased(at, count)) {
      expected = Outcome.LEASED;
    }
    judge.judge("protect", expected, seen);
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
    Wanted wanted = Wanted.place(wish.where(), step, at, count, area, geometry);
    Outcome seen = judge.hunger.call(() -> region.allocate(wish));
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
    judge.judge("allocate " + wish.where().rule(), expected, seen);
    if (seen == Outcome.OK) {
      int placed = geometry.unit(wish.region().firstPage());
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
    long address = Pages.address(geometry.page(unit) + within);
    boolean store = (step.value() & 32) != 0;
    String expected = expectedAccess(unit, within, store);
    Translated translated = space.translate(address, store ? Access.WRITE : Access.READ);
    FaultReason reason = translated.reason();
    if (!(reason == null ? "done" : reason.name()).equals(expected)) {
      throw new AssertionError(
          "unit %d translates as %s, expected %s".formatted(unit, translated, expected));
    }
    if (hooks.inHook()) {
      lookFromHook(unit, within, address, expected);
      return;
    }
    long value = step.value();
    byte[] data = new byte[8];
    if (store) {
      words(data).putLong(value);
      make("store", true, false, address, data, true, value, () -> cpu.store(address, 8, value));
    } else {
      byte[] seen = new byte[8];
      make(
          "load",
          false,
          false,
          address,
          data,
          true,
          0,
          () -> words(seen).putLong(cpu.load(address, 8)));
      requireRead(seen, data);
    }
  }

  private static ByteBuffer words(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireRead(byte[] seen, byte[] expected) {
    if (!Arrays.equals(seen, expected)) {
      throw new AssertionError(
          "read %s, expected %s".formatted(Arrays.toString(seen), Arrays.toString(expected)));
    }
  }

  /** A load by a hook, of which no hook is told. */
  private void lookFromHook(int unit, long within, long address, String expected) {
    String seen = "done";
    try {
      long value = cpu.load(address, 8);
      Unit entry = model.units[unit];
      long right = entry == null ? 0 : objects.shown(entry, within);
      if (value != right) {
        throw new AssertionError("a hook reads 0x%x, expected 0x%x".formatted(value, right));
      }
    } catch (MemoryFault fault) {
      seen = fault.fault().reason().name();
      if (seen.startsWith("OUT_OF_")) {
        throw new Hunger.Refused(); // the access around it is starved
      }
    }
    if (!seen.equals(expected)) {
      throw new AssertionError("a hook's access: %s, expected %s".formatted(seen, expected));
    }
  }

  /**
   * Makes an access that hooks are told of, and compares how it ended.
   *
   * @param swaps whether hooks of reads are told, too
   * @param data what is stored, or zeros that become what has to be read
   * @param whole whether it is one piece
   */
  private void make(
      String what,
      boolean store,
      boolean swaps,
      long address,
      byte[] data,
      boolean whole,
      long value,
      Runnable access) {
    moved = data;
    movedTo = address;
    stores = store;
    lastFault = null;
    Access kind = store ? Access.WRITE : Access.READ;
    hooks.begin(
        kind,
        swaps ? Access.READ : kind,
        address,
        data.length,
        whole,
        value,
        page -> answer(page, store).equals("done"));
    String seen = "done";
    try {
      if (store) {
        judge.hunger.access(access);
      } else {
        access.run();
      }
      hooks.end(address + data.length);
    } catch (MemoryFault fault) {
      seen = fault.fault().reason().name();
      hooks.end(whole ? address : fault.fault().faultAddress());
    } catch (EngineHooks.Thrown thrown) {
      seen = "thrown";
      hooks.end(hooks.reached());
    } catch (Hunger.Refused refused) {
      Fault fault = lastFault;
      if (!whole && fault != null) {
        hooks.goOn(fault.faultAddress());
      }
      throw refused;
    } finally {
      hooks.abandon();
    }
    judge.count(what + " " + seen);
    String expected = "done";
    if (hooks.stopped()) {
      expected = seen.equals("thrown") ? seen : FaultReason.STOPPED.name();
    } else if (hooks.reached() < address + data.length) {
      expected = answer(Pages.of(hooks.reached()), store);
      if (expected.equals("done")) {
        expected = answer(Pages.of(hooks.reached()) + 1, store);
      }
    }
    if (!seen.equals(expected)) {
      throw new AssertionError(
          "%s at 0x%x: %s, expected %s".formatted(what, address, seen, expected));
    }
  }

  /** What an access to a page meets. */
  private String answer(long page, boolean store) {
    return expectedAccess(geometry.unitOf(page), within(page), store);
  }

  private void hook(Step step, int at, int count) {
    if (at < model.units.length) {
      long pages = (long) Math.max(count, 1) * unitPages;
      hooks.setOrClose(step, geometry.page(at), pages, space.lastPage());
    }
  }

  /** An access across the border of two units, as one or in pieces. */
  private void wideAccess(Step step, int unit) {
    if (unit + 2 >= model.units.length) {
      return;
    }
    long border = Pages.address(geometry.page(unit + 1));
    boolean store = (step.value() & 1) != 0;
    long value = step.value();
    boolean whole = (step.value() & 6) == 0;
    byte[] data = new byte[whole ? 8 : (step.value() & 6) == 2 ? 200 : Pages.BYTES + 200];
    long address = border - (whole ? 1 + (value >>> 8 & 3) : 100);
    byte[] seen = data.clone();
    MemorySegment buffer = MemorySegment.ofArray(store ? data : seen);
    if (store) {
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) (value >>> 8 * (i & 7));
      }
    }
    Runnable access;
    if (whole) {
      access =
          store
              ? () -> cpu.store(address, 8, value)
              : () -> words(seen).putLong(cpu.load(address, 8));
    } else {
      access =
          () -> {
            Fault fault =
                store
                    ? cpu.write(address, buffer, 0, data.length)
                    : cpu.read(address, buffer, 0, data.length);
            if (fault != null) {
              lastFault = fault;
              throw new MemoryFault(fault);
            }
          };
    }
    String what = (whole ? "crossing " : "bulk ") + (store ? "store" : "load");
    make(what, store, false, address, data, whole, whole && store ? value : 0, access);
    if (!store) {
      requireRead(seen, data);
    }
  }

  /** A compare-and-swap that finds what it expects. */
  private void swap(Step step, int unit) {
    if (unit >= model.units.length) {
      return;
    }
    long address = Pages.address(geometry.page(unit));
    Unit entry = model.units[unit];
    long before = entry == null ? 0 : objects.shown(entry, 0);
    byte[] data = new byte[8];
    words(data).putLong(step.value());
    make(
        "swap",
        true,
        true,
        address,
        data,
        true,
        step.value(),
        () -> {
          long found = cpu.compareAndSwap(address, 8, before, step.value());
          if (found != before) {
            throw new AssertionError("swapped 0x%x, expected 0x%x".formatted(found, before));
          }
        });
  }

  private String expectedAccess(int unit, long within, boolean store) {
    Unit entry = model.units[unit];
    if (entry == null) {
      return FaultReason.UNMAPPED.name();
    }
    int needed = store ? Permissions.WRITE : Permissions.READ;
    // Page tables cannot express pages that can be written but not read.
    boolean writable = (entry.permissions() & Permissions.WRITE) != 0;
    int effective = entry.permissions() | (writable ? Permissions.READ : Permissions.NONE);
    if ((effective & needed) == 0) {
      return FaultReason.DENIED.name();
    }
    return entry.objectPage() + within >= objects.modelOf(entry).pages
        ? FaultReason.BEYOND_OBJECT.name()
        : "done";
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
            Area expected = children.remove(geometry.unit(child.firstPage()));
            if (expected == null
                || child.pages() != (long) expected.size() * unitPages
                || child.capability() != expected.capability) {
              throw new AssertionError("listed region " + child);
            }
            compare(child, expected, seen);
          }

          @Override
          public void mapping(MappingInfo mapping) {
            int first = geometry.unit(mapping.firstPage());
            int last = geometry.unit(mapping.lastPage() + 1) - 1;
            for (int unit = first; unit <= last; unit++) {
              Unit entry = model.units[unit];
              if (!seen.add(unit)
                  || entry == null
                  || entry.region() != area
                  || entry.permissions() != mapping.permissions()
                  || entry.maximum() != mapping.maximum()
                  || entry.tag() != mapping.tag()
                  || objects.objects.get(entry.object()) != mapping.object()
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
}
