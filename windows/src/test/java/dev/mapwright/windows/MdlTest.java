package dev.mapwright.windows;

import static dev.mapwright.windows.mdl.MdlCalls.ioAllocateMdl;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.context.NtProcess;
import java.util.ArrayList;
import java.util.List;

/** What tests of MDLs do again and again. The processor is in a process from the beginning. */
abstract class MdlTest extends WindowsTest {
  static final int KERNEL = 0;
  static final int USER = 1;
  static final int READ = 0;
  static final int WRITE = 1;

  NtProcess process = enter("test");

  /** Starts a process and switches to it. */
  NtProcess enter(String name) {
    NtProcess started = kernel.newProcess(name);
    c.processor().attach(started);
    return started;
  }

  /** Memory of the current process; nothing of it is committed. */
  long userMemory(long bytes, int permissions) {
    long address = process.memory().allocate(bytes, permissions);
    assertThat(address).isNotZero();
    return address;
  }

  long userMemory(long bytes) {
    return userMemory(bytes, Permissions.READ_WRITE);
  }

  /** An MDL for a buffer, with no page yet, as a failed probe leaves it. */
  long blankMdl(long va, long bytes) {
    long mdl = ioAllocateMdl(c, va, (int) bytes, false, false, 0);
    assertThat(mdl).isNotZero();
    c.store(mdl + MdlLayout.PROCESS, 8, 0);
    c.store(mdl + MdlLayout.PFNS, 8, MdlLayout.LIST_HEAD);
    return mdl;
  }

  /** The PFN that is behind a system address now. */
  long pfnOf(long systemAddress) {
    long entry = kernel.systemSpace().space().translation().entry(systemAddress >>> 12);
    assertThat(TranslationEntry.present(entry)).isTrue();
    return TranslationEntry.pfn(entry);
  }

  /** A system address where registers of the device are mapped, by nobody in particular. */
  long deviceAddress(long pages) {
    MapRequest request = new MapRequest().pages(pages);
    request.where().firstFit();
    kernel
        .systemSpace()
        .contiguous()
        .mapFrames(request, index -> FIRST_DEVICE_PFN + index)
        .orThrow();
    return request.firstPage() << 12;
  }

  /** A misuse of a routine that raises; nothing has changed. */
  void misused(Condition why, Runnable call) {
    refused(
        why,
        () -> {
          try {
            call.run();
          } catch (NtStatusException raised) {
            assertThat(raised.status()).isEqualTo(NtStatus.STATUS_ACCESS_VIOLATION);
            assertThat(raised.condition()).isEqualTo(why);
            return;
          }
          throw new AssertionError("nothing was raised");
        });
  }

  /** A call that is carried out, with a remark. */
  void doneWith(Condition remark, Runnable call) {
    List<Condition> answers = new ArrayList<>();
    kernel.observe(condition -> {
      answers.add(condition);
      observed(condition);
    });
    call.run();
    kernel.observe(this::observed);
    assertThat(answers).contains(remark);
    assertThat(answers.getLast().ordinal()).isZero();
  }
}
