package dev.mapwright.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.iospace.IoSpaceCalls;
import dev.mapwright.windows.iospace.RegisterCalls;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Devices that are pulled out while a driver has their registers mapped. */
class SurpriseRemovalTest extends WindowsTest {
  private List<Event> events(EventKind kind) {
    return kernel.journal().events().stream().filter(event -> event.kind() == kind).toList();
  }

  @Test
  void reads_give_all_ones_writes_are_dropped_and_an_event_names_the_mapping_and_its_maker() {
    long physical = FIRST_DEVICE_PFN * PAGE;
    long base = IoSpaceCalls.mmMapIoSpace(c, physical, 2 * PAGE, MemoryCachingType.MM_NON_CACHED);
    assertThat(RegisterCalls.readRegisterUlong(c, base + 8)).isEqualTo(8);
    machine.removeDevice(FIRST_DEVICE_PFN);
    assertThat(events(EventKind.DEVICE_REMOVED)).hasSize(1);

    assertThat(RegisterCalls.readRegisterUlong(c, base + PAGE + 8)).isEqualTo(-1);
    RegisterCalls.writeRegisterUlong(c, base, 1);
    List<Event> late = events(EventKind.ACCESSED_REMOVED);
    assertThat(late).hasSize(2);
    Event first = late.getFirst();
    assertThat(first.address()).isEqualTo(base);
    assertThat(first.pages()).isEqualTo(2);
    assertThat(first.detail1()).isEqualTo(physical + PAGE + 8);
    assertThat(kernel.makers().maker((int) first.detail2()).driver()).isEqualTo("test driver");

    IoSpaceCalls.mmUnmapIoSpace(c, base, 2 * PAGE);
    assertThat(kernel.reports()).isEmpty();
  }
}
