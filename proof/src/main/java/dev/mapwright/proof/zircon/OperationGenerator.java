package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.proof.SplitMix;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Draws operations. It looks at the model to find something that can succeed; what it draws is
 * plain data. A part of the operations has one component spoilt afterwards.
 */
final class OperationGenerator {
  private final SplitMix random;
  private final Shape shape;
  private final int[] weights;
  private final Driver driver;
  private final World world;

  OperationGenerator(long seed, Shape shape, Driver driver) {
    this.random = new SplitMix(seed);
    this.shape = shape;
    this.weights = shape.weights();
    this.driver = driver;
    this.world = driver.world;
  }

  Operation next() {
    Operation operation = valid(lacking(draw()));
    return random.chance(shape.spoiltPercent) ? spoil(operation) : operation;
  }

  /** The index of a kind of operation, by weight. */
  private int draw() {
    int left = random.below(Arrays.stream(weights).sum());
    int kind = 0;
    while (left >= weights[kind]) {
      left -= weights[kind++];
    }
    return kind;
  }

  /** Whether the caller has lost its root or its scratch, so that hardly a call can succeed now. */
  boolean worn() {
    return world.caller().space.root.dead
        || regionAt(0) == null
        || !world.writable(world.rootBase + Boot.SCRATCH, 4 * PAGE);
  }

  /** The kind asked for, or often one that makes an object of the kind that is missing. */
  private int lacking(int kind) {
    if (random.chance(25)) {
      return kind;
    }
    boolean ofVmos = kind == 1 || (kind >= 8 && kind <= 13) || kind == 15;
    if (ofVmos && vmoAt(vmo()) == null) {
      return 6;
    }
    if (kind >= 1 && kind <= 4 && region() == 0) {
      return 0;
    }
    boolean ofMappings = kind == 2 || kind == 3 || kind >= 22;
    if (ofMappings && mappedRegion() == 0) {
      return 1;
    }
    return (kind == 18 || kind == 19) && !(objectAt(process()) instanceof ModelProcess) ? 20 : kind;
  }

  private Operation valid(int kind) {
    return switch (kind) {
      case 0 -> allocate();
      case 1 -> map();
      case 2 -> {
        int vmar = mappedRegion();
        long[] range = range(vmar, random.chance(80));
        yield new Operation.VmarUnmap(vmar, at(vmar, range[0]), range[1]);
      }
      case 3 -> protect();
      case 4 -> new Operation.VmarDestroy(random.chance(3) ? register(0, 16) : branch());
      case 5 -> {
        int vmar = region();
        long[] range = range(vmar, true);
        int close = random.chance(50) ? vmo() : Registers.VMO + random.below(16);
        yield new Operation.VmarUnmapHandleCloseThreadExit(
            vmar, at(vmar, range[0]), range[1], close);
      }
      case 6 -> new Operation.VmoCreate(size(), 0, out(), freeVmo());
      case 7 ->
          new Operation.VmoCreateContiguous(
              Registers.RESOURCE,
              random.chance(5) ? 1L << 62 : 1 + random.below(8 * PAGE),
              random.oneOf(0, 12, 13, 16, random.chance(10) ? 50 : 0),
              out(),
              freeVmo());
      case 8 -> {
        int vmo = vmo();
        long offset = offset(vmo);
        yield new Operation.VmoRead(vmo, data(Place.BUFFER), offset, length(), out());
      }
      case 9 -> {
        int vmo = vmo();
        long offset = offset(vmo);
        yield new Operation.VmoWrite(vmo, data(Place.INPUT), offset, length(), out());
      }
      case 10 -> new Operation.VmoGetSize(vmo(), out());
      case 11 -> new Operation.VmoSetSize(vmo(), size());
      case 12 -> opRange();
      case 13 ->
          new Operation.VmoClone(
              vmo(),
              1,
              random.chance(5) ? -(2 + random.below(30)) * PAGE : random.below(8) * PAGE,
              random.below(16 * (int) PAGE),
              out(),
              freeVmo());
      case 14 ->
          new Operation.HandleClose(
              random.chance(3) ? register(0, Registers.HANDLES) : register(1, 35));
      case 15 ->
          new Operation.HandleDuplicate(
              random.chance(50) ? vmo() : region(), rights(), out(), register(1, 35));
      case 16 ->
          new Operation.HandleReplace(
              random.chance(50) ? vmo() : 1 + random.below(15), rights(), out(), register(1, 35));
      case 17 -> getInfo();
      case 18 -> {
        int process = process();
        yield new Operation.ProcessReadMemory(
            process, somewhere(process), data(Place.BUFFER), 1 + length(), out());
      }
      case 19 -> {
        int process = process();
        yield new Operation.ProcessWriteMemory(
            process, somewhere(process), data(Place.INPUT), 1 + length(), out());
      }
      case 20 ->
          new Operation.ProcessCreate(
              Registers.JOB,
              0,
              Place.cell(random.below(4)),
              Place.cell(4 + random.below(4)),
              register(Registers.PROCESS, 4),
              register(1, 15));
      case 21 -> new Operation.ProcessExit(random.below(24));
      case 22 -> {
        int number = random.below(world.processes.size());
        yield new Operation.Load(number, inSpace(number), random.below(4));
      }
      case 23 -> {
        int number = random.below(world.processes.size());
        yield new Operation.Store(number, inSpace(number), random.below(4), random.next());
      }
      case 25 -> {
        int page = random.below(Boot.DEVICE_PAGES);
        long bytes = 1 + random.below((Boot.DEVICE_PAGES - page) * PAGE);
        yield new Operation.MmapDeviceMemory(
            Registers.RESOURCE,
            Boot.DEVICE + page * PAGE,
            bytes,
            random.below(4),
            out(),
            random.below(Registers.ADDRESSES));
      }
      default -> {
        int number = random.below(world.processes.size());
        yield new Operation.Fetch(number, inSpace(number));
      }
    };
  }

