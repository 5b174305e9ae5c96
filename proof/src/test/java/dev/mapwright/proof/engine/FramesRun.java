package dev.mapwright.proof.engine;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Made;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.core.space.Translated;
import dev.mapwright.proof.engine.FramesModel.Cell;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One address space in which frames of somebody else, objects and reservations lie among each
 * other, and its model. Reservations are in three registers, objects in two.
 */
final class FramesRun {
  static final int PAGES = 90;
  static final int KINDS = 34;
  private static final int TRANSLATABLE = 70;
  private static final int RESERVATIONS = 3;
  private static final int OBJECTS = 2;
  private static final int OBJECT_PAGES = 40;
  private static final int FRAMES = 24;

  private final Machine machine;
  private final boolean writeImpliesRead;
  private final long base;
  private final AddressSpace space;
  private final Cpu cpu;
  private final FramesModel model;
  private final MemoryObject[] objects = new MemoryObject[OBJECTS];
  private final long[] pfns = new long[FRAMES];
  private final @Nullable Reservation[] reservations = new Reservation[RESERVATIONS];

  /** Of each reservation how many mappings it may have. */
  private final int[] most = new int[RESERVATIONS];

  /** Pages that were stored to, as far as they are still mapped and were not asked for. */
  private final NavigableSet<Integer> dirty = new TreeSet<>();

  private @Nullable Saved saved;
  private final MapRequest request = new MapRequest();
  final Judge judge;

  /** The model as it was when a snapshot was taken; objects that were not mapped are null. */
  private record Saved(
      SpaceSnapshot snapshot, List<@Nullable Cell> cells, List<long @Nullable []> objects) {}

  /**
   * Makes both.
   *
   * @param last the last page that the tables translate, some way before the end of the space; or
   *     any page, if that is not to be met
   * @param writeImpliesRead what the format can't express
   */
  FramesRun(Machine machine, long last, boolean atTheEnd, boolean writeImpliesRead) {
    this.machine = machine;
    this.writeImpliesRead = writeImpliesRead;
    judge = new Judge(machine.failures());
    base = last - TRANSLATABLE + 1;
    int translatable = atTheEnd ? TRANSLATABLE : PAGES;
    model = new FramesModel(PAGES, translatable, OBJECTS, OBJECT_PAGES, FRAMES);
    space = AddressSpace.create(machine, "model", base, base + PAGES - 1).get();
    cpu = machine.newCpu();
    cpu.attach(space);
    space.trackDirty(true);
    for (int i = 0; i < OBJECTS; i++) {
      objects[i] = MemoryObject.paged(machine, OBJECT_PAGES).get();
    }
    for (int i = 0; i < FRAMES; i++) {
      pfns[i] = machine.frames().allocate(FrameOwner.POOL, i);
    }
  }

  /** Ends everything; what is left on the machine then is a leak. */
  void close() {
    Saved last = saved;
    if (last != null) {
      last.snapshot.close();
    }
    space.close();
    for (MemoryObject object : objects) {
      object.release();
    }
    for (long pfn : pfns) {
      if (machine.frames().holds(pfn) != 0) {
        throw new AssertionError("frame " + pfn + " is held by nobody");
      }
      machine.frames().free(pfn);
    }
  }

  void step(Step step) {
    int at = (int) step.first();
    boolean fit = (step.value() >>> 60 & 15) != 0;
    int count = (int) (fit ? Math.min(step.count(), PAGES - at) : step.count());
    int permissions = (int) (step.value() & 7);
    int register = step.from() % RESERVATIONS;
    switch (step.kind()) {
      case 0, 1, 2, 3, 4 -> mapFrames(step, at, count, permissions);
      case 5, 6, 7 -> mapObject(step, at, count, permissions);
      case 8, 9 -> unmap(at, count);
      case 10, 11, 12 -> protect(at, count, permissions);
      case 13 -> move(step, at, count);
      case 14, 26 -> reserve(register, step, at, count);
      case 15, 16, 17, 18, 27 -> mapReserved(register, step, count, permissions);
      case 19, 20 -> unmapReserved(register, step);
      case 21 -> protectReserved(register, step, permissions);
      case 22 -> release(register, step);
      case 23 -> decommit(step.to() % OBJECTS, (int) (step.value() >>> 8 & 31), count);
      case 24 -> collectDirty(at, count, (step.value() & 1) == 0);
      case 25 -> takeOrGoBack(step, (int) (step.value() >>> 4 & 7));
      default -> access(at, Access.values()[(int) (step.value() & 1)], step.value());
    }
    dirty.removeIf(page -> model.cells[page] == null);
    comparePage(at);
    comparePage(Math.min(PAGES - 1, at + Math.max(0, count)));
  }

