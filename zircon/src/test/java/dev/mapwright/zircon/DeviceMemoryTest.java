package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxVmoOps.MX_CACHE_POLICY_UNCACHED_DEVICE;
import static dev.mapwright.zircon.call.MxCalls.mxMmapDeviceMemory;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.MmapDeviceMemory;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest extends MxTest {
  private static final long DEVICE = FIRST_DEVICE_PFN * PAGE;

  private final int resource = program.grant(zircon.rootResource(), 0);

  @Test
  void registers_are_mapped_at_once_with_the_policy_asked_for() {
    ok(mxMmapDeviceMemory(c, resource, DEVICE, PAGE + 1, MX_CACHE_POLICY_UNCACHED_DEVICE, out));
    long at = result();
    long entry = program.process().space().translation().entry(Pages.of(at));
    assertThat(TranslationEntry.pfn(entry)).isEqualTo(FIRST_DEVICE_PFN);
    assertThat(TranslationEntry.cache(entry)).isEqualTo(CachePolicy.UNCACHED_DEVICE);
    program.cpu().store(at + PAGE + 8, 8, 0x55);
    assertThat(program.cpu().load(at + PAGE + 8, 8)).isEqualTo(0x55);
    program.root().protect(at, 2 * PAGE, R);
    assertThat(TranslationEntry.cache(program.process().space().translation().entry(Pages.of(at))))
        .as("protection does not touch the cache attribute")
        .isEqualTo(CachePolicy.UNCACHED_DEVICE);
  }

  @Test
  void arguments_are_checked_in_order() {
    refused(mxMmapDeviceMemory(c, 0, 1, 0, 4, BAD), MmapDeviceMemory.BAD_HANDLE);
    refused(mxMmapDeviceMemory(c, root, 1, 0, 4, BAD), MmapDeviceMemory.WRONG_TYPE);
    refused(mxMmapDeviceMemory(c, resource, 1, 0, 4, BAD), MmapDeviceMemory.POLICY);
    refused(mxMmapDeviceMemory(c, resource, 1, 0, 1, BAD), MmapDeviceMemory.ADDRESS_MISALIGNED);
    refused(mxMmapDeviceMemory(c, resource, 0, -1, 1, BAD), MmapDeviceMemory.LENGTH_ZERO);
    refused(
        mxMmapDeviceMemory(c, resource, -PAGE, 2 * PAGE, 1, BAD), MmapDeviceMemory.NOT_PHYSICAL);
    refused(mxMmapDeviceMemory(c, resource, DEVICE, 1L << 62, 1, BAD), MmapDeviceMemory.OUTSIDE);
    machine.failures().failNth(1);
    refused(mxMmapDeviceMemory(c, resource, DEVICE, PAGE, 1, out), MmapDeviceMemory.OUT_OF_MEMORY);
    machine.failures().off();
    int mappings = program.process().space().mappings();
    refused(mxMmapDeviceMemory(c, resource, DEVICE, PAGE, 1, BAD), MmapDeviceMemory.BAD_POINTER);
    assertThat(program.process().space().mappings()).isEqualTo(mappings);
  }

  @Test
  void a_full_root_region_has_no_room_and_a_destroyed_one_is_BAD_STATE() {
    SimulatedMachine small = newMachine();
    Zircon tiny = Zircon.boot(small, 0x10000, 4 * PAGE);
    tiny.observeAnswers(ObservedAnswers::answered);
    Program there = tiny.start("tiny");
    int there1 = there.grant(tiny.rootResource(), 0);
    there.root().map(there.createVmo(PAGE), 0, 3 * PAGE, READ_WRITE);
    assertThat(mxMmapDeviceMemory(there.context(), there1, DEVICE, 2 * PAGE, 1, BAD))
        .isEqualTo(MxStatus.MX_ERR_NO_MEMORY);
    assertThat(there.context().lastRefusal().condition()).isEqualTo(MmapDeviceMemory.NO_ROOM);
    mxVmarDestroy(there.context(), there.root().value());
    assertThat(mxMmapDeviceMemory(there.context(), there1, DEVICE, PAGE, 1, BAD))
        .isEqualTo(MxStatus.MX_ERR_BAD_STATE);
    assertThat(there.context().lastRefusal().condition()).isEqualTo(MmapDeviceMemory.DEAD);
    tiny.close();
    small.close();
  }
}