  private Operation allocate() {
    int vmar = region();
    ModelRegion region = regionAt(vmar);
    boolean large = region != null && region.sizeBytes > (1L << 30);
    long pages =
        large
            ? 4 + random.below(2 * shape.windowPages)
            : 1 + random.below(Math.max(1, shape.windowPages / 3));
    if (region != null) {
      pages = Math.min(pages, 1 + random.below(region.sizeBytes >>> 12));
    }
    int may = region == null ? 0 : region.flags;
    int can = may & rightsAsCanMap(vmar);
    int flags = random.chance(75) ? can : can & (int) random.next();
    flags &= Bits.CAN_MAP_ALL;
    if (random.chance(85)) {
      flags |= Bits.CAN_MAP_SPECIFIC;
    }
    if (random.chance(30)) {
      flags |= Bits.COMPACT;
    }
    long offset = 0;
    if ((may & Bits.CAN_MAP_SPECIFIC) != 0 && !large && random.chance(60)) {
      flags |= Bits.SPECIFIC;
      offset = freeOffset(region, pages);
    }
    return new Operation.VmarAllocate(
        vmar,
        offset,
        pages * PAGE,
        flags,
        Place.cell(random.below(4)),
        Place.cell(4 + random.below(4)),
        register(1, 15),
        random.below(Registers.ADDRESSES));
  }

  private Operation map() {
    int vmar = random.chance(10) ? 0 : region();
    int vmo = vmo();
    ModelRegion region = regionAt(vmar);
    ModelVmo object = vmoAt(vmo);
    int flags = permsFor(vmar, vmo);
    long pages =
        1L + random.below(random.chance(70) ? Math.min(8, shape.mostPages) : shape.mostPages);
    long offset = 0;
    boolean specific =
        region != null
            && (region.flags & Bits.CAN_MAP_SPECIFIC) != 0
            && (region.sizeBytes < 1L << 30 ? random.chance(70) : random.chance(5));
    if (specific && region != null) {
      pages = Math.min(pages, region.sizeBytes >>> 12);
      if (random.chance(40)) {
        flags |= Bits.OVERWRITE | (random.chance(50) ? Bits.SPECIFIC : 0);
        offset = random.below((region.sizeBytes >>> 12) - pages + 1) * PAGE;
        if (region.sizeBytes > 1L << 30) {
          offset = Boot.INPUT + random.below(64) * PAGE + (1 << 16);
        }
      } else {
        flags |= Bits.SPECIFIC;
        offset = freeOffset(region, pages);
      }
    }
    if (random.chance(15)) {
      flags |= Bits.MAP_RANGE;
    }
    long vmoOffset = random.below(6) * PAGE;
    if (shape == Shape.WIDE) {
      vmoOffset = random.below(600) * PAGE;
    }
    if (object != null && object.sizeBytes < 0 || random.chance(3)) {
      vmoOffset = -(2 + random.below(40)) * PAGE;
    }
    long length = pages * PAGE - (random.chance(20) ? random.below((int) PAGE) : 0);
    return new Operation.VmarMap(
        vmar, offset, vmo, vmoOffset, length, flags, out(), random.below(Registers.ADDRESSES));
  }