  private long page(int index) {
    return base + index;
  }

  // ---- regions

  /** Where a mapping of a rule goes; the outcome when it goes nowhere. */
  private Outcome place(Step step, int at, int count) {
    int rule = (int) (step.value() >>> 40 & 3);
    placed = at;
    if (rule == 1) {
      request.where().firstFit();
      placed = count > PAGES ? -1 : model.firstFit(count);
      return count > PAGES ? Outcome.OUTSIDE : placed < 0 ? Outcome.NO_ROOM : Outcome.OK;
    }
    if (rule == 0) {
      request.where().at(page(at));
    } else {
      request.where().overwrite(page(at));
    }
    if (!model.holds(at, count)) {
      return Outcome.OUTSIDE;
    }
    if (rule == 0) {
      return FramesModel.any(at, count, model::used) ? Outcome.OCCUPIED : Outcome.OK;
    }
    return FramesModel.any(at, count, model::inReservation) ? Outcome.REGION_IN_RANGE : Outcome.OK;
  }

  /** Where the last {@link #place} was. */
  private int placed;

  private int maximum(Step step) {
    return (step.value() >>> 44 & 3) == 0 ? (int) (step.value() >>> 48 & 7) : Permissions.ALL;
  }

  /** Frames from one on; at one page, if there are so many, something that is none. */
  private PfnSource source(int frame, int bad) {
    return page -> page == bad ? -1 - page : pfns[(int) ((frame + page) % FRAMES)];
  }

  private void mapFrames(Step step, int at, int count, int permissions) {
    int frame = step.to() % FRAMES;
    int bad = (step.value() >>> 52 & 15) == 0 ? (int) (step.value() >>> 56 & 3) : -1;
    int maximum = maximum(step);
    request.clear().pages(count).permissions(permissions).maximum(maximum);
    Outcome expected = place(step, at, count);
    if (count == 0) {
      expected = Outcome.INVALID;
    } else if (!Permissions.within(permissions, maximum)) {
      expected = Outcome.EXCEEDS_MAXIMUM;
    } else if (expected == Outcome.OK && FramesModel.any(placed, count, model::beyond)) {
      expected = Outcome.OUTSIDE;
    } else if (expected == Outcome.OK && bad >= 0 && bad < count) {
      expected = Outcome.INVALID;
    }
    Outcome seen = judge.hunger.call(() -> space.root().mapFrames(request, source(frame, bad)));
    judge.judge("map frames", expected, seen);
    if (seen == Outcome.OK) {
      checkPlaced();
      for (int i = 0; i < count; i++) {
        dirty.remove(placed + i);
        model.cells[placed + i] = new Cell(-1, 0, (frame + i) % FRAMES, permissions, maximum, -1);
      }
    }
  }

  private void checkPlaced() {
    if (request.firstPage() != page(placed)) {
      throw new AssertionError("placed at " + (request.firstPage() - base) + ", not " + placed);
    }
  }

  private void mapObject(Step step, int at, int count, int permissions) {
    int object = step.to() % OBJECTS;
    int objectPage = (int) (step.value() >>> 8 & 15);
    int maximum = maximum(step);
    request.clear().object(objects[object], objectPage).pages(count);
    request.permissions(permissions).maximum(maximum);
    Outcome expected = place(step, at, count);
    if (count == 0) {
      expected = Outcome.INVALID;
    } else if (!Permissions.within(permissions, maximum)) {
      expected = Outcome.EXCEEDS_MAXIMUM;
    }
    Outcome seen = judge.hunger.call(() -> space.root().map(request));
    judge.judge("map object", expected, seen);
    if (seen == Outcome.OK) {
      checkPlaced();
      for (int i = 0; i < count; i++) {
        dirty.remove(placed + i);
        model.cells[placed + i] = new Cell(object, objectPage + i, -1, permissions, maximum, -1);
      }
    }
  }

  private Outcome range(int at, int count) {
    return count == 0 ? Outcome.INVALID : model.holds(at, count) ? Outcome.OK : Outcome.OUTSIDE;
  }

