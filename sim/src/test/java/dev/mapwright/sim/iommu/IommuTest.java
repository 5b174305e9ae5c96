package dev.mapwright.sim.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.CallerTables;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaFault.Reason;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The IOMMU of a machine as whoever manages domains sees it. */
class IommuTest {
  private static final int REQUESTER = 0x18;
  private static final int NO_PASID = DmaFault.NO_PASID;
  private static final int ALL = Permissions.ALL;
  private static final int READING = Permissions.READ_EXECUTE;
  private static final long RAM_PAGES = 2048;

  private @Nullable SimulatedMachine made;
  private final List<DmaFault> told = new ArrayList<>();

  @AfterEach
  void close() {
    if (made != null) {
      made.close();
    }
  }

  private SimulatedMachine machine(IommuMode mode, int bits) {
    SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, RAM_PAGES).iommu(mode, bits).build();
    made = machine;
    iommu().listen(told::add);
    return machine;
  }

  private SimulatedMachine machine() {
    return Objects.requireNonNull(made);
  }

  private Iommu iommu() {
    return Objects.requireNonNull(machine().iommu());
  }

  private Translation translation() {
    return Objects.requireNonNull(iommu().newTranslation(39));
  }

  private long frame() {
    return machine().frames().allocate(FrameOwner.OBJECT, 1);
  }

  private void map(Translation tables, long page, long pfn, int permissions) {
    assertThat(tables.installRun(page, pfn, 1, permissions, CachePolicy.CACHED)).isTrue();
  }

  private static @Nullable DmaFault read(DmaPort port, long address, byte[] into) {
    return port.read(address, MemorySegment.ofArray(into), 0, into.length);
  }

  private static @Nullable DmaFault write(DmaPort port, long address, byte... from) {
    return port.write(address, MemorySegment.ofArray(from), 0, from.length);
  }

  private void assertFault(
      @Nullable DmaFault fault, long address, Access access, Reason reason, int number) {
    assertThat(fault).isNotNull();
    DmaFault refused = Objects.requireNonNull(fault);
    assertThat(refused.address()).isEqualTo(address);
    assertThat(refused.access()).isEqualTo(access);
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.hardwareReason()).isEqualTo(number);
    assertThat(refused.requester()).isEqualTo(REQUESTER);
    assertThat(told).as("listeners are told once").contains(refused);
    told.clear();
  }

  private void assertClean(long used) {
    assertThat(machine().frames().total() - machine().frames().free()).isEqualTo(used);
    assertThat(machine().census().leaks()).isEmpty();
  }

  private long used() {
    return machine().frames().total() - machine().frames().free();
  }

  // ---- accesses

  @ParameterizedTest
  @EnumSource
  void a_device_reads_and_writes_through_what_its_requester_is_attached_to(IommuMode mode) {
    boolean legacy = mode == IommuMode.LEGACY;
    machine(mode, 48);
    long used = used();
    Translation tables = translation();
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    assertFault(
        write(port, 0x5000, (byte) 1),
        0x5000,
        Access.WRITE,
        Reason.NOT_ATTACHED,
        legacy ? 1 : 0x39);
    assertThat(iommu().attach(REQUESTER, tables)).isTrue();
    assertFault(
        write(port, 0x5000, (byte) 1), 0x5000, Access.WRITE, Reason.NOT_MAPPED, legacy ? 5 : 0x85);
    long first = frame();
    long second = frame();
    map(tables, 5, first, ALL);
    map(tables, 6, second, READING);
    byte[] bytes = new byte[300];
    bytes[0] = 7;
    bytes[299] = 8;
    assertThat(write(port, 0x5F00, Arrays.copyOf(bytes, 200))).isNull();
    DmaFault crossing = write(port, 0x5F80, bytes);
    assertFault(crossing, 0x6000, Access.WRITE, Reason.DENIED, legacy ? 5 : 0x85);
    assertThat(crossing).extracting(DmaFault::tables).isSameAs(tables);
    assertThat(machine().memory().readLong((first << 12) + 0xF80) & 0xFF).isEqualTo(7);
    assertThat(machine().memory().readLong(second << 12)).isZero();
    machine().memory().writeLong(second << 12, 0x1122);
    byte[] got = new byte[258];
    assertThat(read(port, 0x5F00, got)).isNull();
    assertThat(got[256]).isEqualTo((byte) 0x22);
    assertThat(got[0x80]).isEqualTo((byte) 7);
    tables.remove(5, 6);
    assertFault(read(port, 0x5F00, got), 0x5F00, Access.READ, Reason.NOT_MAPPED, legacy ? 6 : 0x86);
    iommu().detach(REQUESTER);
    assertFault(
        read(port, 0x5F00, got), 0x5F00, Access.READ, Reason.NOT_ATTACHED, legacy ? 1 : 0x39);
    tables.close();
    machine().frames().free(first);
    machine().frames().free(second);
    assertClean(used);
  }

  @ParameterizedTest
  @EnumSource
  void a_write_only_page_can_be_written_and_not_read(IommuMode mode) {
    boolean legacy = mode == IommuMode.LEGACY;
    machine(mode, 39);
    Translation tables = translation();
    assertThat(tables.effective(Permissions.WRITE)).isEqualTo(Permissions.WRITE);
    map(tables, 3, frame(), Permissions.WRITE);
    iommu().attach(REQUESTER, tables);
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    assertThat(write(port, 0x3000, (byte) 1)).isNull();
    assertFault(
        read(port, 0x3000, new byte[1]), 0x3000, Access.READ, Reason.DENIED, legacy ? 6 : 0x86);
    assertFault(
        port.fetchAndAdd(0x3000, 4, 1, new long[1]),
        0x3000,
        Access.READ,
        Reason.DENIED,
        legacy ? 6 : 0x86);
  }

  @Test
  void atomics_need_both_permissions_and_change_their_word_alone() {
    machine(IommuMode.LEGACY, 39);
    Translation tables = translation();
    long pfn = frame();
    map(tables, 3, pfn, ALL);
    map(tables, 4, frame(), READING);
    iommu().attach(REQUESTER, tables);
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    machine().memory().writeLong(pfn << 12, 0x1111_1111_FFFF_FFFFL);
    long[] before = new long[1];
    assertThat(port.fetchAndAdd(0x3000, 4, 2, before)).isNull();
    assertThat(before[0]).isEqualTo(0xFFFF_FFFFL);
    assertThat(machine().memory().readLong(pfn << 12)).isEqualTo(0x1111_1111_0000_0001L);
    assertThat(port.fetchAndAdd(0x3000, 8, -1, before)).isNull();
    assertThat(before[0]).isEqualTo(0x1111_1111_0000_0001L);
    assertThat(port.compareAndSwap(0x3004, 4, 0x1111_1111, -1, before)).isNull();
    assertThat(machine().memory().readLong(pfn << 12)).isEqualTo(0xFFFF_FFFF_0000_0000L);
    assertThat(port.compareAndSwap(0x3004, 4, 5, 6, before)).isNull();
    assertThat(before[0]).isEqualTo(0xFFFF_FFFFL);
    assertThat(machine().memory().readLong(pfn << 12)).isEqualTo(0xFFFF_FFFF_0000_0000L);
    assertThat(port.compareAndSwap(0x3004, 4, -1, 9, before)).isNull();
    assertThat(machine().memory().readLong(pfn << 12)).isEqualTo(0x9_0000_0000L);
    assertFault(
        port.compareAndSwap(0x4000, 8, 0, 1, before), 0x4000, Access.WRITE, Reason.DENIED, 5);
    assertFault(port.fetchAndAdd(0x9000, 8, 1, before), 0x9000, Access.WRITE, Reason.NOT_MAPPED, 5);
    for (long at : new long[] {0x3001, 0x3002, 0x3006}) {
      assertThatThrownBy(() -> port.fetchAndAdd(at, 4, 1, before))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> port.compareAndSwap(at, 8, 1, 1, before))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> port.fetchAndAdd(0x3000, 2, 1, before))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> port.fetchAndAdd(0x3000, 4, 1, new long[0]))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(machine().memory().readLong(pfn << 12)).isEqualTo(0x9_0000_0000L);
  }

  @Test
  void an_access_of_any_width_is_little_endian_and_of_nothing_is_none() {
    machine(IommuMode.SCALABLE, 48);
    iommu().passThrough(REQUESTER);
    long pfn = frame();
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    byte[] bytes = new byte[64];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    MemorySegment buffer = MemorySegment.ofArray(bytes);
    for (int width : new int[] {1, 2, 3, 4, 5, 8, 16, 33}) {
      for (int offset = 0; offset < 9; offset++) {
        long at = (pfn << 12) + 64 + offset;
        assertThat(port.write(at, buffer, offset, width)).isNull();
        byte[] got = new byte[width + 2];
        assertThat(port.read(at, MemorySegment.ofArray(got), 1, width)).isNull();
        for (int i = 0; i < width; i++) {
          assertThat(got[i + 1]).isEqualTo((byte) (offset + i));
        }
        assertThat(got[0]).isZero();
        assertThat(got[width + 1]).isZero();
      }
    }
    assertThat(port.read(-1, buffer, 64, 0)).as("also where nothing is").isNull();
    assertThatThrownBy(() -> port.read(0, buffer, 0, -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> port.write(0, buffer, 60, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(told).isEmpty();
  }

  // ---- what is refused

  @ParameterizedTest
  @EnumSource
  void the_range_of_interrupts_is_never_translated(IommuMode mode) {
    machine(mode, 48);
    Translation tables = translation();
    long pfn = frame();
    for (long page : new long[] {0xFEDFF, 0xFEE00, 0xFEEFF, 0xFEF00}) {
      map(tables, page, pfn, ALL);
    }
    map(tables, 7, 0xFEE10, ALL);
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    iommu().attach(REQUESTER, tables);
    for (long page : new long[] {0xFEE00, 0xFEEFF}) {
      assertFault(
          write(port, page << 12, (byte) 1), page << 12, Access.WRITE, Reason.INTERRUPT_RANGE, 0);
      assertFault(
          read(port, page << 12, new byte[4]), page << 12, Access.READ, Reason.INTERRUPT_RANGE, 0);
    }
    assertThat(write(port, 0xFEDFFFFFL, (byte) 1)).isNull();
    assertThat(write(port, 0xFEF00000L, (byte) 1)).isNull();
    assertFault(
        write(port, 0x7000, (byte) 1),
        0x7000,
        Access.WRITE,
        Reason.INTERRUPT_RANGE,
        mode == IommuMode.LEGACY ? 0xE : 0x87);
    iommu().passThrough(REQUESTER);
    assertFault(
        write(port, 0xFEE00000L, (byte) 1), 0xFEE00000L, Access.WRITE, Reason.INTERRUPT_RANGE, 0);
  }

  @ParameterizedTest
  @EnumSource
  void what_is_no_RAM_is_refused_for_a_reason(IommuMode mode) {
    machine(mode, 39);
    Translation tables = translation();
    map(tables, 7, RAM_PAGES, ALL);
    map(tables, 8, (1L << 40) - 1, ALL);
    iommu().attach(REQUESTER, tables);
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    assertFault(write(port, 0x7000, (byte) 1), 0x7000, Access.WRITE, Reason.NOT_RAM, 0);
    assertFault(read(port, 0x8000, new byte[1]), 0x8000, Access.READ, Reason.NOT_RAM, 0);
    iommu().passThrough(REQUESTER);
    long end = RAM_PAGES << 12;
    byte[] across = new byte[10];
    assertFault(read(port, end - 4, across), end, Access.READ, Reason.NOT_RAM, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {39, 48, 57})
  void an_address_wider_than_the_domain_is_refused(int bits) {
    for (IommuMode mode : IommuMode.values()) {
      boolean legacy = mode == IommuMode.LEGACY;
      machine(mode, bits);
      Translation tables = Objects.requireNonNull(iommu().newTranslation(bits));
      long last = (1L << bits - 12) - 1;
      assertThat(tables.lastPage()).isEqualTo(last);
      map(tables, last, frame(), ALL);
      iommu().attach(REQUESTER, tables);
      DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
      assertThat(write(port, last << 12, (byte) 1)).isNull();
      long beyond = last + 1 << 12;
      for (long at : new long[] {beyond, -1, Long.MIN_VALUE}) {
        assertFault(
            write(port, at, (byte) 1), at, Access.WRITE, Reason.TOO_WIDE, legacy ? 4 : 0x84);
      }
      assertFault(
          read(port, beyond - 1, new byte[2]),
          beyond,
          Access.READ,
          Reason.TOO_WIDE,
          legacy ? 4 : 0x84);
      iommu().passThrough(REQUESTER);
      assertFault(
          write(port, beyond, (byte) 1), beyond, Access.WRITE, Reason.TOO_WIDE, legacy ? 4 : 0x83);
      machine().close();
    }
  }

  @Test
  void a_narrow_domain_has_the_shallowest_tables_and_maps_nothing_above_its_width() {
    machine(IommuMode.SCALABLE, 57);
    int[][] depths = {{13, 3}, {39, 3}, {40, 4}, {48, 4}, {49, 5}, {57, 5}};
    for (int[] depth : depths) {
      Translation tables = Objects.requireNonNull(iommu().newTranslation(depth[0]));
      assertThat(tables.lastPage()).isEqualTo((1L << depth[0] - 12) - 1);
      assertThat(tables.walk(0)).hasSize(1);
      assertThat(tables.walk(0).getFirst().level()).isEqualTo(depth[1]);
      tables.close();
    }
    Translation narrow = Objects.requireNonNull(iommu().newTranslation(13));
    assertThat(narrow.translatable(1, 1)).isTrue();
    assertThat(narrow.translatable(1, 2)).isFalse();
    for (int bits : new int[] {12, 58, -1}) {
      assertThatThrownBy(() -> iommu().newTranslation(bits))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not " + bits);
    }
  }

  @Test
  void requesters_PASIDs_and_tables_of_others_are_refused() {
    machine(IommuMode.LEGACY, 48);
    Translation tables = translation();
    for (int requester : new int[] {-1, 0x1_0000}) {
      assertThatThrownBy(() -> iommu().attach(requester, tables))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> iommu().passThrough(requester))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> iommu().detach(requester))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> machine().newDmaPort(requester, NO_PASID))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(iommu().pasidBits()).isZero();
    assertThatThrownBy(() -> iommu().attachPasid(1, 1, tables))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> iommu().detachPasid(1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> machine().newDmaPort(1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(iommu().callerTables(TableKind.FIRST_STAGE, 4, 5)).isNull();
    assertThat(iommu().callerTables(TableKind.SECOND_STAGE, 5, 5)).isNull();
    assertThat(iommu().callerTables(TableKind.SECOND_STAGE, 2, 5)).isNull();
    assertThat(iommu().callerTables(TableKind.SECOND_STAGE, 4, 1L << 40)).isNull();
    assertThat(iommu().callerTables(TableKind.SECOND_STAGE, 4, -1)).isNull();
    Translation ofCpus = Objects.requireNonNull(machine().newTranslation(0, Pages.LAST_PAGE));
    assertThatThrownBy(() -> iommu().attach(1, ofCpus))
        .isInstanceOf(IllegalArgumentException.class);
    tables.close();
    assertThatThrownBy(() -> iommu().attach(1, tables))
        .isInstanceOf(IllegalArgumentException.class);
    try (SimulatedMachine other =
        SimulatedMachine.builder().ram(0, 64).iommu(IommuMode.LEGACY, 48).build()) {
      Iommu others = Objects.requireNonNull(other.iommu());
      assertThatThrownBy(() ->
              iommu()
                  .attach(
                      1, Objects.requireNonNull(others.callerTables(TableKind.SECOND_STAGE, 3, 1))))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> SimulatedMachine.builder().iommu(IommuMode.LEGACY, 40))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(machine().census().leaks()).isEmpty();
  }

  @Test
  void without_an_IOMMU_devices_use_physical_addresses() {
    SimulatedMachine machine = SimulatedMachine.builder().ram(16, 64).build();
    made = machine;
    assertThat(machine.iommu()).isNull();
    DmaPort port = machine.newDmaPort(REQUESTER, NO_PASID);
    assertThat(write(port, 0x1_1FFFL, (byte) 5, (byte) 6)).isNull();
    assertThat(machine.memory().readLong(0x1_2000)).isEqualTo(6);
    for (long at : new long[] {0, 80L << 12, -1, 0xFEE0_0000L}) {
      DmaFault fault = Objects.requireNonNull(write(port, at, (byte) 1));
      assertThat(fault.address()).isEqualTo(at);
      assertThat(fault.reason())
          .isEqualTo(at == 0xFEE0_0000L ? Reason.INTERRUPT_RANGE : Reason.NOT_RAM);
      assertThat(fault.tables()).isNull();
    }
    assertThatThrownBy(() -> machine.newDmaPort(REQUESTER, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- attachments

  @ParameterizedTest
  @EnumSource
  void another_attachment_takes_the_place_of_the_one_before(IommuMode mode) {
    machine(mode, 48);
    long used = used();
    Translation one = translation();
    Translation other = translation();
    long first = frame();
    long second = frame();
    map(one, 3, first, ALL);
    map(other, 3, second, ALL);
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    byte mark = 1;
    for (int round = 0; round < 3; round++) {
      for (Translation tables : List.of(one, other)) {
        iommu().attach(REQUESTER, tables);
        mark++;
        assertThat(write(port, 0x3000, mark)).isNull();
        long there = tables == one ? first : second;
        assertThat(machine().memory().readLong(there << 12)).isEqualTo(mark);
      }
      iommu().passThrough(REQUESTER);
      assertThat(write(port, first << 12, ++mark)).isNull();
      assertThat(machine().memory().readLong(first << 12)).isEqualTo(mark);
    }
    assertThat(machine().census().leaks()).containsExactly("IOMMU with 1 attachments");
    iommu().detach(REQUESTER);
    iommu().detach(REQUESTER);
    one.close();
    other.close();
    machine().frames().free(first);
    machine().frames().free(second);
    assertClean(used);
  }

  @ParameterizedTest
  @EnumSource
  void translations_that_close_are_detached_and_never_used_again(IommuMode mode) {
    machine(mode, 48);
    Translation tables = translation();
    map(tables, 3, frame(), ALL);
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    iommu().attach(REQUESTER, tables);
    iommu().attach(REQUESTER + 0x100, tables);
    iommu().passThrough(REQUESTER + 0x80);
    assertThat(write(port, 0x3000, (byte) 1)).isNull();
    tables.close();
    DmaFault fault = Objects.requireNonNull(write(port, 0x3000, (byte) 1));
    assertThat(fault.reason()).isEqualTo(Reason.NOT_ATTACHED);
    assertThat(machine().census().leaks()).containsExactly("IOMMU with 1 attachments");
    iommu().detach(REQUESTER + 0x80);
    assertThat(machine().census().leaks()).isEmpty();
  }

  @Test
  void each_PASID_of_a_requester_has_tables_of_its_own() {
    machine(IommuMode.SCALABLE, 48);
    long used = used();
    int most = (1 << iommu().pasidBits()) - 1;
    int[] pasids = {1, 63, 64, most};
    List<Translation> all = new ArrayList<>();
    List<Long> frames = new ArrayList<>();
    for (int pasid : pasids) {
      Translation tables = translation();
      long pfn = frame();
      map(tables, 3, pfn, ALL);
      all.add(tables);
      frames.add(pfn);
      assertThat(iommu().attachPasid(REQUESTER, pasid, tables)).isTrue();
    }
    for (int i = 0; i < pasids.length; i++) {
      DmaPort port = machine().newDmaPort(REQUESTER, pasids[i]);
      assertThat(port.pasid()).isEqualTo(pasids[i]);
      assertThat(write(port, 0x3000, (byte) (i + 1))).isNull();
      assertThat(machine().memory().readLong(frames.get(i) << 12)).isEqualTo(i + 1);
    }
    DmaPort own = machine().newDmaPort(REQUESTER, NO_PASID);
    assertFault(write(own, 0x3000, (byte) 1), 0x3000, Access.WRITE, Reason.NOT_ATTACHED, 0x59);
    iommu().attach(REQUESTER, all.getFirst());
    assertThat(write(own, 0x3000, (byte) 9)).isNull();
    iommu().detach(REQUESTER);
    DmaPort last = machine().newDmaPort(REQUESTER, most);
    assertThat(write(last, 0x3000, (byte) 7)).as("its PASIDs stay").isNull();
    DmaPort other = machine().newDmaPort(REQUESTER, 2);
    assertFault(write(other, 0x3000, (byte) 1), 0x3000, Access.WRITE, Reason.NOT_ATTACHED, 0x59);
    DmaPort far = machine().newDmaPort(REQUESTER, 1000);
    assertFault(write(far, 0x3000, (byte) 1), 0x3000, Access.WRITE, Reason.NOT_ATTACHED, 0x51);
    for (int pasid : pasids) {
      iommu().detachPasid(REQUESTER, pasid);
    }
    for (int pasid : new int[] {0, -1, most + 1}) {
      assertThatThrownBy(() -> iommu().attachPasid(REQUESTER, pasid, all.getFirst()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> iommu().detachPasid(REQUESTER, pasid))
          .isInstanceOf(IllegalArgumentException.class);
    }
    all.forEach(Translation::close);
    frames.forEach(pfn -> machine().frames().free(pfn));
    assertClean(used);
  }

  @ParameterizedTest
  @EnumSource
  void an_attachment_that_finds_no_frame_changes_nothing(IommuMode mode) {
    machine(mode, 48);
    Translation tables = translation();
    long pfn = frame();
    map(tables, 3, pfn, ALL);
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    long used = used();
    int failed = 0;
    while (true) {
      machine().failures().failNth(failed + 1);
      boolean attached = iommu().attach(REQUESTER, tables);
      machine().failures().off();
      if (attached) {
        break;
      }
      failed++;
      assertThat(used()).isEqualTo(used);
      assertThat(machine().census().leaks()).isEmpty();
      assertFault(
          write(port, 0x3000, (byte) 1),
          0x3000,
          Access.WRITE,
          Reason.NOT_ATTACHED,
          mode == IommuMode.LEGACY ? 1 : 0x39);
    }
    assertThat(failed).isEqualTo(mode == IommuMode.LEGACY ? 2 : 4);
    assertThat(write(port, 0x3000, (byte) 1)).isNull();
    // What is attached already stays so, and takes nothing to be attached elsewhere.
    machine().failures().failAll();
    assertThat(iommu().attach(REQUESTER + 0x400, tables)).isFalse();
    assertThat(iommu().attach(REQUESTER, translationless())).isTrue();
    machine().failures().off();
    assertThat(used()).isEqualTo(used + failed);
  }

  /** Tables of a caller: taking them acquires nothing. */
  private CallerTables translationless() {
    return Objects.requireNonNull(iommu().callerTables(TableKind.SECOND_STAGE, 3, 1));
  }

  @Test
  void a_listener_that_throws_reaches_whoever_made_the_access_and_may_use_the_port() {
    machine(IommuMode.LEGACY, 48);
    DmaPort port = machine().newDmaPort(REQUESTER, NO_PASID);
    int[] depth = {0};
    Iommu.FaultListener nasty =
        fault -> {
          if (depth[0]++ < 3) {
            write(port, 0x9000, (byte) 1);
          }
          throw new IllegalStateException("nasty");
        };
    iommu().listen(nasty);
    assertThatThrownBy(() -> write(port, 0x3000, (byte) 1)).hasMessage("nasty");
    iommu().ignore(nasty);
    iommu().ignore(nasty);
    iommu().passThrough(REQUESTER);
    assertThat(write(port, 0x3000, (byte) 1)).isNull();
  }
}
