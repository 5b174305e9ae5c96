package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;

import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.MmAllocateMappingAddress;
import dev.mapwright.windows.answer.MmAllocateMappingAddressEx;
import dev.mapwright.windows.reserved.ReservedCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Steps on reserved mappings. */
final class ReservedSteps {
  /** One of them does not fit into 31 bits. */
  private static final int[] TAGS = {PoolTag.of("MTag"), PoolTag.of("Else"), 0xF1F2_F3F4};

  private final Stage stage;
  private final World world;
  private final Judge judge;
  private final ReservedModel model;

  /** Where reservations were that are gone. */
  private final List<Long> gone = new ArrayList<>();

  ReservedSteps(WindowsRun run) {
    stage = run.stage;
    world = run.world;
    judge = run.judge;
    model = new ReservedModel(world, stage);
  }

  private int irql(Draw draw, int highest) {
    int irql = draw.irql(highest);
    stage.c.processor().setIrql(irql);
    return irql;
  }

  void allocate(Draw draw) {
    long bytes = 1L + draw.below(draw.chance(80) ? 4 * 4096 : 12 * 4096);
    if (draw.chance(30)) {
      bytes = 4096L << draw.below(4);
    }
    int tag = TAGS[draw.below(TAGS.length)];
    int flags = draw.below(2);
    if (!draw.sane) {
      switch (draw.below(10)) {
        case 0 -> bytes = 0;
        case 1 -> bytes = draw.garbage();
        case 2 -> tag = 0;
        case 3 -> flags = draw.oneOf(2, 3, -1, 0x8000_0000);
        case 4, 5 -> bytes = 4096L * (world.ptes.length - draw.below(30));
        default -> {}
      }
    }
    boolean ex = draw.chance(60);
    int irql = irql(draw, 1);
    boolean starved = draw.rarely();
    judge.tell(
        "MmAllocateMappingAddress%s(0x%x, 0x%x, 0x%x) at IRQL %d%s",
        ex ? "Ex" : "", bytes, tag, flags, irql, starved ? " starved" : "");
    Expected expected =
        ex
            ? model.allocateEx(irql, bytes, tag, flags, starved)
            : model.allocate(irql, bytes, tag, starved);
    boolean memory =
        expected.condition() == MmAllocateMappingAddress.NO_MEMORY
            || expected.condition() == MmAllocateMappingAddressEx.NO_MEMORY;
    if (memory) {
      stage.machine.failures().failAll();
    }
    long size = bytes;
    int owner = tag;
    int how = flags;
    LongSupplier call =
        ex
            ? () -> ReservedCalls.mmAllocateMappingAddressEx(stage.c, size, owner, how)
            : () -> ReservedCalls.mmAllocateMappingAddress(stage.c, size, owner);
    judge.call(expected, call);
  }

  private boolean empty(ModelReservation reservation) {
    for (int i = 0; i < reservation.pages; i++) {
      if (world.ptes[reservation.first + i].mapping != 0) {
        return false;
      }
    }
    return true;
  }

  /** An address where somebody might think that a reservation is. */
  private long wrongAddress(Draw draw) {
    if (draw.chance(40) && !gone.isEmpty()) {
      return gone.get(draw.below(gone.size()));
    }
    return draw.chance(60) ? world.addressOf(draw.below(world.ptes.length)) : draw.garbage();
  }

  private int tag(Draw draw, @Nullable ModelReservation reservation) {
    return reservation != null && (draw.sane || draw.chance(60))
        ? reservation.tag
        : TAGS[draw.below(TAGS.length)];
  }

  void free(Draw draw) {
    ModelReservation found = draw.fitting(world.reservations, this::empty);
    long address = found == null ? draw.garbage() : world.addressOf(found.first);
    if (draw.chance(20)) {
      address += draw.below(4096);
    }
    if (!draw.sane && draw.chance(30)) {
      address = wrongAddress(draw);
    }
    int tag = tag(draw, found);
    int irql = irql(draw, 1);
    judge.tell("MmFreeMappingAddress(0x%x, 0x%x) at IRQL %d", address, tag, irql);
    Expected expected = model.free(irql, address, tag);
    long base = address;
    judge.call(
        expected,
        () -> {
          ReservedCalls.mmFreeMappingAddress(stage.c, base, tag);
          return 0;
        });
    if (expected.success() && gone.size() < 20) {
      gone.add(address);
    }
  }

  /** Whether an MDL could be mapped into so many pages. */
  private boolean mappable(ModelMdl mdl, int room) {
    boolean right = mdl.any(0x812) && !mdl.any(0x25) && mdl.byteCount() != 0;
    if (!right || mdl.pages() > Math.min(room, mdl.room())) {
      return false;
    }
    for (int i = 0; i < mdl.pages(); i++) {
      ModelPage page = world.page(mdl.pfn(i));
      if (page == null || !page.locked()) {
        return false;
      }
    }
    return true;
  }