  private void unmap(int at, int count) {
    Outcome expected = range(at, count);
    for (int register = 0; expected == Outcome.OK && register < RESERVATIONS; register++) {
      int inside = pagesOf(register, at, count);
      if (inside > 0 && inside < pagesOf(register, 0, PAGES)) {
        expected = Outcome.REGION_CUT;
      }
    }
    judge.judge("unmap", expected, judge.hunger.call(() -> space.root().unmap(page(at), count)));
    if (expected == Outcome.OK) {
      for (int page = at; page < at + count; page++) {
        model.cells[page] = null;
        model.reserved[page] = -1;
      }
    }
  }

  private int pagesOf(int register, int at, int count) {
    int pages = 0;
    for (int page = at; page < at + count; page++) {
      pages += model.reserved[page] == register ? 1 : 0;
    }
    return pages;
  }

  /** Whether mappings of the root cover a range, and may allow something. */
  private Outcome covered(int at, int count, int permissions) {
    boolean hole = false;
    for (int page = at; page < at + count; page++) {
      Cell cell = model.cells[page];
      if (page == at && cell == null && model.reserved[page] < 0) {
        return Outcome.NOT_MAPPED;
      }
      if (model.reserved[page] >= 0) {
        return Outcome.REGION_IN_RANGE;
      }
      if (cell == null) {
        hole = true;
      } else if (hole) {
        return Outcome.NOT_MAPPED;
      } else if (!Permissions.within(permissions, cell.maximum())) {
        return Outcome.EXCEEDS_MAXIMUM;
      }
    }
    return hole ? Outcome.NOT_MAPPED : Outcome.OK;
  }

  private void protect(int at, int count, int permissions) {
    Outcome expected = range(at, count);
    if (expected == Outcome.OK) {
      expected = covered(at, count, permissions);
    }
    judge.judge(
        "protect",
        expected,
        judge.hunger.call(() -> space.root().protect(page(at), count, permissions)));
    for (int page = at; expected == Outcome.OK && page < at + count; page++) {
      allow(page, permissions);
    }
  }

  private void allow(int page, int permissions) {
    Cell cell = model.cells[page];
    model.cells[page] = cell == null ? null : cell.allowing(permissions);
  }

  private void move(Step step, int at, int count) {
    int to = (int) (step.value() >>> 8 & 127) % PAGES;
    Outcome expected = range(at, count);
    if (expected == Outcome.OK) {
      expected = range(to, count);
    }
    if (expected == Outcome.OK && at < to + count && to < at + count) {
      expected = Outcome.INVALID;
    }
    if (expected == Outcome.OK) {
      expected = covered(at, count, Permissions.NONE);
    }
    if (expected == Outcome.OK && FramesModel.any(to, count, model::inReservation)) {
      expected = Outcome.REGION_IN_RANGE;
    }
    if (expected == Outcome.OK
        && FramesModel.any(at, count, page -> model.bare(page) && model.beyond(page - at + to))) {
      expected = Outcome.OUTSIDE;
    }
    judge.judge(
        "move", expected, judge.hunger.call(() -> space.root().move(page(at), count, page(to))));
    for (int i = 0; expected == Outcome.OK && i < count; i++) {
      dirty.remove(at + i);
      dirty.remove(to + i);
      model.cells[to + i] = model.cells[at + i];
      model.cells[at + i] = null;
    }
  }

  // ---- reservations

  private void reserve(int register, Step step, int anywhere, int count) {
    Reservation before = reservations[register];
    if (before != null && before.region().live()) {
      return;
    }
    int some = Math.min(2 * count, 20);
    // Mostly where there is room.
    int gap = (step.value() >>> 16 & 7) == 0 ? -1 : model.firstFit(some);
    int at = gap < 0 ? anywhere : gap;
    int mappings = 1 + (int) (step.value() >>> 8 & 3);
    RegionRequest range = new RegionRequest().pages(some);
    range.where().at(page(at));
    Outcome expected;
    if (mappings > some) {
      expected = Outcome.INVALID;
    } else if (!model.holds(at, some)) {
      expected = Outcome.OUTSIDE;
    } else if (FramesModel.any(at, some, model::used)) {
      expected = Outcome.OCCUPIED;
    } else {
      expected = FramesModel.any(at, some, model::beyond) ? Outcome.OUTSIDE : Outcome.OK;
    }
    Made<Reservation> made = judge.hunger.make(() -> space.root().reserve(range, mappings));
    judge.judge("reserve", expected, made.outcome());
    if (expected == Outcome.OK) {
      reservations[register] = made.get();
      most[register] = mappings;
      Arrays.fill(model.reserved, at, at + some, register);
    }
  }