  private Operation protect() {
    int vmar = random.chance(90) ? mappedRegion() : region();
    long[] range = range(vmar, true);
    ModelRegion region = regionAt(vmar);
    int most = Bits.PERM_ALL;
    if (region != null) {
      PageEntry entry = region.space.at(region.base + range[0]);
      most = entry == null ? most : entry.maximum & permsOfHandle(vmar);
    }
    int flags = Bits.PERM_READ | (most & (int) random.next());
    if (random.chance(10)) {
      flags = Bits.PERM_READ | random.below(8);
    }
    return new Operation.VmarProtect(vmar, at(vmar, range[0]), range[1], flags);
  }

  private Operation opRange() {
    int vmo = vmo();
    int op = random.chance(50) ? 1 + random.below(2) : random.below(11);
    long offset = offset(vmo);
    long length = random.below(6 * (int) PAGE);
    if (op == 5) {
      offset &= -PAGE;
      ModelVmo object = vmoAt(vmo);
      length = 1L + random.below((int) PAGE);
      if (object != null && !object.pages.isEmpty() && random.chance(80)) {
        offset = object.pages.keySet().iterator().next() << 12;
        length = 1;
      }
    }
    if (op == 1 && random.chance(5)) {
      offset = 0;
      length = -1;
    }
    return new Operation.VmoOpRange(
        vmo, op, offset, length, data(Place.BUFFER), random.chance(90) ? 4096 : random.below(20));
  }

  private Operation getInfo() {
    boolean valid = random.chance(30);
    return new Operation.ObjectGetInfo(
        valid ? register(0, Registers.HANDLES) : register(0, 16),
        valid ? 1 : random.chance(95) ? 7 : random.below(40),
        data(Place.BUFFER),
        random.chance(85) ? 16 : random.below(20),
        random.chance(50) ? Place.NULL : Place.cell(1),
        random.chance(50) ? Place.NULL : Place.cell(2));
  }

  // What can be found.

  private int register(int from, int count) {
    return from + random.below(count);
  }

