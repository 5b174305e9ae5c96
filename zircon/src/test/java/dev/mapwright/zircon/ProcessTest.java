package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_EXECUTE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_TRANSFER;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.call.MxCalls.mxHandleClose;
import static dev.mapwright.zircon.call.MxCalls.mxHandleDuplicate;
import static dev.mapwright.zircon.call.MxCalls.mxProcessCreate;
import static dev.mapwright.zircon.call.MxCalls.mxProcessExit;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.ProcessCreate;
import dev.mapwright.zircon.answer.ProcessReadMemory;
import dev.mapwright.zircon.answer.VmarDestroy;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.handle.HandleTable;
import dev.mapwright.zircon.object.MxJob;
import dev.mapwright.zircon.object.MxProcess;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ProcessTest extends MxTest {
  private int create(int job, long name, int length) {
    return mxProcessCreate(c, job, name, length, 0, out, out + 4);
  }

  private MxProcess created(String name) {
    for (int i = 0; i < name.length(); i++) {
      program.cpu().store(out + 64 + i, 1, name.charAt(i));
    }
    ok(create(0, out + 64, name.length()));
    return (MxProcess) find(handleResult()).object();
  }

  private int rootHandle() {
    return (int) program.cpu().load(out + 4, 4);
  }

  @Test
  void a_new_process_has_a_name_a_root_region_and_no_threads() {
    MxProcess process = created("child");
    assertThat(process.name()).isEqualTo("child");
    assertThat(find(handleResult()).rights()).isEqualTo(MxProcess.RIGHTS);
    assertThat(find(rootHandle()).object()).isSameAs(process.root());
    assertThat(find(rootHandle()).rights())
        .isEqualTo(
            MX_RIGHT_DUPLICATE
                | MX_RIGHT_TRANSFER
                | MX_RIGHT_READ
                | MX_RIGHT_WRITE
                | MX_RIGHT_EXECUTE);
    assertThat(process.ended()).isFalse();
    assertThat(process.table().size()).isZero();
  }

  @Test
  void a_name_is_cut_at_31_bytes_and_ends_at_a_zero() {
    assertThat(created("0123456789012345678901234567890123456789").name())
        .isEqualTo("0123456789012345678901234567890");
    assertThat(created("abc\0def").name()).isEqualTo("abc");
    assertThat(created("").name()).isEmpty();
  }

  @Test
  void arguments_are_checked_in_order_and_a_refusal_leaves_no_process() {
    int job = program.grant(zircon.rootJob(), MX_RIGHT_WRITE);
    int weakJob = program.grant(zircon.rootJob(), MX_RIGHT_READ);
    int spaces = machine.census().living(AddressSpace.class).size();
    int handles = program.process().table().size();
    refused(mxProcessCreate(c, 1, 0, 0, 1, BAD, BAD), ProcessCreate.OPTIONS);
    refused(mxProcessCreate(c, 1, 0, 0, 0, BAD, BAD), ProcessCreate.BAD_NAME_POINTER);
    refused(mxProcessCreate(c, 1, BAD, 5, 0, BAD, BAD), ProcessCreate.BAD_NAME_POINTER);
    refused(mxProcessCreate(c, 2, out, 0, 0, BAD, BAD), ProcessCreate.JOB_BAD_HANDLE);
    refused(mxProcessCreate(c, weakJob, out, 0, 0, BAD, BAD), ProcessCreate.JOB_LACKS_RIGHT);
    refused(mxProcessCreate(c, root, out, 0, 0, BAD, BAD), ProcessCreate.JOB_WRONG_TYPE);
    refused(mxProcessCreate(c, job, out, 0, 0, BAD, BAD), ProcessCreate.BAD_PROCESS_POINTER);
    refused(mxProcessCreate(c, job, out, 0, 0, out, BAD), ProcessCreate.BAD_VMAR_POINTER);
    for (int nth = 1; nth <= 4; nth++) {
      machine.failures().failNth(nth);
      refused(create(job, out, 0), ProcessCreate.OUT_OF_MEMORY);
      machine.failures().off();
    }
    assertThat(machine.census().living(AddressSpace.class)).hasSize(spaces);
    assertThat(program.process().table().size()).isEqualTo(handles);
    ok(create(job, out, 0));
  }

  @Test
  void a_killed_job_takes_no_process_and_ends_those_it_has() {
    MxJob job = new MxJob(zircon.system());
    int handle = program.grant(job, MX_RIGHT_WRITE);
    ok(create(handle, out + 64, 0));
    MxProcess process = (MxProcess) find(handleResult()).object();
    job.kill();
    assertThat(process.ended()).isTrue();
    assertThat(process.exitCode()).isEqualTo(MxProcess.KILLED);
    refused(create(handle, out, 0), ProcessCreate.JOB_DEAD);
  }

  @Test
  void closing_the_last_handle_of_a_process_without_threads_ends_it() {
    MxProcess process = created("idle");
    int handle = handleResult();
    int region = rootHandle();
    int second = duplicate(handle, MX_RIGHT_READ);
    int vmo = vmo(PAGE);
    ok(mxVmarMap(c, region, 0, vmo, 0, PAGE, R, out));
    ok(mxHandleClose(c, handle));
    assertThat(process.ended()).isFalse();
    ok(mxHandleClose(c, second));
    assertThat(process.ended()).isTrue();
    refused(mxVmarDestroy(c, region), VmarDestroy.DEAD);
    assertThat(machine.census().living(AddressSpace.class)).doesNotContain(process.space());
  }

  @Test
  void a_process_with_a_thread_outlives_its_handles() {
    MxProcess process = created("running");
    int handle = handleResult();
    MxContext thread = new MxContext(process);
    ok(mxHandleClose(c, handle));
    assertThat(process.ended()).isFalse();
    thread.close();
    assertThat(process.ended()).isTrue();
    assertThat(process.exitCode()).isZero();
    assertThat(machine.census().living(AddressSpace.class)).doesNotContain(process.space());
  }

  @Test
  void exit_destroys_the_root_region_closes_all_handles_and_ends_all_threads() {
    Program other = zircon.start("other");
    MxContext sibling = new MxContext(other.process());
    Vmo vmo = other.createVmo(PAGE);
    other.root().map(vmo, 0, PAGE, READ_WRITE);
    int objects = machine.census().living(MemoryObject.class).size();
    mxProcessExit(other.context(), 7);
    assertThat(other.process().ended()).isTrue();
    assertThat(other.process().exitCode()).isEqualTo(7);
    assertThat(other.process().root().region().live()).isFalse();
    assertThat(other.process().table().size()).isZero();
    assertThat(machine.census().living(MemoryObject.class)).hasSize(objects - 1);
    assertThatThrownBy(() -> mxVmarDestroy(sibling, 0)).isInstanceOf(IllegalStateException.class);
    assertThat(sibling.state()).isEqualTo(MxContext.State.EXITED);
  }

  @Test
  void a_long_chain_of_processes_that_hold_each_other_falls_without_recursion() {
    MxProcess holder = program.process();
    for (int i = 0; i < 5_000; i++) {
      MxProcess next = zircon.newProcess("");
      holder.grant(next, MX_RIGHT_READ);
      holder = next;
    }
    int spaces = machine.census().living(AddressSpace.class).size();
    assertThat(spaces).isEqualTo(5_001);
    program.exit(0);
    assertThat(holder.ended()).isTrue();
    assertThat(machine.census().leaks()).isEmpty();
  }

  @Test
  void processes_that_hold_each_other_in_a_circle_end_with_their_job() {
    MxProcess left = zircon.newProcess("left");
    MxProcess right = zircon.newProcess("right");
    left.grant(right, 0);
    right.grant(left, 0);
    zircon.close();
    assertThat(machine.census().leaks()).isEmpty();
  }

  @Test
  void handles_of_an_ended_process_can_not_be_made_any_more() {
    MxProcess process = created("gone");
    process.exit(3);
    assertThatThrownBy(() -> process.grant(zircon.rootJob(), 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new MxContext(process)).isInstanceOf(IllegalStateException.class);
    ok(mxHandleDuplicate(c, handleResult(), MX_RIGHT_READ, out));
  }

  @Test
  void a_refused_creation_gives_both_handles_back() {
    int handles = program.process().table().size();
    for (int i = handles; i < HandleTable.MOST_HANDLES - 2; i++) {
      program.grant(zircon.rootJob(), 0);
    }
    refused(mxProcessCreate(c, 0, out, 0, 0, out, BAD), ProcessCreate.BAD_VMAR_POINTER);
    ok(create(0, out, 0));
    refused(create(0, out, 0), ProcessCreate.OUT_OF_MEMORY);
  }

  @Test
  void one_CPU_can_run_threads_of_several_processes_by_turns() {
    Program other = zircon.start("other");
    MxContext guest = new MxContext(other.process(), program.cpu());
    Vmo memory = other.createVmo(PAGE);
    long there = other.root().map(memory, 0, PAGE, READ_WRITE);
    assertThat(MxCalls.mxVmoGetSize(guest, memory.value(), there)).isEqualTo(MxStatus.MX_OK);
    assertThat(other.cpu().load(there, 8)).isEqualTo(PAGE);
    ok(MxCalls.mxVmoGetSize(c, vmo(5), out));
    assertThat(result()).isEqualTo(5);
    guest.close();
    assertThat(program.cpu().load(out, 8)).as("its space is still attached").isEqualTo(5);
  }

  private long framesInUse() {
    return machine.frames().total() - machine.frames().free();
  }

  /** A program with a clone, device memory, regions and committed pages. */
  private Program busy(String name) {
    Program busy = zircon.start(name);
    Vmo vmo = busy.createVmo(4 * PAGE);
    Vmar region = busy.root().allocate(16 * PAGE, CAN_ALL);
    region.mapAt(0, vmo, 0, 4 * PAGE, READ_WRITE);
    region.mapAt(8 * PAGE, vmo.cloneRange(0, 4 * PAGE), 0, 4 * PAGE, READ_WRITE);
    for (int page = 0; page < 12; page += 2) {
      if (page < 4 || page >= 8) {
        busy.cpu().store(region.base() + page * PAGE, 8, page);
      }
    }
    int resource = busy.grant(zircon.rootResource(), 0);
    busy.mapDeviceMemory(resource, FIRST_DEVICE_PFN * PAGE, PAGE, 0);
    return busy;
  }

  @Test
  void the_last_thread_closes_the_address_space_of_its_process() {
    long before = framesInUse();
    int living = machine.census().leaks().size();
    Program first = busy("threads");
    Program last = first.newThread();
    first.close();
    assertThat(first.process().ended()).isFalse();
    assertThat(machine.census().living(AddressSpace.class)).contains(first.process().space());
    last.close();
    assertThat(first.process().ended()).isTrue();
    assertThat(machine.census().living(AddressSpace.class)).doesNotContain(first.process().space());
    assertThat(framesInUse()).isEqualTo(before);
    assertThat(machine.census().leaks()).hasSize(living);
  }

  @Test
  void exit_closes_the_address_space_though_threads_and_handles_are_left() {
    long before = framesInUse();
    Program ending = busy("ending");
    Program sibling = ending.newThread();
    int handle = program.grant(ending.process(), MxProcess.RIGHTS);
    long at = ending.root().map(ending.createVmo(PAGE), 0, PAGE, READ_WRITE);
    sibling.cpu().store(at, 8, 1);
    ending.exit(3);
    assertThat(framesInUse()).isEqualTo(before);
    assertThat(machine.census().living(AddressSpace.class))
        .doesNotContain(ending.process().space());
    assertThatThrownBy(() -> sibling.cpu().load(at, 8)).isInstanceOf(MemoryFault.class);
    refused(MxCalls.mxProcessReadMemory(c, handle, at, out, 8, out), ProcessReadMemory.NOT_MAPPED);
    sibling.close();
    ok(mxHandleClose(c, handle));
    assertThat(framesInUse()).isEqualTo(before);
  }

  @Test
  void exit_ends_what_is_mapped_at_once_though_a_lease_is_open() {
    long before = framesInUse();
    int living = machine.census().leaks().size();
    Program ending = busy("leased");
    Vmo vmo = ending.createVmo(2 * PAGE);
    long at = ending.root().map(vmo, 0, 2 * PAGE, READ_WRITE);
    ending.cpu().store(at, 8, 42);
    AddressSpace space = ending.process().space();
    Lease lease = space.lease(Pages.of(at), 1, true).get();
    ending.exit(0);
    assertThat(space.mappings()).isZero();
    assertThat(ending.process().root().region().live()).isFalse();
    assertThat(ending.process().table().size()).isZero();
    assertThat(framesInUse()).as("the leased frame is held back").isEqualTo(before + 1);
    assertThat(lease.segment(0, 1).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
    lease.close();
    assertThat(framesInUse()).isEqualTo(before);
    assertThat(machine.census().leaks()).hasSize(living);
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  @Test
  void a_killed_job_ends_every_process_though_a_lease_of_the_first_is_open() {
    long before = framesInUse();
    Program leased = zircon.start("leased");
    long at = leased.root().map(leased.createVmo(PAGE), 0, PAGE, READ_WRITE);
    Program other = busy("other");
    try (Lease lease = leased.process().space().lease(Pages.of(at), 1, true).get()) {
      zircon.close();
      assertThat(leased.process().ended()).isTrue();
      assertThat(other.process().ended()).isTrue();
      assertThat(other.process().space().mappings()).isZero();
      assertThat(lease.firstPage()).isEqualTo(Pages.of(at));
    }
    assertThat(machine.census().leaks()).isEmpty();
    assertThat(framesInUse()).isLessThan(before);
  }
}