  private boolean dead(int register) {
    return pagesOf(register, 0, PAGES) == 0;
  }

  private int firstOf(int register) {
    for (int page = 0; page < PAGES; page++) {
      if (model.reserved[page] == register) {
        return page;
      }
    }
    return 0;
  }

  /** Runs what must acquire nothing with every acquisition failing. */
  private Outcome sated(Supplier<Outcome> call) {
    machine.failures().failAll();
    Outcome outcome;
    long asked;
    try {
      outcome = call.get();
    } finally {
      asked = machine.failures().asked();
      machine.failures().off();
    }
    if (asked != 0) {
      throw new AssertionError("a reservation acquired something");
    }
    return outcome;
  }

  private void mapReserved(int register, Step step, int many, int permissions) {
    Reservation reservation = reservations[register];
    if (reservation == null) {
      return;
    }
    int frame = step.to() % FRAMES;
    int at = firstOf(register) + (int) (step.value() >>> 16 & 31) % 22 - 1;
    int count = Math.min(many, 6);
    int bad = (step.value() >>> 52 & 15) == 0 ? (int) (step.value() >>> 56 & 3) : -1;
    boolean inside = at >= 0 && at + count <= PAGES && pagesOf(register, at, count) == count;
    Outcome expected;
    if (dead(register)) {
      expected = Outcome.DEAD;
    } else if (count == 0 || permissions == Permissions.NONE) {
      expected = Outcome.INVALID;
    } else if (!inside) {
      expected = Outcome.OUTSIDE;
    } else if (FramesModel.any(at, count, page -> model.cells[page] != null)) {
      expected = Outcome.OCCUPIED;
    } else if (model.beginnings(register).size() == most[register]) {
      expected = Outcome.IN_USE;
    } else {
      expected = bad >= 0 && bad < count ? Outcome.INVALID : Outcome.OK;
    }
    PfnSource source = source(frame, bad);
    judge.judge(
        "map reserved",
        expected,
        sated(() -> reservation.map(page(at), count, source, permissions, CachePolicy.CACHED)));
    for (int i = 0; expected == Outcome.OK && i < count; i++) {
      model.cells[at + i] = new Cell(-1, 0, (frame + i) % FRAMES, permissions, Permissions.ALL, at);
    }
  }

  /** The beginning of a mapping mostly, else any page. */
  private int beginning(int register, Step step) {
    List<Integer> all = model.beginnings(register);
    int which = (int) (step.value() >>> 16 & 63);
    return all.isEmpty() || which > 58 ? (int) step.first() : all.get(which % all.size());
  }

  private Outcome begins(int register, int at) {
    return dead(register)
        ? Outcome.DEAD
        : model.beginnings(register).contains(at) ? Outcome.OK : Outcome.NOT_MAPPED;
  }

  private void unmapReserved(int register, Step step) {
    Reservation reservation = reservations[register];
    if (reservation == null) {
      return;
    }
    int at = beginning(register, step);
    Outcome expected = begins(register, at);
    int length = expected == Outcome.OK ? model.length(at) : 0;
    judge.judge("unmap reserved", expected, sated(() -> reservation.unmap(page(at))));
    for (int page = at; page < at + length; page++) {
      model.cells[page] = null;
    }
  }

  private void protectReserved(int register, Step step, int permissions) {
    Reservation reservation = reservations[register];
    if (reservation == null) {
      return;
    }
    int at = beginning(register, step);
    Outcome expected = begins(register, at);
    int length = expected == Outcome.OK ? model.length(at) : 0;
    judge.judge(
        "protect reserved", expected, sated(() -> reservation.protect(page(at), permissions)));
    for (int page = at; page < at + length; page++) {
      allow(page, permissions);
    }
  }

  private void release(int register, Step step) {
    Reservation reservation = reservations[register];
    if (reservation == null || (step.value() & 3) != 0) {
      return;
    }
    Outcome expected = dead(register) ? Outcome.DEAD : Outcome.OK;
    judge.judge("release", expected, sated(reservation::release));
    for (int page = 0; page < PAGES; page++) {
      if (model.reserved[page] == register) {
        model.cells[page] = null;
        model.reserved[page] = -1;
      }
    }
  }

