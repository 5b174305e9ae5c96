package dev.mapwright.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.PageProtection;
import dev.mapwright.windows.answer.MmMapIoSpaceEx;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.KernelOptions;
import org.junit.jupiter.api.Test;

/** The Java face: objects that are closed, exceptions that carry why. */
class JavaFaceTest extends WindowsTest {
  private final WindowsDriver java = new WindowsDriver(c);

  @Test
  void what_is_opened_is_closed_and_nothing_is_left() {
    String before = kernel.describe();
    try (PoolBlock buffer = java.allocatePool(2 * PAGE, TAG);
        Mdl mdl = java.allocateMdl(buffer.address(), buffer.bytes());
        MappingReservation range = java.reserve(2 * PAGE, TAG)) {
      mdl.lock(true);
      long address = range.map(mdl, MemoryCachingType.MM_CACHED);
      c.store(address + PAGE, 8, 42);
      assertThat(c.load(buffer.address() + PAGE, 8)).isEqualTo(42);
      range.unmap(mdl);
      assertThat(c.load(mdl.systemAddress() + PAGE, 8)).isEqualTo(42);
    }
    assertThat(kernel.describe()).isEqualTo(before);
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void pages_come_with_their_mdl_and_go_with_it() {
    String before = kernel.describe();
    try (Mdl mdl = java.allocatePages(3 * PAGE, MemoryCachingType.MM_CACHED);
        MappingReservation range = java.reserveDivisible(4 * PAGE, TAG)) {
      assertThat(mdl.byteCount()).isEqualTo(3 * PAGE);
      assertThat(mdl.pages()).isEqualTo(3);
      assertThat(machine.frames().locks(mdl.pfn(2))).isEqualTo(1);
      long at = range.base() + PAGE;
      assertThat(range.map(at, mdl, MemoryCachingType.MM_CACHED)).isEqualTo(at);
      range.unmap(at, mdl);
    }
    assertThat(kernel.describe()).isEqualTo(before);
  }

  @Test
  void registers_are_read_and_written_through_a_mapping() {
    long physical = FIRST_DEVICE_PFN * PAGE;
    int protect = PageProtection.PAGE_READWRITE | PageProtection.PAGE_NOCACHE;
    try (IoMapping registers = java.mapIoSpace(physical, PAGE, protect)) {
      assertThat(registers.read(0x18, 4)).isEqualTo(0x18);
      registers.write(0x18, 4, 1);
      assertThat(registers.bytes()).isEqualTo(PAGE);
    }
  }

  @Test
  void a_null_is_an_exception_that_says_why() {
    assertThatThrownBy(() -> java.mapIoSpace(FIRST_DEVICE_PFN * PAGE, PAGE, 0))
        .isInstanceOfSatisfying(
            WindowsException.class,
            refused -> assertThat(refused.condition()).isEqualTo(MmMapIoSpaceEx.BAD_PROTECTION))
        .hasMessageContaining("MmMapIoSpaceEx: NULL, ");
  }

  @Test
  void a_raised_status_and_a_bug_check_come_as_they_are() {
    try (Mdl mdl = java.allocateMdl(BAD, PAGE)) {
      assertThatThrownBy(() -> mdl.lock(true)).isInstanceOf(NtStatusException.class);
    }
    boot(KernelOptions.DEFAULT.with(LAYOUT));
    MappingReservation range = new WindowsDriver(c).reserve(PAGE, TAG);
    range.close();
    assertThatThrownBy(range::close).isInstanceOf(BugCheck.class);
  }

  @Test
  void misuse_that_is_recorded_is_an_exception_too() {
    MappingReservation range = java.reserve(PAGE, TAG);
    range.close();
    assertThatThrownBy(range::close).isInstanceOf(WindowsException.class);
  }
}