  /** A type that the pages of an MDL can be mapped with, or any. */
  private int type(Draw draw, @Nullable ModelMdl mdl) {
    int type = draw.chance(85) ? draw.below(3) : draw.below(6);
    for (int i = 0; draw.sane && mdl != null && i < Math.min(mdl.pages(), mdl.room()); i++) {
      ModelPage page = world.page(mdl.pfn(i));
      if (page != null && !page.ram && page.given != null) {
        type = Types.type(page);
      }
    }
    return draw.rarely() ? draw.oneOf(-1, 6, 7, 0x100, Integer.MIN_VALUE) : type;
  }

  /** How many free pages a reservation has from a page on. */
  private int room(ModelReservation reservation, int from) {
    int pages = 0;
    for (int i = from; i < reservation.first + reservation.pages; i++) {
      if (world.ptes[i].mapping != 0) {
        break;
      }
      pages++;
    }
    return pages;
  }

  void map(Draw draw) {
    ModelReservation found =
        draw.fitting(
            world.reservations, one -> one.divisible ? room(one, one.first) > 0 : empty(one));
    int page = found == null ? 0 : found.first;
    if (found != null && found.divisible) {
      int start = draw.below(found.pages);
      for (int i = 0; i < found.pages; i++) {
        page = found.first + (start + i) % found.pages;
        if (world.ptes[page].mapping == 0 || !draw.sane) {
          break;
        }
      }
    }
    int room = found == null ? 1 : room(found, page);
    long address = found == null ? draw.garbage() : world.addressOf(page);
    address += draw.chance(20) ? draw.below(4096) : 0;
    if (!draw.sane && draw.chance(15)) {
      address = wrongAddress(draw);
    }
    ModelMdl mdl = draw.fitting(List.copyOf(world.mdls.values()), one -> mappable(one, room));
    long mdlAddress = mdl == null || draw.rarely() ? draw.garbage() : mdl.address;
    int tag = tag(draw, found);
    int type = type(draw, mdl);
    int irql = irql(draw, 2);
    if (draw.chance(20)) {
      stage.machine.failures().failAll();
    }
    if (draw.chance(10)) {
      stage.kernel.verifier().simulateLowResources(10_000, 0); // no routine that allocates
    }
    judge.tell(
        "MmMapLockedPagesWithReservedMapping(0x%x, 0x%x, %s, %d) at IRQL %d",
        address, tag, world.name(mdlAddress), type, irql);
    Expected expected = model.map(irql, address, tag, mdlAddress, type);
    long where = address;
    judge.call(
        expected,
        () ->
            ReservedCalls.mmMapLockedPagesWithReservedMapping(
                stage.c, where, tag, mdlAddress, type));
  }

  void unmap(Draw draw) {
    List<Integer> begins = new ArrayList<>();
    for (int i = 0; i < world.ptes.length; i++) {
      if (world.beginsAt(i) && world.ptes[i].owner instanceof ModelReservation) {
        begins.add(i);
      }
    }
    Integer begin = draw.any(begins);
    ModelReservation found =
        begin == null ? draw.any(world.reservations) : world.reservationAt(begin);
    if (!draw.sane && draw.chance(30)) {
      found = draw.any(world.reservations);
      begin = found == null ? null : found.first + draw.below(found.pages);
    }
    int page = begin != null ? begin : found != null ? found.first : 0;
    int pages = world.mappedFrom(page);
    long address = world.addressOf(page) + (draw.chance(30) ? draw.below(4096) : 0);
    if (!draw.sane && draw.chance(15)) {
      address = wrongAddress(draw);
    }
    long va = world.addressOf(page);
    List<ModelMdl> all = List.copyOf(world.mdls.values());
    List<ModelMdl> mapped =
        all.stream()
            .filter(one -> one.any(MDL_MAPPED_TO_SYSTEM_VA) && one.mappedSystemVa() == va)
            .filter(one -> one.pages() == pages)
            .toList();
    ModelMdl mdl =
        draw.sane && !mapped.isEmpty()
            ? mapped.getFirst()
            : draw.fitting(all, one -> one.pages() == pages);
    long mdlAddress = mdl == null || draw.rarely() ? draw.garbage() : mdl.address;
    int tag = tag(draw, found);
    int irql = irql(draw, 2);
    if (draw.chance(20)) {
      stage.machine.failures().failAll();
    }
    judge.tell(
        "MmUnmapReservedMapping(0x%x, 0x%x, %s) at IRQL %d",
        address, tag, world.name(mdlAddress), irql);
    Expected expected = model.unmap(irql, address, tag, mdlAddress);
    long where = address;
    judge.call(
        expected,
        () -> {
          ReservedCalls.mmUnmapReservedMapping(stage.c, where, tag, mdlAddress);
          return 0;
        });
  }
}