  // ---- objects, snapshots, stores

  private void decommit(int object, int first, int many) {
    int count = Math.min(Math.max(1, many), OBJECT_PAGES - first);
    judge.judge(
        "decommit", Outcome.OK, judge.hunger.call(() -> objects[object].decommit(first, count)));
    Arrays.fill(model.objects[object], first, first + count, 0);
  }

  private void takeOrGoBack(Step step, int what) {
    Saved last = saved;
    if (last == null && (what & 1) == 0) {
      unmap(0, PAGES); // else there is hardly ever nothing that is in the way
      mapObject(step, (int) (step.value() >>> 32 & 15), 20, Permissions.READ_WRITE);
    } else if ((what & 1) == 1) {
      for (int register = 0; register < RESERVATIONS; register++) {
        unmap(firstOf(register), Math.max(1, pagesOf(register, 0, PAGES)));
      }
    }
    if (last == null) {
      boolean refused = model.anyReserved() || FramesModel.any(0, PAGES, model::bare);
      Made<SpaceSnapshot> made = judge.hunger.make(space::snapshot);
      judge.judge("snapshot", refused ? Outcome.IN_USE : Outcome.OK, made.outcome());
      if (!refused) {
        saved = new Saved(made.get(), Arrays.asList(model.cells.clone()), contents());
      }
    } else if (what == 0) {
      last.snapshot.close();
      saved = null;
    } else {
      Outcome expected = model.anyReserved() ? Outcome.IN_USE : Outcome.OK;
      judge.judge("restore", expected, judge.hunger.call(last.snapshot::restore));
      if (expected == Outcome.OK) {
        last.cells.toArray(model.cells);
        for (int i = 0; i < OBJECTS; i++) {
          long[] then = last.objects.get(i);
          if (then != null) {
            model.objects[i] = then.clone();
          }
        }
        dirty.clear();
      }
    }
  }

  /** What the objects contain that are mapped. */
  private List<long @Nullable []> contents() {
    long[][] kept = new long[OBJECTS][];
    for (Cell cell : model.cells) {
      if (cell != null && cell.object() >= 0) {
        kept[cell.object()] = model.objects[cell.object()].clone();
      }
    }
    return Arrays.asList(kept);
  }

  private void collectDirty(int at, int many, boolean clear) {
    int count = Math.min(Math.max(1, many), PAGES - at);
    NavigableSet<Integer> told = new TreeSet<>();
    Outcome seen =
        judge.hunger.call(() ->
            space.collectDirty(
                page(at),
                count,
                clear,
                (first, run) -> {
                  for (long page = first; page < first + run; page++) {
                    told.add((int) (page - base));
                  }
                }));
    judge.judge("collect dirty", Outcome.OK, seen);
    NavigableSet<Integer> expected = dirty.subSet(at, true, at + count, false);
    boolean right = judge.hunger.everStarved() ? told.containsAll(expected) : told.equals(expected);
    if (!right) {
      throw new AssertionError("dirty pages " + told + ", expected " + expected);
    }
    if (clear) {
      expected.clear();
    }
  }

  private int effective(int permissions) {
    return writeImpliesRead && (permissions & Permissions.WRITE) != 0
        ? permissions | Permissions.READ
        : permissions;
  }

  /** Why an access to a page faults; null when it does not. */
  private @Nullable FaultReason fault(int page, Access access) {
    Cell cell = model.cells[page];
    if (model.beyond(page)) {
      return FaultReason.NOT_CANONICAL;
    }
    if (cell == null) {
      return FaultReason.UNMAPPED;
    }
    if ((effective(cell.permissions()) & access.permission()) == 0) {
      return FaultReason.DENIED;
    }
    return cell.object() >= 0 && cell.objectPage() >= OBJECT_PAGES
        ? FaultReason.BEYOND_OBJECT
        : null;
  }

  private long shown(Cell cell) {
    return cell.object() >= 0
        ? model.objects[cell.object()][cell.objectPage()]
        : model.frames[cell.frame()];
  }

