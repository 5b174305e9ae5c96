package dev.mapwright.proof.edges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Carries out one case in a world: what devices do, and the calls, which are the world's. */
final class EdgeRun {
  private static final long WRITTEN = 0x7772_6974_7465_6E21L;
  private static final int PAGE = 4096;

  private final EdgeWorld world;
  private final EdgeNames names;
  private final Map<String, DmaPort> ports = new HashMap<>();
  private final List<Long> taken = new ArrayList<>();

  EdgeRun(EdgeWorld world) {
    this.world = world;
    this.names = new EdgeNames(world.machine());
  }

  void carryOut(List<EdgeStep> steps) {
    for (EdgeStep step : steps) {
      try {
        carryOut(step);
      } catch (Throwable problem) {
        throw new AssertionError("at " + step, problem);
      }
    }
  }

  private void carryOut(EdgeStep step) {
    switch (step.text("do")) {
      case "buffer" -> names.newBuffer(step.text("name"), step.number("pages", 1));
      case "repeat" -> {
        for (int i = step.number("times", 1); i > 0; i--) {
          carryOut(step.steps());
        }
      }
      case "check" -> check(step, names.address(step.text("value")));
      case "unchanged" -> names.assertUnchanged(step.text("buffer"));
      case "no-memory" -> takeMemory();
      case "memory" -> giveMemoryBack();
      case "read" -> read(step);
      case "write" -> write(step);
      default -> call(step);
    }
  }

  private void call(EdgeStep step) {
    String answer = world.call(step, names);
    Object expected = step.has("expect") ? step.value("expect") : "ok";
    assertThat(answer)
        .isEqualTo(expected.equals("ok") ? world.success() : world.expected(step.inner("expect")));
  }

  private void check(EdgeStep step, long value) {
    if (step.has("equals")) {
      assertThat(value).isEqualTo(names.address(step.text("equals")));
    } else {
      assertThat(value % names.address(step.text("multiple-of"))).isZero();
    }
  }

  /** From here on nothing can be acquired. */
  private void takeMemory() {
    for (long pfn; (pfn = world.machine().frames().allocate(FrameOwner.POOL, 1)) >= 0; ) {
      taken.add(pfn);
    }
  }

  private void giveMemoryBack() {
    taken.forEach(pfn -> world.machine().frames().free(pfn));
    taken.clear();
  }

  private DmaPort port(EdgeStep step) {
    return ports.computeIfAbsent(
        step.text("device"),
        name -> world.machine().newDmaPort(world.requester(name), DmaFault.NO_PASID));
  }

  private void read(EdgeStep step) {
    long at = names.address(step.text("at"));
    int bytes = step.number("bytes", 8);
    MemorySegment into = MemorySegment.ofArray(new long[bytes / 8]);
    DmaFault fault = port(step).read(at, into, 0, bytes);
    if (isAllowed(step, fault) && step.has("sees")) {
      EdgeStep seen = step.inner("sees");
      int start = seen.number("page", 0) * PAGE + (int) (at % PAGE);
      for (int i = 0; i < bytes; i += 8) {
        assertThat(into.get(ValueLayout.JAVA_LONG, i))
            .isEqualTo(EdgeNames.word(seen.text("buffer"), start + i));
      }
    }
  }

  private void write(EdgeStep step) {
    long at = names.address(step.text("at"));
    int bytes = step.number("bytes", 8);
    MemorySegment from = MemorySegment.ofArray(new long[bytes / 8]);
    for (int i = 0; i < bytes; i += 8) {
      from.set(ValueLayout.JAVA_LONG, i, WRITTEN + i);
    }
    if (isAllowed(step, port(step).write(at, from, 0, bytes))) {
      String buffer = step.inner("lands").text("buffer");
      int start = step.inner("lands").number("page", 0) * PAGE + (int) (at % PAGE);
      for (int i = 0; i < bytes; i += 8) {
        long physical = names.address(buffer) + start + i;
        assertThat(world.machine().memory().readLong(physical)).isEqualTo(WRITTEN + i);
        world.machine().memory().writeLong(physical, EdgeNames.word(buffer, start + i));
      }
      names.assertUnchanged(buffer);
    }
  }

  /** {@return whether the access got through, as it should have} */
  private boolean isAllowed(EdgeStep step, @Nullable DmaFault fault) {
    if (step.value("expect").equals("ok")) {
      assertThat(fault).isNull();
      return true;
    }
    EdgeStep expected = step.inner("expect");
    if (fault == null) {
      throw new AssertionError("the access got through");
    }
    assertThat(world.named(fault, step.text("device"))).isEqualTo(expected.text("fault"));
    assertThat(fault.address()).isEqualTo(names.address(expected.text("at")));
    return false;
  }
}