  /** The register of a living region, if a few tries find one; the root seldom. */
  private int region() {
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
  private int mappedRegion() {
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
  private int branch() {
    int register = region();
    ModelRegion region = regionAt(register);
    return region != null && region.parent == null ? 1 + random.below(15) : register;
  }

  private int vmo() {
    for (int attempt = 0; attempt < 12; attempt++) {
      int register = register(Registers.VMO, Registers.VMOS);
      if (vmoAt(register) != null) {
        return register;
      }
    }
    return register(Registers.VMO, Registers.VMOS);
  }

  private int freeVmo() {
    for (int attempt = 0; attempt < 6; attempt++) {
      int register = register(Registers.VMO, Registers.VMOS);
      if (vmoAt(register) == null) {
        return register;
      }
    }
    return register(Registers.VMO, Registers.VMOS);
  }

  private int process() {
    for (int attempt = 0; attempt < 8; attempt++) {
      int register = register(Registers.PROCESS, Registers.PROCESSES);
      if (objectAt(register) instanceof ModelProcess) {
        return register;
      }
    }
    return Registers.PROCESS;
  }

  private @Nullable Object objectAt(int register) {
    ModelHandle handle = world.handle(driver.registers.handles[register]);
    return handle == null ? null : handle.object();
  }

  private @Nullable ModelRegion regionAt(int register) {
    return objectAt(register) instanceof ModelRegion region ? region : null;
  }

  private @Nullable ModelVmo vmoAt(int register) {
    return objectAt(register) instanceof ModelVmo vmo ? vmo : null;
  }

  private int rightsAt(int register) {
    ModelHandle handle = world.handle(driver.registers.handles[register]);
    return handle == null ? 0 : handle.rights();
  }

  private int permsOfHandle(int register) {
    return Bits.permsOfRights(rightsAt(register));
  }

  private int rightsAsCanMap(int register) {
    return permsOfHandle(register) << 7 | Bits.CAN_MAP_SPECIFIC | Bits.COMPACT;
  }

  private int permsFor(int vmar, int vmo) {
    ModelRegion region = regionAt(vmar);
    int may = region == null ? 0 : Bits.permsOfCanMap(region.flags);
    may &= permsOfHandle(vmar) & permsOfHandle(vmo);
    return Bits.PERM_READ | (random.chance(60) ? may : may & (int) random.next());
  }

  // Numbers.

  private long freeOffset(@Nullable ModelRegion region, long pages) {
    if (region == null) {
      return 0;
    }
    if (random.chance(80)) {
      List<long[]> fitting = new ArrayList<>();
      for (long[] gap : region.space.gaps(region)) {
        if (gap[1] >= pages) {
          fitting.add(gap);
        }
      }
      if (!fitting.isEmpty()) {
        long[] gap = fitting.get(random.below(fitting.size()));
        long slack = Math.min(gap[1] - pages, shape.windowPages);
        return (gap[0] << 12) - region.base + random.below(slack + 1) * PAGE;
      }
    }
    return random.below(Math.min(region.sizeBytes >>> 12, shape.windowPages)) * PAGE;
  }

  /** An offset in a region and a length, around something mapped there when asked and possible. */
  private long[] range(int vmar, boolean mapped) {
    ModelRegion region = regionAt(vmar);
    if (region == null || region.dead) {
      return new long[] {0, PAGE};
    }
    long pages = 1L + random.below(Math.max(2, shape.mostPages));
    long page = random.below(Math.min(region.sizeBytes >>> 12, 2L * shape.windowPages));
    if (mapped) {
      long found = mappedPage(region);
      if (found >= 0) {
        page = found - (region.base >>> 12);
        if (random.chance(60)) {
          pages = 1L + random.below(3);
        }
      }
    }
    pages = Math.min(pages, (region.sizeBytes >>> 12) - page);
    long length = Math.max(1, pages) * PAGE;
    return new long[] {page * PAGE, length - (random.chance(10) ? random.below((int) PAGE) : 0)};
  }

  private long mappedPage(ModelRegion region) {
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
  private boolean kept(ModelRegion region, long page) {
    return region == world.caller().space.root
        && page < (world.rootBase + Boot.INPUT) / PAGE + Boot.INPUT_PAGES;
  }

  private Place at(int vmar, long offset) {
    return new Place(Place.REGION + vmar, offset);
  }

  private long size() {
    if (shape == Shape.EDGES && random.chance(25)) {
      return random.chance(50)
          ? Bits.LARGEST_VMO_BYTES - random.below(3) * PAGE
          : -random.below(4 * (int) PAGE) - 1;
    }
    if (random.chance(3)) {
      return 1L << (20 + random.below(43));
    }
    int most = shape == Shape.WIDE ? 900 : 14;
    return random.chance(40) ? random.below(most) * PAGE : random.below(most * (int) PAGE);
  }

  private long offset(int vmo) {
    ModelVmo object = vmoAt(vmo);
    long size = object == null ? 0 : object.sizeBytes;
    if (size < 0 && random.chance(70)) {
      return size - random.below(6 * (int) PAGE);
    }
    if (size != 0 && random.chance(88)) {
      return random.below(Bits.below(size, 16 * PAGE) ? size : 16 * PAGE);
    }
    return random.below(16 * (int) PAGE);
  }

  private long length() {
    return random.chance(60) ? random.below(64) : random.below(3 * (int) PAGE);
  }

  private Place data(int base) {
    return new Place(base, random.below((int) PAGE));
  }

  /** A place for an out-parameter: a cell mostly, sometimes memory that is under test itself. */
  private Place out() {
    return random.chance(6)
        ? new Place(Place.ADDRESS + random.below(Registers.ADDRESSES), 8L * random.below(1024))
        : Place.cell(random.below(16));
  }

  private int rights() {
    return random.chance(50)
        ? Bits.SAME_RIGHTS
        : random.chance(70) ? Bits.READ | Bits.MAP | Bits.DUPLICATE : (int) random.next() & 0x3f;
  }

  private Place somewhere(int process) {
    return objectAt(process) instanceof ModelProcess found ? inSpace(found.number) : Place.NULL;
  }

  private Place inSpace(int number) {
    ModelSpace space = world.processes.get(number).space;
    if (random.chance(40)) {
      for (int attempt = 0; attempt < 6; attempt++) {
        int register = random.below(Registers.ADDRESSES);
        if (space.at(driver.registers.addresses[register]) != null) {
          return new Place(Place.ADDRESS + register, random.below(2 * (int) PAGE));
        }
      }
    }
    int skip = random.below(48);
    long found = 0;
    for (Map.Entry<Long, PageEntry> entry : space.pages.entrySet()) {
      if (!kept(entry.getValue().region, entry.getKey())) {
        found = entry.getKey();
        if (skip-- <= 0) {
          break;
        }
      }
    }
    return near(space, (found << 12) + random.below((int) PAGE));
  }

  /**
   * Names an address by an address register or a region when one is near, so it survives shrinking.
   */
  private Place near(ModelSpace space, long address) {
    for (int i = 0; i < Registers.ADDRESSES; i++) {
      long delta = address - driver.registers.addresses[i];
      if (delta >= 0 && delta < 1L << 20) {
        return new Place(Place.ADDRESS + i, delta);
      }
    }
    for (int i = 1; i < Registers.REGIONS; i++) {
      ModelRegion region = regionAt(i);
      if (region != null && region.space == space && region.holds(address, 1)) {
        return new Place(Place.REGION + i, address - region.base);
      }
    }
    return new Place(Place.ABSOLUTE, address);
  }

  // Spoiling.

  private Operation spoil(Operation operation) {
    Class<? extends Record> kind = operation.getClass().asSubclass(Record.class);
    RecordComponent[] components = kind.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = OperationCodec.value(components[i], operation);
    }
    int which = random.below(values.length);
    values[which] =
        switch (values[which]) {
          case Long number -> spoilt(number);
          case Integer number -> spoilt(components[which].getName(), number);
          case Place place -> spoilt(place);
          default -> values[which];
        };
    return OperationCodec.make(kind, values);
  }

  private long spoilt(long number) {
    return switch (random.below(10)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> -PAGE;
      case 3 -> Long.MIN_VALUE;
      case 4 -> number + 1;
      case 5 -> number + PAGE;
      case 6 -> number - PAGE;
      case 7 -> -number;
      case 8 -> number | 1L << 47;
      default -> number * 16;
    };
  }

  private int spoilt(String name, int number) {
    return switch (name) {
      case "vmar", "vmo", "process", "handle" -> random.below(Registers.HANDLES);
      case "flags", "options", "rights", "policy" ->
          random.chance(80) ? number ^ 1 << random.below(12) : number ^ 1 << random.below(32);
      case "op", "topic" -> random.below(64);
      case "alignmentLog2" -> random.oneOf(1, 11, 63, 64, -1);
      default -> number;
    };
  }

  private Place spoilt(Place place) {
    return switch (random.below(6)) {
      case 0 -> Place.NULL;
      case 1 -> new Place(Place.HOLE, 0);
      case 2 -> new Place(Place.INPUT, 8);
      case 3 -> new Place(place.base(), place.delta() + 1);
      case 4 -> new Place(place.base(), place.delta() + PAGE);
      default -> new Place(Place.ADDRESS + random.below(16), random.below(64) * 8L);
    };
  }
}