  private void access(int page, Access access, long value) {
    long address = Pages.address(page(page));
    FaultReason expected = fault(page, access);
    FaultReason seen = null;
    long[] found = {0};
    try {
      judge.hunger.access(() -> {
        switch (access) {
          case READ -> found[0] = cpu.load(address, 8);
          case WRITE -> cpu.store(address, 8, value);
          case FETCH -> found[0] = cpu.fetch(address, 8);
        }
      });
    } catch (MemoryFault fault) {
      seen = fault.fault().reason();
    }
    judge.count(access + " " + seen);
    Cell cell = model.cells[page];
    if (seen != expected) {
      throw new AssertionError(
          access + " of page " + page + ": " + seen + ", expected " + expected + " by " + cell);
    }
    if (seen != null || cell == null) {
      return;
    }
    if (access != Access.WRITE) {
      if (found[0] != shown(cell)) {
        throw new AssertionError(
            "page %d reads 0x%x, expected 0x%x".formatted(page, found[0], shown(cell)));
      }
    } else {
      dirty.add(page);
      if (cell.object() >= 0) {
        model.objects[cell.object()][cell.objectPage()] = value;
      } else {
        model.frames[cell.frame()] = value;
      }
    }
  }

  // ---- comparing

  private void comparePage(int page) {
    Cell cell = model.cells[page];
    MappingInfo info = space.mappingOf(page(page));
    if ((cell == null) != (info == null)) {
      throw new AssertionError("page " + page + " is " + info + ", expected " + cell);
    }
    if (cell != null && info != null) {
      long objectPage = info.objectPage() + (page(page) - info.firstPage());
      MemoryObject object = cell.object() < 0 ? null : objects[cell.object()];
      boolean same =
          info.object() == object
              && (object == null || objectPage == cell.objectPage())
              && info.permissions() == cell.permissions()
              && info.maximum() == cell.maximum();
      if (!same) {
        throw new AssertionError("page " + page + " is " + info + ", expected " + cell);
      }
    }
    compareEntry(page, cell);
    for (Access access : Access.values()) {
      Translated translated = space.translate(Pages.address(page(page)), access);
      FaultReason expected = fault(page, access);
      boolean leads = cell == null || cell.frame() < 0 || translated.pfn() == pfns[cell.frame()];
      if (translated.reason() != expected || expected == null && !leads) {
        throw new AssertionError(
            access + " of page " + page + ": " + translated + ", expected " + expected);
      }
      if (access != Access.WRITE) {
        access(page, access, 0);
      }
    }
  }

  private void compareEntry(int page, @Nullable Cell cell) {
    long entry = model.beyond(page) ? 0 : space.translation().entry(page(page));
    boolean bare = cell != null && cell.frame() >= 0;
    if (bare != TranslationEntry.bare(entry)) {
      throw new AssertionError("the entry of page " + page + " is not of " + cell);
    }
    if (bare && cell != null) {
      boolean same =
          TranslationEntry.pfn(entry) == pfns[cell.frame()]
              && TranslationEntry.asked(entry) == cell.permissions()
              && TranslationEntry.present(entry) == (cell.permissions() != Permissions.NONE);
      if (!same) {
        throw new AssertionError("the entry of page " + page + " is not of " + cell);
      }
    }
  }

  /** Every page, every frame, every object, and the engine's own checks. */
  void compareAll() {
    for (int page = 0; page < PAGES; page++) {
      comparePage(page);
    }
    int[] holds = model.holds();
    for (int i = 0; i < FRAMES; i++) {
      if (machine.frames().holds(pfns[i]) != holds[i]
          || machine.memory().readLong(Pages.address(pfns[i])) != model.frames[i]) {
        throw new AssertionError("frame " + i + " is not held " + holds[i] + " times");
      }
    }
    long[] eight = new long[1];
    for (int object = 0; object < OBJECTS; object++) {
      for (int page = 0; page < OBJECT_PAGES; page++) {
        objects[object].read(Pages.address(page), MemorySegment.ofArray(eight), 0, 8).orThrow();
        if (eight[0] != model.objects[object][page]) {
          throw new AssertionError("object " + object + " has something else in page " + page);
        }
      }
    }
    int[] listed = {0};
    space.forEachMapping(mapping -> listed[0] += (int) mapping.pages());
    if (listed[0] != Arrays.stream(model.cells).filter(cell -> cell != null).count()) {
      throw new AssertionError(listed[0] + " pages are listed");
    }
    for (int register = 0; register < RESERVATIONS; register++) {
      Reservation reservation = reservations[register];
      if (reservation != null && reservation.mappings() != model.beginnings(register).size()) {
        throw new AssertionError("reservation " + register + " miscounts");
      }
    }
    Invariants.verify(machine);
  }
}
